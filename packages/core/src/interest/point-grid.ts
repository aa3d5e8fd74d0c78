/** Points in a cell where they are spread evenly. */
const perCell = 2;

/**
 * A uniform grid over points, rebuilt whole by a counting sort: two passes over the points, no allocation once warm.
 * Rebuilding 2,000 points costs less than keeping cells up to date when most of them move.
 */
export class PointGrid {
  readonly #cellSize: number;
  #minX = 0;
  #minY = 0;
  #columns = 1;
  #rows = 1;
  #scale = 1;
  #cellStart = new Int32Array(2);
  #cellOf = new Int32Array(64);
  #items = new Int32Array(64);
  /** x and y of each item. */
  #places = new Float64Array(128);
  #count = 0;

  /** @param cellSize largest edge of a cell, in world units; half of the usual query radius is sound. Crowds get smaller ones. */
  constructor(cellSize: number) {
    this.#cellSize = cellSize;
  }

  /**
   * Takes the points `slots[0..count)`, placed at `xs[slot]`, `ys[slot]`. The arrays are read now and not kept.
   * A world too wide for 512 by 512 cells gets larger ones: queries stay right and cost more.
   */
  build(slots: Int32Array, count: number, xs: Float64Array, ys: Float64Array): void {
    this.#reserve(count);
    this.#count = count;
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const x = xs[slot]!;
      const y = ys[slot]!;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    if (count === 0) {
      minX = minY = maxX = maxY = 0;
    }
    const width = maxX - minX;
    const height = maxY - minY;
    const crowded = Math.sqrt((width * height * perCell) / Math.max(1, count));
    const size = Math.max(Math.min(this.#cellSize, crowded), width / 511, height / 511, 1e-9);
    this.#scale = 1 / size;
    this.#minX = minX;
    this.#minY = minY;
    this.#columns = Math.min(512, Math.floor((maxX - minX) * this.#scale) + 1);
    this.#rows = Math.min(512, Math.floor((maxY - minY) * this.#scale) + 1);
    const cells = this.#columns * this.#rows;
    if (this.#cellStart.length < cells + 1) this.#cellStart = new Int32Array(cells * 2 + 1);
    const start = this.#cellStart;
    start.fill(0, 0, cells + 1);
    const cellOf = this.#cellOf;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const cell = this.#row(ys[slot]!) * this.#columns + this.#column(xs[slot]!);
      cellOf[i] = cell;
      start[cell + 1]!++;
    }
    for (let cell = 0; cell < cells; cell++) start[cell + 1]! += start[cell]!;
    // Filling from the back leaves `start` at the first item of each cell and keeps the order of the slots.
    const items = this.#items;
    for (let i = count - 1; i >= 0; i--) {
      const cell = cellOf[i]! + 1;
      start[cell]!--;
      const slot = slots[i]!;
      const at = start[cell]!;
      items[at] = slot;
      this.#places[at * 2] = xs[slot]!;
      this.#places[at * 2 + 1] = ys[slot]!;
    }
    for (let cell = 0; cell < cells; cell++) start[cell] = start[cell + 1]!;
    start[cells] = count;
  }

  /** Writes the slots of all cells that touch the square of `radius` about a point into `out`; returns their number. */
  query(x: number, y: number, radius: number, out: Int32Array): number {
    if (this.#count === 0) return 0;
    const left = this.#column(x - radius);
    const right = this.#column(x + radius);
    const top = this.#row(y - radius);
    const bottom = this.#row(y + radius);
    let n = 0;
    for (let row = top; row <= bottom; row++) {
      const base = row * this.#columns;
      const end = this.#cellStart[base + right + 1]!;
      for (let i = this.#cellStart[base + left]!; i < end; i++) out[n++] = this.#items[i]!;
    }
    return n;
  }

  /** Writes the slots of the points within a distance, given as its square, into `out`; returns their number. */
  within(x: number, y: number, distance2: number, out: Int32Array): number {
    if (this.#count === 0) return 0;
    const radius = Math.sqrt(distance2);
    const left = this.#column(x - radius);
    const right = this.#column(x + radius);
    const bottom = this.#row(y + radius);
    const columns = this.#columns;
    const start = this.#cellStart;
    const items = this.#items;
    const places = this.#places;
    let n = 0;
    for (let row = this.#row(y - radius); row <= bottom; row++) {
      const end = start[row * columns + right + 1]!;
      for (let i = start[row * columns + left]!; i < end; i++) {
        const dx = places[i * 2]! - x;
        const dy = places[i * 2 + 1]! - y;
        if (dx * dx + dy * dy <= distance2) out[n++] = items[i]!;
      }
    }
    return n;
  }

  #column(x: number): number {
    const column = Math.floor((x - this.#minX) * this.#scale);
    // Written so that NaN lands in the first cell.
    return column > 0 ? (column < this.#columns ? column : this.#columns - 1) : 0;
  }

  #row(y: number): number {
    const row = Math.floor((y - this.#minY) * this.#scale);
    return row > 0 ? (row < this.#rows ? row : this.#rows - 1) : 0;
  }

  #reserve(count: number): void {
    if (this.#items.length >= count) return;
    this.#items = new Int32Array(count * 2);
    this.#places = new Float64Array(count * 4);
    this.#cellOf = new Int32Array(count * 2);
  }
}
