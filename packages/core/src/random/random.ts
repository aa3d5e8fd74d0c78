/**
 * Seeded pseudo-random numbers (xoshiro128**, Blackman and Vigna 2018; period 2^128 - 1). Not for secrets.
 * The same seed gives the same numbers on every machine; the state can be saved and restored.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed any 32-bit integer; spread over the state by SplitMix32. */
  constructor(seed: number) {
    let s = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e3779b9) >>> 0;
      let z = s;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#state[i] = z ^ (z >>> 16);
    }
  }

  /** The next 32 bits, 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.#state;
    const five = Math.imul(s[1]!, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** At least 0, less than 1. */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer from `min` to `max`, both included. The bias of the remainder is below 2^-20 for spans under 4,096. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.unit() * (max - min + 1));
  }

  /** At least `min`, less than `max`. */
  between(min: number, max: number): number {
    return min + this.unit() * (max - min);
  }

  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of the items. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick() needs at least one item");
    return items[this.integer(0, items.length - 1)]!;
  }

  /** Four 32-bit numbers, for `restore`. */
  save(): [number, number, number, number] {
    const s = this.#state;
    return [s[0]!, s[1]!, s[2]!, s[3]!];
  }

  restore(state: readonly [number, number, number, number]): void {
    this.#state.set(state);
  }
}
