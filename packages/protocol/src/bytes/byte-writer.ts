import { RealmError } from "../errors.ts";
import { utf8Length, utf8Write } from "./utf8.ts";

const byHandMax = 256;

/** Writes bytes, little end first, into a buffer that grows. Reuse one: `reset()` keeps it. */
export class ByteWriter {
  /** the buffer; valid up to `length` */
  buffer: Uint8Array;
  length = 0;
  #view: DataView;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(Math.max(16, capacity));
    this.#view = new DataView(this.buffer.buffer);
  }

  reset(): void {
    this.length = 0;
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.#view.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  i32(value: number): void {
    this.reserve(4);
    this.#view.setInt32(this.length, value, true);
    this.length += 4;
  }

  float32(value: number): void {
    this.reserve(4);
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** An unsigned 32-bit number in groups of seven bits. */
  varint(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  /** A whole number from 0 to 2^53 - 1 in groups of seven bits. */
  varint53(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RealmError("INTERNAL", { detail: `${value} is no unsigned whole number` });
    }
    this.reserve(8);
    let rest = value;
    while (rest > 0xffff_ffff) {
      this.buffer[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.varint(rest);
  }

  /** A signed 32-bit number as a varint, small magnitudes first. */
  zigzag(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }

  /** Bytes without their length. */
  bytes(source: Uint8Array, start = 0, end: number = source.length): void {
    const count = Math.max(0, end - start);
    this.reserve(count);
    const { buffer, length } = this;
    this.length = length + count;
    // a short copy by hand spares the view that `set` would need
    if (count <= byHandMax) {
      for (let i = start, at = length; i < end; i++, at++) buffer[at] = source[i]!;
      return;
    }
    buffer.set(start === 0 && end === source.length ? source : source.subarray(start, end), length);
  }

  /** UTF-8 without its length. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length = utf8Write(text, this.buffer, this.length);
  }

  /** UTF-8 with its length in bytes before it. */
  string(text: string): void {
    this.varint(utf8Length(text));
    this.utf8(text);
  }

  /** What was written, in place: valid until the next write. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
