import { RealmError } from "@realmwright/protocol";
import { sameJson } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyPatch, diffJson, type JsonPatch } from "./json-patch.ts";

// through text, which has no negative zero; the key __proto__ is refused below
const json = fc
  .json({ maxDepth: 4 })
  .filter((text) => !text.includes("__proto__"))
  .map((text): unknown => JSON.parse(text));

/** Two values that share most of what they hold, as two states of one document do. */
const relatedLists = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 4 }),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
  )
  .map(([list, at, remove, insert]) => [list, list.toSpliced(at, remove, ...insert)] as const);

describe("diffJson and applyPatch", () => {
  it("the patch of any two values turns the one into the other and leaves the first alone", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const before = JSON.stringify(a);
        const patch = JSON.parse(JSON.stringify(diffJson(a, b))) as JsonPatch;
        expect(applyPatch(a, patch)).toEqual(b);
        expect(JSON.stringify(a)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it("the same holds inside lists that share their ends", () => {
    fc.assert(
      fc.property(relatedLists, ([a, b]) => {
        const patch = diffJson({ list: a }, { list: b });
        expect(applyPatch({ list: a }, patch)).toEqual({ list: b });
        if (sameJson(a, b)) expect(patch).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("one insertion, removal or change costs one operation", () => {
    const people = ["ann", "ben", "cid", "dan"].map((name) => ({ name, score: 0 }));
    expect(diffJson(people, people.toSpliced(1, 0, { name: "eve", score: 1 }))).toEqual([
      { op: "add", path: "/1", value: { name: "eve", score: 1 } },
    ]);
    expect(diffJson(people, people.toSpliced(1, 1))).toEqual([{ op: "remove", path: "/1" }]);
    expect(diffJson(people, people.with(2, { name: "cid", score: 5 }))).toEqual([
      { op: "replace", path: "/2/score", value: 5 },
    ]);
  });

  it("keys with slashes and tildes are escaped", () => {
    const a = { "a/b": 1, "m~n": 2, "~1": 3 };
    const b = { "a/b": 2, "m~n": 3, "~1": 4 };
    expect(applyPatch(a, diffJson(a, b))).toEqual(b);
  });

  it("shares what did not change", () => {
    const value = { left: { deep: [1, 2] }, right: { x: 1 } };
    const next = applyPatch(value, [{ op: "replace", path: "/right/x", value: 2 }]);
    expect(next.left).toBe(value.left);
  });

  it("appends by the index -", () => {
    expect(applyPatch([1], [{ op: "add", path: "/-", value: 2 }])).toEqual([1, 2]);
  });
});

describe("applyPatch refuses", () => {
  const value = { list: [1, 2, 3], object: { a: 1 }, text: "x" };
  const hostile: readonly [string, unknown][] = [
    ["a patch that is no list", { op: "add", path: "/a", value: 1 }],
    ["an operation that is no object", [1]],
    ["an unknown operation", [{ op: "move", from: "/text", path: "/a", value: 1 }]],
    ["a path that is no text", [{ op: "add", path: 3, value: 1 }]],
    ["a path without a slash", [{ op: "add", path: "text", value: 1 }]],
    ["a bad escape", [{ op: "add", path: "/a~2", value: 1 }]],
    ["a missing value", [{ op: "add", path: "/a" }]],
    ["removing the whole document", [{ op: "remove", path: "" }]],
    ["replacing what is not there", [{ op: "replace", path: "/none", value: 1 }]],
    ["removing what is not there", [{ op: "remove", path: "/none" }]],
    ["an index one beyond the end on replace", [{ op: "replace", path: "/list/3", value: 1 }]],
    ["an index two beyond the end on add", [{ op: "add", path: "/list/4", value: 1 }]],
    ["a negative index", [{ op: "add", path: "/list/-1", value: 1 }]],
    ["an index with a leading zero", [{ op: "replace", path: "/list/01", value: 1 }]],
    ["an index with a fraction", [{ op: "replace", path: "/list/1.0", value: 1 }]],
    ["an index beyond all lists", [{ op: "add", path: "/list/99999999999", value: 1 }]],
    ["- where nothing is appended", [{ op: "replace", path: "/list/-", value: 1 }]],
    ["a path through a text", [{ op: "add", path: "/text/0", value: 1 }]],
    ["a path through an inherited member", [{ op: "add", path: "/constructor/x", value: 1 }]],
    ["the prototype as a path", [{ op: "add", path: "/__proto__/polluted", value: 1 }]],
    ["the prototype as the last key", [{ op: "add", path: "/object/__proto__", value: { x: 1 } }]],
    ["the prototype in a value", JSON.parse('[{"op":"add","path":"/a","value":{"__proto__":1}}]')],
    ["a value that is not JSON", [{ op: "add", path: "/a", value: Number.NaN }]],
    ["an instance as a value", [{ op: "add", path: "/a", value: new Map() }]],
  ];
  for (const [title, patch] of hostile) {
    it(title, () => {
      expect(() => applyPatch(value, patch as JsonPatch)).toThrow(
        expect.objectContaining({ code: "DECODE_INVALID" }),
      );
      expect(value).toEqual({ list: [1, 2, 3], object: { a: 1 }, text: "x" });
      expect(Object.prototype).not.toHaveProperty("polluted");
    });
  }

  it("65 levels but not 64", () => {
    const nested = (levels: number): unknown => {
      let inner: unknown = 0;
      for (let i = 0; i < levels; i++) inner = [inner];
      return inner;
    };
    const patch = (levels: number): JsonPatch => [{ op: "add", path: "/a", value: nested(levels) }];
    expect(applyPatch({}, patch(64))).toEqual({ a: nested(64) });
    expect(() => applyPatch({}, patch(65))).toThrow(RealmError);
    expect(() => applyPatch({}, patch(100_000))).toThrow(RealmError);
  });

  it("anything else only by a RealmError", () => {
    const operation = fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "test", ""),
        path: fc.oneof(
          fc.constantFrom("", "/list", "/list/0", "/list/-", "/object/a", "/__proto__", "//", "/~"),
          fc.string(),
        ),
        value: fc.anything(),
      },
      { requiredKeys: [] },
    );
    let applied = 0;
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 3 }), (patch) => {
        try {
          applyPatch(value, patch as JsonPatch);
          applied++;
        } catch (error) {
          expect(error).toBeInstanceOf(RealmError);
        }
      }),
      { numRuns: 500 },
    );
    expect(applied).toBeGreaterThan(0);
  });
});
