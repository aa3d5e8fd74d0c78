import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import { readMessagePack, writeMessagePack } from "./messagepack.ts";
import { msgpackCodec } from "./msgpack.ts";

function packed(value: unknown): Uint8Array {
  const out = new ByteWriter(16);
  writeMessagePack(value, out);
  return out.toBytes();
}

const read = (...bytes: number[]): unknown => readMessagePack(Uint8Array.from(bytes), 16);

describe("MessagePack", () => {
  test("any JSON value comes back", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (json) => {
        const value = JSON.parse(JSON.stringify(json)) as unknown;
        if (JSON.stringify(value).includes("__proto__")) return;
        expect(readMessagePack(packed(value), 16)).toEqual(value);
      }),
    );
  });

  test("numbers take the shortest form that keeps them", () => {
    const sizes: [number, number][] = [
      [0, 1],
      [127, 1],
      [128, 2],
      [255, 2],
      [256, 3],
      [65_535, 3],
      [65_536, 5],
      [0xffff_ffff, 5],
      [2 ** 32, 5],
      [Number.MAX_SAFE_INTEGER, 9],
      [-1, 1],
      [-32, 1],
      [-33, 2],
      [-128, 2],
      [-129, 3],
      [-32_768, 3],
      [-32_769, 5],
      [-(2 ** 31), 5],
      [-(2 ** 31) - 1, 9],
      [Number.MIN_SAFE_INTEGER, 9],
      [0.5, 5],
      [512.031_25, 5],
      [0.1, 9],
      [1e300, 9],
      [2 ** 60, 5],
    ];
    for (const [value, size] of sizes) {
      const bytes = packed(value);
      expect([value, bytes.length]).toEqual([value, size]);
      expect(readMessagePack(bytes, 1)).toBe(value);
    }
  });

  test("whole numbers of 64 bits are read, as other libraries write them", () => {
    expect(read(0xcf, 0, 0, 0, 1, 0, 0, 0, 0)).toBe(2 ** 32);
    expect(read(0xcf, 0, 0x1f, 255, 255, 255, 255, 255, 255)).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(0xd3, 255, 255, 255, 255, 255, 255, 255, 254)).toBe(-2);
  });

  test("texts and containers of all sizes come back", () => {
    for (const count of [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
      const list = Array.from({ length: count }, (_, i) => i);
      const map = Object.fromEntries(list.slice(0, 70_000).map((i) => [`k${i}`, i]));
      for (const value of ["x".repeat(count), list, map]) {
        expect(readMessagePack(packed(value), 2)).toEqual(value);
      }
    }
  });

  test("keys without a value are left out", () => {
    expect(readMessagePack(packed({ a: undefined, b: null }), 2)).toEqual({ b: null });
    expect(readMessagePack(packed([undefined, Number.NaN, Infinity]), 2)).toEqual([
      null,
      null,
      null,
    ]);
    expect(() => packed({ a: new Uint8Array(2) })).toThrow(/INTERNAL/u);
    expect(() => packed([() => 1])).toThrow(/INTERNAL/u);
  });

  test.each([
    ["bin 8", [0xc4, 1, 0]],
    ["bin 16", [0xc5, 0, 1, 0]],
    ["bin 32 of 4 GiB", [0xc6, 255, 255, 255, 255]],
    ["ext 8", [0xc7, 1, 5, 0]],
    ["ext 32 of 4 GiB", [0xc9, 255, 255, 255, 255, 1]],
    ["fixext 1", [0xd4, 0, 0]],
    ["a timestamp", [0xd6, 0xff, 0, 0, 0, 0]],
    ["the unused byte", [0xc1]],
    ["a number as key", [0x81, 0x01, 0x01]],
    ["a list as key", [0x81, 0x90, 0x01]],
    ["a key twice", [0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2]],
    ["__proto__ as key", [0x81, 0xa9, ...new TextEncoder().encode("__proto__"), 0x80]],
    ["bytes behind the value", [0xc0, 0xc0]],
    ["a whole number beyond 2^53", [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1]],
    ["one below -2^53", [0xd3, 0xff, 0, 0, 0, 0, 0, 0, 0]],
    ["text that is no UTF-8", [0xa1, 0xff]],
  ])("P-ENC7 %s is refused", (_, bytes) => {
    expect(() => read(...bytes)).toThrow(RealmError);
    expect(() => read(...bytes)).toThrow(/DECODE_INVALID/u);
    expect(() => msgpackCodec.decode(Uint8Array.from(bytes), "client")).toThrow(
      /MESSAGE_MALFORMED/u,
    );
  });

  test.each([
    ["a list of 4 G items", [0xdd, 255, 255, 255, 255]],
    ["a list of 65,535 items", [0xdc, 255, 255, 0]],
    ["a map of 4 G keys", [0xdf, 255, 255, 255, 255, 0xa1, 0x61]],
    ["a map of two keys in three bytes", [0x82, 0xa0, 0, 0xa0]],
    ["a text of 4 GiB", [0xdb, 255, 255, 255, 255, 0x61]],
    ["a text of 2 bytes in one", [0xa2, 0x61]],
    ["half a number", [0xcd, 1]],
    ["nothing", []],
  ])("P-ENC8 %s is refused by what is left", (_, bytes) => {
    expect(() => read(...bytes)).toThrow(/DECODE_TRUNCATED/u);
  });

  test("P-ENC5 lists inside lists are refused at their bound", () => {
    const nest = (levels: number): Uint8Array =>
      Uint8Array.from([...Array.from({ length: levels - 1 }, () => 0x91), 0x90]);
    expect(readMessagePack(nest(16), 16)).toBeDefined();
    expect(() => readMessagePack(nest(17), 16)).toThrow(/nests too deeply/u);
    expect(() => readMessagePack(nest(1_000_000), 16)).toThrow(/nests too deeply/u);
  });
});
