import type { CollisionGrid } from "realmwright";
import { connect, type ClientRoom } from "realmwright/client";
import { SimulatedRealm } from "realmwright/testing";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Manifest } from "../client/data/catalogue.ts";
import { Population } from "../client/population.ts";
import { loadRealmMap, type RealmMap } from "../content/realm-map.ts";
import realm from "../server.ts";
import { Attack, events, Monster, Move, Player, step, Villager } from "../shared.ts";
import { files } from "./stage.ts";

type Game = typeof realm;
type Room = ClientRoom<Game["rooms"]["town"]>;

const assets = fileURLToPath(new URL("../assets", import.meta.url));
const frameMs = 25;
const predict = { entity: Player, input: Move, step };
/** The look of nothing is asked of it. */
const plainManifest = { looks: {}, monsters: {} } as unknown as Manifest;
const half = { rooms: { town: { predict }, forest: { predict } } };
const maps = new Map<string, RealmMap>();

beforeAll(async () => {
  for (const name of ["town", "forest"]) {
    maps.set(name, await loadRealmMap(files, `maps/${name}.tmj`));
  }
});

/** Next cell on a shortest way of straight steps, found from the goal backwards. */
function wayTo(grid: CollisionGrid, x: number, y: number): Int32Array {
  const next = new Int32Array(grid.cells.length).fill(-1);
  const goal = grid.cellAt(x, y);
  next[goal] = goal;
  const queue = [goal];
  for (const cell of queue) {
    for (const by of [1, -1, grid.width, -grid.width]) {
      const from = cell + by;
      if (from < 0 || from >= next.length || next[from] !== -1 || grid.cells[from] === 1) continue;
      next[from] = cell;
      queue.push(from);
    }
  }
  return next;
}

