import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a bench is to be run. */
export interface BenchOptions {
  /** Rounds; in each, every side is measured once. */
  readonly runs: number;
  /** Few and small cases: to see whether it works, not for figures. */
  readonly quick: boolean;
  /** For those that go on for as long as one likes. */
  readonly minutes: number | undefined;
}

/** What one run of one side measured, by name. */
export type Sample = Readonly<Record<string, number>>;

/**
 * Measures every side once per round, in turns and every other round in the opposite order, so that what drifts on the
 * machine meets all sides alike.
 */
export async function interleave<Side extends string, S extends Sample>(
  about: string,
  runs: number,
  sides: Readonly<Record<Side, () => Promise<S>>>,
): Promise<Record<Side, S[]>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Side,
    S[]
  >;
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      progress(`${about}: ${name}, run ${run + 1} of ${runs}`);
      samples[name].push(await sides[name]());
    }
  }
  return samples;
}

/** The middle of the runs. */
function median(samples: readonly Sample[], name: string): number {
  const values = valuesOf(samples, name).sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** Half of the distance from the lowest to the highest run, as a share of the median. */
function spread(samples: readonly Sample[], name: string): number {
  const values = valuesOf(samples, name);
  const middle = median(samples, name);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / 2 / Math.abs(middle);
}

/** Ours and theirs, as a row has them. */
export function beside(
  ours: readonly Sample[],
  peer: readonly Sample[],
  name: string,
  peerName: string = name,
): { ours: number; peer: number; spread: { ours: number; peer: number } } {
  return {
    ours: median(ours, name),
    peer: median(peer, peerName),
    spread: { ours: spread(ours, name), peer: spread(peer, peerName) },
  };
}

/** Ours alone, as a row has it. */
export function alone(
  samples: readonly Sample[],
  name: string,
): { ours: number; spread: { ours: number } } {
  return { ours: median(samples, name), spread: { ours: spread(samples, name) } };
}

/** The highest of the runs, of what must not be in any of them; NaN when it is in one. */
export function highest(samples: readonly Sample[], name: string): number {
  return Math.max(...valuesOf(samples, name));
}

/** The lowest of the runs; NaN when it is in one. */
export function lowest(samples: readonly Sample[], name: string): number {
  return Math.min(...valuesOf(samples, name));
}

/** Runs a script in a process of its own and answers the JSON that it prints; rejects with what it wrote to stderr. */
export async function measure<T = Sample>(
  script: URL,
  settings: object,
  flags: readonly string[] = [],
): Promise<T> {
  const args = [...process.execArgv, ...flags, fileURLToPath(script), JSON.stringify(settings)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith("{")) {
    throw new Error(`${fileURLToPath(script)} ended with ${String(code)}:\n${stderr}${stdout}`);
  }
  return JSON.parse(last) as T;
}

/** Says on stderr what is being done, so that stdout holds the table alone. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

function valuesOf(samples: readonly Sample[], name: string): number[] {
  return samples.map((sample) => {
    const value = sample[name];
    if (value === undefined) throw new Error(`nobody measured "${name}"`);
    return value;
  });
}
