import { RealmError } from "../errors.ts";
import { utf8Read } from "./utf8.ts";

/** Reads what a ByteWriter wrote. Reading past the end throws DECODE_TRUNCATED. */
export class ByteReader {
  /** offset of the next byte */
  at = 0;
  end = 0;
  #bytes: Uint8Array;
  /** made when it is needed: few messages do */
  #madeView: DataView | undefined;

  constructor(bytes: Uint8Array = none, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Starts over on other bytes. */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#bytes = bytes;
    this.#madeView = undefined;
    this.at = start;
    this.end = end;
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return (this.#madeView ??= new DataView(buffer, byteOffset, byteLength));
  }

  /** Bytes left. */
  get remaining(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.#bytes[this.skip(1)] as number;
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  float32(): number {
    return this.#view.getFloat32(this.skip(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }

  varint(): number {
    const value = this.varint53();
    if (value > 0xffff_ffff) throw invalid("a varint is longer than 32 bits");
    return value;
  }

  varint53(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const group = this.u8();
      value += (group & 0x7f) * scale;
      if (group < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw invalid("a varint is longer than 53 bits");
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    // not slice(), which Node's Buffer answers by a view
    return new Uint8Array(this.view(length));
  }

  /** The next `length` bytes in place. */
  view(length: number): Uint8Array {
    const start = this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** UTF-8 of a known length. */
  utf8(length: number): string {
    const start = this.skip(length);
    return utf8Read(this.#bytes, start, start + length);
  }

  /** UTF-8 with its length before it, of at most `bytesMax` bytes. */
  string(bytesMax = 0xffff_ffff): string {
    const length = this.varint();
    if (length > bytesMax) throw invalid("a text is longer than its field allows");
    return this.utf8(length);
  }

  /** Passes `length` bytes over; answers the offset of the first. */
  skip(length: number): number {
    const start = this.at;
    if (length > this.end - start) throw new RealmError("DECODE_TRUNCATED");
    this.at = start + length;
    return start;
  }
}

const none = new Uint8Array(0);

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail });
}
