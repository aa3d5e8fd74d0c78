import { describe, expect, it } from "vitest";
import { Beast, distance, kinds, setUpField, type TestKind } from "../testing/field.ts";
import type { NpcArea } from "./options.ts";

describe("strolling", () => {
  it("stays in its area, off the walls, and gets about", () => {
    const area: NpcArea<TestKind> = { x: 10, y: 10, width: 12, height: 8, kind: "sheep", count: 6 };
    const { room, grid, kit, pass, hero } = setUpField({ areas: [area] });
    for (let y = 10; y < 15; y++) grid.set(16, y, true);
    hero(40, 40);
    kit.populate();
    const sheep = [...room.all(Beast)];
    expect(sheep).toHaveLength(6);
    const starts = sheep.map(({ x, y }) => ({ x, y }));
    let farthest = 0;
    pass(1200, () => {
      sheep.forEach((one, i) => {
        expect(one.x).toBeGreaterThan(9.5);
        expect(one.x).toBeLessThan(22.5);
        expect(one.y).toBeGreaterThan(9.5);
        expect(one.y).toBeLessThan(18.5);
        expect(grid.isBlockedAt(one.x, one.y)).toBe(false);
        farthest = Math.max(farthest, distance(one, starts[i]!));
      });
    });
    expect(farthest).toBeGreaterThan(4);
  });

  it("never moves what cannot walk", () => {
    const { kit, pass, hero } = setUpField();
    const stone = kit.spawn("stone", 20.5, 20.5);
    hero(22, 20);
    kit.provoke(stone, 1, 10);
    pass(300);
    expect([stone.x, stone.y]).toEqual([20.5, 20.5]);
  });
});

