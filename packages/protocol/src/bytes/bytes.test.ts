import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RealmError } from "../errors.ts";
import { BitReader } from "./bit-reader.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { utf8Length, utf8Read, utf8Write } from "./utf8.ts";

describe("bytes", () => {
  test("a copy is a copy, also of Node's Buffer, whose slice is none", () => {
    const source = Buffer.from([1, 2, 3, 4]);
    const copies = [new ByteReader(source).bytes(2), new BitReader(source).bytes(2)];
    source.fill(9);
    for (const copy of copies) expect(copy).toStrictEqual(Uint8Array.of(1, 2));
  });

  test("numbers come back", () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer(),
        fc.double(),
        fc.float(),
        fc.nat(0xffff),
        (wide, int, double, float, short) => {
          const out = new ByteWriter(1);
          out.u8(short & 0xff);
          out.u16(short);
          out.u32(int >>> 0);
          out.i32(int);
          out.varint(int >>> 0);
          out.varint53(wide);
          out.zigzag(int);
          out.float64(double);
          out.float32(float);
          const from = new ByteReader(out.toBytes());
          expect(from.u8()).toBe(short & 0xff);
          expect(from.u16()).toBe(short);
          expect(from.u32()).toBe(int >>> 0);
          expect(from.i32()).toBe(int);
          expect(from.varint()).toBe(int >>> 0);
          expect(from.varint53()).toBe(wide);
          expect(from.zigzag()).toBe(int);
          expect(from.float64()).toBe(double);
          expect(from.float32()).toBe(float);
          expect(from.remaining).toBe(0);
        },
      ),
    );
  });

  test("byte runs of any length come back", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: "grapheme" }),
        (run, text) => {
          const out = new ByteWriter(1);
          out.bytes(run);
          out.string(text);
          out.bytes(run, 1);
          const from = new ByteReader(out.view());
          expect(from.bytes(run.length)).toEqual(run);
          expect(from.string()).toBe(text);
          expect(from.remaining).toBe(Math.max(0, run.length - 1));
        },
      ),
    );
  });

  test("a reader stops at the end", () => {
    const from = new ByteReader(Uint8Array.of(1, 2, 3), 1);
    expect(from.u8()).toBe(2);
    expect(() => from.u16()).toThrow(RealmError);
    expect(() => from.bytes(0xffff_ffff)).toThrow(/DECODE_TRUNCATED/u);
    expect(from.u8()).toBe(3);
    expect(() => from.u8()).toThrow(/DECODE_TRUNCATED/u);
  });

  test("varints beyond their width are refused", () => {
    const long = (last: number): ByteReader =>
      new ByteReader(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, last));
    expect(long(0x0f).varint53()).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => long(0x10).varint53()).toThrow(/DECODE_INVALID/u);
    expect(() => long(0xff).varint53()).toThrow(/DECODE_INVALID/u);
    expect(() => long(0x0f).varint()).toThrow(/DECODE_INVALID/u);
  });

  test("no negative number and no fraction becomes a varint", () => {
    const out = new ByteWriter();
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => out.varint53(bad)).toThrow(/INTERNAL/u);
    }
  });
});

describe("UTF-8", () => {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  test("text is written as the platform does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const expected = encoder.encode(text);
        expect(utf8Length(text)).toBe(expected.length);
        const bytes = new Uint8Array(expected.length);
        expect(utf8Write(text, bytes, 0)).toBe(expected.length);
        expect(bytes).toEqual(expected);
        expect(utf8Read(bytes, 0, bytes.length)).toBe(text.toWellFormed());
      }),
    );
  });

  test("lone surrogates become the replacement character", () => {
    for (const text of ["\ud800", "a\udfffb", "\ud83d\ud83d\ude00"]) {
      const bytes = new Uint8Array(utf8Length(text));
      utf8Write(text, bytes, 0);
      expect(bytes).toEqual(encoder.encode(text));
    }
  });

  test.each([
    ["the shortest of two bytes", [0xc0, 0x80]],
    ["the longest overlong of two", [0xc1, 0xbf]],
    ["the shortest of three", [0xe0, 0x80, 0x80]],
    ["the longest overlong of three", [0xe0, 0x9f, 0xbf]],
    ["the shortest of four", [0xf0, 0x80, 0x80, 0x80]],
    ["the longest overlong of four", [0xf0, 0x8f, 0xbf, 0xbf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["the first above Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["five bytes", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ])("a form of UTF-8 that is none is refused: %s", (_, list) => {
    const bytes = Uint8Array.from(list);
    expect(() => decoder.decode(bytes)).toThrow();
    expect(() => utf8Read(bytes, 0, bytes.length)).toThrow(/DECODE_INVALID/u);
  });

  test.each([
    [0xc2, 0x80],
    [0xe0, 0xa0, 0x80],
    [0xf0, 0x90, 0x80, 0x80],
    [0xf4, 0x8f, 0xbf, 0xbf],
  ])("the first and last of each length are read: %i %i", (...list) => {
    const bytes = Uint8Array.from(list);
    expect(utf8Read(bytes, 0, bytes.length)).toBe(decoder.decode(bytes));
  });

  test("bytes that are no UTF-8 are refused, as the platform does", () => {
    const near = fc.array(
      fc.constantFrom(
        0x00,
        0x41,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc0,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
        0xff,
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(near, (list) => {
        const bytes = Uint8Array.from(list);
        let expected: string | undefined;
        try {
          expected = decoder.decode(bytes);
        } catch {
          expected = undefined;
        }
        if (expected === undefined) {
          expect(() => utf8Read(bytes, 0, bytes.length)).toThrow(/DECODE_INVALID/u);
        } else expect(utf8Read(bytes, 0, bytes.length)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
