import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BitWriter } from "../bytes/bit-writer.ts";
import { entityFields, valuesOf } from "../testing/arbitraries.ts";
import { Board, Hit, Move, Player, sampleRoom, sampleSchema } from "../testing/samples.ts";
import { compileDescriptor, compileRoom, describeRoom, type CompiledEntity } from "./compile.ts";
import { document, entity, event, input, type RoomSchema } from "./definition.ts";
import type { RoomDescriptor } from "./descriptor.ts";
import { t } from "./field.ts";

const namesIn = (type: CompiledEntity, mask: number): string[] =>
  type.fields.filter((field) => (mask & (1 << field.index)) !== 0).map((field) => field.name);

const overTheWire = (descriptor: RoomDescriptor): RoomDescriptor =>
  JSON.parse(JSON.stringify(descriptor)) as RoomDescriptor;

describe("a compiled room", () => {
  const room = sampleRoom();
  const player = room.entity("player") as CompiledEntity;

  test("fields are fixed or blobs, and keep their places", () => {
    expect(player.fixed.map((field) => field.name)).toEqual([
      "x",
      "y",
      "heading",
      "hp",
      "mood",
      "target",
      "gold",
      "seed",
      "mount",
    ]);
    expect(player.blobs.map((field) => field.name)).toEqual(["name", "effects"]);
    expect([player.xField, player.yField]).toEqual([0, 1]);
    expect(player.fields.map((field) => field.wireIndex)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, -1, 8, 9,
    ]);
  });

  test("P-SCH5 masks say what each relation may see", () => {
    const near = ["x", "y", "heading", "hp", "mood", "target", "name", "mount"];
    const seen = (relation: number): string[] =>
      namesIn(player, player.maskByRelation[relation] ?? 0);
    expect(seen(0)).toEqual([]);
    expect(seen(1)).toEqual(near);
    expect(seen(1 + 2)).toEqual([...near.slice(0, 7), "effects", "mount"]);
    expect(seen(1 + 4)).toEqual([...near.slice(0, 7), "gold", "mount"]);
    expect(seen(4)).toEqual(["gold"]);
    expect(seen(8)).toEqual([]);
    expect(seen(15)).toEqual(namesIn(player, player.replicatedMask));
    for (let relation = 0; relation < 16; relation++) expect(seen(relation)).not.toContain("seed");
    expect(namesIn(player, player.staticMask)).toEqual(["name"]);
  });

  test("P-SCH5 a mask has room for 32 fields", () => {
    const fields = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`f${i}`, t.bool()]));
    const [type] = compileRoom({ entities: { E: entity("e", fields) } }).entities;
    expect(type?.replicatedMask).toBe(-1);
    expect(type?.maskByRelation[1]).toBe(-1);
  });

  test("columns hold numbers for words, booleans and none", () => {
    const field = (name: string) => player.fields.find((of) => of.name === name);
    expect(field("mood")?.fromGame("angry")).toBe(1);
    expect(field("mood")?.toGame(1)).toBe("angry");
    expect(() => field("mood")?.fromGame("sad")).toThrow(
      'GAME_INVALID: entity "player" field "mood" must be one of "calm", "angry", not "sad"',
    );
    expect(() => field("hp")?.fromGame("7")).toThrow('field "hp" must be a number, not "7"');
    expect(() => field("mount")?.fromGame({})).toThrow("must be a number, not an object");
    expect(field("mount")?.fromGame(null)).toBeNaN();
    expect(field("mount")?.toGame(Number.NaN)).toBeNull();
    expect(field("mount")?.toGame(3)).toBe(3);
    expect(field("hp")?.defaultNumber).toBe(100);
    expect(field("mount")?.defaultNumber).toBeNaN();
    expect(field("effects")?.defaultBlob).toEqual([]);
    expect(field("x")?.predicted).toBe(true);
    expect(player.fields.filter((of) => of.lossy).map((of) => of.name)).toEqual([
      "x",
      "y",
      "heading",
      "seed",
    ]);
  });

  test("P-SCH3 of every kind of number the default is what comes of one that is not finite", () => {
    const [type] = compileRoom({
      entities: {
        E: entity("e", {
          place: t.position({ min: -100, max: 100, step: 0.5 }),
          mana: t.int(-50, 50),
          heading: t.angle(8),
          pull: t.unit(8),
          hp: t.uint(100).default(40),
          isUp: t.bool().default(true),
          mood: t.enum(["calm", "angry"]).default("angry"),
          far: t.float().default(2.5),
          mount: t.optional(t.int(-5, 5)),
        }),
      },
    }).entities;
    const values = type!.fields.map((field) =>
      field.toGame(field.fixed!.dequantise(field.fixed!.quantise(Number.NaN))),
    );
    expect(values).toEqual([0, 0, 0, 0, 40, true, "angry", 2.5, null]);
    expect(type!.fields.map((field) => field.toGame(field.defaultNumber))).toEqual(values);
  });

  test("P-SCH8 what a struct's part defaults to is in its range, 0 where that has it", () => {
    const Place = input("place", {
      x: t.position({ min: -100, max: 100, step: 0.5 }),
      y: t.position({ min: 5, max: 9, step: 1 }),
      n: t.int(-50, -20),
    });
    expect(compileRoom({ inputs: { Place } }).inputs[0]!.codec.defaultValue).toEqual({
      x: 0,
      y: 5,
      n: -20,
    });
  });

  test("a default of a range without 0 lies at its nearer end", () => {
    const [type] = compileRoom({
      entities: {
        E: entity("e", { a: t.position({ min: 5, max: 9, step: 1 }), b: t.int(-9, -5) }),
      },
    }).entities;
    expect(type?.fields.map((field) => field.defaultNumber)).toEqual([5, -5]);
    for (const field of type?.fields ?? []) {
      const { fixed } = field;
      expect(fixed!.dequantise(fixed!.quantise(Number.NaN))).toBe(field.defaultNumber);
    }
  });

  test("definitions are found by name and by place", () => {
    expect(room.input("cast")).toBe(room.input(1));
    expect(room.event(0)?.name).toBe("hit");
    expect(room.input(2)).toBeUndefined();
    expect(room.input("constructor")).toBeUndefined();
    expect(room.input(-1)).toBeUndefined();
    expect(room.documents.private?.name).toBe("purse");
  });
});

