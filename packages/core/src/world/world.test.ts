import { entity, limits, RealmError, t } from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const Hero = entity("hero", {
  x: t.position({ min: 0, max: 100, step: 1 / 32 }),
  y: t.position({ min: 0, max: 100, step: 1 / 32 }),
  hp: t.uint(100).default(7),
  isDown: t.bool(),
  mood: t.enum(["calm", "angry"]),
  mount: t.optional(t.uint(9)),
  tag: t.string(5),
  effects: t.list(t.enum(["haste", "slow"]), 2),
});
const Rock = entity("rock", { size: t.uint(9) });
const schema = compileRoom({ entities: { Hero, Rock } });

/** The message of the error that a call throws. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof RealmError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

describe("all", () => {
  it("lists the living: neither who was despawned in this tick nor in an earlier one", () => {
    const world = new World(schema, 100);
    const heroes = Array.from({ length: 5 }, (_, i) => world.spawn(Hero, { hp: i }));
    const rock = world.spawn(Rock, {});
    world.despawn(heroes[1]!);
    world.despawn(heroes[3]!);
    const hps = (): number[] => world.all(Hero).map(({ hp }) => hp);
    expect(hps()).toEqual([0, 2, 4]);
    expect(world.all(Hero)).toBe(world.all(Hero));
    world.spawn(Hero, { hp: 9 });
    expect(hps()).toEqual([0, 2, 4, 9]);
    world.despawn(heroes[0]!);
    expect(hps()).toEqual([2, 4, 9]);
    expect(world.all(Rock)).toEqual([rock]);
    world.endTick();
    expect(hps().toSorted((a, b) => a - b)).toEqual([2, 4, 9]);
    expect(world.all(Hero)).toHaveLength(world.count - 1);
  });

  it("may be walked through while what is in it is despawned", () => {
    const world = new World(schema, 100);
    for (let i = 0; i < 10; i++) world.spawn(Hero, { hp: i });
    const seen: number[] = [];
    for (const hero of world.all(Hero)) {
      seen.push(hero.hp);
      world.despawn(hero);
    }
    expect(seen).toHaveLength(10);
    expect(world.all(Hero)).toEqual([]);
    world.endTick();
    expect(world.all(Hero)).toEqual([]);
  });
});

describe("what game code gives", () => {
  const wrong: readonly (readonly [field: string, value: unknown, text: string])[] = [
    ["hp", "7", 'entity "hero" field "hp" must be a number, not "7"'],
    ["x", undefined, 'entity "hero" field "x" must be a number, not nothing'],
    ["isDown", 1, 'entity "hero" field "isDown" must be true or false, not 1'],
    ["mood", "sad", 'entity "hero" field "mood" must be one of "calm", "angry", not "sad"'],
    ["mount", "horse", 'entity "hero" field "mount" must be a number, not "horse"'],
    ["tag", 5, 'entity "hero" field "tag" does not fit (/: expected a text, got 5)'],
    ["effects", ["fly"], 'entity "hero" field "effects" does not fit (/0: expected one of'],
  ];

  it.each(wrong)(
    "P-SCH13 a %s of %j is refused, and the field keeps what it had",
    (field, value, text) => {
      const world = new World(schema, 10);
      const hero = world.spawn(Hero, { x: 3, mount: 2, tag: "old", effects: ["slow"] });
      const record = hero as unknown as Record<string, unknown>;
      const before = record[field];
      expect(refusal(() => (record[field] = value))).toContain(`GAME_INVALID: ${text}`);
      expect(record[field]).toBe(before);
    },
  );

  it.each(wrong.filter(([, value]) => value !== undefined))(
    "P-SCH13 a spawn with a %s of %j is refused, and nothing was spawned",
    (field, value, text) => {
      const world = new World(schema, 1);
      expect(refusal(() => world.spawn(Hero, { [field]: value }))).toContain(text);
      expect(world.all(Hero)).toEqual([]);
      expect(world.count).toBe(0);
      world.endTick();
      expect(world.spawn(Hero, {}).hp).toBe(7);
    },
  );

  it("P-SCH13 unknown fields, teams and audiences are refused; what is out of range is not", () => {
    const world = new World(schema, 10);
    const spawn = (init: object): string => refusal(() => world.spawn(Hero, init));
    expect(spawn({ mana: 3 })).toContain('entity "hero" has no field "mana"');
    expect(spawn({ alive: false })).toContain('has no field "alive"');
    expect(spawn({ team: 65_536 })).toContain("65536 is no team");
    expect(spawn({ audience: "all" })).toContain('"all" is no audience: near, team, owner, seat');
    expect(refusal(() => world.spawn(entity("wolf", {}), {}))).toContain('no entity "wolf"');
    const hero = world.spawn(Hero, { hp: 1000, tag: "too long", team: 65_535, mount: null });
    expect(refusal(() => (hero.team = -1))).toContain("-1 is no team");
    expect(hero).toMatchObject({ hp: 1000, tag: "too long", team: 65_535, mount: null });
    expect(world.count).toBe(1);
  });
});

describe("a world at its limit", () => {
  it("takes 65,535 entities and not one more; who is despawned makes room at the end of the tick", () => {
    const max = limits.entitiesPerRoom.value;
    const world = new World(schema, max);
    for (let i = 0; i < max; i++) world.spawn(Rock, { size: i % 10 });
    const full = expect.objectContaining({ code: "LIMIT_REACHED" }) as Error;
    expect(() => world.spawn(Rock, {})).toThrow(full);
    expect([world.count, world.high, world.capacity]).toEqual([max, max, max]);
    const last = world.all(Rock).at(-1)!;
    expect([last.size, last.alive]).toEqual([(max - 1) % 10, true]);
    world.despawn(last);
    expect(() => world.spawn(Rock, {})).toThrow(full);
    world.endTick();
    const next = world.spawn(Rock, { size: 3 });
    expect([world.get(Rock, next.id)?.size, last.alive]).toEqual([3, false]);
    expect(() => world.spawn(Rock, {})).toThrow(full);
  });
});
