import type { Random } from "@realmwright/core";
import { ByteWriter } from "@realmwright/protocol/internal";
import { randomBytes } from "./byte-mutation.ts";

/** One field of Protobuf's wire format, read without any table. */
export interface WireField {
  n: number;
  wire: number;
  /** of a varint; beyond 2^53 not exact */
  number: number;
  /** of 8, 4 or length-delimited bytes */
  bytes: Uint8Array;
  /** the same as fields, where they read as such */
  fields: WireField[] | undefined;
  /** how much the length that is written differs from the true one */
  lie: number;
}

/** The fields in some bytes; undefined where they are none. */
export function readWire(bytes: Uint8Array, depth = 4): WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale < 2 ** 70; scale *= 128) {
      const group = bytes[at++]!;
      value += (group & 0x7f) * scale;
      if (group < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    const n = Math.floor(tag / 8);
    if (!(n > 0 && tag < 2 ** 32)) return undefined;
    const field: WireField = { n, wire, number: 0, bytes: none, fields: undefined, lie: 0 };
    if (wire === 0) field.number = varint();
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : Number.NaN;
      if (!(at + length <= bytes.length)) return undefined;
      field.bytes = bytes.subarray(at, at + length);
      at += length;
      if (wire === 2 && depth > 0 && length > 0) field.fields = readWire(field.bytes, depth - 1);
    }
    if (Number.isNaN(field.number)) return undefined;
    fields.push(field);
  }
  return fields;
}

const none = new Uint8Array(0);

export function wireBytes(fields: readonly WireField[]): Uint8Array {
  const out = new ByteWriter();
  for (const field of fields) {
    writeVarint(out, field.n * 8 + field.wire);
    if (field.wire === 0) writeVarint(out, field.number);
    else {
      const bytes = field.fields === undefined ? field.bytes : wireBytes(field.fields);
      if (field.wire === 2) writeVarint(out, Math.max(0, bytes.length + field.lie));
      out.bytes(bytes);
    }
  }
  return out.toBytes();
}

function writeVarint(out: ByteWriter, value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.u8((rest % 128) | 0x80);
  out.u8(rest);
}

const numbers = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  2 ** 21,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 35,
  2 ** 40,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
];

/** Changes fields in place, here or in one of the messages inside. */
export function mutateWire(fields: WireField[], random: Random, other: readonly WireField[]): void {
  const field = fields.length === 0 ? undefined : random.pick(fields);
  if (field?.fields !== undefined && random.chance(0.75)) {
    mutateWire(field.fields, random, other.find((of) => of.fields)?.fields ?? other);
    return;
  }
  const at = random.integer(0, fields.length);
  const borrowed = other.length === 0 ? undefined : structuredClone(random.pick(other));
  switch (random.integer(0, 9)) {
    case 0:
      if (borrowed !== undefined) fields.splice(at, 0, borrowed);
      return;
    case 1:
      fields.splice(at, 1);
      return;
    case 2:
      // messages inside messages are those that may come several times
      if (field !== undefined) repeat(fields, fields.find((of) => of.fields) ?? field, random);
      return;
    case 3:
      fields.reverse();
      return;
    case 4:
      fields.splice(at, 0, freshField(random));
      return;
    default:
      if (field !== undefined) changeField(field, random);
  }
}

function repeat(fields: WireField[], field: WireField, random: Random): void {
  const times = random.chance(0.2) ? random.integer(60, 300) : random.integer(1, 12);
  for (let i = 0; i < times; i++) fields.push(structuredClone(field));
}

/** A field that no table expects. */
function freshField(random: Random): WireField {
  return {
    n: random.pick([1, 2, 3, 7, 15, 16, 31, 100, 2 ** 29 - 1]),
    wire: random.integer(0, 7),
    number: random.pick(numbers),
    bytes: randomBytes(random, 12),
    fields: undefined,
    lie: 0,
  };
}

const jsonTexts = [
  "",
  "{}",
  "[]",
  "{",
  "null",
  '{"__proto__":1}',
  "[".repeat(200) + "]".repeat(200),
];

function changeField(field: WireField, random: Random): void {
  switch (random.integer(0, 5)) {
    case 0:
      field.n = random.integer(1, 20);
      return;
    case 1:
      field.wire = random.integer(0, 7);
      return;
    case 2:
      field.lie = random.pick([-3, -1, 1, 2, 100, 2 ** 20, 2 ** 31, 2 ** 32]);
      return;
    case 3:
      field.fields = undefined;
      field.bytes = randomBytes(random, 24);
      return;
    case 4:
      field.fields = undefined;
      field.bytes = new TextEncoder().encode(random.pick(jsonTexts));
      return;
    default:
      field.number = random.chance(0.5)
        ? random.pick(numbers)
        : field.number + random.integer(0, 3);
      if (field.wire !== 0)
        field.bytes = field.bytes.slice(0, random.integer(0, field.bytes.length));
  }
}
