/** Writes bits, the highest first, as FLAC wants them. */
class Bits {
  readonly #bytes: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, width: number): void {
    for (let i = width - 1; i >= 0; i--) {
      this.#held = (this.#held << 1) | (Math.floor(value / 2 ** i) & 1);
      if (++this.#count === 8) {
        this.#bytes.push(this.#held);
        this.#held = 0;
        this.#count = 0;
      }
    }
  }

  align(): void {
    while (this.#count !== 0) this.put(0, 1);
  }

  get bytes(): readonly number[] {
    return this.#bytes;
  }
}

function crc(bytes: readonly number[], width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  const all = width === 8 ? 0xff : 0xffff;
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let i = 0; i < 8; i++)
      sum = sum & top ? ((sum << 1) ^ polynomial) & all : (sum << 1) & all;
  }
  return sum;
}

const BLOCK = 4096;
/** What the file calls the depth of a sample; lower bits that are not used cost nothing. */
const DECLARED = 16;

/** Bits of a predictor's coefficients. */
const PRECISION = 13;

interface Predictor {
  coefficients: readonly number[];
  shift: number;
}

/** Linear predictors of orders 1 to `most` for a block (Levinson and Durbin). */
function predictors(samples: Int32Array, most: number): Predictor[] {
  const windowed = Float64Array.from(
    samples,
    (s, i) => s * Math.sin((Math.PI * (i + 0.5)) / samples.length),
  );
  const auto = Array.from({ length: most + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < windowed.length; i++)
      sum += (windowed[i] ?? 0) * (windowed[i - lag] ?? 0);
    return sum;
  });
  let error = (auto[0] ?? 0) * 1.000001;
  let a: number[] = [];
  const found: Predictor[] = [];
  for (let order = 1; order <= most && error > 0; order++) {
    const reflected =
      (auto[order] ?? 0) - a.reduce((n, c, j) => n + c * (auto[order - 1 - j] ?? 0), 0);
    const k = reflected / error;
    a = [...a.map((c, j) => c - k * (a[order - 2 - j] ?? 0)), k];
    error *= 1 - k * k;
    const largest = Math.max(...a.map(Math.abs));
    const shift = Math.max(0, Math.min(14, PRECISION - 2 - Math.floor(Math.log2(largest))));
    const limit = 2 ** (PRECISION - 1) - 1;
    found.push({
      coefficients: a.map((c) => Math.max(-limit, Math.min(limit, Math.round(c * 2 ** shift)))),
      shift,
    });
  }
  return found;
}

/** What is left of each sample when the predictor has foretold it from those before. */
function residual(samples: Int32Array, { coefficients, shift }: Predictor): Int32Array {
  return samples.map((s, i) => {
    if (i < coefficients.length) return s;
    const sum = coefficients.reduce((n, c, j) => n + c * (samples[i - 1 - j] ?? 0), 0);
    return s - Math.floor(sum / 2 ** shift);
  });
}

const folded = (v: number) => (v >= 0 ? v * 2 : -v * 2 - 1);

/** The Rice parameter that makes a partition smallest, and its size in bits. */
function rice(values: readonly number[]): readonly [parameter: number, bits: number] {
  let best: readonly [number, number] = [0, Infinity];
  for (let k = 0; k < 15; k++) {
    const bits = values.reduce((n, v) => n + (folded(v) >>> k) + 1 + k, 4);
    if (bits < best[1]) best = [k, bits];
  }
  return best;
}

interface Plan {
  predictor: Predictor;
  partitionOrder: number;
  parts: readonly { k: number; values: readonly number[] }[];
  bits: number;
}

function plan(samples: Int32Array, depth: number): Plan {
  let best: Plan | undefined;
  const silent: Predictor = { coefficients: [0], shift: 0 };
  const all = predictors(samples, Math.min(16, samples.length - 1));
  for (const predictor of [
    silent,
    ...all.filter((p) => [2, 4, 8, 12, 16].includes(p.coefficients.length)),
  ]) {
    const order = predictor.coefficients.length;
    const left = residual(samples, predictor);
    for (let partitionOrder = 0; partitionOrder <= 5; partitionOrder++) {
      const size = samples.length / 2 ** partitionOrder;
      if (!Number.isInteger(size) || size <= order) continue;
      const parts = Array.from({ length: 2 ** partitionOrder }, (_, p) => {
        const values = [...left.subarray(p === 0 ? order : p * size, (p + 1) * size)];
        const [k, bits] = rice(values);
        return { k, values, bits };
      });
      const bits = order * (depth + PRECISION) + parts.reduce((n, p) => n + p.bits, 0);
      if (best === undefined || bits < best.bits) best = { predictor, partitionOrder, parts, bits };
    }
  }
  if (best === undefined) throw new Error("a block without samples");
  return best;
}

function frame(samples: Int32Array, number: number, depth: number): readonly number[] {
  const out = new Bits();
  out.put(0xfff8, 16);
  out.put(0b0111, 4);
  out.put(0, 4);
  out.put(0, 4);
  out.put(0b000, 3);
  out.put(0, 1);
  if (number >= 128) {
    out.put(0xc0 | (number >> 6), 8);
    out.put(0x80 | (number & 63), 8);
  } else out.put(number, 8);
  out.put(samples.length - 1, 16);
  out.put(crc(out.bytes, 8, 0x07), 8);
  const { predictor, partitionOrder, parts } = plan(samples, depth);
  const { coefficients, shift } = predictor;
  out.put(0, 1);
  out.put(0b100000 | (coefficients.length - 1), 6);
  out.put(depth < DECLARED ? 1 : 0, 1);
  if (depth < DECLARED) out.put(1, DECLARED - depth);
  const signed = (value: number, width: number) =>
    out.put(value < 0 ? value + 2 ** width : value, width);
  coefficients.forEach((_, i) => signed(samples[i] ?? 0, depth));
  out.put(PRECISION - 1, 4);
  signed(shift, 5);
  for (const c of coefficients) signed(c, PRECISION);
  out.put(0, 2);
  out.put(partitionOrder, 4);
  for (const { k, values } of parts) {
    out.put(k, 4);
    for (const v of values) {
      const u = folded(v);
      for (let q = u >>> k; q > 0; q--) out.put(0, 1);
      out.put(1, 1);
      out.put(u & (2 ** k - 1), k);
    }
  }
  out.align();
  out.put(crc(out.bytes, 16, 0x8005), 16);
  return out.bytes;
}

/** A FLAC file (RFC 9639) of mono samples, so many bits of them kept; refuses samples that clip. */
export function encodeFlac(samples: Float32Array, rate: number, depth: number): Uint8Array {
  const full = 2 ** (depth - 1) - 1;
  const whole = Int32Array.from(samples, (s) => {
    if (Math.abs(s) > 0.98) throw new Error(`a sample clips: ${s}`);
    return Math.round(s * full);
  });
  const head = new Bits();
  for (const c of "fLaC") head.put(c.charCodeAt(0), 8);
  head.put(0x80, 8);
  head.put(34, 24);
  head.put(BLOCK, 16);
  head.put(BLOCK, 16);
  head.put(0, 24);
  head.put(0, 24);
  head.put(rate, 20);
  head.put(0, 3);
  head.put(DECLARED - 1, 5);
  head.put(whole.length, 36);
  for (let i = 0; i < 4; i++) head.put(0, 32);
  const bytes = [...head.bytes];
  for (let at = 0, n = 0; at < whole.length; at += BLOCK, n++) {
    for (const byte of frame(whole.subarray(at, at + BLOCK), n, depth)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
