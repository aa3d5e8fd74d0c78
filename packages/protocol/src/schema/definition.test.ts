import { describe, expect, expectTypeOf, test } from "vitest";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { compileRoom } from "./compile.ts";
import { document, entity, event, input, type Of } from "./definition.ts";
import { t } from "./field.ts";
import { Hit, Move, Player, type Board } from "../testing/samples.ts";

/** The text of the SCHEMA_INVALID that a definition throws. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    expect((error as RealmError).code).toBe("SCHEMA_INVALID");
    return (error as RealmError).message;
  }
  throw new Error("the definition was accepted");
}

describe("definitions", () => {
  test("types are inferred", () => {
    expectTypeOf<Of<typeof Player>>().toEqualTypeOf<{
      x: number;
      y: number;
      heading: number;
      hp: number;
      mood: "calm" | "angry";
      target: number;
      name: string;
      gold: number;
      seed: number;
      effects: ("haste" | "regeneration")[];
      mount: number | null;
    }>();
    expectTypeOf<Of<typeof Board>>().toEqualTypeOf<{
      phase: "lobby" | "play";
      scores: { name: string; score: number; kills: number }[];
    }>();
    expectTypeOf(Move.name).toEqualTypeOf<"move">();
    expectTypeOf<Of<typeof Hit>>().toEqualTypeOf<{ target: number; damage: number }>();
  });

  test("P-SCH1 names that do not fit are refused, with what to do", () => {
    for (const name of ["", "Player", "9lives", "a b", "ä", "__proto__", "a".repeat(41)]) {
      expect(refusal(() => entity(name, {}))).toContain("must start with a small letter");
      expect(refusal(() => event("e", { [name]: t.bool() }))).toContain('event "e" field name');
    }
    expect(entity("a".repeat(limits.nameLength.value), {}).name).toHaveLength(40);
  });

  test("P-SCH1 names that every entity has of itself are refused", () => {
    for (const name of ["id", "type", "owner", "team", "seat", "alive"]) {
      expect(refusal(() => entity("mob", { [name]: t.bool() }))).toContain(
        `entity "mob" field "${name}" has a reserved name`,
      );
      expect(input("act", { [name]: t.bool() }).fields).toHaveProperty(name);
    }
  });

  test("P-SCH1 a definition has at most 32 fields", () => {
    const fields = (count: number): Record<string, ReturnType<typeof t.bool>> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, t.bool()]));
    expect(Object.keys(entity("mob", fields(32)).fields)).toHaveLength(32);
    expect(refusal(() => entity("mob", fields(33)))).toContain("33 fields; at most 32");
  });

  test.each([
    ["a position without an extent", () => t.position({ min: 1, max: 1, step: 1 }), "min < max"],
    ["a position without a step", () => t.position({ min: 0, max: 1, step: 0 }), "step > 0"],
    ["an endless position", () => t.position({ min: 0, max: Infinity, step: 1 }), "finite"],
    ["a position too fine", () => t.position({ min: 0, max: 2 ** 31, step: 1 }), "larger step"],
    ["an angle of 1 bit", () => t.angle(1), "2 to 16 bits"],
    ["an angle of 17 bits", () => t.angle(17), "2 to 16 bits"],
    ["a unit of 2.5 bits", () => t.unit(2.5), "2 to 16 bits"],
    ["a uint of 2^31 - 1", () => t.uint(2 ** 31 - 1), "2^31 - 2"],
    ["a uint of nothing", () => t.uint(0), "from 1"],
    ["an int turned round", () => t.int(5, -5), "min < max"],
    ["an int too wide", () => t.int(-(2 ** 31), 2 ** 31 - 1), "less than 2^31 - 1 apart"],
    ["an enum with a word twice", () => t.enum(["a", "b", "a"]), "twice"],
    ["an enum with an empty word", () => t.enum(["a", ""]), "1 to 64 characters"],
    ["an endless text", () => t.string(4097), "4096"],
    ["an endless list", () => t.list(t.bool(), 1025), "1024"],
    ["an empty object", () => t.object({}), "1 to 32 fields"],
    ["an optional optional", () => t.optional(t.optional(t.bool())), "nothing more"],
    ["an optional entity", () => t.optional(t.entity()), "it is 0"],
    ["a static field in a list", () => t.list(t.bool().static(), 3), "outer field"],
    ["an unknown audience", () => t.bool().audience("all" as "near"), "near, team, owner, seat"],
  ])("P-SCH1 %s is refused", (_, make, fix) => {
    expect(refusal(make)).toContain(fix);
  });

  test("P-SCH1 the values at the ends of the ranges are taken", () => {
    expect(t.position({ min: 0, max: 2 ** 31 - 2, step: 1 }).spec.kind).toBe("position");
    expect(t.angle(2).spec).toEqual({ kind: "angle", bits: 2 });
    expect(t.unit(16).spec).toEqual({ kind: "unit", bits: 16 });
    expect(t.uint(2 ** 31 - 2).spec).toEqual({ kind: "uint", max: 2 ** 31 - 2 });
    expect(t.int(-(2 ** 31), -2).spec.kind).toBe("int");
    expect(t.string(4096).spec.kind).toBe("string");
    expect(t.list(t.bool(), 1024).spec.kind).toBe("list");
  });

  test("P-SCH1 lists and objects nest 6 deep and no deeper", () => {
    let field = t.list(t.bool(), 2) as ReturnType<typeof t.list>;
    for (let depth = 1; depth < 6; depth++) field = t.list(field, 2) as typeof field;
    expect(field.spec.kind).toBe("list");
    expect(refusal(() => t.list(field, 2))).toContain("nest deeper than 6");
  });

  test("P-SCH1 fields of inputs, events and documents have no audience", () => {
    expect(refusal(() => input("i", { a: t.bool().static() }))).toContain("entities only");
    expect(refusal(() => event("e", { a: t.bool().unreplicated() }))).toContain("entities only");
    expect(refusal(() => document("d", { a: t.bool().audience("team") }))).toContain(
      "entities only",
    );
  });

  test("P-SCH1 two definitions of one name are refused", () => {
    const again = entity("player", { a: t.bool() });
    expect(refusal(() => compileRoom({ entities: { Player, again } }))).toContain(
      'two entities of a room are called "player"',
    );
  });

  test("P-SCH1 a definition in the wrong place is refused", () => {
    const inputs = { Hit } as unknown as Record<string, typeof Move>;
    expect(refusal(() => compileRoom({ inputs }))).toContain('"hit" stands among the inputs');
  });

  test("P-SCH1 a default that the field would refuse is refused", () => {
    const make = (): unknown =>
      compileRoom({ entities: { E: entity("e", { hp: t.uint(9).default(10) }) } });
    expect(refusal(make)).toContain('entity "e" field "hp": the default must be a whole number');
  });

  test("P-SCH1 an input or event that could be too long is refused", () => {
    const long = (max: number): unknown =>
      compileRoom({ inputs: { I: input("i", { text: t.string(max) }) } });
    expect(long(340)).toBeDefined();
    expect(refusal(() => long(341))).toContain("at most 1024 are allowed: shorten");
    const told = (max: number): unknown =>
      compileRoom({ events: { E: event("e", { text: t.string(max) }) } });
    expect(told(1364)).toBeDefined();
    expect(refusal(() => told(1365))).toContain("at most 4096 are allowed: shorten");
  });

  test("P-SCH1 a room has at most 255 inputs, an enum 256 words of 64 characters", () => {
    const inputs = (count: number): unknown =>
      compileRoom({
        inputs: Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`i${i}`, input(`i${i}`, {})]),
        ),
      });
    expect(inputs(255)).toBeDefined();
    expect(refusal(() => inputs(256))).toContain("256 inputs; at most 255");
    const words = (count: number): [string, ...string[]] => [
      "x".repeat(64),
      ...Array.from({ length: count - 1 }, (_, i) => `w${i}`),
    ];
    expect(t.enum(words(256)).spec.kind).toBe("enum");
    expect(refusal(() => t.enum(words(257)))).toContain("1 to 256 values");
    expect(refusal(() => t.enum(["x".repeat(65)]))).toContain("1 to 64 characters");
  });

  test("a field is no plain value", () => {
    expect(
      refusal(() => entity("mob", { hp: 100 as unknown as ReturnType<typeof t.bool> })),
    ).toContain("make it with t");
  });

  test("definitions and fields can not be changed", () => {
    expect(Object.isFrozen(Player)).toBe(true);
    expect(Object.isFrozen(Player.fields)).toBe(true);
    expect(Object.isFrozen(Player.fields.hp)).toBe(true);
    const field = t.uint(5);
    expect(field.static()).not.toBe(field);
    expect(field.isStatic).toBe(false);
  });
});
