/** Enemies that one creature remembers; of more the least hated is forgotten. */
export const enemiesMax = 8;

/** A new enemy must be hated so much more than the present one before a creature turns to it. */
const turnFactor = 1.2;

/** Whom a creature hates, and how much. */
export class Threat {
  readonly #ids: Int32Array = new Int32Array(enemiesMax);
  readonly #amounts: Float64Array = new Float64Array(enemiesMax);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** What is not above 0 changes nothing. */
  add(id: number, amount: number): void {
    if (!(amount > 0) || id === 0) return;
    let least = 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#ids[i] === id) {
        this.#amounts[i]! += amount;
        return;
      }
      if (this.#amounts[i]! < this.#amounts[least]!) least = i;
    }
    const at = this.#count < enemiesMax ? this.#count++ : least;
    this.#ids[at] = id;
    this.#amounts[at] = amount;
  }

  remove(id: number): void {
    for (let i = 0; i < this.#count; i++) {
      if (this.#ids[i] !== id) continue;
      this.#count--;
      this.#ids[i] = this.#ids[this.#count]!;
      this.#amounts[i] = this.#amounts[this.#count]!;
      return;
    }
  }

  of(id: number): number {
    for (let i = 0; i < this.#count; i++) if (this.#ids[i] === id) return this.#amounts[i]!;
    return 0;
  }

  /** The most hated, but the present one unless another is hated clearly more; 0 for none. Ties go to the lower id. */
  top(present: number): number {
    let best = 0;
    let bestAmount = 0;
    for (let i = 0; i < this.#count; i++) {
      const id = this.#ids[i]!;
      const amount = id === present ? this.#amounts[i]! * turnFactor : this.#amounts[i]!;
      if (amount > bestAmount || (amount === bestAmount && id < best)) {
        best = id;
        bestAmount = amount;
      }
    }
    return best;
  }
}
