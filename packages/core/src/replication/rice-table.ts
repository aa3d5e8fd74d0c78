/** Ages that have parameters of their own: one send, two, more, and what follows no line. */
export const riceAges = 4;
/** Every parameter before the first table was sent. */
export const riceAtFirst = 2;
/** Bits of a parameter on the wire. */
export const riceBits = 4;
const riceMost = 15;

/** Passes from one look at the means to the next, once warm. */
const lookPasses = 8;
/** A mean remembers about so many numbers. */
const memory = 64;

/**
 * Parameters of the Rice codes of one mirror's updates, by field and age, the same for all its clients, who are told of
 * changes. k = floor(log2(0.69 m + 1)) for a mean m, the optimum for a geometric distribution; it changes when the mean is
 * a tenth beyond.
 */
export class RiceTable {
  readonly ks: Uint8Array;
  /** Rises with every change of a parameter. */
  version = 0;
  readonly #means: Float64Array;
  readonly #counts: Uint8Array;
  #passes = 0;

  constructor(fields: number) {
    this.ks = new Uint8Array(fields * riceAges).fill(riceAtFirst);
    this.#means = new Float64Array(fields * riceAges);
    this.#counts = new Uint8Array(fields * riceAges);
  }

  /** Takes note of a number that was coded, unsigned. */
  note(entry: number, value: number): void {
    const capped = value > 20_000 ? 20_000 : value;
    const count = this.#counts[entry]!;
    if (count < memory) this.#counts[entry] = count + 1;
    this.#means[entry] = this.#means[entry]! + (capped - this.#means[entry]!) / (count + 1);
  }

  /** Before the updates of a new tick: parameters follow the means. */
  follow(): void {
    const pass = this.#passes++;
    if (pass >= lookPasses && pass % lookPasses !== 0) return;
    for (let entry = 0; entry < this.ks.length; entry++) {
      if (this.#counts[entry] === 0) continue;
      const mean = this.#means[entry]!;
      const least = optimum(mean * 0.9);
      const most = optimum(mean * 1.1);
      const k = this.ks[entry]!;
      if (k >= least && k <= most) continue;
      this.ks[entry] = k < least ? least : most;
      this.version++;
    }
  }
}

function optimum(mean: number): number {
  return Math.min(riceMost, 31 - Math.clz32(0.69 * mean + 1));
}

/** Which of a field's parameters a residual takes. @param since ticks since the value before; @param stride of a send. */
export function riceAge(isChained: boolean, since: number, stride: number): number {
  if (!isChained) return riceAges - 1;
  return since <= stride ? 0 : since <= 2 * stride ? 1 : 2;
}

/** Bits of an entry's index on the wire. */
export function riceIndexBits(fields: number): number {
  return 32 - Math.clz32(Math.max(1, fields * riceAges - 1));
}