describe("chasing and striking", () => {
  it("goes for who comes near, winds up, strikes and waits", () => {
    const { kit, hero, pass, blows, room } = setUpField();
    const wolf = kit.spawn("wolf", 20, 20);
    const prey = hero(25.5, 20);
    // It looks about at every fourth tick.
    pass(3);
    expect(wolf.mood).toBe("idle");
    pass(1);
    expect(wolf.mood).toBe("chase");
    const moods: string[] = [];
    pass(100, () => moods.push(wolf.mood));
    expect(distance(wolf, prey)).toBeLessThanOrEqual(1.2);
    expect(blows.length).toBeGreaterThan(2);
    expect(blows[0]).toMatchObject({ by: wolf, on: prey.id });
    // 1,000 ms of rest and 300 ms of winding up, in ticks of 50 ms.
    const gaps = blows.slice(1).map((blow, i) => blow.tick - blows[i]!.tick);
    expect(new Set(gaps)).toEqual(new Set([26]));
    // The mood at tick 5 comes first.
    const first = blows[0]!.tick - 5;
    expect(moods.slice(first - 6, first + 1)).toEqual([
      "attack",
      "attack",
      "attack",
      "attack",
      "attack",
      "attack",
      "chase",
    ]);
    expect(kit.targetOf(wolf)).toBe(prey.id);
    expect(room.tick).toBe(104);
  });

  it("faces its enemy", () => {
    const { kit, hero, pass } = setUpField();
    const wolf = kit.spawn("wolf", 20, 20);
    const prey = hero(20, 15);
    pass(6);
    expect(wolf.y).toBeLessThan(20);
    expect(wolf.heading).toBeCloseTo(-Math.PI / 2, 1);
    pass(40);
    prey.x = 21;
    prey.y = wolf.y;
    pass(2);
    expect(wolf.heading).toBeCloseTo(0, 1);
  });

  it("does not notice who is too far, dead or behind a wall", () => {
    const { kit, hero, pass, grid } = setUpField();
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    hero(27.5, 20.5);
    hero(18.5, 20.5).hp = 0;
    for (let y = 10; y < 30; y++) grid.set(22, y, true);
    hero(24.5, 20.5);
    for (let i = 0; i < 40; i++) {
      wolf.x = 20.5;
      wolf.y = 20.5;
      pass(1);
      expect(wolf.mood).toBe("idle");
    }
  });

  it("finds the way around a wall", () => {
    const { kit, hero, pass, grid, blows } = setUpField();
    for (let y = 15; y < 26; y++) grid.set(22, y, true);
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    const prey = hero(24.5, 20.5);
    kit.provoke(wolf, prey.id, 5);
    pass(160);
    expect(blows.length).toBeGreaterThan(0);
    expect(kit.stats.pathsFound).toBeGreaterThan(0);
  });

  it("goes another way when its enemy does", () => {
    const { kit, hero, pass, grid, blows } = setUpField();
    for (let y = 12; y < 29; y++) grid.set(22, y, true);
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    const prey = hero(24.5, 18.5);
    kit.provoke(wolf, prey.id, 5);
    pass(12);
    const { pathsAsked } = kit.stats;
    prey.y = 27.5;
    pass(12);
    expect(kit.stats.pathsAsked).toBeGreaterThan(pathsAsked);
    pass(80);
    expect(blows.length).toBeGreaterThan(0);
  });

  it("follows its path on while the path's end sees its enemy, unless paths are not to be kept", () => {
    const asked = (pathCache: boolean): number => {
      const { kit, hero, pass, grid, blows } = setUpField({ pathCache });
      for (let y = 12; y < 29; y++) grid.set(22, y, true);
      const wolf = kit.spawn("wolf", 20.5, 20.5);
      const prey = hero(26.5, 20.5);
      kit.provoke(wolf, prey.id, 5);
      let tick = 0;
      pass(30, () => {
        prey.y = 20.5 + 2 * (tick++ % 20 < 10 ? 1 : -1);
      });
      const { pathsAsked } = kit.stats;
      pass(100);
      expect(blows.length).toBeGreaterThan(0);
      return pathsAsked;
    };
    expect(asked(true)).toBeLessThanOrEqual(2);
    expect(asked(false)).toBeGreaterThan(20);
  });

  it("is not stuck while a spell holds it before a corner", () => {
    let factor = 1;
    const { kit, hero, pass, grid } = setUpField({ speedFactor: () => factor });
    for (let y = 15; y < 26; y++) grid.set(22, y, true);
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    kit.provoke(wolf, hero(24.5, 20.5).id, 5);
    pass(10);
    factor = 0;
    pass(100);
    expect(wolf.mood).toBe("chase");
  });

  it("gives up where there is no way", () => {
    const { kit, hero, pass, grid, returned } = setUpField();
    for (let y = 17; y < 24; y++) {
      for (let x = 23; x < 30; x++) grid.set(x, y, x === 23 || x === 29 || y === 17 || y === 23);
    }
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    kit.provoke(wolf, hero(26.5, 20.5).id, 5);
    pass(60);
    expect(wolf.mood).toBe("idle");
    expect(returned).toEqual([wolf]);
  });

  it("turns to who hurts it more, and lets go of the dead", () => {
    const { kit, hero, pass } = setUpField();
    const wolf = kit.spawn("wolf", 20, 20);
    const one = hero(22, 20);
    const two = hero(20, 22);
    kit.provoke(wolf, one.id, 10);
    pass(2);
    expect(kit.targetOf(wolf)).toBe(one.id);
    kit.provoke(wolf, two.id, 11);
    pass(2);
    expect(kit.targetOf(wolf)).toBe(one.id);
    kit.provoke(wolf, two.id, 5);
    pass(2);
    expect(kit.targetOf(wolf)).toBe(two.id);
    two.hp = 0;
    pass(2);
    expect(kit.targetOf(wolf)).toBe(one.id);
  });

  it("calls its idle kin in reach, who do not call in their turn", () => {
    const { kit, hero, pass } = setUpField();
    const pack = [20, 24, 28].map((x) => kit.spawn("wolf", x, 20));
    const sheep = kit.spawn("sheep", 21, 20);
    const prey = hero(14.1, 20);
    pass(4);
    expect(pack.map(({ mood }) => mood)).toEqual(["chase", "chase", "idle"]);
    expect(sheep.mood).toBe("idle");
    expect(kit.targetOf(pack[1]!)).toBe(0);
    pass(1);
    expect(kit.targetOf(pack[1]!)).toBe(prey.id);
  });

  it("does not call those who are on their way home", () => {
    const { kit, hero, pass } = setUpField();
    const tired = kit.spawn("wolf", 20, 20);
    kit.provoke(tired, hero(60, 60).id, 1);
    pass(1);
    tired.x = 40;
    pass(2);
    expect(tired.mood).toBe("return");
    const fresh = kit.spawn("wolf", 39, 20);
    kit.provoke(fresh, hero(38, 20).id, 1);
    expect([tired.mood, fresh.mood]).toEqual(["return", "chase"]);
  });

  it("runs away once when it is weak, then fights on", () => {
    let health = 1;
    const { kit, hero, pass, blows } = setUpField({ health: () => health });
    const sheep = kit.spawn("sheep", 20, 20);
    const foe = hero(21, 20);
    kit.provoke(sheep, foe.id, 5);
    pass(30);
    expect(blows.length).toBeGreaterThan(0);
    health = 0.4;
    pass(40);
    expect(sheep.mood).toBe("flee");
    expect(distance(sheep, foe)).toBeGreaterThan(4);
    const count = blows.length;
    pass(200);
    expect(blows.length).toBeGreaterThan(count);
    expect(sheep.mood).not.toBe("flee");
  });

  it("neither strikes nor walks while it is held", () => {
    let factor = 1;
    const { kit, hero, pass, blows } = setUpField({ speedFactor: () => factor });
    const wolf = kit.spawn("wolf", 20, 20);
    hero(20.8, 20);
    pass(6);
    expect(wolf.mood).toBe("attack");
    factor = 0;
    const { x, y } = wolf;
    pass(200);
    expect(blows).toHaveLength(0);
    expect([wolf.x, wolf.y]).toEqual([x, y]);
    factor = 1;
    pass(20);
    expect(blows).toHaveLength(1);
  });
});

