import { growing, readIt } from "./growing-inputs.ts";
import type { PreciseCoverage } from "./precise-coverage.ts";

/** An input four times as long may take so many times the work, of which a part does not grow. */
const GROWTH_MAX = 4.8;
const FIXED_WORK = 3000;

export interface Work {
  readonly name: string;
  /** Parts of functions that ran, for the short and for the long input. */
  readonly short: number;
  readonly long: number;
  readonly isTooMuch: boolean;
}

/** Counts the work for each growing input at its size and at four times that. */
export async function measureWork(coverage: PreciseCoverage): Promise<Work[]> {
  const measured: Work[] = [];
  for (const [name, [n, reading]] of Object.entries(growing)) {
    // everything is compiled and set up by the first time
    await readIt(reading(n));
    const short = await workOf(coverage, reading(n));
    const long = await workOf(coverage, reading(4 * n));
    measured.push({ name, short, long, isTooMuch: long > GROWTH_MAX * short + FIXED_WORK });
  }
  return measured;
}

async function workOf(coverage: PreciseCoverage, reading: () => unknown): Promise<number> {
  coverage.take(isDecoder);
  await readIt(reading);
  let runs = 0;
  for (const { functions } of coverage.take(isDecoder)) {
    for (const { ranges } of functions) for (const { count } of ranges) runs += count;
  }
  return runs;
}

/** Our packages, and the XML parser that they use. */
function isDecoder(url: string): boolean {
  return url.includes("/packages/") || url.includes("xml-parser");
}
