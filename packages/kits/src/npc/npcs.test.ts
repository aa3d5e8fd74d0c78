import { CollisionGrid } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import {
  Beast,
  distance,
  kinds,
  setUpField,
  type TestKind,
  type TestOptions,
} from "../testing/field.ts";
import type { NpcArea } from "./options.ts";

describe("respawning", () => {
  const area: NpcArea<TestKind> = {
    x: 5,
    y: 5,
    width: 10,
    height: 10,
    kind: "wolf",
    count: 3,
    level: 7,
  };

  it("brings one after the kind's time, in the area, with what the game gives it", () => {
    const { room, kit, pass, hero } = setUpField({
      areas: [area],
      onSpawn: (beast, kind, from) => {
        expect(kind).toBe("wolf");
        beast.level = from!.level!;
      },
    });
    hero(40, 40);
    kit.populate();
    expect(room.all(Beast).map(({ level }) => level)).toEqual([7, 7, 7]);
    pass(5);
    kit.kill(room.all(Beast)[0]!);
    pass(59);
    expect(room.all(Beast)).toHaveLength(2);
    pass(11);
    expect(room.all(Beast)).toHaveLength(3);
    const fresh = room.all(Beast)[2]!;
    expect(fresh.level).toBe(7);
    expect(fresh.x > 5 && fresh.x < 15 && fresh.y > 5 && fresh.y < 15).toBe(true);
    expect(kit.stats).toMatchObject({ count: 3, bodiesMade: 3, bodiesReused: 1 });
  });

  it("does not happen under somebody's eyes", () => {
    const { room, kit, pass, hero } = setUpField({
      areas: [{ ...area, width: 4, height: 4 }],
      isEnemy: () => false,
    });
    kit.populate();
    const watcher = hero(7, 7);
    for (const beast of [...room.all(Beast)]) kit.kill(beast);
    pass(200);
    expect(room.all(Beast)).toHaveLength(0);
    watcher.x = 30;
    pass(40);
    expect(room.all(Beast)).toHaveLength(3);
  });

  it("makes good for those that something else took away", () => {
    const { room, kit, pass, hero } = setUpField({ areas: [area] });
    hero(40, 40);
    kit.populate();
    room.despawn(room.all(Beast)[1]!);
    pass(100);
    expect(room.all(Beast)).toHaveLength(3);
    expect(kit.stats.count).toBe(3);
  });

  it("reuses bodies, or makes new ones when pooling is off", () => {
    for (const pooling of [true, false]) {
      const { room, kit, pass, hero } = setUpField({
        areas: [{ ...area, kind: "sheep", count: 5 }],
        pooling,
      });
      hero(40, 40);
      kit.populate();
      for (let round = 0; round < 20; round++) {
        for (const beast of [...room.all(Beast)]) kit.kill(beast);
        pass(60);
      }
      expect(kit.stats.bodiesMade + kit.stats.bodiesReused).toBe(105);
      expect(kit.stats.bodiesMade).toBe(pooling ? 5 : 105);
    }
  });

  it("happens only where the game allows it", () => {
    const { room, kit, pass } = setUpField({ areas: [area], isPlace: (x, y) => x > 9 && y < 12 });
    kit.populate();
    for (let i = 0; i < 5; i++) {
      expect(room.all(Beast)).toHaveLength(3);
      for (const beast of [...room.all(Beast)]) {
        expect(beast.homeX > 9 && beast.homeY < 12).toBe(true);
        kit.kill(beast);
      }
      pass(80);
    }
  });

  it("gives a body no path that its last owner asked for", () => {
    const { kit, hero, pass, grid } = setUpField({ pathBudget: 1 });
    for (let y = 15; y < 26; y++) grid.set(22, y, true);
    const wolf = kit.spawn("wolf", 20.5, 20.5);
    kit.provoke(wolf, hero(24.5, 20.5).id, 5);
    pass(3);
    expect(kit.stats.pathsAsked).toBe(1);
    kit.kill(wolf);
    kit.spawn("stone", 30, 30);
    pass(400);
    expect(kit.stats).toMatchObject({ bodiesReused: 1, pathsFound: 0 });
  });

  it("waits where there is no room", () => {
    const grid = new CollisionGrid(64, 64);
    for (let y = 5; y < 15; y++) for (let x = 5; x < 15; x++) grid.set(x, y, true);
    const { room, kit, pass } = setUpField({ areas: [area], grid });
    kit.populate();
    pass(50);
    expect(room.all(Beast)).toHaveLength(0);
    grid.set(7, 7, false);
    pass(1500);
    expect(room.all(Beast)).toHaveLength(3);
  });
});

