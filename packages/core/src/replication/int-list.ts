/** A list of int32 that keeps its memory when cleared. */
export class IntList {
  items: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.items = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length >= this.items.length) this.reserve(this.length * 2);
    this.items[this.length++] = value;
  }

  /** Makes room for so many numbers in all. */
  reserve(capacity: number): void {
    if (capacity <= this.items.length) return;
    const items = new Int32Array(Math.max(capacity, this.items.length * 2));
    items.set(this.items);
    this.items = items;
  }

  at(index: number): number {
    return this.items[index]!;
  }

  /** Sorts the numbers, smallest first; fastest where few are out of place. */
  sort(): void {
    const { items, length } = this;
    if (length > 64) {
      items.subarray(0, length).sort();
      return;
    }
    for (let i = 1; i < length; i++) {
      const value = items[i]!;
      let j = i;
      for (; j > 0 && items[j - 1]! > value; j--) items[j] = items[j - 1]!;
      items[j] = value;
    }
  }

  clear(): void {
    this.length = 0;
  }
}
