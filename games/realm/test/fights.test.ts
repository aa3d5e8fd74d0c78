import { describe, expect, it } from "vitest";
import { abilityNames, effectNames, unlockLevels } from "../content/abilities.ts";
import { monsterExperience, monsterHp, monsterNames, monsters } from "../content/monsters.ts";
import { Board, Deeds, Loot, Monster, Player, Projectile } from "../shared.ts";
import { arena, den, heroAt, oneMonster } from "./stage.ts";

const right = { dx: 1, dy: 0 };

describe("the tables", () => {
  it("fit the fields that name them", () => {
    expect(abilityNames.length).toBeLessThanOrEqual(62);
    expect(effectNames.length).toBeLessThanOrEqual(24);
    expect(Object.keys(unlockLevels)).toEqual(abilityNames.slice(0, 7));
    for (const name of monsterNames) {
      expect(monsterHp(monsters[name], 20)).toBeLessThanOrEqual(4095);
      expect(monsters[name].variants.length).toBeLessThanOrEqual(16);
    }
  });
});

describe("killing a monster", () => {
  it("puts two players of one name on the board as two, also when one has gone", () => {
    const stage = arena({ monsters: [den("slime", 40, 32)] });
    const name = "x".repeat(24);
    const [first, second] = [1, 2].map((n) => heroAt(stage, 38.9, 32.5, `${name}${n}`)) as [
      number,
      number,
    ];
    stage.own(Player, first).kills = 7;
    const player = stage.own(Player, second);
    player.kills = 3;
    const kill = (): void => {
      const slime = oneMonster(stage, 40, 32.5);
      for (let i = 0; i < 200 && slime.alive; i++) {
        stage.input(second, "attack", {
          dx: (slime.x - player.x) / 9,
          dy: (slime.y - player.y) / 9,
        });
        stage.step();
      }
      expect(slime.alive).toBe(false);
      stage.step(20);
    };
    kill();
    const rows = [
      { name, kills: 7, level: 1 },
      { name, kills: 4, level: 1 },
    ];
    expect(stage.shared(Board)).toEqual({ slain: 1, top: rows });
    stage.leave(first);
    player.x = 60;
    stage.step(20 * 60);
    player.x = 38.9;
    player.hp = player.hpMax;
    kill();
    expect(stage.shared(Board)).toEqual({ slain: 2, top: [rows[0], { name, kills: 5, level: 1 }] });
  });

  it("is seen, rewarded, counted and put on the board", () => {
    const stage = arena({ monsters: [den("slime", 40, 32)] });
    const seat = heroAt(stage, 38.9, 32.5);
    const player = stage.own(Player, seat);
    const slime = oneMonster(stage, 40, 32.5);
    expect(slime).toMatchObject({ hp: 24, hpMax: 24, team: 2, npcKind: 0 });
    const { id } = slime;
    for (let i = 0; i < 200 && slime.alive; i++) {
      stage.input(seat, "attack", { dx: (slime.x - player.x) / 9, dy: (slime.y - player.y) / 9 });
      stage.step();
    }
    expect(slime.alive).toBe(false);
    const hits = stage.takeEvents("hit").filter(({ data }) => data["target"] === id);
    expect(hits.reduce((sum, { data }) => sum + (data["damage"] as number), 0)).toBe(24);
    expect(stage.takeEvents("death").map(({ data }) => data)).toEqual([
      { target: id, by: player.id },
    ]);
    const experience = monsterExperience(monsters.slime, 1);
    expect(stage.takeEvents("reward").map(({ data }) => data)).toEqual([
      { experience, monster: 0 },
    ]);
    expect(player).toMatchObject({ experience, kills: 1, damageDone: 24 });
    stage.step(20);
    expect(stage.private(Deeds, seat)).toMatchObject({ kills: 1, damage: 24 });
    expect(stage.shared(Board)).toEqual({
      slain: 1,
      top: [{ name: "hero", kills: 1, level: 1 }],
    });
    // The next one waits until nobody is near.
    stage.step(20 * 13);
    expect(stage.all(Monster)).toHaveLength(0);
    player.x = 20;
    stage.step(20);
    expect(stage.all(Monster)).toHaveLength(1);
  });

  it("makes a level, and with it whole", () => {
    const stage = arena({ monsters: [den("slime", 40, 32)] });
    const seat = heroAt(stage, 39, 32.5);
    const player = stage.own(Player, seat);
    Object.assign(player, { experience: player.experienceToNext - 1, hp: 60, mana: 10 });
    const slime = oneMonster(stage, 40, 32.5);
    slime.hp = 1;
    stage.ask(seat, "attack", right);
    expect(player).toMatchObject({ level: 2, experience: 7, hp: 112, hpMax: 112, mana: 105 });
    expect(stage.takeEvents("level-up").map(({ data }) => data)).toEqual([
      { target: player.id, level: 2 },
    ]);
  });

  it("is shared by damage, and helpers get a fair part", () => {
    const stage = arena({ monsters: [den("troll", 40, 32)] });
    const seats = ["ann", "bob", "eve"].map((name) => heroAt(stage, 37.6, 32.5, name));
    const troll = oneMonster(stage, 40, 32.5);
    troll.hp = 400;
    const [ann, bob, eve] = seats.map((seat) => stage.own(Player, seat));
    for (const player of [ann!, bob!]) Object.assign(player, { hp: 4000, hpMax: 4000 });
    for (let i = 0; i < 2000 && troll.alive; i++) {
      const aim = { dx: (troll.x - 38) / 9, dy: (troll.y - 32.5) / 9 };
      stage.input(seats[0]!, "attack", aim);
      if (i % 20 === 0) stage.input(seats[1]!, "attack", aim);
      if (i === 0) stage.input(seats[2]!, "attack", aim);
      stage.step();
    }
    expect(troll.alive).toBe(false);
    const whole = monsterExperience(monsters.troll, 1);
    const rewards = stage.takeEvents("reward").map(({ data }) => data["experience"] as number);
    const parts = rewards.map((experience) => experience / whole);
    expect(parts[0]).toBeGreaterThan(0.5);
    expect(parts.slice(1).every((part) => part >= 0.29)).toBe(true);
    // Eve struck once, long ago: less than a twentieth.
    expect(rewards).toHaveLength(2);
    expect([ann!.kills, bob!.kills, eve!.kills]).toEqual([1, 1, 0]);
  });
});