describe("culling and level of detail", () => {
  it("puts those to sleep that nobody is near, and wakes them", () => {
    const { kit, hero, pass } = setUpField({ sleepRadius: 30 }, 256);
    const wolf = kit.spawn("wolf", 20, 20);
    const walker = hero(200, 200);
    pass(30);
    expect(kit.stats).toMatchObject({ count: 1, awake: 0 });
    const before = kit.stats.thoughts;
    pass(100);
    expect(kit.stats.thoughts).toBe(before);
    walker.x = 25;
    walker.y = 22;
    pass(25);
    expect(kit.stats.awake).toBe(1);
    pass(10);
    expect(wolf.mood).not.toBe("idle");
  });

  it("wakes one that is hurt from afar", () => {
    const { kit, hero, pass } = setUpField({ sleepRadius: 10 }, 256);
    const wolf = kit.spawn("wolf", 20, 20);
    const archer = hero(60, 20);
    pass(30);
    expect(kit.stats.awake).toBe(0);
    kit.provoke(wolf, archer.id, 5);
    expect(kit.stats.awake).toBe(1);
    expect(wolf.mood).toBe("chase");
  });

  it("is at home when it falls asleep", () => {
    const { kit, hero, pass, returned } = setUpField({ sleepRadius: 20 }, 256);
    const wolf = kit.spawn("wolf", 20, 20);
    const prey = hero(25, 20);
    pass(20);
    expect(wolf.mood).not.toBe("idle");
    prey.x = 200;
    pass(12);
    expect([wolf.x, wolf.y, wolf.mood]).toEqual([20, 20, "idle"]);
    expect(returned).toEqual([wolf]);
    expect(kit.stats.awake).toBe(0);
  });

  it("thinks seldom far away and at every tick nearby", () => {
    const thoughts = (x: number, levelOfDetail: boolean): number => {
      const { kit, hero, pass } = setUpField({ levelOfDetail, culling: false }, 256);
      kit.spawn("sheep", x, 20);
      hero(20, 20);
      pass(20);
      const before = kit.stats.thoughts;
      pass(160);
      return kit.stats.thoughts - before;
    };
    expect([25, 45, 60, 120].map((x) => thoughts(x, true))).toEqual([160, 80, 40, 20]);
    expect([25, 45, 60, 120].map((x) => thoughts(x, false))).toEqual([160, 160, 160, 160]);
  });

  it("moves seldom far away, and no slower for that", () => {
    const run = (levelOfDetail: boolean): { moves: number; way: number } => {
      const { kit, hero, pass } = setUpField({ levelOfDetail, culling: false }, 256);
      const wolf = kit.spawn("wolf", 60, 20);
      hero(20, 20);
      wolf.y = 60;
      pass(8);
      expect(wolf.mood).toBe("return");
      const start = wolf.y;
      let moves = 0;
      let before = start;
      pass(40, () => {
        if (wolf.y !== before) moves++;
        before = wolf.y;
      });
      return { moves, way: start - wolf.y };
    };
    const near = run(false);
    const far = run(true);
    expect([near.moves, far.moves]).toEqual([40, 10]);
    expect(far.way).toBeCloseTo(near.way, 5);
  });

  it("changes what it costs, not what happens", () => {
    const all: TestOptions = { culling: true, levelOfDetail: true, pathCache: true, pooling: true };
    const variants: TestOptions[] = [
      all,
      ...(Object.keys(all) as (keyof TestOptions)[]).map((name) => ({ ...all, [name]: false })),
      { culling: false, levelOfDetail: false, pathCache: false, pooling: false },
    ];
    for (const variant of variants) {
      const grid = new CollisionGrid(256, 256);
      for (let y = 15; y < 26; y++) grid.set(24, y, true);
      const { kit, hero, pass, blows, returned } = setUpField({ ...variant, grid }, 256);
      const wolf = kit.spawn("wolf", 20.5, 20.5);
      const far = kit.spawn("sheep", 200, 200);
      const prey = hero(27.5, 20.5);
      kit.provoke(wolf, prey.id, 5);
      pass(200);
      expect(blows.length, JSON.stringify(variant)).toBeGreaterThan(0);
      prey.hp = 0;
      pass(200);
      expect(returned).toEqual([wolf]);
      expect(distance(wolf, { x: 20.5, y: 20.5 })).toBeLessThan(6);
      expect(distance(far, { x: 200, y: 200 })).toBeLessThan(8);
      expect([wolf.mood, far.mood]).toEqual(["idle", "idle"]);
    }
  });

  it("saves most thoughts in a large world", () => {
    const run = (culling: boolean, levelOfDetail: boolean): number => {
      const { kit, hero, pass, room } = setUpField({ culling, levelOfDetail }, 256);
      for (let i = 0; i < 300; i++) {
        kit.spawn("sheep", room.random.between(2, 254), room.random.between(2, 254));
      }
      hero(40, 40);
      pass(40);
      const before = kit.stats.thoughts;
      pass(40);
      return kit.stats.thoughts - before;
    };
    expect(run(false, false)).toBe(300 * 40);
    expect(run(false, true)).toBeLessThan(300 * 40 * 0.3);
    expect(run(true, true)).toBeLessThan(300 * 40 * 0.1);
    expect(run(true, true)).toBeGreaterThan(0);
  });
});

