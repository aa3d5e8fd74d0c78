import { entity, t } from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";
import { restoreWorld, saveWorld, type WorldState } from "./world-state.ts";

const Hero = entity("hero", {
  x: t.position({ min: 0, max: 100, step: 1 / 32 }),
  y: t.position({ min: 0, max: 100, step: 1 / 32 }),
  mood: t.enum(["calm", "angry"]),
  tag: t.string(10),
  secret: t.float().unreplicated(),
});
const Rock = entity("rock", { size: t.uint(9) });
const schema = compileRoom({ entities: { Hero, Rock } });

type Deed = { readonly kind: "hero" | "rock" | "despawn" | "endTick"; readonly at: number };

const deeds = fc.array(
  fc.record({
    kind: fc.constantFrom<Deed["kind"]>("hero", "hero", "rock", "despawn", "endTick"),
    at: fc.nat({ max: 99 }),
  }),
  { maxLength: 60 },
);

/** Does the same to any world; returns the ids of what was spawned. */
function act(world: World, list: readonly Deed[]): number[] {
  return list.flatMap(({ kind, at }) => {
    if (kind === "hero") {
      const mood = at % 2 === 0 ? "calm" : "angry";
      return [world.spawn(Hero, { x: at / 3, mood, tag: `t${at}`, secret: at * 1e-9 }).id];
    }
    if (kind === "rock") return [world.spawn(Rock, { size: at % 9, team: at }).id];
    const heroes = world.all(Hero);
    if (kind === "endTick") world.endTick();
    else if (heroes.length > 0) world.despawn(heroes[at % heroes.length]!);
    return [];
  });
}

function copyOf(world: World): World {
  const copy = new World(schema, 1000);
  restoreWorld(copy, JSON.parse(JSON.stringify(saveWorld(world))) as WorldState, 1000);
  return copy;
}

describe("a world's state", () => {
  it("restores to a world that says the same and goes on the same: order, ids, generations", () => {
    let despawned = 0;
    fc.assert(
      fc.property(deeds, deeds, (before, after) => {
        const world = new World(schema, 1000);
        act(world, before);
        world.endTick();
        despawned += saveWorld(world).free.length;
        const copy = copyOf(world);
        expect(saveWorld(copy)).toEqual(saveWorld(world));
        expect(copy.count).toBe(world.count);
        expect(act(copy, after)).toEqual(act(world, after));
        world.endTick();
        copy.endTick();
        expect(saveWorld(copy)).toEqual(saveWorld(world));
      }),
    );
    expect(despawned).toBeGreaterThan(0);
  });

  it("leaves out types and fields that are no more, says which and how many, and gives new fields their default", () => {
    const world = new World(schema, 10);
    const { id } = world.spawn(Hero, { x: 3, mood: "angry", tag: "old", secret: 0.1 });
    world.spawn(Hero, { mood: "calm" });
    world.spawn(Rock, {});
    world.spawn(Rock, { owner: { seat: 3 } });
    const changed = entity("hero", {
      mood: t.enum(["happy", "calm"]).default("happy"),
      tag: t.list(t.bool(), 3).default([true]),
      mana: t.uint(9).default(4),
      note: t.optional(t.string(3)).default("new"),
      x: t.float(),
    });
    const copy = new World(compileRoom({ entities: { changed } }), 10);
    expect(restoreWorld(copy, saveWorld(world), 10)).toEqual([
      '2 entities "rock", 1 of them owned by players',
      '2 entities "hero" lost field "y"',
      '1 entities "hero" lost field "mood"',
      '2 entities "hero" lost field "secret"',
      '2 entities "hero" lost field "tag"',
    ]);
    expect(copy.entity(id)).toMatchObject({
      mood: "happy",
      tag: [true],
      mana: 4,
      note: "new",
      x: 3,
    });
    expect(copy.count).toBe(2);
    expect(copy.spawn(changed, {}).id).not.toBe(id);
  });

  it("keeps what is longer than its field: clients are sent as much of it as fits", () => {
    const world = new World(schema, 10);
    const { id } = world.spawn(Hero, { tag: "longer than ten" });
    const copy = new World(schema, 10);
    expect(restoreWorld(copy, saveWorld(world), 10)).toEqual([]);
    expect(copy.entity(id)).toMatchObject({ tag: "longer than ten" });
  });

  it("takes as many entities as the world may have, and not one more", () => {
    const world = new World(schema, 3);
    for (let i = 0; i < 3; i++) world.spawn(Rock, {});
    const state = saveWorld(world);
    restoreWorld(new World(schema, 3), state, 3);
    expect(() => restoreWorld(new World(schema, 2), state, 2)).toThrow(
      expect.objectContaining({ code: "LIMIT_REACHED" }),
    );
  });

  it("refuses two entities in one slot", () => {
    const world = new World(schema, 3);
    world.spawn(Rock, {});
    const { entities, free } = saveWorld(world);
    const rock = entities["rock"]![0]!;
    expect(() =>
      restoreWorld(new World(schema, 3), { entities: { rock: [rock, rock] }, free }, 3),
    ).toThrow(expect.objectContaining({ code: "CHECKPOINT_INVALID" }));
  });
});
