/** Time in which half of a small error goes, and of a large one, in seconds. */
const slowHalfLife = 0.1;
const fastHalfLife = 0.05;
/** Shares of the snap distance from which an error counts as no longer small, and as large. */
const smallShare = 1 / 12;
const largeShare = 1 / 3;

/** The distance between what is shown and what is known to be true, shrinking until nobody has seen a jump. */
export class VisibleError {
  readonly #errors: Float64Array;
  readonly #held: Float64Array;
  readonly #snapDistance: number;

  /** @param dimensions number of position fields; @param snapDistance larger errors are jumped over. */
  constructor(dimensions: number, snapDistance: number) {
    this.#errors = new Float64Array(dimensions);
    this.#held = new Float64Array(dimensions);
    this.#snapDistance = snapDistance;
  }

  get length(): number {
    let sum = 0;
    for (const error of this.#errors) sum += error * error;
    return Math.sqrt(sum);
  }

  clear(): void {
    this.#errors.fill(0);
  }

  /** e = e 2^(-t / half-life). */
  decay(seconds: number): void {
    const share = this.length / this.#snapDistance;
    const large = Math.min(1, Math.max(0, (share - smallShare) / (largeShare - smallShare)));
    const halfLife = slowHalfLife + (fastHalfLife - slowHalfLife) * large;
    const factor = 2 ** (-seconds / halfLife);
    for (let i = 0; i < this.#errors.length; i++) this.#errors[i] = this.#errors[i]! * factor;
  }

  addTo(values: Float64Array, positions: readonly number[]): void {
    for (let i = 0; i < positions.length; i++) values[positions[i]!]! += this.#errors[i]!;
  }

  /** Remembers what is shown for these true values. */
  hold(values: Float64Array, positions: readonly number[]): void {
    for (let i = 0; i < positions.length; i++) {
      this.#held[i] = values[positions[i]!]! + this.#errors[i]!;
    }
  }

  /** Goes on showing what was held, although these are the true values now; beyond the snap distance it shows them. */
  settle(values: Float64Array, positions: readonly number[]): void {
    for (let i = 0; i < positions.length; i++) {
      this.#errors[i] = this.#held[i]! - values[positions[i]!]!;
    }
    // NaN is not within the distance
    if (!(this.length <= this.#snapDistance)) this.clear();
  }
}
