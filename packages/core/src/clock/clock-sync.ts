/** Answered pings that the filter looks back on. */
const windowSize = 8;
/** Share of a new value in the running means, as in RFC 6298 (1/8) and RFC 3550 (1/16). */
const rttGain = 1 / 8;
const jitterGain = 1 / 16;

/**
 * The other side's clock and the way to it, from answered pings. As in NTP the sample with the shortest round trip of the
 * last eight decides: the others are delayed by queues, and a delay on one way only is an error of half its length.
 * All times are milliseconds with fractions; `local` is any clock that does not jump.
 */
export class ClockSync {
  readonly #rtts = new Float64Array(windowSize);
  readonly #offsets = new Float64Array(windowSize);
  #samples = 0;
  #rttMs = 0;
  #jitterMs = 0;
  #lastRttMs = 0;
  #minRttMs = 0;
  #offsetMs = 0;

  /**
   * Takes one answered ping. One whose times are not finite or run backwards is left out.
   *
   * @returns whether it was taken
   */
  sample(sentLocalMs: number, remoteMs: number, receivedLocalMs: number): boolean {
    const rtt = receivedLocalMs - sentLocalMs;
    if (!(rtt >= 0 && Number.isFinite(rtt) && Number.isFinite(remoteMs))) return false;
    const at = this.#samples % windowSize;
    this.#rtts[at] = rtt;
    this.#offsets[at] = remoteMs + rtt / 2 - receivedLocalMs;
    if (this.#samples === 0) {
      this.#rttMs = rtt;
    } else {
      this.#rttMs += (rtt - this.#rttMs) * rttGain;
      this.#jitterMs += (Math.abs(rtt - this.#lastRttMs) - this.#jitterMs) * jitterGain;
    }
    this.#lastRttMs = rtt;
    this.#samples++;
    this.#choose();
    return true;
  }

  /** Answered pings so far. The other values mean nothing while it is 0. */
  get samples(): number {
    return this.#samples;
  }

  /** Running mean of the round trip. */
  get rttMs(): number {
    return this.#rttMs;
  }

  /** Shortest round trip of the last eight. */
  get minRttMs(): number {
    return this.#minRttMs;
  }

  /** Running mean of how much the round trip differs from the one before. */
  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** What to add to the local clock to get the other side's. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** The other side's clock at a local time; off by at most half the shortest round trip. */
  remoteTime(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  /** Forgets everything, for a new connection. */
  reset(): void {
    this.#samples = 0;
    this.#rttMs = 0;
    this.#jitterMs = 0;
    this.#lastRttMs = 0;
    this.#minRttMs = 0;
    this.#offsetMs = 0;
  }

  #choose(): void {
    const count = Math.min(this.#samples, windowSize);
    let best = 0;
    for (let i = 1; i < count; i++) if (this.#rtts[i]! < this.#rtts[best]!) best = i;
    this.#minRttMs = this.#rtts[best]!;
    this.#offsetMs = this.#offsets[best]!;
  }
}
