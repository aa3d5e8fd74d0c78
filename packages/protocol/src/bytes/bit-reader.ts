import { RealmError } from "../errors.ts";
import { intToFloat32, intsToFloat64, riceQuotientMax } from "./bit-writer.ts";
import { utf8Read } from "./utf8.ts";

/** Reads what a BitWriter wrote. Reading past the end throws DECODE_TRUNCATED. */
export class BitReader {
  #bytes: Uint8Array;
  #at: number;
  #end: number;

  constructor(bytes: Uint8Array = none, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start * 8;
    this.#end = end * 8;
  }

  /** Starts over on other bytes. */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#bytes = bytes;
    this.#at = start * 8;
    this.#end = end * 8;
  }

  /** Bits left. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** An unsigned number of `count` bits (0–32). */
  bits(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw truncated();
    this.#at = at + count;
    const low = this.#peek(at);
    return count === 32 ? low >>> 0 : low & ((1 << count) - 1);
  }

  /** A two's complement number of `count` bits (1–32). */
  signedBits(count: number): number {
    const shift = 32 - count;
    return (this.bits(count) << shift) >> shift;
  }

  bit(): boolean {
    return this.bits(1) === 1;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const group = this.bits(8);
      if (shift === 28 && group > 0x0f) break;
      value |= (group & 0x7f) << shift;
      if (group < 0x80) return value >>> 0;
    }
    throw invalid("a varint is longer than 32 bits");
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  rice(k: number): number {
    // behind the end come zeros, so a run of ones never passes it
    const ones = trailingOnes(this.#peek(this.#at));
    if (ones >= riceQuotientMax) {
      this.bits(riceQuotientMax);
      const width = this.bits(5) + 1;
      return this.bits(width);
    }
    this.bits(ones + 1);
    const low = this.bits(k);
    return k === 32 ? low : ((ones << k) | low) >>> 0;
  }

  signedRice(k: number): number {
    const value = this.rice(k);
    return (value >>> 1) ^ -(value & 1);
  }

  float32(): number {
    return intToFloat32(this.bits(32));
  }

  float64(): number {
    const low = this.bits(32);
    return intsToFloat64(low, this.bits(32));
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    if (length * 8 > this.remaining) throw truncated();
    const from = this.#at >>> 3;
    if ((this.#at & 7) === 0) {
      this.#at += length * 8;
      // not slice(), which Node's Buffer answers by a view
      return new Uint8Array(this.#bytes.subarray(from, from + length));
    }
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.bits(8);
    return bytes;
  }

  /** UTF-8 text of at most `bytesMax` bytes. */
  string(bytesMax = 0xffff_ffff): string {
    const length = this.varint();
    if (length > bytesMax) throw invalid("a text is longer than its field allows");
    if (length * 8 > this.remaining) throw truncated();
    if ((this.#at & 7) !== 0) return utf8Read(this.bytes(length), 0, length);
    const from = this.#at >>> 3;
    this.#at += length * 8;
    return utf8Read(this.#bytes, from, from + length);
  }

  /** Skips to the next whole byte. */
  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }

  /** The 32 bits from a bit offset on; zeros behind the last byte. */
  #peek(at: number): number {
    const bytes = this.#bytes;
    const byte = at >>> 3;
    const shift = at & 7;
    const last = this.#end >>> 3;
    if (byte + 5 <= last) {
      const low =
        (bytes[byte] as number) |
        ((bytes[byte + 1] as number) << 8) |
        ((bytes[byte + 2] as number) << 16) |
        ((bytes[byte + 3] as number) << 24);
      return shift === 0 ? low : (low >>> shift) | ((bytes[byte + 4] as number) << (32 - shift));
    }
    let low = 0;
    for (let i = 0; i < 4 && byte + i < last; i++) low |= (bytes[byte + i] as number) << (8 * i);
    if (shift === 0) return low;
    const high = byte + 4 < last ? (bytes[byte + 4] as number) : 0;
    return (low >>> shift) | (high << (32 - shift));
  }
}

const none = new Uint8Array(0);

function trailingOnes(word: number): number {
  const inverted = ~word;
  return inverted === 0 ? 32 : 31 - Math.clz32(inverted & -inverted);
}

function truncated(): RealmError {
  return new RealmError("DECODE_TRUNCATED");
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail });
}
