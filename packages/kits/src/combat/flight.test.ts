import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bolt, setUpFight } from "../testing/fight.ts";

describe("projectiles", () => {
  it("hits the first body in its way and stops", () => {
    const { kit, hero, beast, pass, room } = setUpFight();
    const me = hero(10, 10);
    const friend = hero(11, 10);
    const first = beast(14, 10.3);
    const second = beast(15, 10);
    kit.use(me, "arrow", { dx: 1, dy: 0 });
    pass(8);
    expect([friend.hp, first.hp, second.hp]).toEqual([100, 92, 100]);
    expect(room.all(Bolt)).toHaveLength(0);
  });

  it("goes through as many bodies as it pierces, each hit once, the nearest first", () => {
    const { kit, hero, beast, pass } = setUpFight();
    const me = hero(10, 10);
    // Spawned from far to near, and all within one tick's way.
    const bodies = [12.4, 11.8, 11.2].map((x) => beast(x, 10));
    kit.use(me, "lance", { dx: 1, dy: 0 });
    pass(5);
    expect(bodies.map(({ hp }) => hp)).toEqual([100, 92, 92]);
  });

  it("ends at a wall, before what stands behind it", () => {
    const { kit, hero, beast, pass, room, sight } = setUpFight();
    const me = hero(10.5, 10.5);
    sight.set(13, 10, true);
    const hidden = beast(14.3, 10.5);
    kit.use(me, "lance", { dx: 1, dy: 0 });
    kit.use(me, "arrow", { dx: 1, dy: 0 });
    pass(6);
    expect(hidden.hp).toBe(100);
    expect(room.all(Bolt)).toHaveLength(0);
  });

  it("bursts at a wall for those who see the place", () => {
    const { kit, hero, beast, pass, sight } = setUpFight();
    const me = hero(10.5, 10.5);
    for (let y = 8; y < 14; y++) sight.set(13, y, true);
    const before = beast(12.5, 11.7);
    const behind = beast(14.4, 10.5);
    kit.use(me, "fireball", { dx: 1, dy: 0 });
    pass(30);
    expect([before.hp, behind.hp, me.hp]).toEqual([70, 100, 100]);
  });

  it("ends after its lifetime, at the range that this makes", () => {
    const { during, kit, hero, pass, room } = setUpFight();
    const archer = hero(10, 10);
    // As an input would: within a tick, before the kit's own.
    during(() => kit.use(archer, "arrow", { dx: 0, dy: 1 }));
    const bolt = room.all(Bolt)[0]!;
    expect(bolt.heading).toBeCloseTo(Math.PI / 2, 12);
    pass(18);
    expect(bolt.alive).toBe(true);
    expect(bolt.y).toBeCloseTo(10 + 19 * 0.6, 9);
    pass(1);
    expect(room.all(Bolt)).toHaveLength(0);
  });

  it("goes on after its archer is gone, for the same side", () => {
    const { kit, hero, beast, pass, room, deaths } = setUpFight();
    const me = hero(10, 10);
    const friend = hero(12, 10);
    const foe = beast(14, 10, { hp: 5 });
    kit.use(me, "arrow", { dx: 1, dy: 0 });
    const { id } = me;
    room.despawn(me);
    pass(8);
    expect(friend.hp).toBe(100);
    expect(deaths).toMatchObject([{ victim: foe, by: id, killer: undefined }]);
    expect(deaths[0]!.participants).toEqual([{ by: id, entity: undefined, damage: 5, share: 1 }]);
  });

  it("is never stepped through by a body that comes towards it", () => {
    const speeds = fc.record({
      start: fc.integer({ min: 1200, max: 2000 }).map((cm) => cm / 100),
      speed: fc.integer({ min: 0, max: 45 }).map((cm) => cm / 100),
      ability: fc.constantFrom<"arrow" | "lance">("arrow", "lance"),
    });
    fc.assert(
      fc.property(speeds, ({ start, speed, ability }) => {
        const { kit, hero, beast, pass } = setUpFight();
        const foe = beast(start, 10);
        kit.use(hero(10, 10), ability, { dx: 1, dy: 0 });
        for (let i = 0; i < 20 && foe.hp === 100; i++) {
          foe.x = Math.max(1, foe.x - speed);
          pass(1);
        }
        expect(foe.hp).toBe(92);
      }),
      { numRuns: 200 },
    );
  });
});