describe("a descriptor", () => {
  test("P-SCH9 leaves out what is unreplicated", () => {
    const text = JSON.stringify(describeRoom(sampleRoom()));
    expect(text).toContain("gold");
    expect(text).not.toContain("seed");
  });

  test("P-SCH9 makes a room with the same wire layout and hash", () => {
    const room = sampleRoom();
    const copy = compileDescriptor(overTheWire(describeRoom(room)));
    expect(copy.hash).toBe(room.hash);
    expect(describeRoom(copy)).toEqual(describeRoom(room));
    expect(copy.entity("player")?.fields.map((field) => [field.name, field.wireIndex])).toEqual(
      room
        .entity("player")
        ?.fields.filter((field) => field.replicated)
        .map((field) => [field.name, field.wireIndex]),
    );
  });

  test("P-SCH9 a room of any schema and its copy write the same bytes", () => {
    const schemaAndValue = entityFields.chain((fields) =>
      fc.tuple(fc.constant(fields), valuesOf(fields)),
    );
    fc.assert(
      fc.property(schemaAndValue, ([fields, value]) => {
        const room = compileRoom({
          entities: { E: entity("e", fields) },
          documents: { shared: document("d", fields) },
        });
        const copy = compileDescriptor(overTheWire(describeRoom(room)));
        const bytes = [room, copy].map((of) => {
          const out = new BitWriter();
          of.documents.shared?.codec.write(out, value);
          for (const field of of.entity("e")?.fields ?? []) {
            if (field.fixed === undefined) field.blob?.write(out, value[field.name]);
            else
              out.bits(field.fixed.quantise(field.fromGame(value[field.name])), field.fixed.bits);
          }
          return out.toBytes();
        });
        expect(bytes[0]).toEqual(bytes[1]);
      }),
    );
  });

  test.each([
    ["null", null],
    ["a text", "room"],
    ["no lists", {}],
    ["entities that are no list", { entities: 5, inputs: [], events: [] }],
    ["an entity of nothing", { entities: [null], inputs: [], events: [] }],
    ["a bad name", { entities: [{ name: "__proto__", fields: [] }], inputs: [], events: [] }],
    ["no spec", { entities: [{ name: "e", fields: [{ name: "a" }] }], inputs: [], events: [] }],
    [
      "an unknown kind",
      {
        entities: [{ name: "e", fields: [{ name: "a", spec: { kind: "x" } }] }],
        inputs: [],
        events: [],
      },
    ],
    [
      "a field twice",
      {
        entities: [
          { name: "e", fields: [1, 2].map(() => ({ name: "a", spec: { kind: "bool" } })) },
        ],
        inputs: [],
        events: [],
      },
    ],
    [
      "an entity twice",
      { entities: [1, 2].map(() => ({ name: "e", fields: [] })), inputs: [], events: [] },
    ],
    [
      "a bad default",
      {
        entities: [
          { name: "e", fields: [{ name: "a", spec: { kind: "uint", max: 5 }, default: 6 }] },
        ],
        inputs: [],
        events: [],
      },
    ],
  ])("P-SCH9 with %s is refused as undecodable", (_, descriptor) => {
    expect(() => compileDescriptor(descriptor as unknown as RoomDescriptor)).toThrow(
      /DECODE_INVALID/u,
    );
  });

  test("P-SCH9 the refusal of a descriptor does not repeat its long names", () => {
    const long = "x".repeat(100_000);
    const spec = { kind: "bool" };
    const twice = [1, 2].map(() => ({ name: "a", spec }));
    for (const bad of [
      { name: long, fields: [] },
      { name: [long], fields: [] },
      { name: long, fields: twice },
      { name: "e", fields: [{ name: long, spec }] },
      { name: "e", fields: [{ name: "a", spec: { kind: long } }] },
      { name: "e", fields: [{ name: "a", spec, audience: long }] },
    ]) {
      const descriptor = { entities: [bad], inputs: [], events: [] } as unknown as RoomDescriptor;
      let text = "";
      try {
        compileDescriptor(descriptor);
      } catch (error) {
        text = String(error);
      }
      expect(text).toContain("DECODE_INVALID");
      expect(text.length).toBeLessThan(400);
    }
  });

  test("P-SCH10 the hash tells any two schemas apart that a client could", () => {
    const variants: RoomSchema[] = [
      sampleSchema,
      {},
      { ...sampleSchema, events: {} },
      { ...sampleSchema, inputs: { Cast: sampleSchema.inputs.Cast, Move } },
      { ...sampleSchema, documents: { shared: Board } },
      { ...sampleSchema, documents: { private: Board } },
      { ...sampleSchema, entities: { P: entity("player", { ...Player.fields, hp: t.uint(101) }) } },
      { ...sampleSchema, entities: { P: entity("player", { ...Player.fields, hp: t.uint(100) }) } },
      {
        ...sampleSchema,
        entities: { P: entity("player", { ...Player.fields, name: t.string(24) }) },
      },
      {
        ...sampleSchema,
        entities: { P: entity("player", { ...Player.fields, gold: t.uint(1e6) }) },
      },
      { ...sampleSchema, entities: { P: entity("hero", Player.fields) } },
      { ...sampleSchema, inputs: { Move: input("move", { dy: t.unit(8), dx: t.unit(8) }) } },
      { ...sampleSchema, events: { Hit: event("hit", { ...Hit.fields, crit: t.bool() }) } },
    ];
    const hashes = variants.map((schema) => compileRoom(schema).hash);
    expect(new Set(hashes).size).toBe(variants.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/u);
  });

  test("P-SCH10 the hash is blind to what stays with the room", () => {
    const more = { ...Player.fields, secret: t.uint(5).unreplicated() };
    const keyed = { ...sampleSchema, entities: { Other: entity("player", more) } };
    expect(compileRoom(keyed).hash).toBe(sampleRoom().hash);
  });
});
