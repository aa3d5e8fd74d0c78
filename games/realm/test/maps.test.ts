import { clearWay, type MapObject, type TileMap } from "realmwright";
import { beforeAll, describe, expect, it } from "vitest";
import { loadRealmMap, readRealmMap, type RealmMap } from "../content/realm-map.ts";
import game from "../server.ts";
import { mapSideMax, playerBody } from "../shared.ts";
import { files } from "./stage.ts";

const names = ["town", "forest"] as const;
const maps = new Map<string, RealmMap>();

beforeAll(async () => {
  for (const name of names) maps.set(name, await loadRealmMap(files, `maps/${name}.tmj`));
});

describe("the game's maps", () => {
  it("are the game's rooms, and fit the schema", () => {
    expect(Object.keys(game.rooms)).toEqual([...names]);
    for (const { grid } of maps.values()) {
      expect(Math.max(grid.width, grid.height)).toBeLessThanOrEqual(mapSideMax);
    }
  });

  it("have doors that can be walked into and lead to a free place, not into the next door", () => {
    let doors = 0;
    for (const { doors: list, grid, reach } of maps.values()) {
      for (const door of list) {
        doors++;
        const cell = grid.cellAt(door.x + door.width / 2, door.y + door.height / 2);
        expect(reach[cell], door.to).toBe(1);
        const there = maps.get(door.to)!;
        const { x, y } = there.spawns.get(door.spawn)!;
        expect(there.reach[there.grid.cellAt(x, y)]).toBe(1);
        for (const back of there.doors) {
          const nearX = Math.max(back.x - x, 0, x - back.x - back.width);
          const nearY = Math.max(back.y - y, 0, y - back.y - back.height);
          expect(Math.hypot(nearX, nearY)).toBeGreaterThan(1.3);
        }
      }
    }
    expect(doors).toBe(2);
  });

  it("have arrival points where a body has room", () => {
    for (const { grid, spawns } of maps.values()) {
      for (const { x, y } of spawns.values()) {
        expect(clearWay(grid, x, y, x + 0.3, y, playerBody.radius)).toBe(true);
      }
    }
  });

  it("have room for all monsters of an area, none of it safe", () => {
    for (const { grid, monsters, reach, safe } of maps.values()) {
      expect(monsters.length).toBeGreaterThan(0);
      for (const area of monsters) {
        let free = 0;
        for (let y = area.y; y < area.y + area.height; y++) {
          for (let x = area.x; x < area.x + area.width; x++) {
            if (reach[grid.cellAt(x, y)] !== 1) continue;
            free++;
            const isSafe = safe.some((s) => {
              return x >= s.x && x < s.x + s.width && y >= s.y && y < s.y + s.height;
            });
            expect(isSafe, `${area.kind} at ${x}, ${y}`).toBe(false);
          }
        }
        expect(free).toBeGreaterThan(area.count * 2);
      }
    }
  });

  it("start in peace, and let arrows fly over water", () => {
    for (const { safe, spawns } of maps.values())
      expect([safe.length, spawns.size]).not.toContain(0);
    const { grid, sight } = maps.get("forest")!;
    let waters = 0;
    for (let i = 0; i < grid.cells.length; i++) {
      // What stops arrows stops feet.
      if (sight.cells[i] === 1) expect(grid.cells[i]).toBe(1);
      else if (grid.cells[i] === 1) waters++;
    }
    expect(waters).toBeGreaterThan(100);
  });
});

describe("a map that is wrong", () => {
  const object = (
    className: string,
    more: Partial<MapObject> = {},
    properties = {},
  ): MapObject => ({
    id: 1,
    name: "it",
    className,
    shape: "rectangle",
    x: 16,
    y: 16,
    width: 32,
    height: 32,
    rotation: 0,
    visible: true,
    opacity: 1,
    points: new Float64Array(),
    gid: 0,
    flips: 0,
    text: "",
    ...more,
    properties: new Map(Object.entries(properties)),
  });
  const map = (objects: MapObject[]): TileMap => ({
    width: 8,
    height: 8,
    tileWidth: 16,
    tileHeight: 16,
    originX: 0,
    originY: 0,
    className: "",
    backgroundColor: "",
    properties: new Map(),
    tilesets: [],
    layers: [
      {
        kind: "objects",
        id: 1,
        name: "things",
        className: "",
        groups: [],
        visible: true,
        opacity: 1,
        offsetX: 0,
        offsetY: 0,
        parallaxX: 1,
        parallaxY: 1,
        properties: new Map(),
        objects,
      },
    ],
  });
  const start = object("spawn", { name: "start" });

  it("is read when nothing is wrong with it", () => {
    const area = object("monster-area", {}, { monster: "wolf", count: 3, level: 2 });
    const read = readRealmMap(map([start, area]), "test");
    expect(read.monsters).toEqual([
      { x: 1, y: 1, width: 2, height: 2, kind: "wolf", count: 3, level: 2 },
    ]);
    expect(read.spawns.get("start")).toEqual({ x: 1, y: 1 });
  });

  it.each<[string, MapObject[]]>([
    ["no start", []],
    ["a door to nowhere", [start, object("door", {}, { spawn: "start" })]],
    ["a door without size", [start, object("door", { width: 0 }, { to: "town", spawn: "start" })]],
    [
      "an unknown monster",
      [start, object("monster-area", {}, { monster: "cow", count: 1, level: 1 })],
    ],
    [
      "a monster of Object's own",
      [start, object("monster-area", {}, { monster: "toString", count: 1, level: 1 })],
    ],
    ["no monsters", [start, object("monster-area", {}, { monster: "wolf", count: 0, level: 1 })]],
    [
      "half a monster",
      [start, object("monster-area", {}, { monster: "wolf", count: 0.5, level: 1 })],
    ],
    [
      "too high a level",
      [start, object("monster-area", {}, { monster: "wolf", count: 1, level: 21 })],
    ],
    ["a silent villager", [start, object("npc", {}, { look: "smith" })]],
    ["a villager that says a number", [start, object("npc", {}, { look: "smith", says: 4 })]],
    ["a safe point", [start, object("area", { width: 0, height: 0 }, { safe: true })]],
  ])("is refused for %s", (_what, objects) => {
    expect(() => readRealmMap(map(objects), "test")).toThrow(
      expect.objectContaining({ code: "MAP_INVALID" }),
    );
  });
});
