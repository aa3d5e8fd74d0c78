// The games that the guide prints do what the guide says.
import type { EntityDefinition, GameDefinition } from "realmwright";
import { RoomStage } from "realmwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PageFolder } from "./support/page-program.ts";

interface Program {
  readonly default: GameDefinition;
}

let folder: PageFolder;
beforeAll(() => {
  folder = new PageFolder();
});
afterAll(() => folder.remove());

describe("rooms-and-hooks.md: the cave", () => {
  let stage: RoomStage;
  let seat: number;
  let hero: { x: number; y: number; gold: number };
  let chest: { id: number; x: number; y: number; isOpen: boolean };

  beforeAll(async () => {
    const page = "docs/guide/rooms-and-hooks.md";
    const { default: game } = await folder.run<Program>(page);
    const shared = await folder.run<Record<"Hero" | "Chest", EntityDefinition>>(page, "shared.ts");
    stage = RoomStage.of(game, "cave");
    seat = stage.join("ada");
    hero = stage.own(shared.Hero, seat) as unknown as typeof hero;
    chest = stage.all(shared.Chest)[0] as unknown as typeof chest;
  });

  test("greets, and refuses what is far or nowhere", () => {
    expect(stage.takeNews("chat").map(({ text }) => text)).toEqual(["ada has come."]);
    expect(stage.ask(seat, "open", { chest: chest.id })).toBe("TOO_FAR");
    expect(stage.ask(seat, "open", { chest: 999 })).toBe("NOTHING_THERE");
  });

  test("gives gold once, and fills the chest again after a minute", () => {
    Object.assign(hero, { x: chest.x, y: chest.y });
    expect(stage.ask(seat, "open", { chest: chest.id })).toBe("");
    expect(hero.gold).toBeGreaterThan(0);
    expect(stage.takeEvents("found")).toMatchObject([{ data: { gold: hero.gold } }]);
    expect(stage.ask(seat, "open", { chest: chest.id })).toBe("EMPTY");
    stage.step(60 * 20 - 2);
    expect(chest.isOpen).toBe(true);
    stage.step(2);
    expect(chest.isOpen).toBe(false);
  });
});

describe("kits.md", () => {
  let game: GameDefinition;
  beforeAll(async () => {
    game = (await folder.run<Program>("docs/guide/kits.md")).default;
  });
  const typeOf = (room: string, name: string): EntityDefinition => {
    const types = Object.values(game.rooms[room]?.entities ?? {});
    return types.find((type) => type.name === name)!;
  };

  test("a wolf hunts a hero down", () => {
    const stage = RoomStage.of(game, "wood");
    expect(stage.all(typeOf("wood", "beast"))).toHaveLength(13);
    const hero = stage.spawn(typeOf("wood", "hero"), { x: 20, y: 20 });
    stage.until(() => (hero as unknown as { hp: number }).hp === 0);
  });

  test("fighters strike, burn, die and rise again", () => {
    const stage = RoomStage.of(game, "pit");
    const [ada, bob] = [stage.join("ada"), stage.join("bob")];
    interface Fighter {
      x: number;
      y: number;
      hp: number;
      mana: number;
    }
    const fighterOf = (seat: number): Fighter =>
      stage.own(typeOf("pit", "fighter"), seat) as unknown as Fighter;
    Object.assign(fighterOf(ada), { x: 30, y: 30 });
    Object.assign(fighterOf(bob), { x: 31, y: 30 });
    expect(stage.ask(ada, "strike", { dx: 1, dy: 0 })).toBe("");
    expect(fighterOf(bob).hp).toBe(90);
    expect(stage.ask(ada, "strike", { dx: 1, dy: 0 })).toBe("NOT_READY");
    expect(stage.ask(ada, "fireball", { dx: 1, dy: 0 })).toBe("");
    stage.until(() => fighterOf(bob).hp <= 64);
    stage.until(() => fighterOf(bob).hp <= 52);
    stage.until(() => {
      stage.ask(ada, "strike", { dx: 1, dy: 0 });
      return fighterOf(bob).hp === 0;
    });
    expect(stage.takeEvents("death")).toHaveLength(1);
    expect(stage.takeEvents("fanfare")).toHaveLength(1);
    expect(stage.player(ada).document.value).toEqual({ count: 1 });
    stage.until(() => fighterOf(bob).hp === 100);
  });
});

test("testing.md: what its program asserts holds", async () => {
  await expect(folder.run("docs/guide/testing.md")).resolves.toBeDefined();
});

test("running.md: a server in a process of one's own starts and stops", async () => {
  await expect(folder.run("docs/guide/running.md")).resolves.toHaveProperty("default.act");
});
