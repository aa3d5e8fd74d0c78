/**
 * Adds up processor time of the whole process: what it collects and compiles in other threads meanwhile is in it, and a busy
 * machine stretches it less than the time of day. (That of a single thread is told in steps of milliseconds only.) Asking for
 * it takes long, some hundredth of a tick; so it is asked for only at both ends, what that takes is taken off again, and
 * parts are told by the clock on the wall.
 */
export class Stopwatch {
  /** Milliseconds by the clock on the wall, by part. */
  readonly parts: Record<string, number> = {};
  /** Milliseconds of processor time. */
  cpuMs = 0;
  readonly #askingMs: number = askingMs();
  #cpu = 0;
  #wall = 0;

  /** Milliseconds by the clock on the wall, all parts together. */
  get wallMs(): number {
    return Object.values(this.parts).reduce((sum, ms) => sum + ms, 0);
  }

  start(): void {
    this.#cpu = cpuMs();
    this.#wall = performance.now();
  }

  /** What was done since `start`, or since the lap before, was this. */
  lap(part: string): void {
    const wall = performance.now();
    this.parts[part] = (this.parts[part] ?? 0) + wall - this.#wall;
    this.#wall = wall;
  }

  /** The last lap, and the end of what is measured. */
  stop(part: string): void {
    this.lap(part);
    this.cpuMs += cpuMs() - this.#cpu - this.#askingMs;
  }

  /** Forgets what was measured so far. */
  reset(): void {
    for (const part of Object.keys(this.parts)) this.parts[part] = 0;
    this.cpuMs = 0;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Processor time that asking for it takes once. */
function askingMs(): number {
  const times = 2_000;
  const begun = cpuMs();
  for (let i = 1; i < times; i++) cpuMs();
  return (cpuMs() - begun) / times;
}
