import { limits } from "@realmwright/protocol";
import { structCodec } from "@realmwright/protocol/internal";
import { describe, expect, test } from "vitest";
import { inputOf } from "./room-inputs.ts";

describe("inputs of a script", () => {
  test("[S-LUA42] have the members of their shape, and one of any JSON without", () => {
    const place = inputOf({
      name: "place",
      shape: {
        cell: "uint 8",
        by: "int -3 3",
        "hard?": "bool",
        word: "string 20",
        kind: "enum rook knight",
        at: "float",
        rest: "json 100",
      },
    });
    expect(place.name).toBe("place");
    expect(Object.entries(place.fields).map(([name, { spec }]) => [name, spec.kind])).toEqual([
      ["cell", "uint"],
      ["by", "int"],
      ["hard", "optional"],
      ["word", "string"],
      ["kind", "enum"],
      ["at", "float"],
      ["rest", "json"],
    ]);
    expect(place.fields["cell"]!.spec).toMatchObject({ max: 8 });
    const bare = inputOf({ name: "say", shape: undefined });
    expect(bare.fields["data"]!.spec).toMatchObject({
      kind: "json",
      max: limits.inputBytes.value - 4,
    });
    expect(structCodec(bare).check({ data: { any: ["thing"] } })).toBeDefined();
  });

  test.each([
    [{ cell: "int8" }, /no kind; there are bool/],
    [{ cell: "constructor" }, /no kind/],
    [{ cell: "uint" }, /another number of words/],
    [{ cell: "uint 3 4" }, /another number of words/],
    [{ cell: "uint many" }, /no whole number/],
    [{ cell: "uint -1" }, /max/],
    [{ cell: "int 5 1" }, /t\.int/],
    [{ cell: "enum" }, /enum/],
    [{ cell: `json ${limits.documentBytes.value + 1}` }, /t\.json/],
    [{ "cell?": "json 10" }, /t\.json/],
    [{ Cell: "bool" }, /small letter/],
    [{ "": "bool" }, /small letter/],
    [{ a: "string 400", b: "json 400" }, /at most 1024 are allowed/],
  ])("[S-LUA42] %j is told what is wrong with it", (shape, problem) => {
    const make = (): unknown => inputOf({ name: "place", shape });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(problem);
  });

  test.each(["create", "join", "leave", "drop", "reconnect", "tick", "close", "Place", "a_b"])(
    "[S-LUA42] can not be called %s",
    (name) => {
      expect(() => inputOf({ name, shape: undefined })).toThrow(TypeError);
    },
  );
});
