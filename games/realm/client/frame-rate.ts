const windowMs = 1000;

/** Frames of the last second. */
export class FrameRate {
  readonly #times: number[] = [];

  count(nowMs: number): void {
    this.#times.push(nowMs);
    while (this.#times.length > 0 && this.#times[0]! < nowMs - windowMs) this.#times.shift();
  }

  get perSecond(): number {
    return this.#times.length;
  }
}
