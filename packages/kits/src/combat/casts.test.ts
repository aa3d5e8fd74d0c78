import type { Entity } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { type Beast, Bolt, setUpFight, type Hero, type TestAbility } from "../testing/fight.ts";

describe("use of abilities", () => {
  it("strikes all enemies in the arc and nobody else", () => {
    const { kit, hero, beast } = setUpFight();
    const me = hero(10, 10);
    const friend = hero(11, 10);
    const ahead = beast(11, 10.2);
    const beside = beast(10, 11.2);
    const behind = beast(9, 10);
    expect(kit.use(me, "sword", { dx: 5, dy: 0 })).toBeUndefined();
    expect([friend.hp, ahead.hp, beside.hp, behind.hp]).toEqual([100, 90, 100, 100]);
    expect(me.hp).toBe(100);
  });

  it("does not strike through a wall", () => {
    const { kit, hero, beast, sight } = setUpFight();
    const me = hero(10.8, 10.5);
    const behindWall = beast(12.2, 10.5);
    sight.set(11, 10, true);
    kit.use(me, "sword", { dx: 1, dy: 0 });
    expect(behindWall.hp).toBe(100);
    sight.set(11, 10, false);
    const other = hero(10.8, 10.5);
    kit.use(other, "sword", { dx: 1, dy: 0 });
    expect(behindWall.hp).toBe(90);
  });

  it("is ready again at the very tick, not one before", () => {
    const { kit, hero, pass } = setUpFight();
    const me = hero(10, 10);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })).toBeUndefined();
    expect(kit.readyAt(me, "sword")).toBe(10);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })?.code).toBe("NOT_READY");
    pass(9);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })?.code).toBe("NOT_READY");
    pass(1);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })).toBeUndefined();
  });

  it("lets all abilities but exempted ones wait for the global cooldown", () => {
    const { kit, hero, pass } = setUpFight({ globalCooldownMs: 250 });
    const me = hero(10, 10);
    kit.use(me, "arrow", { dx: 1, dy: 0 });
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })?.code).toBe("NOT_READY");
    expect(kit.use(me, "haste")).toBeUndefined();
    pass(4);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })?.code).toBe("NOT_READY");
    pass(1);
    expect(kit.use(me, "sword", { dx: 1, dy: 0 })).toBeUndefined();
  });

  it("pays mana and starts the cooldown when the cast is complete", () => {
    const { kit, hero, pass, room } = setUpFight();
    const me = hero(10, 10);
    kit.use(me, "fireball", { dx: 1, dy: 0 });
    expect(me.casting).toBe(4);
    pass(11);
    expect([me.casting, me.mana, room.all(Bolt).length]).toEqual([4, 100, 0]);
    pass(1);
    expect([me.casting, me.mana]).toEqual([0, 80]);
    expect(room.all(Bolt)).toHaveLength(1);
    expect(kit.readyAt(me, "fireball")).toBe(12 + 60);
    expect(me.cooldownState).toEqual([{ ability: "fireball", readyAt: 72 }]);
  });

  it.each<[string, (s: ReturnType<typeof setUpFight>, me: Entity<typeof Hero>) => void]>([
    ["moved", (_s, me) => (me.x += 0.11)],
    ["hit", (s, me) => s.kit.damage(me, 1)],
    ["stunned", (s, me) => s.kit.apply(me, "stun")],
    ["died", (s, me) => s.kit.damage(me, 1000)],
    ["cancelled", (s, me) => s.kit.interrupt(me)],
    ["fizzled", (_s, me) => (me.mana = 10)],
  ])("breaks a cast when it is %s, for free", (reason, disturb) => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    s.kit.use(me, "fireball", { dx: 1, dy: 0 });
    s.pass(5);
    const mana = me.mana;
    disturb(s, me);
    s.pass(20);
    const interrupts = s.stage.takeEvents("interrupt").map(({ data }) => data);
    expect(interrupts).toEqual([{ by: me.id, ability: 3, reason }]);
    expect(s.room.all(Bolt)).toHaveLength(0);
    expect(me.casting).toBe(0);
    expect(me.mana).toBeGreaterThanOrEqual(Math.min(mana, 10));
    if (me.hp > 0) expect(kitReady(s, me)).toBe(true);
  });

  const kitReady = (s: ReturnType<typeof setUpFight>, me: Entity<typeof Hero>): boolean =>
    s.kit.readyAt(me, "fireball") <= s.room.tick;

  it("goes on casting while it moves by less than the tolerance, or shields take the hit", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    s.kit.apply(me, "shield");
    s.kit.use(me, "fireball", { dx: 1, dy: 0 });
    me.x += 0.05;
    s.kit.damage(me, 20);
    s.pass(13);
    expect(s.room.all(Bolt)).toHaveLength(1);
  });

  it("fizzles when its target has died or gone too far meanwhile, not when it has stepped back", () => {
    const cast = (during: (foe: Entity<typeof Beast>) => void): number => {
      const { kit, hero, beast, pass } = setUpFight();
      const me = hero(10, 10);
      const foe = beast(14, 10);
      kit.use(me, "bolt", { target: foe.id });
      pass(1);
      during(foe);
      const { hp } = foe;
      pass(10);
      expect(me.mana < 100).toBe(foe.hp < hp);
      return hp - foe.hp;
    };
    expect(cast((foe) => (foe.x = 10 + 8.39))).toBe(12);
    expect(cast((foe) => (foe.x = 10 + 8.41))).toBe(0);
    expect(cast((foe) => (foe.hp = 0))).toBe(0);
  });

  it("reaches all if it is meant to, the caster too, but puts its harm on others alone", () => {
    const { kit, hero, beast } = setUpFight();
    const [me, friend, foe] = [hero(10, 10), hero(11, 10), beast(10, 11)];
    kit.use(me, "bomb", { x: 10, y: 10 });
    expect([me.hp, friend.hp, foe.hp]).toEqual([95, 95, 95]);
    expect([me.speed, friend.speed, foe.speed]).toEqual([100, 60, 60]);
  });

  it("heals a friend in reach, and oneself without a target", () => {
    const { kit, hero, beast, pass } = setUpFight();
    const me = hero(10, 10, { hp: 50 });
    const friend = hero(14, 10, { hp: 95 });
    const foe = beast(12, 10, { hp: 50 });
    expect(kit.use(me, "mend", { target: friend.id })).toBeUndefined();
    expect(friend.hp).toBe(100);
    pass(20);
    expect(kit.use(me, "mend", { target: foe.id })?.code).toBe("TARGET_INVALID");
    expect(kit.use(me, "mend")).toBeUndefined();
    expect(me.hp).toBe(50 + 2 + 20);
  });

  it("reaches all about a point that is in sight", () => {
    const { kit, hero, beast, pass, stage } = setUpFight();
    const me = hero(10, 10);
    const near = beast(14, 10);
    const edge = beast(14, 12.3);
    const far = beast(14, 12.6);
    kit.use(me, "quake", { x: 14, y: 10 });
    expect([near.hp, edge.hp, far.hp]).toEqual([95, 95, 100]);
    expect(near.speed).toBe(0);
    pass(1);
    const [blast] = stage.takeEvents("blast");
    expect(blast!.data).toEqual({ by: me.id, ability: 8, x: 14, y: 10, radius: 2 });
  });
});

