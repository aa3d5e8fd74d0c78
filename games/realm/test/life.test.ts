import { describe, expect, it } from "vitest";
import { Board, Deeds, Loot, Monster, Player, Projectile, Villager } from "../shared.ts";
import { arena, den, heroAt, oneMonster, zone } from "./stage.ts";

const villager = { x: 40, y: 32, name: "Marla", look: "merchant", says: "Apples!" };

describe("villagers", () => {
  it("greet who comes near, and not again for a while", () => {
    const stage = arena({ villagers: [villager] });
    stage.step(20);
    expect(stage.takeEvents("say")).toEqual([]);
    const seat = heroAt(stage, 40, 33);
    stage.step(20);
    const [marla] = stage.all(Villager);
    expect(marla).toMatchObject({ name: "Marla", look: "merchant" });
    expect(stage.takeEvents("say").map(({ data }) => data)).toEqual([
      { by: marla!.id, text: "Apples!" },
    ]);
    stage.step(20 * 10);
    expect(stage.takeEvents("say")).toEqual([]);
    stage.own(Player, seat).x = marla!.x;
    stage.own(Player, seat).y = marla!.y;
    stage.step(20 * 6);
    expect(stage.takeEvents("say")).toHaveLength(1);
  });

  it("answer who asks, if near enough and not all the time", () => {
    const stage = arena({ villagers: [villager] });
    const seat = heroAt(stage, 20, 32);
    expect(stage.ask(seat, "interact")).toBe("TARGET_UNKNOWN");
    const [marla] = stage.all(Villager);
    expect(stage.ask(seat, "interact", { target: marla!.id })).toBe("OUT_OF_RANGE");
    const player = stage.own(Player, seat);
    expect(stage.ask(seat, "interact", { target: player.id })).toBe("TARGET_UNKNOWN");
    player.x = marla!.x;
    player.y = marla!.y;
    expect(stage.ask(seat, "interact")).toBe("");
    expect(stage.ask(seat, "interact", { target: marla!.id })).toBe("NOT_READY");
    stage.step(30);
    player.x = marla!.x;
    player.y = marla!.y;
    expect(stage.ask(seat, "interact", { target: marla!.id })).toBe("");
    expect(stage.takeEvents("say")).toHaveLength(2);
  });

  it("stay about their place", () => {
    const stage = arena({ villagers: [villager] });
    heroAt(stage, 44, 32);
    const [marla] = stage.all(Villager);
    let farthest = 0;
    for (let i = 0; i < 3000; i++) {
      stage.step();
      farthest = Math.max(farthest, Math.hypot(marla!.x - 40, marla!.y - 32));
    }
    expect(farthest).toBeGreaterThan(0.5);
    expect(farthest).toBeLessThan(3.5);
  });
});

describe("emotes", () => {
  it("are seen, and not too often", () => {
    const stage = arena();
    const seat = heroAt(stage, 32, 32);
    const { id } = stage.own(Player, seat);
    expect(stage.ask(seat, "emote", { emote: "wave" })).toBe("");
    stage.step(14);
    expect(stage.ask(seat, "emote", { emote: "dance" })).toBe("NOT_READY");
    expect(stage.ask(seat, "emote", { emote: "dance" })).toBe("");
    expect(stage.takeEvents("emoted").map(({ data }) => data)).toEqual([
      { by: id, emote: "wave" },
      { by: id, emote: "dance" },
    ]);
  });
});

describe("monsters", () => {
  it("leave people in safe areas alone", () => {
    const stage = arena({
      monsters: [den("wolf", 40, 32)],
      safe: [{ x: 0, y: 0, width: 38, height: 64 }],
    });
    const player = stage.own(Player, heroAt(stage, 37.5, 32.5));
    const wolf = oneMonster(stage, 40.5, 32.5);
    stage.step(100);
    expect([player.hp, wolf.mood]).toEqual([100, "idle"]);
    player.x = 38.5;
    stage.until(() => player.hp < 100, 100);
    player.x = 37;
    const { hp } = player;
    stage.until(() => wolf.mood === "idle", 200);
    expect(player.hp).toBeGreaterThanOrEqual(hp - 20);
  });

  it("miss who steps aside while they wind up", () => {
    const stage = arena({ monsters: [den("troll", 40, 32)] });
    const player = stage.own(Player, heroAt(stage, 36, 32.5));
    const troll = oneMonster(stage, 40.5, 32.5);
    for (let blows = 0; blows < 3; blows++) {
      stage.until(() => troll.mood === "attack", 200);
      // To its back, out of the arc of its club.
      player.x = troll.x - Math.cos(troll.heading) * 1.5;
      player.y = troll.y - Math.sin(troll.heading) * 1.5;
      stage.until(() => troll.mood !== "attack", 40);
    }
    expect(player.hp).toBe(100);
    stage.until(() => player.hp < 100, 400);
    expect(player.speed).toBe(0);
  });

  it("give up far from home and are whole again there", () => {
    const stage = arena({ monsters: [den("slime", 20, 32)] });
    const player = stage.own(Player, heroAt(stage, 22, 32.5));
    const slime = oneMonster(stage, 20.5, 32.5);
    slime.hp = 5;
    player.hp = 4000;
    stage.until(() => slime.mood === "chase");
    stage.until(() => {
      player.x = Math.min(60, Math.max(player.x, slime.x + 2));
      return slime.mood === "return";
    });
    expect(Math.hypot(slime.x - 20.5, slime.y - 32.5)).toBeLessThan(13);
    player.x = 60;
    stage.until(() => slime.mood === "idle");
    expect(slime.hp).toBe(slime.hpMax);
  });
});

