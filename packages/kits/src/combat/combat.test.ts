import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Beast, Hero, setUpFight } from "../testing/fight.ts";
import type { DeathReport } from "./options.ts";

describe("damage and death", () => {
  it("credits every hit point lost, whatever happens", () => {
    const deed = fc.record({
      by: fc.nat({ max: 4 }),
      what: fc.constantFrom("damage", "poison", "shield", "heal", "wait"),
      amount: fc.integer({ min: -50, max: 400 }).map((tenths) => tenths / 10),
    });
    let deaths = 0;
    fc.assert(
      fc.property(fc.array(deed, { minLength: 20, maxLength: 60 }), (deeds) => {
        let lost = 0;
        const s = setUpFight({ onDamage: (_victim, _by, damage) => (lost += damage) });
        const foe = s.beast(10, 10, { hp: 60, hpMax: 60 });
        const heroes = [0, 1, 2, 3].map(() => s.hero(20, 20));
        for (const { by, what, amount } of deeds) {
          const id = heroes[by]?.id ?? 0;
          if (what === "damage") s.kit.damage(foe, amount, id);
          else if (what === "poison") s.kit.apply(foe, "poison", id, amount / 20);
          else if (what === "shield") s.kit.apply(foe, "shield", id);
          else if (what === "heal") s.kit.heal(foe, amount, id);
          else s.pass(15);
          expect(foe.hp).toBeGreaterThanOrEqual(0);
          expect(Number.isInteger(foe.hp)).toBe(true);
          if (s.deaths.length > 0) break;
          const credit = s.kit.contributions(foe);
          expect(credit.reduce((sum, { damage }) => sum + damage, 0)).toBe(lost);
        }
        const [death] = s.deaths;
        if (death === undefined) return;
        deaths++;
        expect(foe.hp).toBe(0);
        expect(s.deaths).toHaveLength(1);
        expect(death.participants.reduce((sum, { damage }) => sum + damage, 0)).toBe(lost);
        const shares = death.participants.reduce((sum, { share }) => sum + share, 0);
        expect(shares).toBeCloseTo(1, 9);
        expect([foe.effects, foe.speed, foe.casting]).toEqual([0, 0, 0]);
        expect(s.kit.contributions(foe)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(deaths).toBeGreaterThan(10);
  });

  it("dies once, of exactly its hit points, and feels nothing any more", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    const foe = s.beast(11, 10);
    s.kit.apply(foe, "poison", me.id);
    expect(s.kit.damage(foe, 99, me.id)).toBe(99);
    expect(s.deaths).toHaveLength(0);
    expect(s.kit.damage(foe, 500, me.id)).toBe(1);
    expect(s.deaths[0]).toMatchObject({ victim: foe, killer: me, by: me.id });
    expect(s.kit.damage(foe, 500, me.id)).toBe(0);
    expect(s.kit.heal(foe, 50)).toBe(0);
    expect(s.kit.apply(foe, "haste")).toBe("ignored");
    s.kit.restore(foe);
    s.pass(100);
    expect(foe.hp).toBe(0);
    expect(s.deaths).toHaveLength(1);
  });

  it("takes no amount that is no number", () => {
    const s = setUpFight();
    const foe = s.beast(10, 10);
    for (const amount of [NaN, -5, 0]) {
      expect(s.kit.damage(foe, amount)).toBe(0);
      expect(s.kit.heal(foe, amount)).toBe(0);
      expect(s.kit.apply(foe, "haste", 0, amount)).toBe("ignored");
    }
    expect(foe.hp).toBe(100);
    expect(s.kit.damage(foe, Infinity)).toBe(100);
  });

  it("uses the game's damage formula for abilities and effects, not for raw damage", () => {
    const s = setUpFight({ damage: (amount) => amount * 2 });
    const me = s.hero(10, 10);
    const foe = s.beast(11, 10);
    s.kit.use(me, "sword", { dx: 1, dy: 0 });
    expect(foe.hp).toBe(80);
    s.kit.apply(foe, "poison", me.id);
    s.pass(21);
    expect(foe.hp).toBe(74);
    s.kit.damage(foe, 4);
    expect(foe.hp).toBe(70);
  });

  it("kills by poison on behalf of who gave it, and lets the game take the body away", () => {
    const s = setUpFight({ onDeath: (report) => void gone.push(report) });
    const gone: DeathReport[] = [];
    const me = s.hero(10, 10);
    const foe = s.beast(11, 10, { hp: 4 });
    const other = s.beast(12, 10);
    s.kit.apply(other, "poison", me.id);
    s.kit.apply(foe, "poison", me.id);
    s.pass(41);
    expect(gone).toHaveLength(1);
    s.room.despawn(foe);
    s.pass(100);
    expect(gone[0]).toMatchObject({ victim: foe, killer: me });
    expect(other.hp).toBe(100 - 6 * 3);
  });

  it("revives whole and protected until the time is over or one attacks", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    const foe = s.beast(11, 10);
    s.kit.damage(me, 200);
    s.kit.revive(me, { mana: 30 });
    expect([me.hp, me.mana, me.speed]).toEqual([100, 30, 100]);
    expect(s.kit.damage(me, 10)).toBe(0);
    expect(s.kit.apply(me, "poison")).toBe("ignored");
    s.pass(59);
    expect(s.kit.damage(me, 10)).toBe(0);
    s.pass(1);
    expect(s.kit.damage(me, 10)).toBe(10);
    s.kit.damage(me, 200);
    s.kit.revive(me);
    s.kit.use(me, "sword", { dx: 1, dy: 0 });
    expect(foe.hp).toBe(90);
    expect(s.kit.damage(me, 10)).toBe(10);
  });
});

describe("what a game may ask and do", () => {
  it("is take effects off, all or one", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    for (const effect of ["haste", "poison", "poison"] as const) s.kit.apply(me, effect);
    expect([s.kit.stacks(me, "haste"), s.kit.stacks(me, "poison")]).toEqual([1, 2]);
    expect(s.kit.remove(me, "haste")).toBe(true);
    expect(s.kit.remove(me, "haste")).toBe(false);
    expect([me.speed, s.kit.stacks(me, "poison")]).toEqual([100, 2]);
    s.kit.restore(me);
    expect([me.effects, me.hp, me.effectState]).toEqual([0, 100, []]);
    s.pass(1);
    const ends = s.stage.takeEvents("effect").filter(({ data }) => data["ms"] === 0);
    expect(ends.map(({ data }) => data["effect"])).toEqual([0, 3]);
  });

  it("is know who is fighting, and who did what", () => {
    const s = setUpFight({ creditHalfLifeMs: 5000 });
    const me = s.hero(10, 10);
    const foe = s.beast(11, 10);
    expect([me, foe].map((one) => s.kit.isFighting(one))).toEqual([false, false]);
    s.kit.use(me, "sword", { dx: 1, dy: 0 });
    s.kit.damage(foe, 7);
    expect([me, foe].map((one) => s.kit.isFighting(one))).toEqual([true, true]);
    expect(s.kit.contributions(foe)).toEqual([
      { by: me.id, damage: 10 },
      { by: 0, damage: 7 },
    ]);
    s.pass(100);
    expect([me, foe].map((one) => s.kit.isFighting(one))).toEqual([false, false]);
    expect(s.kit.contributions(foe)).toEqual([
      { by: me.id, damage: 5 },
      { by: 0, damage: 7 },
    ]);
  });
});

describe("recovery", () => {
  it("gives mana always and hit points after a rest, up to the maximum", () => {
    const s = setUpFight();
    const me = s.hero(10, 10, { mana: 0 });
    s.kit.damage(me, 50);
    s.pass(20);
    expect([me.mana, me.hp]).toEqual([4, 50]);
    s.pass(20);
    expect([me.mana, me.hp]).toEqual([8, 50]);
    s.pass(20);
    expect([me.mana, me.hp]).toEqual([12, 52]);
    s.pass(20 * 40);
    expect([me.mana, me.hp]).toEqual([100, 100]);
  });
});

describe("checkpoints", () => {
  it("keeps effects, cooldowns and flying projectiles, and breaks casts", () => {
    const s = setUpFight();
    const me = s.hero(10, 10);
    const foe = s.beast(18, 10);
    s.kit.apply(me, "haste");
    s.kit.apply(me, "shield");
    s.kit.damage(me, 12);
    s.kit.apply(foe, "poison", me.id);
    s.kit.use(me, "sword", { dx: 1, dy: 0 });
    s.kit.use(me, "arrow", { dx: 1, dy: 0 });
    s.pass(3);
    s.kit.use(me, "fireball", { dx: 1, dy: 0 });

    s.stage.restart();
    const [hero] = s.room.all(Hero);
    const [beast] = s.room.all(Beast);
    expect([hero!.casting, hero!.speed, hero!.effects]).toEqual([0, 140, 1 + 32]);
    expect(s.kit.shield(hero!)).toBe(18);
    expect(s.kit.readyAt(hero!, "sword")).toBe(10);
    expect(s.kit.use(hero!, "sword", { dx: 1, dy: 0 })?.code).toBe("NOT_READY");
    s.pass(7);
    expect(s.kit.use(hero!, "sword", { dx: 1, dy: 0 })).toBeUndefined();
    s.pass(120);
    expect(beast!.hp).toBe(100 - 8 - 6 * 3);
    s.pass(100);
    expect([hero!.speed, hero!.effects, beast!.effects]).toEqual([100, 0, 0]);
  });
});

describe("rows", () => {
  it("are used again when fighters come and go", () => {
    const s = setUpFight();
    const rows = new Set<number>();
    for (let i = 0; i < 300; i++) {
      const foe = s.beast(10, 10, { hp: 5 });
      s.kit.damage(foe, 5);
      rows.add(foe.fighter);
      s.room.despawn(foe);
      s.pass(1);
    }
    expect(s.deaths).toHaveLength(300);
    expect(Math.max(...rows)).toBeLessThan(20);
  });

  it("do not pass a predecessor's state on", () => {
    const s = setUpFight();
    const old = s.hero(10, 10);
    s.kit.apply(old, "poison", old.id);
    s.kit.use(old, "sword", { dx: 1, dy: 0 });
    s.room.despawn(old);
    s.pass(20);
    const fresh = s.hero(10, 10);
    s.kit.use(fresh, "arrow", { dx: 1, dy: 0 });
    expect(fresh.fighter).toBe(0);
    expect(s.kit.use(fresh, "sword", { dx: 1, dy: 0 })).toBeUndefined();
    s.pass(200);
    expect(fresh.hp).toBe(100);
  });
});
