import { Random } from "@realmwright/core";
import { MemoryWatch } from "./memory.ts";
import { Finding, type Target } from "./target.ts";

/** Inputs between two looks at the memory. */
const STRIDE = 4096;
/** A target is given up after so many findings. */
const FINDINGS_MAX = 5;
/** Acceptance: what is held after the run, and while it lasts, above the start. */
const MEMORY_MAX_MIB = 100;

export interface FindingReport {
  readonly index: number;
  readonly problem: string;
  /** base64 */
  readonly input: string;
  readonly stack: string;
}

/** What one target went through. */
export interface Tally {
  readonly target: string;
  readonly seed: number;
  inputs: number;
  /** Messages or frames in them. */
  units: number;
  bytes: number;
  taken: number;
  headers: number;
  /** See MemoryWatch. */
  heldMib: number;
  residentMib: number;
  slowestMs: number;
  seconds: number;
  readonly reasons: Record<string, number>;
  readonly findings: FindingReport[];
}

export interface RunOptions {
  /** Units to feed. */
  readonly count: number;
  readonly seed: number;
  /** The first input's number: with `count` 1 that very input. */
  readonly from?: number;
  readonly progress?: (tally: Tally) => void;
}

/** Feeds a target. The same seed and number make the same input. */
export async function runTarget(target: Target, options: RunOptions): Promise<Tally> {
  const { count, seed, from = 0, progress } = options;
  const tally = newTally(target.name, seed);
  const startMs = performance.now();
  const memory = new MemoryWatch();
  const look = async (): Promise<void> => {
    await memory.look();
    tally.heldMib = memory.heldMib;
    tally.residentMib = memory.residentMib;
    tally.seconds = (performance.now() - startMs) / 1000;
  };
  for (let index = from; tally.units < count; index++) {
    await feed(target, index, tally);
    if (tally.findings.length >= FINDINGS_MAX) break;
    if ((index - from) % STRIDE !== STRIDE - 1) continue;
    await look();
    progress?.(tally);
  }
  await look();
  return tally;
}

/** What a run shows to be wrong, in words. */
export function verdicts(tally: Tally, target: Target): string[] {
  const { findings, headers, units, heldMib } = tally;
  const wrong = findings.map(({ index, problem }) => `input ${index}: ${problem}`);
  if (headers < units * target.headersMin)
    wrong.push(`only ${headers} of ${units} pass the header`);
  if (heldMib > MEMORY_MAX_MIB) wrong.push(`${heldMib.toFixed(0)} MiB are held above the start`);
  return wrong;
}

async function feed(target: Target, index: number, tally: Tally): Promise<void> {
  const random = new Random(mix(tally.seed, tally.target, index));
  const beganMs = performance.now();
  try {
    const given = target.one(random);
    const outcome = given instanceof Promise ? await given : given;
    const { reason, also = [] } = outcome;
    tally.bytes += outcome.bytes;
    tally.units += outcome.units ?? 1;
    tally.headers += outcome.headers;
    if (reason === undefined) tally.taken++;
    for (const each of reason === undefined ? also : [reason, ...also]) {
      tally.reasons[each] = (tally.reasons[each] ?? 0) + 1;
    }
  } catch (error) {
    tally.findings.push(reportOf(error, index));
    tally.units++;
  }
  tally.inputs++;
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - beganMs);
}

function reportOf(error: unknown, index: number): FindingReport {
  const finding = error instanceof Finding ? error : undefined;
  const cause = finding?.cause ?? error;
  return {
    index,
    problem: finding?.message ?? `the fuzzer itself failed: ${String(error)}`,
    input: Buffer.from(finding?.input ?? []).toString("base64"),
    stack: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  };
}

function newTally(target: string, seed: number): Tally {
  return {
    target,
    seed,
    inputs: 0,
    units: 0,
    bytes: 0,
    taken: 0,
    headers: 0,
    heldMib: 0,
    residentMib: 0,
    slowestMs: 0,
    seconds: 0,
    reasons: {},
    findings: [],
  };
}

/** A seed for one input, from the run's seed, the target's name and the input's number (FNV-1a). */
function mix(seed: number, name: string, index: number): number {
  let hash = 0x811c_9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  for (let shift = 0; shift < 32; shift += 8) {
    hash = Math.imul(hash ^ ((index >>> shift) & 0xff), 0x0100_0193);
  }
  return hash >>> 0;
}