describe("a restart from a checkpoint", () => {
  it("keeps who is where, in what state, and what is on its way", async () => {
    const stage = await zone("forest");
    const seat = stage.join("ada", { look: "mage" });
    const player = stage.own(Player, seat);
    Object.assign(player, { x: 22, y: 33, level: 5, hp: 64, kills: 3, experience: 20 });
    player.protectedUntil = 0;
    stage.step(30);
    stage.ask(seat, "cast", { spell: "haste" });
    stage.step(6);
    stage.ask(seat, "shoot", { dx: 0, dy: -1 });
    stage.spawn(Loot, { x: 30, y: 40, kind: "coins", amount: 7, until: stage.tick + 600 });
    const before = {
      player: { x: player.x, y: player.y, hp: player.hp, effects: player.effects },
      monsters: stage.all(Monster).map(({ id, x, y, hp, level }) => ({ id, x, y, hp, level })),
      villagers: stage.all(Villager).map(({ name, says }) => ({ name, says })),
      arrows: stage.all(Projectile).length,
    };
    expect(before.arrows).toBe(1);
    expect(before.monsters).toHaveLength(43);

    stage.restart();
    const again = stage.own(Player, seat);
    expect(again).toMatchObject({ ...before.player, name: "ada", level: 5, kills: 3, speed: 140 });
    const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
    const monsters = stage.all(Monster).map(({ id, x, y, hp, level }) => ({ id, x, y, hp, level }));
    expect(monsters.sort(byId)).toEqual(before.monsters.sort(byId));
    expect(stage.all(Villager).map(({ name, says }) => ({ name, says }))).toEqual(before.villagers);
    expect([stage.all(Projectile).length, stage.all(Loot).length]).toEqual([1, 1]);
    expect(stage.ask(seat, "shoot", { dx: 0, dy: -1 })).toBe("NOT_READY");
    stage.step(200);
    expect(stage.status).toBe("running");
    expect(again.speed).toBe(100);
  });

  it("lets the dead rise at their time", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const seat = heroAt(stage, 35, 32.5);
    stage.own(Player, seat).hp = 1;
    stage.until(() => stage.own(Player, seat).hp === 0);
    const diedAt = stage.tick;
    stage.step(30);
    stage.restart();
    stage.until(() => stage.own(Player, seat).hp > 0);
    expect(stage.tick - diedAt).toBe(80);
  });
});

describe("a crowd", () => {
  it.each(["town", "forest"] as const)("lives a minute in the %s by its rules", async (name) => {
    const stage = await zone(name, 7);
    const seats = Array.from({ length: 40 }, (_, i) => stage.join(`bot ${i}`));
    let lot = 12_345;
    const random = (below: number): number => {
      lot = (Math.imul(lot, 1_103_515_245) + 12_345) >>> 0;
      return (lot >>> 8) % below;
    };
    const side = (): number => (random(255) - 127) / 127;
    const spells = ["fireball", "heal", "haste", "shield", "frost"];
    const aims = seats.map(() => ({ dx: 0, dy: 0 }));
    for (let tick = 0; tick < 1200; tick++) {
      for (const [i, seat] of seats.entries()) {
        if (random(20) === 0) aims[i] = { dx: side(), dy: side() };
        stage.input(seat, "move", aims[i]);
        if (random(4) === 0) stage.input(seat, random(2) ? "attack" : "shoot", aims[i]);
        if (random(8) === 0) {
          const monsters = stage.all(Monster);
          const target = random(3) === 0 ? (monsters[random(monsters.length)]?.id ?? 0) : 0;
          stage.input(seat, "cast", { spell: spells[random(5)], dx: side(), dy: side(), target });
        }
      }
      stage.step();
      if (tick % 40 !== 0) continue;
      for (const player of stage.all(Player)) {
        expect(player.hp).toBeLessThanOrEqual(player.hpMax);
        expect(player.mana).toBeLessThanOrEqual(player.manaMax);
        expect(player.mana).toBeGreaterThanOrEqual(0);
        expect(player.hp === 0 ? player.speed : 1).toBeLessThanOrEqual(1);
      }
      for (const monster of stage.all(Monster)) {
        expect(monster.hp).toBeGreaterThan(0);
        expect(Number.isFinite(monster.x + monster.y)).toBe(true);
      }
      expect(stage.all(Projectile).length).toBeLessThan(200);
      expect(stage.all(Loot).length).toBeLessThanOrEqual(300);
    }
    expect(stage.status).toBe("running");
    const { slain, top } = stage.shared(Board);
    expect(slain).toBeGreaterThan(0);
    expect(top.map(({ kills }) => kills)).toEqual(
      top.map(({ kills }) => kills).toSorted((a, b) => b - a),
    );
    const damage = seats.map((seat) => stage.private(Deeds, seat).damage);
    expect(Math.max(...damage)).toBeGreaterThan(20);
  });
});
