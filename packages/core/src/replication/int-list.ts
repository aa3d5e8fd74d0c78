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

  clear(): void {
    this.length = 0;
  }
}