describe("dying", () => {
  it("is over for who leaves, and nothing of it comes to who has the seat next", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const seat = heroAt(stage, 35, 32.5);
    const player = stage.own(Player, seat);
    player.hp = 1;
    stage.until(() => player.hp === 0);
    stage.step(30);
    stage.leave(seat);
    stage.step();
    expect(heroAt(stage, 10, 10, "other")).toBe(seat);
    const next = stage.own(Player, seat);
    // dead too, and by no fight: no clock of its own runs
    next.hp = 0;
    stage.step(100);
    expect(next).toMatchObject({ hp: 0, x: 10, y: 10 });
    expect(stage.takeEvents("revive")).toEqual([]);
  });

  it("takes four seconds, at the shrine, and leaves the dead helpless", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const seat = heroAt(stage, 35, 32.5);
    const player = stage.own(Player, seat);
    player.hp = 3;
    stage.until(() => player.hp === 0);
    const diedAt = stage.tick;
    expect(stage.takeEvents("death").map(({ data }) => data["target"])).toEqual([player.id]);
    const { x, y } = player;
    expect(stage.ask(seat, "attack", right)).toBe("DEAD");
    expect(stage.ask(seat, "cast", { spell: "heal" })).toBe("DEAD");
    expect(stage.ask(seat, "emote", { emote: "cry" })).toBe("DEAD");
    expect(stage.ask(seat, "interact")).toBe("DEAD");
    for (let i = 0; i < 20; i++) {
      stage.input(seat, "move", right);
      stage.step();
    }
    expect([player.x, player.y]).toEqual([x, y]);
    stage.until(() => player.hp > 0);
    expect(stage.tick - diedAt).toBe(80);
    expect(Math.hypot(player.x - 50, player.y - 50)).toBeLessThan(2);
    expect(player).toMatchObject({ hp: 100, mana: 100, speed: 100 });
    expect(stage.takeEvents("revive")).toHaveLength(1);
    expect(stage.private(Deeds, seat)).toMatchObject({ deaths: 1 });
    expect(stage.all(Monster)).toHaveLength(1);
  });

  it("does not move one who was brought back otherwise", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const player = stage.own(Player, heroAt(stage, 35, 32.5));
    player.hp = 1;
    stage.until(() => player.hp === 0);
    const { x, y } = player;
    player.hp = 4000;
    stage.step(100);
    expect([player.x, player.y]).toEqual([x, y]);
  });

  it("is forgotten by one who leaves meanwhile, and by who takes the seat", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const seat = heroAt(stage, 35, 32.5);
    stage.own(Player, seat).hp = 1;
    stage.until(() => stage.own(Player, seat).hp === 0);
    stage.leave(seat);
    stage.step();
    const next = stage.join("next");
    expect(next).toBe(seat);
    const player = stage.own(Player, next);
    player.hp = 0;
    stage.step(200);
    expect(player.hp).toBe(0);
  });
});

