const buckets = 10;
const bucketMs = 100;

/** How much came in the last second, in steps of 100 ms. */
export class RateMeter {
  readonly #amounts = new Float64Array(buckets);
  #total = 0;
  /** Number of the bucket that was written last, counted from time 0. */
  #newest = -1;

  /** Everything so far. */
  get total(): number {
    return this.#total;
  }

  add(amount: number, nowMs: number): void {
    this.#moveTo(nowMs);
    const at = this.#newest % buckets;
    this.#amounts[at] = this.#amounts[at]! + amount;
    this.#total += amount;
  }

  /** Sum over the last second, the running tenth included. */
  perSecond(nowMs: number): number {
    this.#moveTo(nowMs);
    let sum = 0;
    for (const amount of this.#amounts) sum += amount;
    return sum;
  }

  #moveTo(nowMs: number): void {
    const now = Math.max(0, Math.floor(nowMs / bucketMs));
    if (now <= this.#newest) return;
    const passed = Math.min(buckets, now - this.#newest);
    for (let i = 0; i < passed; i++) this.#amounts[(now - i) % buckets] = 0;
    this.#newest = now;
  }
}