describe("the leash", () => {
  it("brings it home, deaf to blows on the way, and makes it whole there", () => {
    const { kit, hero, pass, returned } = setUpField();
    const wolf = kit.spawn("wolf", 30, 30);
    const prey = hero(34, 30);
    let farthest = 0;
    pass(400, () => {
      if (wolf.mood === "chase") prey.x = Math.min(60, prey.x + 0.19);
      farthest = Math.max(farthest, distance(wolf, { x: 30, y: 30 }));
      if (wolf.mood === "return") kit.provoke(wolf, prey.id, 100);
    });
    expect(farthest).toBeGreaterThan(11);
    expect(farthest).toBeLessThan(12.5);
    expect(returned).toEqual([wolf]);
    expect(distance(wolf, { x: 30, y: 30 })).toBeLessThan(7);
    expect(wolf.mood).toBe("idle");
  });

  it("does not flicker when the enemy stands at its end", () => {
    const { kit, hero, pass } = setUpField();
    const wolf = kit.spawn("wolf", 30, 30);
    const prey = hero(34, 30);
    pass(4);
    let changes = 0;
    let last = wolf.mood;
    expect(last).toBe("chase");
    let tick = 0;
    pass(2000, () => {
      // To and fro about the end of the leash, out of the reach of its teeth.
      prey.x = 42.8 + (tick++ % 40 < 20 ? 0.6 : -0.6);
      if (wolf.mood !== last) changes++;
      last = wolf.mood;
    });
    // Home, and quiet.
    expect(changes).toBe(2);
  });

  it("takes one home that something has carried away", () => {
    const { kit, pass, hero, grid } = setUpField();
    for (let y = 10; y < 30; y++) grid.set(33, y, true);
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    hero(60, 60).hp = 0;
    wolf.x = 45;
    pass(400);
    expect(distance(wolf, { x: 20.5, y: 20.5 })).toBeLessThan(7);
  });

  it("keeps it from noticing those whom it might not follow", () => {
    const roaming = { ...kinds, wolf: { ...kinds.wolf, strollRadius: 20 } };
    const { kit, hero, pass } = setUpField({ kinds: roaming });
    const wolf = kit.spawn("wolf", 20, 20);
    const prey = hero(36, 20);
    const stay = (): void => {
      wolf.x = 31;
      wolf.y = 20;
      expect(wolf.mood).toBe("idle");
    };
    stay();
    pass(100, stay);
    prey.x = 31.9;
    pass(5);
    expect(["chase", "attack"]).toContain(wolf.mood);
  });
});

describe("crowds", () => {
  it("keep apart around one enemy", () => {
    const { kit, hero, pass, blows } = setUpField();
    const pack = Array.from({ length: 10 }, () => kit.spawn("wolf", 20, 20));
    hero(25, 20);
    pass(200);
    let closest = Infinity;
    for (const a of pack) {
      for (const b of pack) if (a !== b) closest = Math.min(closest, distance(a, b));
    }
    expect(closest).toBeGreaterThan(0.3);
    expect(new Set(blows.map(({ by }) => by)).size).toBeGreaterThan(4);
  });
});
