/**
 * Parameters of Rice codes that follow what was coded, the same at both ends of an ordered stream: for each field the
 * running mean of the coded numbers, in sixteenths, with a memory of eight values. k = floor(log2(0.69 m + 1)), the
 * optimum for a geometric distribution of mean m.
 */
export class AdaptiveRice {
  readonly #means: Uint16Array;

  constructor(fields: number) {
    this.#means = new Uint16Array(fields);
    this.reset();
  }

  reset(): void {
    this.#means.fill(4 * 16);
  }

  /** The parameter for the next number of a field. */
  k(field: number): number {
    // 11 / 256 is 0.69 / 16.
    return 31 - Math.clz32(((this.#means[field]! * 11) >>> 8) + 1);
  }

  /** Takes note of a number that was coded, unsigned. */
  note(field: number, value: number): void {
    const mean = this.#means[field]!;
    const capped = value > 4_000 ? 4_000 : value;
    this.#means[field] = mean + ((capped * 16 - mean) >> 3);
  }
}
