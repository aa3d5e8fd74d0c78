import { describe, expect, it } from "vitest";
import { experienceToNext, hpOfLevel, levelMax, rise } from "../content/levels.ts";
import { Deeds, Player } from "../shared.ts";
import { arena, heroAt, zone } from "./stage.ts";

describe("arriving", () => {
  it("puts a newcomer near the start, whole, protected and under its name", async () => {
    const stage = await zone("town");
    const seat = stage.join("ada", { look: "mage" });
    const player = stage.own(Player, seat);
    expect(player).toMatchObject({ name: "ada", look: "mage", level: 1, hp: 100, mana: 100 });
    expect(Math.hypot(player.x - 39.5, player.y - 31.5)).toBeLessThan(2);
    expect(player.protectedUntil).toBe(stage.tick + 60);
    expect(stage.private(Deeds, seat)).toEqual({ kills: 0, deaths: 0, damage: 0, coins: 0 });
  });

  it("has a default for every option, and refuses looks that there are not", () => {
    const stage = arena();
    expect(stage.own(Player, stage.join("ada")).look).toBe("knight");
    const codes = [{ look: "dragon" }, { look: 3 }, { look: null }, { hp: 5 }].map((options) => {
      try {
        stage.join("eve", options);
        return "";
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(codes.slice(0, 3)).toEqual(["OPTIONS_INVALID", "OPTIONS_INVALID", "OPTIONS_INVALID"]);
  });

  it("believes nobody who says to come through a door", () => {
    const stage = arena();
    const character = {
      level: 30,
      experience: 0,
      hp: 4000,
      mana: 1000,
      kills: 9,
      deaths: 0,
      damage: 9,
      coins: 99,
    };
    for (const secret of ["", "guess", "undefined"]) {
      const seat = stage.join(`eve ${secret}`, { secret, spawn: "shrine", character });
      const player = stage.own(Player, seat);
      expect(player).toMatchObject({ level: 1, hp: 100, hpMax: 100, kills: 0 });
      expect(Math.hypot(player.x - 32, player.y - 32)).toBeLessThan(2);
      expect(stage.private(Deeds, seat)).toMatchObject({ coins: 0 });
    }
  });

  it("lets spectators look at the start without a body", () => {
    const stage = arena();
    const seat = stage.join("watcher", {}, true);
    expect(stage.player(seat).entity).toBeUndefined();
    expect(stage.all(Player)).toHaveLength(0);
  });
});

describe("doors", () => {
  it("carry a player with all it has to the other room and back", async () => {
    const town = await zone("town");
    const forest = await zone("forest");
    const seat = town.join("ada", { look: "rogue" });
    const player = town.own(Player, seat);
    Object.assign(player, { level: 4, experience: 12, hpMax: 136, hp: 77, mana: 50, kills: 9 });
    player.x = 54.5;
    player.y = 28.5;
    for (let i = 0; i < 30 && town.takeNews("transfer").length === 0; i++) {
      expect(i).toBeLessThan(29);
      town.input(seat, "move", { dx: 1, dy: 0 });
      town.step();
      const [transfer] = town.takeNews("transfer");
      if (transfer === undefined) continue;
      expect(transfer).toMatchObject({ seat, room: "forest" });
      const there = forest.join("ada", transfer.options);
      const arrived = forest.own(Player, there);
      expect(arrived).toMatchObject({
        look: "rogue",
        level: 4,
        experience: 12,
        experienceToNext: experienceToNext(4),
        hp: 77,
        hpMax: 136,
        kills: 9,
      });
      expect(Math.hypot(arrived.x - 3.5, arrived.y - 48.5)).toBeLessThan(2);
      arrived.x = 0.5;
      forest.step();
      const [back] = forest.takeNews("transfer");
      expect(back).toMatchObject({ room: "town" });
      expect(town.own(Player, town.join("ben", back!.options))).toMatchObject({ level: 4, hp: 77 });
      return;
    }
  });

  it("do not open for the dead", () => {
    const door = { x: 40, y: 40, width: 2, height: 2, to: "town", spawn: "start" };
    const stage = arena({ doors: [door] });
    const seat = heroAt(stage, 41, 41);
    stage.own(Player, seat).hp = 0;
    stage.step(20);
    expect(stage.takeNews("transfer")).toEqual([]);
    stage.own(Player, seat).hp = 1;
    stage.step(1);
    expect(stage.takeNews("transfer")).toHaveLength(1);
  });
});

describe("levels", () => {
  it("cost more and more, end, and lose no experience on the way", () => {
    for (let level = 1; level < levelMax - 1; level++) {
      expect(experienceToNext(level + 1)).toBeGreaterThan(experienceToNext(level));
    }
    for (const reward of [0, 1, 29, 30, 31, 500, 5000]) {
      const { level, experience } = rise(1, 0, reward);
      let spent = experience;
      for (let below = 1; below < level; below++) spent += experienceToNext(below);
      expect(spent).toBe(reward);
      expect(experience).toBeLessThan(experienceToNext(level));
    }
    expect(rise(1, 0, 1e9)).toEqual({ level: levelMax, experience: 0 });
    expect(rise(levelMax, 0, 50)).toEqual({ level: levelMax, experience: 0 });
    expect(hpOfLevel(levelMax)).toBeLessThanOrEqual(4095);
  });
});

describe("a broken connection", () => {
  it("is shown, and monsters leave the helpless alone", () => {
    const stage = arena({
      monsters: [{ x: 34, y: 31, width: 1, height: 1, kind: "wolf", count: 1 }],
    });
    const seat = heroAt(stage, 32, 31.5);
    const player = stage.own(Player, seat);
    stage.until(() => player.hp < 100);
    stage.drop(seat);
    stage.step(2);
    expect(player.away).toBe(true);
    const { hp } = player;
    stage.step(60);
    expect(player.hp).toBeGreaterThanOrEqual(hp);
    stage.reconnect(seat);
    stage.step(1);
    expect(player.away).toBe(false);
    stage.until(() => player.hp < hp);
  });
});
