import { utf8Length, utf8Write } from "./utf8.ts";

/** A Rice code with a longer quotient than this escapes to a plain number. */
export const riceQuotientMax = 16;

/** Writes bits, low bits first, into a buffer that grows. Reuse one writer: `reset()` keeps it. */
export class BitWriter {
  /** the buffer; valid up to `byteLength` after `finish()` */
  buffer: Uint8Array;
  #view: DataView;
  #at = 0;
  #word = 0;
  #filled = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(Math.max(16, capacity));
    this.#view = new DataView(this.buffer.buffer);
  }

  reset(): void {
    this.#at = 0;
    this.#word = 0;
    this.#filled = 0;
  }

  get bitLength(): number {
    return this.#at * 8 + this.#filled;
  }

  /** The first 32 bits; those not written yet mean nothing. */
  get firstWord(): number {
    return this.#at === 0 ? this.#word : this.#view.getInt32(0, true);
  }

  /** Bytes that the bits take, the last one counted whole. */
  get byteLength(): number {
    return this.#at + ((this.#filled + 7) >>> 3);
  }

  /** The low `count` bits (0–32) of an integer. */
  bits(value: number, count: number): void {
    const low = count === 32 ? value | 0 : value & ((1 << count) - 1);
    const filled = this.#filled;
    const word = this.#word | (low << filled);
    const end = filled + count;
    if (end < 32) {
      this.#word = word;
      this.#filled = end;
      return;
    }
    if (this.#at + 8 > this.buffer.length) this.#grow(8);
    this.#view.setInt32(this.#at, word, true);
    this.#at += 4;
    this.#filled = end - 32;
    this.#word = filled === 0 ? 0 : low >>> (32 - filled);
  }

  /** The first `count` bits of whole words, low bits first. */
  words(source: Int32Array, count: number): void {
    const whole = count >>> 5;
    const filled = this.#filled;
    if (this.#at + whole * 4 + 8 > this.buffer.length) this.#grow(whole * 4 + 8);
    const view = this.#view;
    let at = this.#at;
    let word = this.#word;
    for (let i = 0; i < whole; i++) {
      const next = source[i]!;
      view.setInt32(at, word | (next << filled), true);
      at += 4;
      // twice, since a shift by 32 is none
      word = (next >>> 1) >>> (31 - filled);
    }
    this.#at = at;
    this.#word = word;
    if ((count & 31) > 0) this.bits(source[whole]!, count & 31);
  }

  bit(value: boolean): void {
    this.bits(value ? 1 : 0, 1);
  }

  /** An unsigned 32-bit number in groups of seven bits, each with a bit that says "more". */
  varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.bits((rest & 0x7f) | 0x80, 8);
      rest >>>= 7;
    }
    this.bits(rest, 8);
  }

  /** A signed 32-bit number as a varint, small magnitudes first (0, -1, 1, -2, …). */
  zigzag(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }

  /** An unsigned 32-bit number: quotient by 2^k in unary, then k bits. Large ones escape. */
  rice(value: number, k: number): void {
    const number = value >>> 0;
    const quotient = k === 32 ? 0 : number >>> k;
    if (quotient < riceQuotientMax) {
      // `quotient` ones and a zero
      this.bits((1 << quotient) - 1, quotient + 1);
      this.bits(number, k);
      return;
    }
    const width = 32 - Math.clz32(number);
    this.bits(0xffff, riceQuotientMax);
    this.bits(width - 1, 5);
    this.bits(number, width);
  }

  /** A signed 32-bit number as a Rice code, zigzagged. */
  signedRice(value: number, k: number): void {
    this.rice((value << 1) ^ (value >> 31), k);
  }

  float32(value: number): void {
    this.bits(float32ToInt(value), 32);
  }

  float64(value: number): void {
    scratch.setFloat64(0, value, true);
    this.bits(scratch.getInt32(0, true), 32);
    this.bits(scratch.getInt32(4, true), 32);
  }

  /** Bytes without their length; at a byte's end this is a copy. */
  bytes(source: Uint8Array, start = 0, end: number = source.length): void {
    if ((this.#filled & 7) !== 0) {
      for (let i = start; i < end; i++) this.bits(source[i] as number, 8);
      return;
    }
    this.#settle();
    if (this.#at + (end - start) > this.buffer.length) this.#grow(end - start);
    for (let i = start; i < end; i++) this.buffer[this.#at++] = source[i] as number;
  }

  /** UTF-8 with its length in bytes before it. */
  string(text: string): void {
    const length = utf8Length(text);
    this.varint(length);
    if ((this.#filled & 7) !== 0) {
      const bytes = new Uint8Array(length);
      utf8Write(text, bytes, 0);
      this.bytes(bytes);
      return;
    }
    this.#settle();
    if (this.#at + length > this.buffer.length) this.#grow(length);
    this.#at = utf8Write(text, this.buffer, this.#at);
  }

  /** Fills the last byte with zeros. */
  align(): void {
    const over = this.#filled & 7;
    if (over !== 0) this.bits(0, 8 - over);
  }

  /** Ends the writing: `buffer` holds `byteLength` bytes, which are answered. */
  finish(): number {
    this.align();
    this.#settle();
    return this.#at;
  }

  /** A copy of what was written; ends the writing. */
  toBytes(): Uint8Array {
    // finish first: it may change the buffer
    const length = this.finish();
    return this.buffer.slice(0, length);
  }

  /** Moves whole bytes from the word to the buffer; the word must hold whole bytes only. */
  #settle(): void {
    if (this.#at + 4 > this.buffer.length) this.#grow(4);
    while (this.#filled > 0) {
      this.buffer[this.#at++] = this.#word & 0xff;
      this.#word >>>= 8;
      this.#filled -= 8;
    }
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.#at + more + 16));
    grown.set(this.buffer.subarray(0, this.#at));
    this.buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of a float32, as an int32. */
export function float32ToInt(value: number): number {
  scratch.setFloat32(0, value, true);
  return scratch.getInt32(0, true);
}

export function intToFloat32(bits: number): number {
  scratch.setInt32(0, bits, true);
  return scratch.getFloat32(0, true);
}

export function intsToFloat64(low: number, high: number): number {
  scratch.setInt32(0, low, true);
  scratch.setInt32(4, high, true);
  return scratch.getFloat64(0, true);
}
