/** Playback may run this much faster or slower than real time; neither can be seen. */
const fasterMax = 0.02;
const slowerMax = 0.04;
/** Share of the distance to the target that the speed makes up for per millisecond: a time constant of one second. */
const speedGain = 0.001;
/** Farther off than this the position is set at once. */
const resyncMs = 500;
/** No network needs a longer delay than this to play smoothly; beyond it, it stutters. */
const delayMaxMs = 500;
const renderMaxMs = 50;
const renderGain = 1 / 16;

export interface PlaybackOptions {
  /** Ticks per second. */
  readonly tickRate: number;
  /** Snapshots per second. */
  readonly sendRate: number;
  /** The transport delivers everything in order, so one lost packet delays all that follow. */
  readonly reliable: boolean;
}

/**
 * Which tick of a room to show at which moment: late enough that the next snapshot has nearly always arrived. Follows the
 * arrivals of snapshots by running a little faster or slower, so what it shows never runs backwards.
 *
 * With I the interval of sends, s the standard deviation of arrivals, J the jitter and R the round trip, the delay is
 * clamp(I + 2s + one frame, 1.7 I, 3 I), and on a reliable transport at least max(2 I, I + 2J + R/2), since a lost
 * segment stalls the stream for about one round trip.
 */
export class PlaybackClock {
  readonly #tickMs: number;
  readonly #intervalMs: number;
  readonly #reliable: boolean;
  readonly #gain: number;
  #rttMs = 0;
  #jitterMs = 0;
  /** Stream time (tick times length of a tick) less local time, as snapshots arrive on average. */
  #offsetMs = 0;
  #variance = 0;
  #started = false;
  #pendingTick = -1;
  #pendingOffsetMs = 0;
  #newestTick = -1;
  #lastMs = 0;
  #renderMs = 16;
  #delayMs: number;
  #positionMs = 0;

  constructor(options: PlaybackOptions) {
    this.#tickMs = 1000 / options.tickRate;
    this.#intervalMs = 1000 / options.sendRate;
    this.#reliable = options.reliable;
    this.#gain = 2 / (Math.max(4, options.sendRate) + 1);
    this.#delayMs = 2 * this.#intervalMs;
  }

  /** A snapshot of this tick was applied. Of several between two calls of `advance` the least delayed counts. */
  arrived(tick: number, nowMs: number): void {
    const offset = tick * this.#tickMs - nowMs;
    if (this.#pendingTick < 0 || offset > this.#pendingOffsetMs) this.#pendingOffsetMs = offset;
    this.#pendingTick = tick;
    if (tick > this.#newestTick) this.#newestTick = tick;
  }

  /** What is known of the way to the server, in milliseconds. */
  network(rttMs: number, jitterMs: number): void {
    this.#rttMs = rttMs;
    this.#jitterMs = jitterMs;
  }

  /** Moves on to a local time and returns the tick to show, with its fraction. 0 until the first snapshot. */
  advance(nowMs: number): number {
    const elapsed = Math.max(0, nowMs - this.#lastMs);
    const wasStarted = this.#started;
    this.#takeArrivals();
    if (!this.#started) return 0;
    this.#lastMs = nowMs;
    if (!wasStarted) {
      this.#delayMs = this.#wantedDelay();
      this.#positionMs = nowMs + this.#offsetMs - this.#delayMs;
      return this.displayTick;
    }
    this.#renderMs += (Math.min(elapsed, renderMaxMs) - this.#renderMs) * renderGain;
    this.#delayMs = this.#wantedDelay();
    const target = nowMs + this.#offsetMs - this.#delayMs;
    const error = target - (this.#positionMs + elapsed);
    if (Math.abs(error) > resyncMs) {
      this.#positionMs = target;
    } else {
      const speed = Math.min(fasterMax, Math.max(-slowerMax, error * speedGain));
      this.#positionMs += elapsed * (1 + speed);
    }
    return this.displayTick;
  }

  /** The tick that is shown, with its fraction. */
  get displayTick(): number {
    return this.#started ? this.#positionMs / this.#tickMs : 0;
  }

  /** The newest tick that has arrived, -1 before the first. */
  get newestTick(): number {
    return this.#newestTick;
  }

  /** How far the shown moment should lie behind the arrivals, in milliseconds. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** The tick that the server is at now, estimated, with its fraction. 0 until the first snapshot. */
  serverTick(nowMs: number): number {
    if (!this.#started) return 0;
    return (nowMs + this.#offsetMs + this.#rttMs / 2) / this.#tickMs;
  }

  /** Forgets the stream, for a room that starts anew. */
  reset(): void {
    this.#started = false;
    this.#pendingTick = -1;
    this.#newestTick = -1;
    this.#variance = 0;
    this.#delayMs = 2 * this.#intervalMs;
  }

  #takeArrivals(): void {
    if (this.#pendingTick < 0) return;
    this.#pendingTick = -1;
    const off = this.#pendingOffsetMs - this.#offsetMs;
    // nothing arrives far too early: then the stream itself has leapt
    if (!this.#started || off > resyncMs) {
      this.#started = true;
      this.#offsetMs = this.#pendingOffsetMs;
      this.#variance = 0;
      return;
    }
    this.#offsetMs += off * this.#gain;
    this.#variance += (off * off - this.#variance) * this.#gain;
  }

  #wantedDelay(): number {
    const interval = this.#intervalMs;
    const deviation = Math.sqrt(this.#variance);
    const wanted = interval + 2 * deviation + this.#renderMs;
    const delay = Math.min(3 * interval, Math.max(1.7 * interval, wanted));
    if (!this.#reliable) return delay;
    const stalled = interval + 2 * this.#jitterMs + this.#rttMs / 2;
    return Math.min(Math.max(delay, 2 * interval, stalled), Math.max(delayMaxMs, 2 * interval));
  }
}
