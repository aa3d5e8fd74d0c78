import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { codecs } from "../encodings/encodings.ts";
import { RealmError, type Problem } from "../errors.ts";
import { limits } from "../limits.ts";
import { Board, Cast, Move, Purse } from "../testing/samples.ts";
import { anyFields, valuesOf } from "../testing/arbitraries.ts";
import { document, event, input } from "./definition.ts";
import { t } from "./field.ts";
import { structCodec, type StructCodec } from "./struct-codec.ts";

function bytesOf(codec: StructCodec, value: unknown): Uint8Array {
  const out = new BitWriter();
  codec.write(out, value as Record<string, unknown>);
  return out.toBytes();
}

/** The problems of the INPUT_INVALID that a check throws. */
function problemsOf(codec: StructCodec, value: unknown): readonly Problem[] {
  try {
    codec.check(value);
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    expect((error as RealmError).code).toBe("INPUT_INVALID");
    return (error as RealmError).problems ?? [];
  }
  throw new Error("the value was accepted");
}

const board = structCodec(Board);
const cast = structCodec(Cast);
const move = structCodec(Move);

describe("values", () => {
  test("P-SCH2 any value of any shape comes back from its bits as canonical says", () => {
    fc.assert(
      fc.property(
        anyFields.chain((fields) => fc.tuple(fc.constant(fields), valuesOf(fields))),
        ([fields, value]) => {
          const codec = structCodec(document("any", fields));
          const canonical = codec.canonical(value);
          const bytes = bytesOf(codec, value);
          expect(bytes.length).toBeLessThanOrEqual(codec.bytesMax);
          expect(codec.open(bytes)).toEqual(canonical);
          expect(bytesOf(codec, canonical)).toEqual(bytes);
          expect(codec.equals(codec.open(bytes), canonical)).toBe(true);
        },
      ),
    );
  });

  test("P-SCH11 a checked value is rounded as its bits would be", () => {
    fc.assert(
      fc.property(
        anyFields.chain((fields) => fc.tuple(fc.constant(fields), valuesOf(fields))),
        ([fields, value]) => {
          const codec = structCodec(document("any", fields));
          expect(codec.check(JSON.parse(JSON.stringify(value)))).toEqual(
            codec.open(bytesOf(codec, value)),
          );
        },
      ),
    );
    expect(move.check({ dx: 0.5, dy: -0 })).toEqual({ dx: 64 / 127, dy: 0 });
  });

  test("a step's input takes two bytes", () => {
    expect(bytesOf(move, { dx: 1, dy: -1 })).toEqual(Uint8Array.of(127, 129));
  });

  test.each([
    ["no object", 7, "", "an object", "7"],
    ["nothing", undefined, "", "an object", "nothing"],
    ["a list", [], "", "an object", "a list of 0"],
    ["an unknown key", { dx: 0, dy: 0, dz: 1 }, "/dz", "no such key", "1"],
    ["a missing key", { dx: 0 }, "/dy", "a number from -1 to 1", "nothing"],
    ["a number too large", { dx: 1.01, dy: 0 }, "/dx", "a number from -1 to 1", "1.01"],
    ["a text for a number", { dx: "1", dy: 0 }, "/dx", "a number from -1 to 1", '"1"'],
    ["NaN", { dx: Number.NaN, dy: 0 }, "/dx", "a number from -1 to 1", "NaN"],
    ["an infinity", { dx: -Infinity, dy: 0 }, "/dx", "a number from -1 to 1", "-Infinity"],
    ["null", { dx: null, dy: 0 }, "/dx", "a number from -1 to 1", "null"],
    ["an object for a number", { dx: {}, dy: 0 }, "/dx", "a number from -1 to 1", "an object"],
    ["a function", { dx: () => 1, dy: 0 }, "/dx", "a number from -1 to 1", "a function"],
  ])("P-SCH6 %s is refused", (_, value, path, expected, got) => {
    expect(problemsOf(move, value)).toContainEqual({ path, expected, got });
  });

  test("P-SCH6 __proto__ and inherited keys are refused", () => {
    expect(problemsOf(move, JSON.parse('{"dx":0,"dy":0,"__proto__":{"dx":1}}'))[0]?.path).toBe(
      "/__proto__",
    );
    expect(problemsOf(move, Object.create({ dx: 0, dy: 0 }))).toHaveLength(2);
    expect(problemsOf(move, { dx: 0, dy: 0, constructor: 1 })[0]?.path).toBe("/constructor");
    expect(({} as { dx?: unknown }).dx).toBeUndefined();
  });

  test.each([
    ["a word of the list", { spell: "fire" }, "/spell", 'one of "bolt", "heal"'],
    ["a handle below 0", { target: -1 }, "/target", "an entity's handle"],
    ["a handle beyond 32 bits", { target: 2 ** 32 }, "/target", "an entity's handle"],
    ["a fraction for an int", { power: 0.5 }, "/power", "a whole number from -3 to 3"],
    ["an int too low", { power: -4 }, "/power", "a whole number from -3 to 3"],
    ["a position outside", { at: { x: 1025, y: 0 } }, "/at/x", "a number from 0 to 1024"],
    ["an infinite float", { at: { x: 0, y: Infinity } }, "/at/y", "a finite number"],
    ["a part that is missing", { at: { x: 1 } }, "/at/y", "a finite number"],
    ["a key too many inside", { at: { x: 1, y: 1, z: 1 } }, "/at/z", "no such key"],
  ])("P-SCH6 %s is refused in a cast", (_, part, path, expected) => {
    const value = { spell: "bolt", target: 0, power: 1, ...part };
    expect(problemsOf(cast, value)).toMatchObject([{ path, expected }]);
  });

  test("P-SCH6 texts and lists are taken at their largest and refused one above", () => {
    const codec = structCodec(document("d", { text: t.string(5), list: t.list(t.bool(), 3) }));
    const value = (length: number, count: number): unknown => ({
      text: "ä".repeat(length),
      list: Array.from({ length: count }, () => true),
    });
    expect(codec.check(value(5, 3))).toEqual(value(5, 3));
    expect(problemsOf(codec, value(6, 3))).toMatchObject([{ path: "/text" }]);
    expect(problemsOf(codec, value(5, 4))).toMatchObject([{ path: "/list", got: "a list of 4" }]);
  });

  test("P-SCH6 lone surrogates are refused, pairs are not", () => {
    const codec = structCodec(document("d", { text: t.string(5) }));
    expect(codec.check({ text: "a😀" })).toEqual({ text: "a😀" });
    for (const text of ["\ud83d", "a\ude00", "\ude00\ud83d"]) {
      expect(problemsOf(codec, { text })[0]?.expected).toBe("text without lone surrogates");
    }
  });

  test("P-SCH7 at most 8 problems are listed, with paths as JSON pointers", () => {
    const max = limits.problems.value;
    for (const count of [max, max + 1]) {
      const scores = Array.from({ length: count }, () => ({ name: 1, score: 1, kills: 0 }));
      const problems = problemsOf(board, { phase: "lobby", scores });
      expect(problems).toHaveLength(max);
      expect(problems.at(-1)?.path).toBe(`/scores/${max - 1}/name`);
    }
    expect(max).toBe(8);
    expect(problemsOf(move, { "a/b~c": 1, dx: 0, dy: 0 })[0]?.path).toBe("/a~1b~0c");
  });

  test("P-SCH7 long input is not repeated in a refusal", () => {
    const long = "x".repeat(10_000);
    const problems = problemsOf(move, { [long]: long, dx: long, dy: [long] });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems).length).toBeLessThan(600);
    expect(problems.find((p) => p.path === "/dx")?.got).toBe("a text of 10000 characters");
  });

  test.each(["\u0000", "\ud83d", '"', "ä"])("P-SCH7 a refusal of texts of %j can be sent", (of) => {
    const problems = problemsOf(move, { [of.repeat(24)]: of.repeat(24), dx: 0, dy: of });
    const payload = new RealmError("INPUT_INVALID", { problems }).toPayload("input");
    for (const codec of Object.values(codecs)) {
      const out = new ByteWriter();
      codec.encode({ type: "error", payload }, out, () => undefined);
      expect(codec.decode(out.toBytes(), "server")).toEqual([{ type: "error", payload }]);
    }
  });

  test("P-SCH8 a missing key takes its default, an optional one null, others are refused", () => {
    expect(cast.check({ spell: "heal", target: 3 })).toEqual({
      spell: "heal",
      target: 3,
      at: null,
      power: 1,
    });
    expect(problemsOf(cast, { target: 3 })).toMatchObject([{ path: "/spell", got: "nothing" }]);
    expect(problemsOf(cast, { spell: "heal", target: 3, power: undefined })).toMatchObject([
      { path: "/power" },
    ]);
  });

  test("P-SCH12 entities are mapped at any depth, and only they", () => {
    const Deep = document("deep", {
      one: t.entity(),
      list: t.list(t.object({ who: t.entity(), count: t.uint(9) }), 4),
      maybe: t.optional(t.list(t.entity(), 2)),
      plain: t.uint(100),
    });
    const codec = structCodec(Deep);
    const value = {
      one: 5,
      list: [
        { who: 6, count: 6 },
        { who: 7, count: 7 },
      ],
      maybe: [5, 9],
      plain: 5,
    };
    const ref = (id: number): number => (id === 9 ? 0 : id * 100);
    const mapped = {
      one: 500,
      list: [
        { who: 600, count: 6 },
        { who: 700, count: 7 },
      ],
      maybe: [500, 0],
      plain: 5,
    };
    expect(codec.hasRefs).toBe(true);
    expect(codec.mapRefs(value, ref)).toEqual(mapped);
    expect(value.one).toBe(5);
    const out = new BitWriter();
    codec.write(out, value, ref);
    expect(codec.read(new BitReader(out.toBytes()))).toEqual(mapped);
    const back = codec.read(new BitReader(bytesOf(codec, value)), ref);
    expect(back).toEqual(mapped);
    expect(move.hasRefs).toBe(false);
    const step = { dx: 1, dy: 0 };
    expect(move.mapRefs(step, ref)).toBe(step);
    expect(structCodec(Purse).hasRefs).toBe(true);
  });

  test("P-ENC8 every cut of a value's bytes is refused", () => {
    const value = { phase: "play", scores: [{ name: "Änne", score: 7, kills: 1 }] };
    const bytes = bytesOf(board, value);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => board.open(bytes.slice(0, length))).toThrow(/DECODE_/u);
    }
    expect(board.open(bytes)).toEqual(value);
    expect(() => board.open(Uint8Array.of(...bytes, 0))).toThrow(/more bytes/u);
  });

  test("P-ENC8 bits of a text or a list that is longer than its field are refused", () => {
    const wide = structCodec(document("d", { text: t.string(6), list: t.list(t.bool(), 6) }));
    const narrow = structCodec(document("d", { text: t.string(5), list: t.list(t.bool(), 5) }));
    const list = (count: number): boolean[] => Array.from({ length: count }, () => true);
    const fits = { text: "abcde", list: list(5) };
    expect(narrow.open(bytesOf(wide, fits))).toEqual(fits);
    expect(() => narrow.open(bytesOf(wide, { ...fits, text: "abcdef" }))).toThrow(
      /DECODE_INVALID/u,
    );
    expect(() => narrow.open(bytesOf(wide, { ...fits, list: list(6) }))).toThrow(/DECODE_INVALID/u);
  });

  test("P-ENC8 any bytes are read as a value that checks, or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const codec of [board, cast, move]) {
          let value: Record<string, unknown>;
          try {
            value = codec.open(bytes);
          } catch (error) {
            expect((error as RealmError).code).toMatch(/^DECODE_(?:INVALID|TRUNCATED)$/u);
            continue;
          }
          expect(codec.check(value)).toEqual(value);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("P-SCH13 the game's own value is clamped, cut and rounded; what is missing has its default", () => {
    expect(move.canonical({ dx: 3, dy: Number.NaN })).toEqual({ dx: 1, dy: 0 });
    const codec = structCodec(input("i", { text: t.string(3), list: t.list(t.uint(5), 2) }));
    expect(codec.canonical({ text: "abcd", list: [9, 1, 1] })).toEqual({
      text: "abc",
      list: [5, 1],
    });
    const value = { spell: "heal", target: 7 };
    expect(cast.canonical(value)).toEqual({ ...value, at: null, power: 1 });
    expect(cast.canonical({ ...value, at: null })).toMatchObject({ at: null });
    const note = structCodec(event("note", { at: t.optional(t.uint(9)).default(4) }));
    expect([{}, { at: null }, { at: 99 }].map((of) => note.canonical(of)["at"])).toEqual([
      4,
      null,
      9,
    ]);
  });

  test.each([
    ["a missing part", {}, "/spell", 'one of "bolt", "heal"', "nothing"],
    ["an unknown word", { spell: "fire" }, "/spell", 'one of "bolt", "heal"', '"fire"'],
    ["an unknown key", { spell: "heal", mana: 1 }, "/mana", "no such key", "1"],
    [
      "an entity for its id",
      { spell: "heal", target: { id: 5 } },
      "/target",
      "an entity's id, or 0",
      "an object",
    ],
    [
      "an id that is none",
      { spell: "heal", target: Number.NaN },
      "/target",
      "an entity's id, or 0",
      "NaN",
    ],
    ["a text for a number", { spell: "heal", at: { x: "5", y: 0 } }, "/at/x", "a number", '"5"'],
    ["nothing for an object", { spell: "heal", at: 5 }, "/at", "an object", "5"],
  ])("P-SCH13 the game's own value with %s is refused", (_, part, path, expected, got) => {
    const value = { target: 0, power: 1, ...part };
    expect(() => cast.canonical(value)).toThrow(
      expect.objectContaining({ code: "GAME_INVALID", problems: [{ path, expected, got }] }),
    );
  });

  test("P-SCH13 lists, texts and flags of another kind are refused, at any depth", () => {
    const codec = structCodec(
      event("e", { names: t.list(t.object({ text: t.string(3), on: t.bool() }), 2) }),
    );
    expect(
      codec.canonical({
        names: [
          { text: "abcd", on: true },
          { text: "", on: false },
        ],
      }),
    ).toEqual({
      names: [
        { text: "abc", on: true },
        { text: "", on: false },
      ],
    });
    const paths = (names: unknown): unknown => {
      try {
        return codec.canonical({ names });
      } catch (error) {
        return (error as RealmError).problems?.map(({ path }) => path);
      }
    };
    expect(paths("ab")).toEqual(["/names"]);
    expect(paths([{ text: 5, on: 1 }, null])).toEqual(["/names/0/text", "/names/0/on", "/names/1"]);
    expect(paths(Array.from({ length: 50 }, () => 0))).toHaveLength(limits.problems.value);
  });

  test("P-SCH13 a text that is too long is cut where it is written", () => {
    const codec = structCodec(document("d", { text: t.string(3) }));
    expect(codec.open(bytesOf(codec, { text: "abcd" }))).toEqual({ text: "abc" });
  });
});
