import { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import { utf8Length } from "../bytes/utf8.ts";
import { RealmError } from "../errors.ts";
import { JsonText } from "./json-text.ts";

/*
 * The part of MessagePack that has a JSON counterpart: nil, booleans, numbers, text, arrays, and
 * maps with text keys. Binary and extension types are refused, so nothing that comes in can name a
 * class, and both readable encodings can say the same.
 */

/** Appends a value; keys whose value is undefined are left out. */
export function writeMessagePack(value: unknown, out: ByteWriter): void {
  switch (typeof value) {
    case "boolean":
      out.u8(value ? 0xc3 : 0xc2);
      return;
    case "number":
      writeNumber(value, out);
      return;
    case "string":
      writeText(value, out);
      return;
    case "object":
      if (value === null) out.u8(0xc0);
      else if (Array.isArray(value)) writeArray(value, out);
      else if (value instanceof JsonText) writeMessagePack(JSON.parse(value.text), out);
      else if (ArrayBuffer.isView(value)) throw unwritable("bytes");
      else writeMap(value as Record<string, unknown>, out);
      return;
    case "undefined":
      out.u8(0xc0);
      return;
    default:
      throw unwritable(typeof value);
  }
}

function unwritable(what: string): RealmError {
  return new RealmError("INTERNAL", { detail: `${what} have no place in a readable message` });
}

function writeNumber(value: number, out: ByteWriter): void {
  // beyond 32 bits as a float: many libraries would read an int64 as no plain number
  if (Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff) {
    writeInteger(value, out);
    return;
  }
  // a float32 serves where nothing is lost by it; NaN and infinities have no JSON either
  const finite = Number.isFinite(value);
  if (finite && Math.fround(value) === value) {
    scratch.setFloat32(0, value);
    out.u8(0xca);
    copyScratch(out, 4);
  } else if (finite) {
    scratch.setFloat64(0, value);
    out.u8(0xcb);
    copyScratch(out, 8);
  } else out.u8(0xc0);
}

function writeInteger(value: number, out: ByteWriter): void {
  if (value >= 0) {
    if (value < 0x80) out.u8(value);
    else if (value < 0x100) writeHead(0xcc, value, 1, out);
    else if (value < 0x1_0000) writeHead(0xcd, value, 2, out);
    else writeHead(0xce, value, 4, out);
  } else if (value >= -32) out.u8(value & 0xff);
  else if (value >= -0x80) writeHead(0xd0, value & 0xff, 1, out);
  else if (value >= -0x8000) writeHead(0xd1, value & 0xffff, 2, out);
  else writeHead(0xd2, value >>> 0, 4, out);
}

/** A first byte and an unsigned number of 1, 2 or 4 bytes, large end first. */
function writeHead(first: number, value: number, width: number, out: ByteWriter): void {
  out.u8(first);
  for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) out.u8((value >>> shift) & 0xff);
}

function writeText(text: string, out: ByteWriter): void {
  const length = utf8Length(text);
  if (length < 32) out.u8(0xa0 | length);
  else if (length < 0x100) writeHead(0xd9, length, 1, out);
  else if (length < 0x1_0000) writeHead(0xda, length, 2, out);
  else writeHead(0xdb, length, 4, out);
  out.utf8(text);
}

function writeArray(list: readonly unknown[], out: ByteWriter): void {
  if (list.length < 16) out.u8(0x90 | list.length);
  else if (list.length < 0x1_0000) writeHead(0xdc, list.length, 2, out);
  else writeHead(0xdd, list.length, 4, out);
  for (const item of list) writeMessagePack(item, out);
}

function writeMap(map: Readonly<Record<string, unknown>>, out: ByteWriter): void {
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  if (keys.length < 16) out.u8(0x80 | keys.length);
  else if (keys.length < 0x1_0000) writeHead(0xde, keys.length, 2, out);
  else writeHead(0xdf, keys.length, 4, out);
  for (const key of keys) {
    writeText(key, out);
    writeMessagePack(map[key], out);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

function copyScratch(out: ByteWriter, count: number): void {
  for (let i = 0; i < count; i++) out.u8(scratch.getUint8(i));
}

/** Reads one value that fills all the bytes. Throws DECODE_INVALID or DECODE_TRUNCATED. */
export function readMessagePack(bytes: Uint8Array, depthMax: number): unknown {
  const from = new ByteReader(bytes);
  const value = readValue(from, depthMax);
  if (from.remaining > 0) throw invalid("bytes follow the value");
  return value;
}

function readValue(from: ByteReader, depth: number): unknown {
  const first = from.u8();
  if (first < 0x80) return first;
  if (first < 0x90) return readMap(from, first & 0x0f, depth);
  if (first < 0xa0) return readArray(from, first & 0x0f, depth);
  if (first < 0xc0) return from.utf8(first & 0x1f);
  if (first >= 0xe0) return first - 0x100;
  switch (first) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xca:
      return readScratch(from, 4).getFloat32(0);
    case 0xcb:
      return readScratch(from, 8).getFloat64(0);
    case 0xcc:
      return readUnsigned(from, 1);
    case 0xcd:
      return readUnsigned(from, 2);
    case 0xce:
      return readUnsigned(from, 4);
    case 0xcf:
      return safe(readScratch(from, 8).getBigUint64(0));
    case 0xd0:
      return readScratch(from, 1).getInt8(0);
    case 0xd1:
      return readScratch(from, 2).getInt16(0);
    case 0xd2:
      return readScratch(from, 4).getInt32(0);
    case 0xd3:
      return safe(readScratch(from, 8).getBigInt64(0));
    case 0xd9:
      return from.utf8(readUnsigned(from, 1));
    case 0xda:
      return from.utf8(readUnsigned(from, 2));
    case 0xdb:
      return from.utf8(readUnsigned(from, 4));
    case 0xdc:
      return readArray(from, readUnsigned(from, 2), depth);
    case 0xdd:
      return readArray(from, readUnsigned(from, 4), depth);
    case 0xde:
      return readMap(from, readUnsigned(from, 2), depth);
    case 0xdf:
      return readMap(from, readUnsigned(from, 4), depth);
    default:
      throw invalid("binary and extension types are not spoken here");
  }
}

function readUnsigned(from: ByteReader, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + from.u8();
  return value;
}

function readScratch(from: ByteReader, width: number): DataView {
  for (let i = 0; i < width; i++) scratch.setUint8(i, from.u8());
  return scratch;
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalid("a whole number is beyond 2^53");
  return number;
}

function readArray(from: ByteReader, count: number, depth: number): unknown[] {
  // every item takes a byte at least, so a count alone can not make us allocate
  if (count > from.remaining) throw new RealmError("DECODE_TRUNCATED");
  if (depth === 0) throw invalid("the value nests too deeply");
  const list: unknown[] = [];
  for (let i = 0; i < count; i++) list.push(readValue(from, depth - 1));
  return list;
}

function readMap(from: ByteReader, count: number, depth: number): Record<string, unknown> {
  if (count * 2 > from.remaining) throw new RealmError("DECODE_TRUNCATED");
  if (depth === 0) throw invalid("the value nests too deeply");
  const map: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const key = readValue(from, 0);
    if (typeof key !== "string") throw invalid("a map's key is no text");
    if (key === "__proto__") throw invalid("a map has the key __proto__");
    if (Object.hasOwn(map, key)) throw invalid("a map has a key twice");
    map[key] = readValue(from, depth - 1);
  }
  return map;
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail });
}
