/**
 * Finds the nearest of a crowd by brute force within cells of a grid: the fastest way that we know for a peer that brings no
 * interest management of its own, and the truth that both sides are checked against.
 */
export class Nearest {
  /** Of the newest `find`: the nearest, in no particular order. */
  readonly found: Int32Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #cell: number;
  readonly #width: number;
  readonly #starts: Int32Array;
  readonly #items: Int32Array;
  readonly #distances: Float64Array;

  /** @param sight about the distance within which `find` will find as many as it is asked for. */
  constructor(x: Float64Array, y: Float64Array, side: number, sight: number) {
    this.#x = x;
    this.#y = y;
    this.#cell = sight / 2;
    this.#width = Math.floor(side / this.#cell) + 1;
    this.#starts = new Int32Array(this.#width * this.#width + 1);
    this.#items = new Int32Array(x.length);
    this.found = new Int32Array(x.length);
    this.#distances = new Float64Array(x.length);
  }

  /** Takes the crowd as it is now. */
  rebuild(): void {
    const starts = this.#starts.fill(0);
    for (let i = 0; i < this.#x.length; i++) starts[this.#cellOf(i) + 1]!++;
    for (let c = 1; c < starts.length; c++) starts[c] = starts[c]! + starts[c - 1]!;
    for (let i = this.#x.length - 1; i >= 0; i--) {
      const cell = this.#cellOf(i);
      this.#items[--starts[cell + 1]!] = i;
    }
    // Filling has moved each start to where its own cell begins; one place on, so that cell c spans c to c + 1.
    for (let c = 0; c + 1 < starts.length; c++) starts[c] = starts[c + 1]!;
    starts[starts.length - 1] = this.#x.length;
  }

  /** Puts the `count` nearest to a point, and fewer only when there are no more, into `found`; answers how many. */
  find(x: number, y: number, count: number): number {
    for (let reach = 3; ; reach *= 2) {
      const gathered = this.#gather(x, y, reach);
      const isAll = reach >= this.#width;
      if (gathered < count && !isAll) continue;
      if (gathered > count) select(this.found, this.#distances, gathered, count);
      const kept = Math.min(gathered, count);
      // Cells farther away may hold nearer ones than the farthest of these.
      const safe = (reach * this.#cell) ** 2;
      if (isAll || this.#farthest(kept) <= safe) return kept;
    }
  }

  #gather(x: number, y: number, reach: number): number {
    const width = this.#width;
    const column = Math.floor(x / this.#cell);
    const row = Math.floor(y / this.#cell);
    let count = 0;
    for (let r = Math.max(0, row - reach); r <= Math.min(width - 1, row + reach); r++) {
      const first = r * width + Math.max(0, column - reach);
      const last = r * width + Math.min(width - 1, column + reach);
      for (let at = this.#starts[first]!; at < this.#starts[last + 1]!; at++) {
        const i = this.#items[at]!;
        const dx = this.#x[i]! - x;
        const dy = this.#y[i]! - y;
        this.found[count] = i;
        this.#distances[count++] = dx * dx + dy * dy;
      }
    }
    return count;
  }

  #farthest(count: number): number {
    let farthest = 0;
    for (let i = 0; i < count; i++) farthest = Math.max(farthest, this.#distances[i]!);
    return farthest;
  }

  #cellOf(i: number): number {
    return (
      Math.floor(this.#y[i]! / this.#cell) * this.#width + Math.floor(this.#x[i]! / this.#cell)
    );
  }
}

/** Moves the `keep` smallest distances to the front, with their items (Hoare's selection). */
function select(items: Int32Array, distances: Float64Array, count: number, keep: number): void {
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = distances[(left + right) >>> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (distances[i]! < pivot) i++;
      while (distances[j]! > pivot) j--;
      if (i > j) break;
      const distance = distances[i]!;
      distances[i] = distances[j]!;
      distances[j] = distance;
      const item = items[i]!;
      items[i++] = items[j]!;
      items[j--] = item;
    }
    if (keep - 1 <= j) right = j;
    else if (keep - 1 >= i) left = i;
    else return;
  }
}