describe("determinism and checkpoints", () => {
  const areas: NpcArea<TestKind>[] = [
    { x: 5, y: 5, width: 20, height: 20, kind: "wolf", count: 12 },
    { x: 30, y: 30, width: 20, height: 20, kind: "sheep", count: 12 },
  ];

  it("does the same with the same seed, and something else with another", () => {
    const run = (seed: number) => {
      const s = setUpField({ areas }, 64, seed);
      s.kit.populate();
      const walker = s.hero(15, 15);
      s.pass(300, () => {
        walker.x = 15 + ((s.room.tick * 0.1) % 30);
      });
      return s.stage.checkpoint();
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it("goes on after a restore: homes kept, the hunted found again, the dead missed", () => {
    const s = setUpField({ areas });
    s.kit.populate();
    s.pass(20);
    for (const beast of [...s.room.all(Beast)].slice(0, 4)) s.kit.kill(beast);
    s.pass(1);
    const wolf = s.room.all(Beast).find(({ npcKind }) => npcKind === 0)!;
    s.hero(wolf.x + 1, wolf.y);
    s.pass(10);
    const homesOf = () => new Map(s.room.all(Beast).map(({ id, homeX }) => [id, homeX]));
    const homes = homesOf();
    s.blows.length = 0;

    s.stage.restart();
    expect(s.kit.stats.count).toBe(20);
    expect(homesOf()).toEqual(homes);
    s.pass(40);
    expect(s.blows.map(({ by }) => by.id)).toContain(wolf.id);
    s.pass(200);
    expect(s.kit.stats.count).toBe(24);
  });

  it("drops creatures of kinds and areas that the game no longer has", () => {
    const s = setUpField({ areas });
    s.kit.populate();
    s.stage.restart(s.game({ kinds: { wolf: kinds.wolf } as unknown as typeof kinds, areas: [] }));
    expect(s.kit.stats.count).toBe(12);
    s.kit.kill(s.room.all(Beast)[0]!);
    s.pass(100);
    expect(s.room.all(Beast)).toHaveLength(11);
  });

  it("finishes the way home, and forgets for a moment whom it was after", () => {
    const s = setUpField();
    const [away, hunter] = [20, 40].map((y) => s.kit.spawn("wolf", 20, y));
    const prey = s.hero(24, 40);
    s.kit.provoke(away!, prey.id, 1);
    s.pass(8);
    away!.x = 40;
    s.pass(2);
    expect([away!.mood, hunter!.mood]).toEqual(["return", "chase"]);
    s.stage.restart();
    const [again, hunting] = s.room.all(Beast);
    expect([again!.mood, hunting!.mood]).toEqual(["return", "idle"]);
    s.pass(20);
    expect(["chase", "attack"]).toContain(hunting!.mood);
    s.pass(100);
    expect(s.returned.map(({ id }) => id)).toEqual([again!.id]);
  });
});

describe("misuse", () => {
  it("ignores hate of nobody, of no amount and for those it does not steer", () => {
    const { kit, room, pass, hero } = setUpField();
    const wolf = kit.spawn("wolf", 20, 20);
    const bystander = hero(50, 50);
    kit.provoke(wolf, 0, 10);
    kit.provoke(wolf, bystander.id, NaN);
    kit.provoke(wolf, bystander.id, -1);
    expect(wolf.mood).toBe("idle");
    kit.provoke(bystander, wolf.id, 10);
    kit.provoke(wolf, wolf.id, 10);
    kit.provoke(wolf, 123_456_789, 10);
    pass(30);
    expect(wolf.mood).toBe("idle");
    const stray = room.spawn(Beast, { x: 5, y: 5 });
    kit.provoke(stray, bystander.id, 10);
    expect(kit.targetOf(stray)).toBe(0);
  });

  it("takes a second death of the same creature for none", () => {
    const area: NpcArea<TestKind> = { x: 5, y: 5, width: 9, height: 9, kind: "sheep", count: 1 };
    const { kit, room, pass, hero } = setUpField({ areas: [area] });
    hero(40, 40);
    kit.populate();
    const [sheep] = room.all(Beast);
    kit.kill(sheep!);
    kit.kill(sheep!);
    expect(kit.stats.count).toBe(0);
    pass(100);
    expect(room.all(Beast)).toHaveLength(1);
  });

  it("survives being killed in the midst of everything", () => {
    const { kit, room, pass, hero } = setUpField({
      attack: (by) => kit.kill(by),
      onReturn: (beast) => kit.kill(beast),
    });
    for (let i = 0; i < 12; i++) kit.spawn("wolf", 20 + i * 0.5, 20);
    hero(23, 21);
    pass(200);
    expect(room.all(Beast)).toHaveLength(0);
    expect(kit.stats.count).toBe(0);
  });

  it.each<[string, TestOptions["kinds"], TestOptions["areas"]]>([
    ["a fat kind", { ...kinds, wolf: { speed: 1, radius: 0.6 } }, []],
    ["a kind of no speed", { ...kinds, wolf: { speed: NaN } }, []],
    [
      "a blow without range",
      { ...kinds, wolf: { speed: 1, attack: { range: 0, cooldownMs: 1 } } },
      [],
    ],
    [
      "an area of an unknown kind",
      kinds,
      [{ x: 0, y: 0, width: 1, height: 1, kind: "cow" as TestKind, count: 1 }],
    ],
    ["an empty area", kinds, [{ x: 0, y: 0, width: 0, height: 1, kind: "wolf", count: 1 }]],
  ])("refuses %s", (_what, wrongKinds, areas) => {
    let cause: unknown;
    try {
      setUpField({ kinds: wrongKinds!, areas: areas! });
    } catch (error) {
      cause = (error as Error).cause;
    }
    expect(cause).toBeInstanceOf(RangeError);
  });

  it("knows no other kind", () => {
    expect(() => setUpField().kit.spawn("cow" as TestKind, 1, 1)).toThrow(RangeError);
  });
});
