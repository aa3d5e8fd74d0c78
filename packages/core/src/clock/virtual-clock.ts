interface Call {
  readonly atMs: number;
  readonly call: () => void;
}

/** A clock that stands still until it is told to go on. For tests and simulations; fills the clock ports of both sides. */
export class VirtualClock {
  readonly #calls: Call[] = [];
  readonly #wallStartMs: number;
  #nowMs = 0;

  /** @param wallStartMs wall time at monotonic time 0. */
  constructor(wallStartMs = 1_700_000_000_000) {
    this.#wallStartMs = wallStartMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallStartMs + this.#nowMs;
  }

  at(atMs: number, call: () => void): () => void {
    const entry: Call = { atMs, call };
    // behind all that are due at the same time or before
    const index = this.#calls.findIndex((other) => other.atMs > atMs);
    this.#calls.splice(index < 0 ? this.#calls.length : index, 0, entry);
    return () => {
      const found = this.#calls.indexOf(entry);
      if (found >= 0) this.#calls.splice(found, 1);
    };
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#calls.length;
  }

  /** When the next call is due; Infinity when none waits. */
  get nextMs(): number {
    return this.#calls[0]?.atMs ?? Infinity;
  }

  /** Time goes on by so much; what becomes due is called in order, each at its own time. */
  advance(byMs: number): void {
    const end = this.#nowMs + byMs;
    while (this.nextMs <= end) this.#callNext();
    // a callback may have stalled it beyond
    this.#nowMs = Math.max(this.#nowMs, end);
  }

  /** As `advance`, but `settle` is awaited behind each call, so that what hangs on promises happens at its own time. */
  async pass(byMs: number, settle: () => Promise<void>): Promise<void> {
    const end = this.#nowMs + byMs;
    await settle();
    while (this.nextMs <= end) {
      this.#callNext();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, end);
  }

  /** Time goes by without anything being called, as when a thread is busy. */
  stall(byMs: number): void {
    this.#nowMs += byMs;
  }

  #callNext(): void {
    const next = this.#calls.shift();
    if (next === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.call();
  }
}
