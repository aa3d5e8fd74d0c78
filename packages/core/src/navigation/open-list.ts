/** Marks in `places` a cell that has left the heap. */
export const CLOSED = 0xffff_ffff;

/**
 * A binary heap of cells by their estimate (lowest first), then by cost (highest first: nearer to the goal), then by
 * index. The order is total, so what comes out does not depend on what went in when.
 */
export class OpenList {
  /** Where each cell stands in the heap; meaningful for cells pushed since the last clear. */
  readonly places: Uint32Array;
  readonly #costs: Float64Array;
  #cells = new Uint32Array(256);
  #estimates = new Float64Array(256);
  #size = 0;

  /** @param costs the cost of each cell, kept by the caller and set before `push`. */
  constructor(costs: Float64Array) {
    this.#costs = costs;
    this.places = new Uint32Array(costs.length);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  push(cell: number, estimate: number): void {
    if (this.#size === this.#cells.length) this.#grow();
    this.#estimates[this.#size] = estimate;
    this.#cells[this.#size] = cell;
    this.#rise(this.#size++);
  }

  /** For a cell in the heap whose cost and estimate have become lower. */
  lower(cell: number, estimate: number): void {
    const place = this.places[cell]!;
    this.#estimates[place] = estimate;
    this.#rise(place);
  }

  /** Takes out the first cell; the heap must not be empty. */
  pop(): number {
    const first = this.#cells[0]!;
    this.places[first] = CLOSED;
    const last = --this.#size;
    if (last > 0) {
      this.#cells[0] = this.#cells[last]!;
      this.#estimates[0] = this.#estimates[last]!;
      this.#sink();
    }
    return first;
  }

  #before(a: number, estimateA: number, b: number, estimateB: number): boolean {
    if (estimateA !== estimateB) return estimateA < estimateB;
    const costA = this.#costs[a]!;
    const costB = this.#costs[b]!;
    return costA === costB ? a < b : costA > costB;
  }

  #rise(from: number): void {
    const cells = this.#cells;
    const estimates = this.#estimates;
    const cell = cells[from]!;
    const estimate = estimates[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const other = cells[parent]!;
      if (!this.#before(cell, estimate, other, estimates[parent]!)) break;
      cells[place] = other;
      estimates[place] = estimates[parent]!;
      this.places[other] = place;
      place = parent;
    }
    cells[place] = cell;
    estimates[place] = estimate;
    this.places[cell] = place;
  }

  #sink(): void {
    const cells = this.#cells;
    const estimates = this.#estimates;
    const cell = cells[0]!;
    const estimate = estimates[0]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (
        right < this.#size &&
        this.#before(cells[right]!, estimates[right]!, cells[child]!, estimates[child]!)
      ) {
        child = right;
      }
      const other = cells[child]!;
      if (!this.#before(other, estimates[child]!, cell, estimate)) break;
      cells[place] = other;
      estimates[place] = estimates[child]!;
      this.places[other] = place;
      place = child;
    }
    cells[place] = cell;
    estimates[place] = estimate;
    this.places[cell] = place;
  }

  #grow(): void {
    const cells = new Uint32Array(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
    const estimates = new Float64Array(this.#estimates.length * 2);
    estimates.set(this.#estimates);
    this.#estimates = estimates;
  }
}