describe("what players may not do", () => {
  it("is strike too soon, by a single tick", () => {
    const stage = arena();
    const seat = heroAt(stage, 32, 32);
    expect(stage.ask(seat, "attack", right)).toBe("");
    stage.step(7);
    expect(stage.ask(seat, "attack", right)).toBe("NOT_READY");
    expect(stage.ask(seat, "attack", right)).toBe("");
  });

  it("is cast while casting, without mana, beyond their level or at nothing", () => {
    const stage = arena();
    const seat = heroAt(stage, 32, 32);
    const player = stage.own(Player, seat);
    expect(stage.ask(seat, "cast", { spell: "shield" })).toBe("ABILITY_UNKNOWN");
    expect(stage.ask(seat, "cast", { spell: "frost", ...right })).toBe("ABILITY_UNKNOWN");
    expect(stage.ask(seat, "cast", { spell: "fireball" })).toBe("AIM_INVALID");
    expect(stage.ask(seat, "cast", { spell: "fireball", ...right })).toBe("");
    expect(stage.ask(seat, "cast", { spell: "haste" })).toBe("CASTING");
    stage.step(20);
    player.mana = 5;
    expect(stage.ask(seat, "cast", { spell: "haste" })).toBe("NO_MANA");
    player.level = 3;
    player.mana = 100;
    expect(stage.ask(seat, "cast", { spell: "shield" })).toBe("");
    stage.step(10);
    expect(stage.ask(seat, "cast", { spell: "frost", dx: 1, dy: 0 })).toBe("OUT_OF_RANGE");
    expect(stage.ask(seat, "cast", { spell: "frost", dx: 0.8, dy: 0 })).toBe("");
  });

  it("is heal a monster, nobody, the dead or one far away", () => {
    const stage = arena({ monsters: [den("slime", 40, 10)] });
    const seat = heroAt(stage, 32, 32);
    const friend = stage.own(Player, heroAt(stage, 34, 32, "friend"));
    const slime = oneMonster(stage, 34, 34);
    const heal = (target: number) => stage.ask(seat, "cast", { spell: "heal", target });
    expect(heal(slime.id)).toBe("TARGET_INVALID");
    expect(heal(slime.id + 65_536)).toBe("TARGET_UNKNOWN");
    expect(heal(999)).toBe("TARGET_UNKNOWN");
    friend.hp = 0;
    expect(heal(friend.id)).toBe("TARGET_DEAD");
    friend.hp = 20;
    friend.x = 50;
    expect(heal(friend.id)).toBe("OUT_OF_RANGE");
    friend.x = 36;
    expect(heal(friend.id)).toBe("");
    expect(friend.hp).toBe(45);
  });

  it("is fight in safe areas, or hurt one another anywhere", () => {
    const stage = arena({ safe: [{ x: 0, y: 0, width: 20, height: 64 }] });
    const inside = heroAt(stage, 10, 32, "inside");
    expect(stage.ask(inside, "attack", right)).toBe("SAFE_AREA");
    expect(stage.ask(inside, "shoot", right)).toBe("SAFE_AREA");
    expect(stage.ask(inside, "cast", { spell: "haste" })).toBe("");
    const a = heroAt(stage, 40, 32, "a");
    const b = stage.own(Player, heroAt(stage, 41, 32, "b"));
    stage.input(a, "attack", right);
    stage.step(10);
    stage.input(a, "shoot", right);
    stage.step(10);
    stage.input(a, "cast", { spell: "fireball", ...right });
    stage.step(40);
    expect(b.hp).toBe(100);
  });
});

