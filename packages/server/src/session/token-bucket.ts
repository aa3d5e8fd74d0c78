/** Allows so much at once and so much per second in the long run. It has no timer: time comes with each call. */
export class TokenBucket {
  #burst: number;
  #perMs: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** Takes `cost` tokens, or none and returns false. */
  take(cost: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Allows at least so much from here on. */
  raise(perSecond: number, burst: number): void {
    this.#perMs = Math.max(this.#perMs, perSecond / 1000);
    this.#burst = Math.max(this.#burst, burst);
  }

  /** Milliseconds until `cost` tokens are there. */
  waitMs(cost: number): number {
    return Math.max(0, Math.ceil((cost - this.#tokens) / this.#perMs));
  }
}
