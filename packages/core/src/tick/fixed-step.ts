import { RealmError } from "@realmwright/protocol";

/** How a FixedStep runs. */
export interface FixedStepOptions {
  /** Steps per second, more than 0. */
  readonly rate: number;
  /** Monotonic time at which the steps are aligned, in milliseconds; the first is due one step later. */
  readonly startMs: number;
  /** The most steps that one call of `advance` may find due; the time of more is dropped. Default 3. */
  readonly catchUpMax?: number;
}

/**
 * Says how many steps of fixed length are due, on time that is passed in. Steps are counted from their start, never added
 * up, so that rounding does not drift. A caller that is late catches up by a bounded number of steps; the time beyond that
 * is dropped (the schedule moves), so that slowness can not feed on itself.
 */
export class FixedStep {
  /** Length of a step, in milliseconds and in seconds. */
  readonly stepMs: number;
  readonly dt: number;
  readonly #rate: number;
  readonly #catchUpMax: number;
  #startMs: number;
  #taken = 0;
  #dropped = 0;

  constructor(options: FixedStepOptions) {
    const catchUpMax = options.catchUpMax ?? 3;
    if (!(options.rate > 0 && options.rate <= 1000) || !(catchUpMax >= 1)) {
      throw new RealmError("GAME_INVALID", {
        detail: "a fixed step needs 0 < rate <= 1000 and catchUpMax >= 1",
      });
    }
    this.#rate = options.rate;
    this.#catchUpMax = Math.floor(catchUpMax);
    this.#startMs = options.startMs;
    this.stepMs = 1000 / options.rate;
    this.dt = 1 / options.rate;
  }

  /** When the next step is due, in milliseconds. */
  get nextMs(): number {
    return this.#startMs + ((this.#taken + 1) * 1000) / this.#rate;
  }

  /** Steps whose time was dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The steps due at `nowMs`, 0 to `catchUpMax`; the caller takes them all. Time that runs backwards makes none due. */
  advance(nowMs: number): number {
    // the small part lets a clock that comes back exactly on time, but for rounding, find its step
    const whole = Math.floor(((nowMs - this.#startMs) * this.#rate) / 1000 + 1e-6);
    const due = whole - this.#taken;
    if (due <= 0) return 0;
    const steps = Math.min(due, this.#catchUpMax);
    const late = due - steps;
    if (late > 0) {
      this.#dropped += late;
      this.#startMs += (late * 1000) / this.#rate;
    }
    this.#taken += steps;
    return steps;
  }

  /** How far `nowMs` is into the step that is not yet due, 0 to 1: for drawing between two steps. */
  phase(nowMs: number): number {
    const phase = ((nowMs - this.#startMs) * this.#rate) / 1000 - this.#taken;
    return Math.min(1, Math.max(0, phase));
  }
}
