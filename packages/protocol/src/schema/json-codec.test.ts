import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BitWriter } from "../bytes/bit-writer.ts";
import { utf8Length } from "../bytes/utf8.ts";
import type { Problem, RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { compileDescriptor, compileRoom } from "./compile.ts";
import { document, entity, event, input } from "./definition.ts";
import { t, type Json } from "./field.ts";
import { sameJson } from "./json-codec.ts";
import { structCodec, type StructCodec } from "./struct-codec.ts";

const max = 60;
const note = structCodec(document("note", { data: t.json(max) }));

/** A text as a client of any make may have written it: its length, then its bytes. */
function bitsOf(text: string): Uint8Array {
  const out = new BitWriter();
  out.string(text);
  return out.toBytes();
}

/** The one problem with a value; undefined where it is taken. */
function problemOf(codec: StructCodec, data: unknown): Problem | undefined {
  try {
    codec.check({ data });
    return undefined;
  } catch (error) {
    expect((error as RealmError).code).toBe("INPUT_INVALID");
    const [problem, ...more] = (error as RealmError).problems ?? [];
    expect(more).toEqual([]);
    return problem;
  }
}

/** Lists and objects inside one another. */
function nested(levels: number): Json {
  let value: Json = 0;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A list that is in itself. */
function endless(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** Sixteen levels, each of which has the next one twelve times: more than any memory as text. */
function bomb(): unknown {
  let value: unknown = "x";
  for (let i = 0; i < limits.jsonDepth.value; i++) value = Array.from({ length: 12 }, () => value);
  return value;
}

describe("[P-SCH14] a field of JSON", () => {
  test("takes any value of JSON as a copy, and sends its text", () => {
    const data = { list: [1, -2.5, 1e21, null], on: true, text: "ä\n😀", off: false, deep: [{}] };
    const codec = structCodec(event("e", { data: t.json(200) }));
    const checked = codec.check({ data });
    expect(checked).toEqual({ data });
    expect(checked["data"]).not.toBe(data);
    const out = new BitWriter();
    codec.write(out, checked);
    expect(out.toBytes()).toEqual(bitsOf(JSON.stringify(data)));
    expect(codec.open(out.toBytes())).toEqual({ data });
    expect(codec.canonical({ data })).toEqual({ data });
  });

  test("is null at first, and its key may be left out only where it has a default", () => {
    expect(note.defaultValue).toEqual({ data: null });
    expect(() => note.check({})).toThrow(
      expect.objectContaining({
        problems: [{ path: "/data", expected: "a value of JSON", got: "nothing" }],
      }),
    );
    const codec = structCodec(input("i", { data: t.json(max).default({ a: [] }) }));
    expect(codec.check({})).toEqual({ data: { a: [] } });
  });

  test("has no negative zero: its text has none", () => {
    for (const value of [note.check({ data: -0 }), note.open(bitsOf("-0"))]) {
      expect(Object.is(value["data"], 0)).toBe(true);
    }
  });

  test.each<[string, (bytes: number) => Json]>([
    ["ASCII", (bytes) => "x".repeat(bytes - 2)],
    ["umlauts", (bytes) => "ä".repeat((bytes - 2) >> 1) + "x".repeat(bytes & 1)],
    ["escapes", (bytes) => "\n".repeat((bytes - 2) >> 1) + "x".repeat(bytes & 1)],
    ["a key", (bytes) => ({ ["k".repeat(bytes - 9)]: true })],
    ["a list", (bytes) => [[], {}, false, "x".repeat(bytes - 16)]],
  ])("takes as many bytes of %s as it says and not one more", (_, make) => {
    expect(utf8Length(JSON.stringify(make(max)))).toBe(max);
    expect(problemOf(note, make(max))).toBeUndefined();
    const expected = `JSON of at most ${max} bytes`;
    expect(problemOf(note, make(max + 1))).toMatchObject({ path: "/data", expected });
    expect(() => note.canonical({ data: make(max + 1) })).toThrow(/GAME_INVALID/u);
    expect(note.open(bitsOf(JSON.stringify(make(max))))).toEqual({ data: make(max) });
    expect(() => note.open(bitsOf(JSON.stringify(make(max + 1))))).toThrow(/DECODE_INVALID/u);
  });

  test("counts a value by its shortest text, and the text that comes too", () => {
    const wide = `${" ".repeat(max - 1)}1`;
    expect(note.open(bitsOf(wide))).toEqual({ data: 1 });
    expect(() => note.open(bitsOf(` ${wide}`))).toThrow(/DECODE_INVALID/u);
    const grows = `[${Array.from({ length: 11 }, () => "1e20").join()}]`;
    expect(grows.length).toBeLessThan(max);
    expect(() => note.open(bitsOf(grows))).toThrow(/DECODE_INVALID/u);
  });

  test("nests as deep as a message may: the message's own three levels and the schema's count", () => {
    const { value: levels } = limits.jsonDepth;
    const deep = t.json(400);
    const inside = t.list(t.object({ deep }), 2);
    const cases: [StructCodec, number, (data: unknown) => unknown][] = [
      [structCodec(document("d", { data: deep })), levels, (data) => data],
      [structCodec(event("e", { data: deep })), levels, (data) => data],
      [structCodec(input("i", { data: deep })), levels - 3, (data) => data],
      [structCodec(input("i", { data: inside })), levels - 5, (data) => [{ deep: data }]],
    ];
    for (const [codec, most, wrap] of cases) {
      expect(problemOf(codec, wrap(nested(most)))).toBeUndefined();
      expect(problemOf(codec, wrap(nested(most + 1)))?.expected).toBe("less nesting");
    }
    expect(() => note.open(bitsOf("[".repeat(30) + "]".repeat(30)))).toThrow(/DECODE_INVALID/u);
  });

  test.each<[string, unknown, string, string]>([
    ["nothing in a list", [1, undefined], "/data/1", "a value of JSON"],
    ["nothing under a key", { a: undefined }, "/data/a", "a value of JSON"],
    ["a hole in a list", new Array(3), "/data/0", "a value of JSON"],
    ["NaN", [Number.NaN], "/data/0", "a finite number"],
    ["an infinity", { a: { b: -Infinity } }, "/data/a/b", "a finite number"],
    ["a big integer", 5n, "/data", "a value of JSON"],
    ["a function", { toJSON: () => 1 }, "/data/toJSON", "a value of JSON"],
    ["a symbol", [Symbol("x")], "/data/0", "a value of JSON"],
    ["a map", new Map(), "/data", "a value of JSON"],
    ["a date", [new Date(0)], "/data/0", "a value of JSON"],
    ["bytes", new Uint8Array(2), "/data", "a value of JSON"],
    ["a lone surrogate", { a: "\ud800" }, "/data/a", "text without lone surrogates"],
    ["a lone surrogate as a key", { "\ud800": 1 }, "/data/\ufffd", "another key"],
    ["a prototype", JSON.parse('{"a/b":{"__proto__":{"x":1}}}'), "/data/a~1b/__proto__", "another"],
    ["a list in itself", endless(), "/data/0/0/0", "less nesting"],
    ["a bomb", bomb(), "/data", "JSON of at most"],
  ])("refuses %s, and says where", (_, data, path, expected) => {
    const problem = problemOf(note, data);
    expect(problem?.path.startsWith(path)).toBe(true);
    expect(problem?.expected).toContain(expected);
    expect(() => note.canonical({ data })).toThrow(/GAME_INVALID/u);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test.each([
    ["no JSON", "{a:1}"],
    ["nothing", ""],
    ["two values", "1 2"],
    ["an infinity", "1e999"],
    ["a lone surrogate", '"\\ud800"'],
    ["a prototype", '{"__proto__":{"x":1}}'],
    ["a prototype in escapes", '[{"\\u005f_proto__":{"x":1}}]'],
  ])("refuses %s among bits", (_, text) => {
    expect(() => note.open(bitsOf(text))).toThrow(/DECODE_INVALID/u);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test("any text is a value that checks, or refused", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.json({ maxDepth: 3 }),
      fc
        .array(fc.constantFrom(...'[]{},:"\\ue19-.ntf '), { maxLength: 20 })
        .map((of) => of.join("")),
    );
    fc.assert(
      fc.property(text, (of) => {
        let value: Record<string, unknown>;
        try {
          value = note.open(bitsOf(of));
        } catch (error) {
          expect((error as RealmError).code).toMatch(/^DECODE_(?:INVALID|TRUNCATED)$/u);
          return;
        }
        expect(note.check(value)).toEqual(value);
        expect(sameJson(JSON.parse(of), value["data"])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("compares by what is said, not by the order of keys", () => {
    expect(note.equals({ data: { a: 1, b: [2] } }, { data: { b: [2], a: 1 } })).toBe(true);
    for (const other of [{ a: 1 }, { a: 1, b: [3] }, { a: 1, b: { 0: 2 } }, null, [1], "a"]) {
      expect(sameJson({ a: 1, b: [2] }, other)).toBe(false);
      expect(sameJson(other, { a: 1, b: [2] })).toBe(false);
    }
  });

  test("stands in documents, inputs, events, lists and objects, and in no entity", () => {
    const fields = { any: t.json(100), more: t.list(t.object({ of: t.json(8) }), 2) };
    const room = compileRoom({
      inputs: { I: input("i", fields) },
      events: { E: event("e", fields) },
      documents: { shared: document("d", fields) },
    });
    expect(compileDescriptor(room.descriptor).hash).toBe(room.hash);
    for (const field of Object.values({ ...fields, default: t.json(9).default([1]) })) {
      expect(() => entity("e", { field })).toThrow(/SCHEMA_INVALID.*t\.json is for documents/u);
    }
  });

  test("has a size that a document may have, and fits its input and event", () => {
    const { value: most } = limits.documentBytes;
    for (const bytes of [3, 4.5, most + 1, Infinity]) {
      expect(() => t.json(bytes)).toThrow(/SCHEMA_INVALID.*from 4 to 16384/u);
    }
    expect([4, most].map((bytes) => t.json(bytes).spec)).toEqual([
      { kind: "json", max: 4 },
      { kind: "json", max: most },
    ]);
    expect(() => t.optional(t.json(4))).toThrow(/it is null/u);
    const inputOf = (bytes: number): unknown =>
      compileRoom({ inputs: { I: input("i", { data: t.json(bytes) }) } });
    const { value: inputMost } = limits.inputBytes;
    expect(inputOf(inputMost - 2)).toBeDefined();
    expect(() => inputOf(inputMost - 1)).toThrow(/SCHEMA_INVALID/u);
    for (const bytes of [127, 128, most - 1, most]) {
      const { bytesMax } = structCodec(document("d", { data: t.json(bytes) }));
      expect(bytesMax).toBe(bitsOf("x".repeat(bytes)).length);
    }
  });
});
