import { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import { utf8Length } from "../bytes/utf8.ts";
import { errors, isErrorCode, RealmError } from "../errors.ts";
import type { Column, Columns, ColumnType } from "../messages/table.ts";
import { JsonText } from "./json-text.ts";

/*
 * The Protobuf wire format, driven by the message tables:
 *
 *   field   = tag value        tag = field number << 3 | wire type
 *   value   = varint (0) | 8 bytes (1) | length bytes (2) | 4 bytes (5)
 *
 * Columns that are not optional are left out where they hold their kind's zero, as in proto3.
 */

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;

type Values = Record<string, unknown>;

/** Opens a length-delimited field; answers the mark that `closeField` needs. */
export function openField(out: ByteWriter, n: number): number {
  out.varint((n << 3) | delimited);
  out.u8(0);
  return out.length;
}

/** Writes the length of what came since the mark; moves it if the length takes more than a byte. */
export function closeField(out: ByteWriter, mark: number): void {
  const length = out.length - mark;
  if (length < 0x80) {
    out.buffer[mark - 1] = length;
    return;
  }
  const more = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
  out.reserve(more);
  out.buffer.copyWithin(mark + more, mark, mark + length);
  let rest = length;
  for (let i = 0; i < more; i++) {
    out.buffer[mark - 1 + i] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out.buffer[mark - 1 + more] = rest;
  out.length += more;
}

export function writeUint(out: ByteWriter, n: number, value: number): void {
  out.u8((n << 3) | varint);
  if (value > 0xffff_ffff) out.varint53(value);
  else out.varint(value);
}

export function writeBytes(
  out: ByteWriter,
  n: number,
  source: Uint8Array,
  start = 0,
  end: number = source.length,
): void {
  out.u8((n << 3) | delimited);
  out.varint(end - start);
  out.bytes(source, start, end);
}

export function writeText(out: ByteWriter, n: number, text: string): void {
  out.u8((n << 3) | delimited);
  out.varint(utf8Length(text));
  out.utf8(text);
}

/** Writes an error code: the catalogue's number, or a game's own as text. */
export function writeCode(out: ByteWriter, n: number, own: number, code: string): void {
  if (isErrorCode(code)) writeUint(out, n, errors[code].number);
  else writeText(out, own, code);
}

/** Writes a payload by its table. */
export function writeColumns(out: ByteWriter, columns: Columns, values: Values): void {
  for (const key of Object.keys(columns)) {
    const column = columns[key] as Column;
    const value = values[key];
    if (column.only === "readable" || value === undefined) continue;
    writeColumn(out, column, value);
  }
}

function writeColumn(out: ByteWriter, column: Column, value: unknown): void {
  const { n, type } = column;
  const always = column.optional;
  switch (type.kind) {
    case "uint":
    case "name":
      mustBeUnsigned(value);
      if (always || value !== 0) writeUint(out, n, value);
      return;
    case "int":
      if (always || value !== 0) {
        out.u8((n << 3) | varint);
        out.zigzag(value as number);
      }
      return;
    case "number":
      if (always || value !== 0) {
        out.u8((n << 3) | fixed64);
        out.float64(value as number);
      }
      return;
    case "bool":
      if (always || value === true) writeUint(out, n, value === true ? 1 : 0);
      return;
    case "text":
      if (always || value !== "") writeText(out, n, value as string);
      return;
    case "word": {
      const index = type.words.indexOf(value as string);
      if (index < 0) throw unwritable(`${String(value)} is not one of ${type.words.join(", ")}`);
      if (always || index !== 0) writeUint(out, n, index);
      return;
    }
    case "code":
      writeCode(out, n, type.own, value as string);
      return;
    case "json":
      writeText(out, n, value instanceof JsonText ? value.text : JSON.stringify(value));
      return;
    case "data":
    case "bytes": {
      if (!(value instanceof Uint8Array)) throw unwritable("values were not packed");
      if (always || value.length > 0) writeBytes(out, n, value);
      return;
    }
    case "record":
      writeRecord(out, n, type.columns, value as Values);
      return;
    case "records":
      for (const item of value as readonly Values[]) writeRecord(out, n, type.columns, item);
      return;
  }
}

function writeRecord(out: ByteWriter, n: number, columns: Columns, values: Values): void {
  const mark = openField(out, n);
  writeColumns(out, columns, values);
  closeField(out, mark);
}

function mustBeUnsigned(value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw unwritable(`${String(value)} is no unsigned whole number`);
  }
}

function unwritable(detail: string): RealmError {
  return new RealmError("INTERNAL", { detail });
}

/** One table, prepared for reading. */
export interface Reader {
  readonly zero: Readonly<Values>;
  readonly fields: readonly (ReaderField | undefined)[];
}

interface ReaderField {
  readonly key: string;
  readonly type: ColumnType;
  readonly wire: number;
  readonly isOwnCode: boolean;
  readonly inner: Reader | undefined;
}

/** Prepares a table for reading. */
export function readerOf(columns: Columns): Reader {
  const fields: (ReaderField | undefined)[] = [];
  const zero: Values = {};
  for (const [key, { n, type, optional, only }] of Object.entries(columns)) {
    if (only === "readable") continue;
    const inner =
      type.kind === "record" || type.kind === "records" ? readerOf(type.columns) : undefined;
    fields[n] = { key, type, wire: wireOf(type), isOwnCode: false, inner };
    if (type.kind === "code") {
      fields[type.own] = { key, type, wire: delimited, isOwnCode: true, inner: undefined };
    }
    if (!optional) zero[key] = zeroOf(type);
  }
  return { zero, fields };
}

function wireOf(type: ColumnType): number {
  switch (type.kind) {
    case "uint":
    case "int":
    case "bool":
    case "word":
    case "code":
    case "name":
      return varint;
    case "number":
      return fixed64;
    default:
      return delimited;
  }
}

function zeroOf(type: ColumnType): unknown {
  switch (type.kind) {
    case "bool":
      return false;
    case "text":
    case "code":
      return "";
    case "word":
      return type.words[0];
    case "json":
      return type.shape === "list" ? none : type.shape === "object" ? nothing : null;
    case "data":
    case "bytes":
      return new Uint8Array(0);
    case "record":
      return nothing;
    case "records":
      return none;
    default:
      return 0;
  }
}

const none: readonly unknown[] = Object.freeze([]);
const nothing: object = Object.freeze({});

/** What comes out of a message: its columns and the fields that no table has (the request's id). */
export interface ReadMessage {
  readonly values: Values;
  readonly id: number | undefined;
}

/** Reads the fields up to the end of `from`. Throws DECODE_INVALID or DECODE_TRUNCATED. */
export function readColumns(from: ByteReader, reader: Reader, idNumber: number): ReadMessage {
  const values: Values = { ...reader.zero };
  let id: number | undefined;
  while (from.remaining > 0) {
    const tag = from.varint();
    const n = tag >>> 3;
    const field = reader.fields[n];
    if (field !== undefined && (tag & 7) === field.wire) readField(from, field, values);
    else if (n === idNumber && (tag & 7) === varint) id = from.varint();
    else skipValue(from, tag);
  }
  return { values, id };
}

function readField(from: ByteReader, field: ReaderField, values: Values): void {
  const { key, type } = field;
  switch (type.kind) {
    case "uint":
    case "name":
      values[key] = from.varint53();
      return;
    case "int":
      values[key] = from.zigzag();
      return;
    case "number":
      values[key] = from.float64();
      return;
    case "bool":
      values[key] = from.varint53() !== 0;
      return;
    case "word":
      values[key] = type.words[from.varint()] ?? "";
      return;
    case "code":
      values[key] = field.isOwnCode ? from.string(256) : codeOf(from.varint());
      return;
    case "text":
      values[key] = type.judged === true ? from.string() : from.string(type.max * 3);
      return;
    case "json":
      values[key] = parseJson(from.string());
      return;
    case "data":
    case "bytes":
      values[key] = from.bytes(from.varint());
      return;
    case "record":
    case "records": {
      const inner = new ByteReader(from.view(from.varint()));
      const item = readColumns(inner, field.inner as Reader, 0).values;
      if (type.kind === "record") {
        values[key] = item;
        return;
      }
      const list = Object.hasOwn(values, key) ? (values[key] as Values[]) : [];
      if (list.length >= type.max) throw invalid("a list is too long");
      values[key] = [...list, item];
      return;
    }
  }
}

/** Passes over a field that the table does not have. */
export function skipValue(from: ByteReader, tag: number): void {
  switch (tag & 7) {
    case varint:
      from.varint53();
      return;
    case fixed64:
      from.skip(8);
      return;
    case delimited:
      from.skip(from.varint());
      return;
    case fixed32:
      from.skip(4);
      return;
    default:
      throw invalid("groups are not spoken here");
  }
}

function codeOf(number: number): string {
  for (const [code, entry] of Object.entries(errors)) if (entry.number === number) return code;
  // a newer server's code; its text and action come along
  return `ERROR_${number}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RealmError("DECODE_INVALID", { detail: "a text is not JSON", cause });
  }
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail });
}