describe.each(["binary", "msgpack", "json"] as const)(
  "the game over the SDK, in %s",
  (encoding) => {
    let server: SimulatedRealm;
    beforeEach(async () => {
      server = await SimulatedRealm.start(realm, { assets });
      server.network.conditions.delayMs = 40;
    });
    afterEach(() => {
      server.stop();
      expect(server.errors).toEqual([]);
    });

    const enter = async (name: string, look: "mage" | "knight" = "knight") => {
      const options = { ...server.guest(name), encoding, game: half };
      const client = await server.until(connect<Game>(options));
      const room = await server.until(client.join("town", { look }));
      room.stepContext = maps.get("town")!.grid;
      return { client, room: room };
    };

    /** Lets time go by for all who play, until something is so. */
    const play = async (
      rooms: () => Room[],
      isSo: () => boolean,
      each: () => void,
      ms = 30_000,
    ) => {
      for (let passed = 0; !isSo(); passed += frameMs) {
        if (passed > ms) throw new Error(`not so after ${ms} ms: ${isSo.toString()}`);
        each();
        await server.run(frameMs, frameMs, (now) => rooms().forEach((room) => room.update(now)));
      }
    };

    const steer = (room: Room, grid: CollisionGrid, next: Int32Array): void => {
      const own = room.self;
      if (own === undefined) return;
      const { x, y } = room.view(own);
      const cell = next[grid.cellAt(x, y)]!;
      const dx = (cell % grid.width) + 0.5 - x;
      const dy = Math.floor(cell / grid.width) + 0.5 - y;
      const length = Math.max(0.2, Math.hypot(dx, dy));
      room.input(Move, { dx: dx / length, dy: dy / length });
    };

    it("two see each other move, talk, and the people of the town", async () => {
      const ann = await enter("Ann", "mage");
      const ben = await enter("Ben");
      const lines: string[] = [];
      ben.room.onChat(({ name, text }) => lines.push(`${name}: ${text}`));
      const both = () => [ann.room, ben.room];
      await play(
        both,
        () => ben.room.all(Player).length === 2,
        () => undefined,
      );
      const seen = ben.room.all(Player).find(({ name }) => name === "Ann")!;
      expect(seen).toMatchObject({ look: "mage", hp: 100, level: 1 });
      const before = seen.x;
      ann.room.input(Move, { dx: -1, dy: 0 });
      await play(
        both,
        () => seen.x < before - 3,
        () => undefined,
      );
      ann.room.input(Move, { dx: 0, dy: 0 });
      ann.room.chat("over here");
      await play(
        both,
        () => lines.length > 0,
        () => undefined,
      );
      expect(lines).toEqual(["Ann: over here"]);
      expect(ann.room.stats.corrections).toBe(0);
      expect(ann.room.all(Villager).map(({ name }) => name)).toContain("Pip");
      // What others may not know of one is not sent.
      const own = ann.room.own(Player)!;
      expect([own.mana, own.experienceToNext]).toEqual([100, 30]);
      expect([seen.mana, seen.experienceToNext]).not.toContain(100);
    });

    it("what is said is shown over who said it, also of two with one name", async () => {
      const first = await enter("Ann", "mage");
      const second = await enter("Ann", "knight");
      const ben = await enter("Ben");
      const population = new Population(ben.room, plainManifest);
      const speakers: string[] = [];
      ben.room.onChat(({ seat }) => {
        const { name, sheet, isSelf } = population.ofSeat(seat)!;
        speakers.push(`${name} ${sheet} ${isSelf}`);
      });
      const all = () => [first.room, second.room, ben.room];
      const told = async (count: number): Promise<void> =>
        play(
          all,
          () => speakers.length === count,
          () => population.refresh(0),
        );
      await play(
        all,
        () => ben.room.all(Player).length === 3,
        () => undefined,
      );
      second.room.chat("it is I");
      await told(1);
      first.room.chat("no, I");
      await told(2);
      ben.room.chat("hush");
      await told(3);
      expect(speakers).toEqual(["Ann knight false", "Ann mage false", "Ben knight true"]);
      expect(population.ofSeat(999)).toBeUndefined();
    });

    it("one walks through the gate into the forest and back, on one connection", async () => {
      const { client, room } = await enter("Ann");
      const visited = [room.name];
      client.onRoom((next) => {
        next.stepContext = maps.get(next.name)!.grid;
        if (next !== (room as unknown)) visited.push(next.name);
      });
      const here = () => client.room as unknown as Room;
      const toForest = maps.get("town")!;
      const toTown = maps.get("forest")!;
      const east = wayTo(toForest.grid, 57.5, 28.5);
      const west = wayTo(toTown.grid, 0.5, 48.5);
      await play(
        () => [here()],
        () => here().name === "forest",
        () => steer(here(), toForest.grid, east),
      );
      const corrections = room.stats.corrections;
      await play(
        () => [here()],
        () => here().self !== undefined,
        () => undefined,
      );
      expect(here().own(Player)).toMatchObject({ name: "Ann", look: "knight" });
      await play(
        () => [here()],
        () => here().name === "town",
        () => steer(here(), toTown.grid, west),
      );
      expect(visited).toEqual(["town", "forest", "town"]);
      expect(corrections).toBe(0);
      expect(client.stats.reconnects).toBe(0);
    });

    it("one hunts a slime and is rewarded", async () => {
      const { room } = await enter("Ann");
      const { grid } = maps.get("town")!;
      const south = wayTo(grid, 36.5, 55.5);
      const log: string[] = [];
      room.on(events.Hit, ({ damage }) => log.push(`hit ${damage > 0}`));
      room.on(events.Death, ({ target, by }) =>
        log.push(`death ${target !== 0} ${room.self!.id === by}`),
      );
      room.on(events.Reward, ({ experience }) => log.push(`reward ${experience}`));
      await play(
        () => [room],
        () => log.includes("reward 8"),
        () => {
          const own = room.own(Player)!;
          let prey = undefined;
          for (const monster of room.all(Monster)) {
            const distance = Math.hypot(monster.x - own.x, monster.y - own.y);
            if (prey === undefined || distance < prey.distance) prey = { monster, distance };
          }
          if (prey === undefined || prey.distance > 3) {
            steer(room, grid, south);
            return;
          }
          const dx = (prey.monster.x - own.x) / Math.max(1, prey.distance);
          const dy = (prey.monster.y - own.y) / Math.max(1, prey.distance);
          room.input(Move, prey.distance > 1 ? { dx, dy } : { dx: 0, dy: 0 });
          void room.send(Attack, { dx, dy });
        },
        60_000,
      );
      expect(log.filter((line) => line === "hit true").length).toBeGreaterThan(1);
      expect(log).toContain("death true true");
      await play(
        () => [room],
        () => room.document.private.kills === 1,
        () => undefined,
      );
      expect(room.document.shared.top).toEqual([{ name: "Ann", kills: 1, level: 1 }]);
      expect(room.own(Player)).toMatchObject({ experience: 8 });
    });
  },
);