describe("refusals", () => {
  const codeOf = (s: ReturnType<typeof setUpFight>, ...use: Parameters<typeof s.kit.use>) => {
    // The kit meets it before: it may give it a row.
    s.kit.shield(use[0]);
    const saved = s.stage.checkpoint();
    const refusal = s.kit.use(...use);
    // What is refused changes nothing.
    if (refusal !== undefined) expect(s.stage.checkpoint()).toEqual(saved);
    return refusal?.code;
  };

  it("knows a target that is dead, gone, oneself, a friend or a projectile", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    const friend = s.hero(11, 10);
    const dead = s.beast(11, 10, { hp: 0 });
    const gone = s.beast(11, 10);
    const bolt = s.room.spawn(Bolt, { x: 11, y: 10 });
    s.room.despawn(gone);
    expect(codeOf(s, me, "bolt", { target: dead.id })).toBe("TARGET_DEAD");
    expect(codeOf(s, me, "bolt", { target: gone.id })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: bolt.id })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: 0 })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: -1 })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: NaN })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: 2 ** 31 })).toBe("TARGET_UNKNOWN");
    expect(codeOf(s, me, "bolt", { target: me.id })).toBe("TARGET_INVALID");
    expect(codeOf(s, me, "bolt", { target: friend.id })).toBe("TARGET_INVALID");
  });

  it("measures ranges to the body's edge with the tolerance", () => {
    const s = setUpFight({ rangeTolerance: 0.5 });
    const me = s.hero(10, 10);
    expect(codeOf(s, me, "bolt", { target: s.beast(10 + 6.91, 10).id })).toBe("OUT_OF_RANGE");
    expect(codeOf(s, me, "bolt", { target: s.beast(10 + 6.89, 10).id })).toBeUndefined();
  });

  it("wants a clear sight", () => {
    const s = setUpFight();
    const me = s.hero(10.5, 10.5);
    const foe = s.beast(13.5, 10.5);
    s.sight.set(12, 10, true);
    expect(codeOf(s, me, "bolt", { target: foe.id })).toBe("NOT_IN_SIGHT");
    expect(codeOf(s, me, "quake", { x: 13.5, y: 10.5 })).toBe("NOT_IN_SIGHT");
  });

  it("wants an aim that is one", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    for (const bad of [0, NaN, Infinity]) {
      expect(codeOf(s, me, "sword", { dx: bad, dy: 0 })).toBe("AIM_INVALID");
    }
    expect(codeOf(s, me, "sword")).toBe("AIM_INVALID");
    expect(codeOf(s, me, "quake", { dx: 1, dy: 0 })).toBe("AIM_INVALID");
    expect(codeOf(s, me, "quake", { x: NaN, y: 10 })).toBe("AIM_INVALID");
    expect(codeOf(s, me, "quake", { x: 1e9, y: 10 })).toBe("OUT_OF_RANGE");
  });

  it("lets neither the dead, the stunned, the busy nor the poor act", () => {
    const s = setUpFight();
    const foe = s.beast(12, 10);
    const bolt = { target: foe.id };
    expect(codeOf(s, s.hero(10, 10, { hp: 0 }), "bolt", bolt)).toBe("DEAD");
    const stunned = s.hero(10, 10);
    s.kit.apply(stunned, "stun");
    expect(codeOf(s, stunned, "bolt", bolt)).toBe("STUNNED");
    const poor = s.hero(10, 10, { mana: 4 });
    expect(codeOf(s, poor, "bolt", bolt)).toBe("NO_MANA");
    poor.mana = 5;
    expect(codeOf(s, poor, "bolt", bolt)).toBeUndefined();
    expect(codeOf(s, poor, "sword", { dx: 1, dy: 0 })).toBe("CASTING");
    const gone = s.hero(10, 10);
    s.room.despawn(gone);
    expect(codeOf(s, gone, "bolt", bolt)).toBe("DEAD");
  });

  it("lets the game say who knows what, and knows no other ability", () => {
    const s = setUpFight({ knows: (_fighter, ability) => ability !== "bolt" });
    const me = s.hero(10, 10);
    expect(codeOf(s, me, "bolt", { target: s.beast(11, 10).id })).toBe("ABILITY_UNKNOWN");
    expect(codeOf(s, me, "wish" as TestAbility)).toBe("ABILITY_UNKNOWN");
    expect(codeOf(s, me, "__proto__" as TestAbility)).toBe("ABILITY_UNKNOWN");
  });

  it("keeps the peace of safe areas, from inside, into them and within", () => {
    const s = setUpFight({ isSafe: (x) => x < 12 });
    const inside = s.hero(11.5, 10);
    const outside = s.hero(13, 10);
    const foeInside = s.beast(11.5, 10.5);
    const foeOutside = s.beast(13, 10.5);
    expect(codeOf(s, inside, "sword", { dx: 1, dy: 0 })).toBe("SAFE_AREA");
    expect(codeOf(s, outside, "bolt", { target: foeInside.id })).toBe("SAFE_AREA");
    expect(codeOf(s, outside, "sword", { dx: -1, dy: 0.3 })).toBeUndefined();
    expect(foeInside.hp).toBe(100);
    expect(codeOf(s, inside, "mend", { target: outside.id })).toBeUndefined();
    expect(s.kit.apply(foeInside, "poison")).toBe("ignored");
    expect(s.kit.damage(foeInside, 50)).toBe(0);
    expect(s.kit.damage(foeOutside, 50)).toBe(50);
  });
});
