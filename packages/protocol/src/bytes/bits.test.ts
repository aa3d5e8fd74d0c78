import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RealmError } from "../errors.ts";
import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

type Step =
  | { kind: "bits"; value: number; count: number }
  | { kind: "rice" | "signedRice"; value: number; k: number }
  | { kind: "varint" | "zigzag" | "float64" | "float32"; value: number }
  | { kind: "bit"; value: boolean }
  | { kind: "string"; value: string }
  | { kind: "bytes"; value: Uint8Array }
  | { kind: "align" };

const wellFormed = fc.string({ unit: "grapheme", maxLength: 40 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(uint32, fc.integer({ min: 0, max: 32 }))
    .map(([value, count]): Step => ({ kind: "bits", value: low(value, count), count })),
  fc.record({ kind: fc.constant("rice"), value: uint32, k: fc.integer({ min: 0, max: 32 }) }),
  fc.record({ kind: fc.constant("signedRice"), value: int32, k: fc.integer({ min: 0, max: 32 }) }),
  fc.record({ kind: fc.constant("varint"), value: uint32 }),
  fc.record({ kind: fc.constant("zigzag"), value: int32 }),
  fc.record({ kind: fc.constant("float64"), value: fc.double() }),
  fc.record({ kind: fc.constant("float32"), value: fc.float() }),
  fc.record({ kind: fc.constant("bit"), value: fc.boolean() }),
  fc.record({ kind: fc.constant("string"), value: wellFormed }),
  fc.record({ kind: fc.constant("bytes"), value: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant("align") }),
);

function low(value: number, count: number): number {
  return count === 32 ? value : value % 2 ** count;
}

function write(out: BitWriter, of: Step): void {
  switch (of.kind) {
    case "bits":
      return out.bits(of.value, of.count);
    case "rice":
    case "signedRice":
      return out[of.kind](of.value, of.k);
    case "bit":
      return out.bit(of.value);
    case "string":
      return out.string(of.value);
    case "bytes":
      return out.bytes(of.value);
    case "align":
      return out.align();
    default:
      return out[of.kind](of.value);
  }
}

function read(from: BitReader, of: Step): unknown {
  switch (of.kind) {
    case "bits":
      return from.bits(of.count);
    case "rice":
    case "signedRice":
      return from[of.kind](of.k);
    case "bytes":
      return from.bytes(of.value.length);
    case "align":
      return from.align();
    default:
      return from[of.kind]();
  }
}

describe("bits", () => {
  test("any sequence of values comes back, at any alignment", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 0, max: 31 }),
        (steps, shift) => {
          const out = new BitWriter(16);
          out.bits(0, shift);
          for (const of of steps) write(out, of);
          const length = out.bitLength;
          const bytes = out.toBytes();
          expect(bytes.length).toBe(Math.ceil(length / 8));
          const from = new BitReader(bytes);
          expect(from.bits(shift)).toBe(0);
          for (const of of steps) {
            const value = read(from, of);
            if (of.kind !== "align") expect(value).toEqual(of.value);
          }
          expect(from.remaining).toBeLessThan(8);
        },
      ),
    );
  });

  test("whole words are their bits, at any alignment and to any length", () => {
    const lists = fc.array(int32, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.nat(31), lists, fc.nat(6_400), (before, list, most) => {
        const count = Math.min(most, list.length * 32);
        const together = new BitWriter();
        const apart = new BitWriter();
        for (const out of [together, apart]) out.bits(0x5a5a_5a5a, before);
        together.words(Int32Array.from(list), count);
        for (let i = 0; i < count; i++) apart.bits(list[i >> 5]! >>> (i & 31), 1);
        for (const out of [together, apart]) out.bits(5, 3);
        expect(together.bitLength).toBe(apart.bitLength);
        expect(together.toBytes()).toEqual(apart.toBytes());
      }),
    );
  });

  test("a reset writer keeps its buffer and forgets what it held", () => {
    const out = new BitWriter();
    out.bits(0x7fff_ffff, 31);
    out.bits(1, 1);
    const { buffer } = out;
    out.reset();
    out.bits(5, 3);
    expect(out.toBytes()).toEqual(Uint8Array.of(5));
    expect(out.buffer).toBe(buffer);
  });

  test("bits stand low end first", () => {
    const out = new BitWriter();
    out.bits(1, 1);
    out.bits(0b101, 3);
    out.bits(0xabc, 12);
    expect([...out.toBytes()]).toEqual([0xcb, 0xab]);
  });

  test("a signed number comes back with its sign", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), int32, (count, value) => {
        const held = (value << (32 - count)) >> (32 - count);
        const out = new BitWriter();
        out.bits(held, count);
        expect(new BitReader(out.toBytes()).signedBits(count)).toBe(held);
      }),
    );
  });

  test("a Rice code of a small number is short and of the largest still bounded", () => {
    const size = (value: number, k: number): number => {
      const out = new BitWriter();
      out.rice(value, k);
      return out.bitLength;
    };
    expect(size(0, 0)).toBe(1);
    expect(size(3, 2)).toBe(3);
    expect(size(15, 0)).toBe(16);
    expect(size(16, 0)).toBe(16 + 5 + 5);
    expect(size(0xffff_ffff, 0)).toBe(53);
  });

  test("reading past the end throws, whatever is read", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 12 }),
        fc.array(step, { maxLength: 20 }),
        (bytes, steps) => {
          const from = new BitReader(bytes);
          try {
            for (const of of steps) read(from, of);
          } catch (error) {
            expect(error).toBeInstanceOf(RealmError);
            expect(["DECODE_TRUNCATED", "DECODE_INVALID"]).toContain((error as RealmError).code);
          }
          expect(from.remaining).toBeGreaterThan(-8);
        },
      ),
    );
  });

  test("a length beyond the bytes is refused before anything is made for it", () => {
    const out = new BitWriter();
    out.varint(0xffff_fff0);
    const bytes = out.toBytes();
    expect(() => new BitReader(bytes).string()).toThrow(/DECODE_TRUNCATED/u);
    expect(() => new BitReader(bytes).string(100)).toThrow(/DECODE_INVALID/u);
    expect(() => new BitReader(bytes).bytes(0xffff_fff0)).toThrow(/DECODE_TRUNCATED/u);
  });

  test("a varint of more than 32 bits is refused", () => {
    const long = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x10);
    expect(() => new BitReader(long).varint()).toThrow(/DECODE_INVALID/u);
    expect(new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)).varint()).toBe(0xffff_ffff);
  });
});
