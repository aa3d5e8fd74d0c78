/** A list of float64 that keeps its memory when cleared. */
export class FloatList {
  items: Float64Array;
  length = 0;

  constructor(capacity = 64) {
    this.items = new Float64Array(capacity);
  }

  /** Makes room for `count` more numbers, which the caller writes into `items`; answers where they begin. */
  extend(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.items.length) {
      const items = new Float64Array(this.length * 2);
      items.set(this.items.subarray(0, start));
      this.items = items;
    }
    return start;
  }

  clear(): void {
    this.length = 0;
  }
}
