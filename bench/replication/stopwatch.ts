/**
 * Adds up processor time of the whole process, by part; what it collects and compiles in other threads meanwhile is in it. A
 * busy machine stretches it less than the time of day. (That of a single thread is told in steps of milliseconds only.)
 */
export class Stopwatch {
  /** Milliseconds of processor time, by part. */
  readonly parts: Record<string, number> = {};
  /** Milliseconds of the time of day. */
  wallMs = 0;
  #cpu = 0;
  #wall = 0;

  /** Milliseconds of processor time, all parts together. */
  get cpuMs(): number {
    return Object.values(this.parts).reduce((sum, ms) => sum + ms, 0);
  }

  start(): void {
    this.#wall = performance.now();
    this.#cpu = cpuMs();
  }

  /** What was done since `start`, or since the lap before, was this. */
  lap(part: string): void {
    const cpu = cpuMs();
    const wall = performance.now();
    this.parts[part] = (this.parts[part] ?? 0) + cpu - this.#cpu;
    this.wallMs += wall - this.#wall;
    this.#cpu = cpu;
    this.#wall = wall;
  }

  /** Forgets what was measured so far. */
  reset(): void {
    for (const part of Object.keys(this.parts)) this.parts[part] = 0;
    this.wallMs = 0;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