describe("spells", () => {
  it("haste makes the step faster for its time", () => {
    const stage = arena();
    const seat = heroAt(stage, 10, 32);
    const player = stage.own(Player, seat);
    stage.ask(seat, "cast", { spell: "haste" });
    expect([player.speed, player.effects]).toEqual([140, 1]);
    const { x } = player;
    for (let i = 0; i < 20; i++) {
      stage.input(seat, "move", right);
      stage.step();
    }
    expect(player.x - x).toBeCloseTo(7, 5);
    stage.step(120);
    expect([player.speed, player.effects]).toEqual([100, 0]);
  });

  it("a fireball flies, bursts among monsters and sets them on fire", () => {
    const stage = arena({ monsters: [{ ...den("troll", 40, 32), count: 2 }] });
    const seat = heroAt(stage, 34, 32.5);
    stage.ask(seat, "cast", { spell: "fireball", ...right });
    stage.until(() => stage.all(Projectile).length > 0, 14);
    const [ball] = stage.all(Projectile);
    expect(ball!.ability).toBe(abilityNames.indexOf("fireball"));
    stage.until(() => stage.takeEvents("blast").length > 0, 30);
    const burn = 1 << effectNames.indexOf("burn");
    for (const troll of stage.all(Monster)) {
      expect(troll.hp).toBeLessThan(troll.hpMax);
      expect(troll.effects & burn).toBe(burn);
    }
    expect(stage.all(Projectile)).toHaveLength(0);
  });

  it("frost slows who stands in it", () => {
    const stage = arena({ monsters: [den("wolf", 36, 32)] });
    const seat = heroAt(stage, 32, 32.5);
    stage.own(Player, seat).level = 5;
    const wolf = oneMonster(stage, 36, 32.5);
    stage.ask(seat, "cast", { spell: "frost", dx: 0.5, dy: 0 });
    stage.until(() => wolf.speed < 100, 12);
    expect(wolf.speed).toBe(60);
  });
});

describe("spoils", () => {
  it("are picked up by walking over them, potions only by the hurt", () => {
    const stage = arena();
    const seat = heroAt(stage, 32, 32);
    const player = stage.own(Player, seat);
    const until = stage.tick + 1000;
    stage.spawn(Loot, { x: 32.5, y: 32, kind: "coins", amount: 7, until });
    stage.spawn(Loot, { x: 31.5, y: 32, kind: "potion", amount: 30, until });
    stage.spawn(Loot, { x: 34, y: 32, kind: "coins", amount: 50, until });
    stage.step(6);
    expect(stage.private(Deeds, seat)).toMatchObject({ coins: 7 });
    expect(stage.all(Loot)).toHaveLength(2);
    player.hp = 40;
    stage.step(6);
    expect(player.hp).toBeGreaterThanOrEqual(70);
    expect(stage.takeEvents("pick-up").map(({ data }) => data)).toEqual([
      { kind: "coins", amount: 7 },
      { kind: "potion", amount: 30 },
    ]);
    expect(stage.all(Loot)).toHaveLength(1);
  });

  it("are gone after their time, and nothing for the dead", () => {
    const stage = arena();
    const seat = heroAt(stage, 32, 32);
    stage.own(Player, seat).hp = 0;
    stage.spawn(Loot, { x: 32, y: 32, kind: "coins", amount: 7, until: stage.tick + 30 });
    stage.step(27);
    expect(stage.all(Loot)).toHaveLength(1);
    stage.step(10);
    expect(stage.all(Loot)).toHaveLength(0);
    expect(stage.private(Deeds, seat)).toMatchObject({ coins: 0 });
  });
});
