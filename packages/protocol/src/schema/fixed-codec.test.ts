import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { t, type Field } from "./field.ts";
import { fixedCodecOf, type FixedCodec } from "./fixed-codec.ts";

const codecOf = (field: Field<unknown>, fallback = Number.NaN): FixedCodec =>
  fixedCodecOf(field.spec, fallback) as FixedCodec;

const fields: [string, Field<unknown>][] = [
  ["position", t.position({ min: -20, max: 1024, step: 1 / 32 })],
  ["coarse position", t.position({ min: 0.1, max: 0.95, step: 0.1 })],
  ["wide position", t.position({ min: 0, max: 2 ** 31 - 2, step: 1 })],
  ["angle", t.angle(8)],
  ["unit", t.unit(8)],
  ["narrow unit", t.unit(2)],
  ["uint", t.uint(100)],
  ["wide uint", t.uint(2 ** 31 - 2)],
  ["int", t.int(-7, 12)],
  ["low int", t.int(-(2 ** 31), -2)],
  ["bool", t.bool()],
  ["enum", t.enum(["a", "b", "c"])],
  ["one word", t.enum(["a"])],
  ["float", t.float()],
];

const all: [string, Field<unknown>, boolean][] = fields.flatMap(([name, field]) => [
  [name, field, false],
  [`optional ${name}`, t.optional(field), true],
]);

describe("fixed fields", () => {
  test.each(all)("P-SCH2 %s: what was quantised once quantises to the same again", (_, field) => {
    const codec = codecOf(field);
    fc.assert(
      fc.property(fc.double(), (value) => {
        const quantum = codec.quantise(value);
        expect(quantum).toBe(quantum | 0);
        expect(codec.isValid(quantum)).toBe(true);
        expect(codec.quantise(codec.dequantise(quantum))).toBe(quantum);
      }),
    );
  });

  test.each(all)("P-SCH2 %s: every quantum fits its bits", (_, field) => {
    const codec = codecOf(field);
    fc.assert(
      fc.property(fc.double(), (value) => {
        const quantum = codec.quantise(value);
        const shift = 32 - codec.bits;
        const held = codec.signed ? (quantum << shift) >> shift : (quantum << shift) >>> shift;
        expect(held).toBe(quantum);
      }),
    );
  });

  test("P-SCH2 a value in range is off by half a step at most, one outside is clamped", () => {
    const codec = codecOf(t.position({ min: 0, max: 1024, step: 1 / 32 }));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1024, noNaN: true }), (value) => {
        expect(Math.abs(codec.dequantise(codec.quantise(value)) - value)).toBeLessThanOrEqual(
          1 / 64,
        );
      }),
    );
    expect(codec.dequantise(codec.quantise(-5))).toBe(0);
    expect(codec.dequantise(codec.quantise(1e9))).toBe(1024);
    expect(codec.bits).toBe(16);
    const uint = codecOf(t.uint(100));
    expect([uint.quantise(-1), uint.quantise(100.4), uint.quantise(1e20)]).toEqual([0, 100, 100]);
    const int = codecOf(t.int(-7, 12));
    expect([-8, -7, 12, 13].map((v) => int.dequantise(int.quantise(v)))).toEqual([-7, -7, 12, 12]);
  });

  test("P-SCH2 the last step is there although the division that finds it is inexact", () => {
    expect(0.3 / 0.1).toBeLessThan(3);
    const codec = codecOf(t.position({ min: 0, max: 0.3, step: 0.1 }));
    expect(codec.quantise(0.3)).toBe(3);
  });

  test.each(fields)("P-SCH3 %s: a number that is not finite becomes the default", (_, field) => {
    const codec = codecOf(field);
    const zero = codec.quantise(Number.NaN);
    expect(codec.isValid(zero)).toBe(true);
    expect(codec.quantise(Infinity)).toBe(zero);
    expect(codec.quantise(-Infinity)).toBe(zero);
    expect(Number.isFinite(codec.dequantise(zero))).toBe(true);
  });

  test("P-SCH3 the default is the declared one", () => {
    expect(codecOf(t.uint(100), 40).quantise(Number.NaN)).toBe(40);
    expect(codecOf(t.angle(8), Math.PI).quantise(Number.NaN)).toBe(128);
    expect(codecOf(t.unit(8), -1).quantise(Number.NaN)).toBe(-127);
  });

  test.each(fields)("P-SCH3 optional %s: a number that is not finite is none", (_, field) => {
    const codec = codecOf(t.optional(field));
    const none = codec.quantise(Number.NaN);
    expect(codec.dequantise(none)).toBeNaN();
    expect(codec.isValid(none)).toBe(true);
    const plain = codecOf(field);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(codec.quantise(value)).not.toBe(none);
        expect(codec.dequantise(codec.quantise(value))).toBe(
          plain.dequantise(plain.quantise(value)),
        );
      }),
    );
  });

  test("P-SCH4 angles wrap round, the short way", () => {
    const codec = codecOf(t.angle(8));
    expect(codec.wraps).toBe(true);
    const turn = 2 * Math.PI;
    expect([0, turn, -turn, 5 * turn].map((v) => codec.quantise(v))).toEqual([0, 0, 0, 0]);
    expect(codec.quantise(-Math.PI / 2)).toBe(192);
    expect(codec.quantise(turn - 0.001)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (value) => {
        const off = Math.abs(codec.dequantise(codec.quantise(value)) - value) % turn;
        expect(Math.min(off, turn - off)).toBeLessThanOrEqual(turn / 512 + 1e-9);
      }),
    );
    expect(codecOf(t.optional(t.angle(8))).wraps).toBe(false);
  });

  test("P-SCH4 -1, 0 and 1 of a unit are exact", () => {
    for (let bits = 2; bits <= 16; bits++) {
      const codec = codecOf(t.unit(bits));
      for (const value of [-1, 0, 1]) expect(codec.dequantise(codec.quantise(value))).toBe(value);
      expect(codec.quantise(0.5)).toBe(
        -codec.quantise(-0.5) + (codec.quantise(0.5) + codec.quantise(-0.5)),
      );
      expect(codec.isValid(-(2 ** (bits - 1)))).toBe(false);
    }
  });

  test("quanta that nothing quantises to are not valid", () => {
    expect(codecOf(t.uint(100)).isValid(101)).toBe(false);
    expect(codecOf(t.uint(100)).isValid(-1)).toBe(false);
    expect(codecOf(t.enum(["a", "b", "c"])).isValid(3)).toBe(false);
    expect(codecOf(t.float()).isValid(0x7f80_0000)).toBe(false);
    expect(codecOf(t.float()).isValid(0x7fc0_0000)).toBe(false);
    expect(codecOf(t.optional(t.float())).isValid(0x7fc0_0000)).toBe(true);
    expect(codecOf(t.optional(t.float())).isValid(0x7fc0_0001)).toBe(false);
    expect(codecOf(t.angle(8)).isValid(256)).toBe(false);
  });

  test("an entity's id goes through 32 bits whole", () => {
    const codec = codecOf(t.entity());
    for (const id of [0, 1, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      expect(codec.dequantise(codec.quantise(id))).toBe(id);
    }
    expect(codec.quantise(Number.NaN)).toBe(0);
  });

  test("texts, lists and objects are blobs", () => {
    expect(fixedCodecOf(t.string(5).spec, 0)).toBeUndefined();
    expect(fixedCodecOf(t.list(t.bool(), 5).spec, 0)).toBeUndefined();
    expect(fixedCodecOf(t.optional(t.object({ a: t.bool() })).spec, 0)).toBeUndefined();
  });
});
