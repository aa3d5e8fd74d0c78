/** Snapshots whose acknowledgement is awaited at most; more round-trip time than these cover does not open it wider. */
const SNAPSHOTS_MAX = 64;
/** What is assumed before anything was measured. */
const ROUND_TRIP_MS = 200;
/** How long a measured round trip counts as the shortest. */
const MEMORY_MS = 10_000;
/** Snapshots that one acknowledgement is taken to cover at most. */
const COVERED_MAX = 4;
/** Share of the newest acknowledgement in the mean of what they cover. */
const COVERED_SHARE = 1 / 8;

/**
 * Bounds the snapshots on their way to one membership: as many as a round trip holds, and twice as many as one
 * acknowledgement usually covers, so that one which comes late closes nothing. Evidence is what the client says it has
 * (acks), or its pongs to pings sent behind snapshots; never the socket, since the kernel hides megabytes.
 */
export class SendWindow {
  readonly #intervalMs: number;
  /** Tick and time of each, side by side. */
  readonly #sent = new Float64Array(2 * SNAPSHOTS_MAX);
  #first = 0;
  #count = 0;
  #size: number;
  #shortestMs = Infinity;
  #shortestBeforeMs = Infinity;
  #epochMs = 0;
  /** Mean of the snapshots that an acknowledgement of the client's own accord covers. */
  #covered = 1;

  /** @param intervalMs time between two snapshots. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#size = this.#sizeFor(ROUND_TRIP_MS);
  }

  /** Snapshots on their way. */
  get inFlight(): number {
    return this.#count;
  }

  /** Shortest round trip of late, in milliseconds; undefined before the first. */
  get roundTripMs(): number | undefined {
    const shortest = Math.min(this.#shortestMs, this.#shortestBeforeMs);
    return shortest === Infinity ? undefined : shortest;
  }

  /** How many may be on their way. */
  get size(): number {
    return this.#size;
  }

  get isOpen(): boolean {
    return this.#count < this.#size;
  }

  /** When the oldest snapshot on its way was sent; undefined when none is. */
  get waitingSinceMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#sent[2 * this.#first + 1]!;
  }

  /** Tick of the newest snapshot on its way; undefined when none is. */
  get newestTick(): number | undefined {
    if (this.#count === 0) return undefined;
    return this.#sent[2 * ((this.#first + this.#count - 1) % SNAPSHOTS_MAX)]!;
  }

  /** A snapshot of this tick was sent. Ticks rise. */
  sent(tick: number, nowMs: number): void {
    const at = 2 * ((this.#first + this.#count) % SNAPSHOTS_MAX);
    this.#sent[at] = tick;
    this.#sent[at + 1] = nowMs;
    this.#count++;
  }

  /**
   * The client has everything up to this tick. Ticks that were never sent, or are known already, change nothing.
   *
   * @param wasAsked it is the answer to a ping.
   */
  acknowledged(tick: number, nowMs: number, wasAsked = false): void {
    const before = this.#count;
    while (this.#count > 0 && this.#sent[2 * this.#first]! <= tick) {
      if (this.#sent[2 * this.#first] === tick)
        this.#measure(nowMs - this.#sent[2 * this.#first + 1]!, nowMs);
      this.#first = (this.#first + 1) % SNAPSHOTS_MAX;
      this.#count--;
    }
    const covered = Math.min(before - this.#count, COVERED_MAX);
    if (covered > 0 && !wasAsked) this.#covered += (covered - this.#covered) * COVERED_SHARE;
  }

  #measure(roundTripMs: number, nowMs: number): void {
    if (nowMs - this.#epochMs >= MEMORY_MS) {
      this.#shortestBeforeMs = this.#shortestMs;
      this.#shortestMs = Infinity;
      this.#epochMs = nowMs;
    }
    this.#shortestMs = Math.min(this.#shortestMs, roundTripMs);
    this.#size = this.#sizeFor(Math.min(this.#shortestMs, this.#shortestBeforeMs));
  }

  #sizeFor(roundTripMs: number): number {
    const covered = Math.round(this.#covered);
    return Math.min(Math.ceil(roundTripMs / this.#intervalMs) + 2 * covered, SNAPSHOTS_MAX);
  }
}
