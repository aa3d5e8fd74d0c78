// On real maps, a walker that plans with PathFinder and moves with moveBody gets exactly where a flood fill gets.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { CollisionGrid, collisionGrid, moveBody, PathFinder, reachable } from "@realmwright/core";
import type { CollisionRules, TileMap } from "@realmwright/core";
import { readTiledMap } from "@realmwright/core/internal";
import { inflate } from "@realmwright/server/internal";
import { describe, expect, it } from "vitest";
import { sharedData } from "./shared-data.ts";

const folder = sharedData("maps");
const fileOf = (name: string): Promise<Uint8Array> => readFile(join(folder ?? "", name));

const SPEED = 0.3;
const RADIUS = 0.4;

const xOf = (grid: CollisionGrid, cell: number): number => cell % grid.width;
const yOf = (grid: CollisionGrid, cell: number): number => Math.floor(cell / grid.width);

/** The cells of a region, each next to one before it where that can be, so that a walker's ways stay short. */
function touringOrder(grid: CollisionGrid, region: Uint8Array, start: number): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(region.length);
  const stack = [start];
  while (stack.length > 0) {
    const cell = stack.pop()!;
    if (region[cell] !== 1 || seen[cell] === 1) continue;
    seen[cell] = 1;
    order.push(cell);
    if (xOf(grid, cell) > 0) stack.push(cell - 1);
    if (xOf(grid, cell) < grid.width - 1) stack.push(cell + 1);
    stack.push(cell - grid.width, cell + grid.width);
  }
  return order;
}

/** Walks to every target and says which cells it stood in. */
function walk(grid: CollisionGrid, start: number, targets: readonly number[]): Uint8Array {
  const finder = new PathFinder(grid);
  const body = { x: xOf(grid, start) + 0.5, y: yOf(grid, start) + 0.5, radius: RADIUS };
  const visited = new Uint8Array(grid.cells.length);
  visited[start] = 1;
  for (const target of targets) {
    if (visited[target] === 1) continue;
    const path = finder.find(body.x, body.y, xOf(grid, target), yOf(grid, target));
    expect(path.status, `to cell ${target}`).toBe("found");
    for (const cell of path.cells) {
      const [toX, toY] = [xOf(grid, cell) + 0.5, yOf(grid, cell) + 0.5];
      for (let steps = 0; body.x !== toX || body.y !== toY; steps++) {
        const [dx, dy] = [toX - body.x, toY - body.y];
        const distance = Math.sqrt(dx * dx + dy * dy);
        // Closer than the arithmetic can bring it.
        if (distance < 1e-9) break;
        if (steps > 10) throw new Error(`stuck at ${body.x}, ${body.y} on the way to cell ${cell}`);
        const share = Math.min(1, SPEED / distance);
        moveBody(grid, body, dx * share, dy * share);
        visited[grid.cellAt(body.x, body.y)] = 1;
      }
    }
  }
  return visited;
}

/** Tours every region of the grid; all free cells are in one of them. @returns the sizes of the regions. */
function expectWalkersToReachWhatFloodsReach(grid: CollisionGrid): number[] {
  const sizes: number[] = [];
  const done = Uint8Array.from(grid.cells);
  for (let start = done.indexOf(0); start >= 0; start = done.indexOf(0)) {
    const region = reachable(grid, xOf(grid, start), yOf(grid, start));
    const order = touringOrder(grid, region, start);
    const visited = walk(grid, start, order);
    expect(Buffer.compare(visited, region), `the region of cell ${start}`).toBe(0);
    for (const cell of order) done[cell] = 1;
    sizes.push(order.length);
  }
  return sizes.sort((a, b) => b - a);
}

/**
 * There is no path between the start and any free cell that a flood from it does not reach. Searched from those cells,
 * whose regions are small; from the start, once for each region, since that looks at all that the start can reach.
 */
function expectNoPathElsewhere(grid: CollisionGrid, start: number): number {
  const finder = new PathFinder(grid);
  const region = reachable(grid, xOf(grid, start), yOf(grid, start));
  const tried = new Uint8Array(region.length);
  let none = 0;
  for (let cell = 0; cell < region.length; cell++) {
    if (grid.cells[cell] === 1 || region[cell] === 1) continue;
    const [x, y] = [xOf(grid, cell), yOf(grid, cell)];
    expect(finder.find(x, y, xOf(grid, start), yOf(grid, start)).status).toBe("none");
    if (tried[cell] === 0) {
      expect(finder.find(xOf(grid, start), yOf(grid, start), x, y).status).toBe("none");
      for (const [other, isIn] of reachable(grid, x, y).entries()) if (isIn === 1) tried[other] = 1;
    }
    none++;
  }
  return none;
}

/**
 * Local ids of the tiles whose corners satisfy the rule. Tiled's terrains give each tile eight numbers (a Wang id), of
 * which every second is the terrain of a corner; TileMap has no use for them, so they are read from the file.
 */
async function tilesByCorners(
  file: string,
  rule: (corners: readonly number[]) => boolean,
): Promise<number[]> {
  const text = Buffer.from(await fileOf(file)).toString();
  return [...text.matchAll(/<wangtile tileid="(\d+)" wangid="([\d,]+)"/g)]
    .filter(([, , wangId]) =>
      rule(
        wangId!
          .split(",")
          .map(Number)
          .filter((_, i) => i % 2 === 1),
      ),
    )
    .map(([, id]) => Number(id));
}

describe.skipIf(folder === undefined)("Tiled example maps", () => {
  const read = async (name: string): Promise<TileMap> =>
    readTiledMap(await fileOf(name), { load: fileOf, inflate });

  it("desert.tmx, with an external tileset: plants, stones and the rims of the courts are solid", async () => {
    const map = await read("desert.tmx");
    expect([map.width, map.height, map.tilesets.length, map.layers.length]).toEqual([40, 40, 1, 1]);
    expect(map.tilesets[0]).toMatchObject({ name: "Desert", source: "desert.tsx", endGid: 49 });
    // The file marks no tile as solid. Here: the plants and stones, by their ids, and the rim of the cobbled courts,
    // the tiles whose corners are part desert (1), part cobblestone (3). That shuts in both courts and the patches of
    // sand inside of them.
    const rim = await tilesByCorners("desert.tsx", (c) => c.includes(3) && c.includes(1));
    expect(rim).toHaveLength(12);
    const solid = new Set([30, 31, 37, 38, 39, 45, 46, 47, ...rim]);
    const grid = collisionGrid(map, { tile: (gid) => solid.has(gid - 1) });
    expect(expectWalkersToReachWhatFloodsReach(grid)).toEqual([1300, 73, 70, 7, 2]);
    expect(expectNoPathElsewhere(grid, 0)).toBe(152);
  });

  it("orthogonal-outside.tmx, with layers and objects: water, the fringe and a fixture are solid", async () => {
    const map = await read("orthogonal-outside.tmx");
    expect([map.width, map.height]).toEqual([45, 31]);
    expect(map.layers.map((layer) => layer.name)).toEqual(["Ground", "Fringe", "Objects"]);
    // The file marks one object, the polygon "unreachable" with static = true. Besides it, here: ground with water (4)
    // in a corner, and all that stands on the fringe (trees, rocks).
    const water = new Set(await tilesByCorners("orthogonal-outside.tmx", (c) => c.includes(4)));
    expect(water.size).toBe(72);
    const rules: CollisionRules = {
      tile: (gid, layer) => layer.name === "Fringe" || water.has(gid - 1),
      object: (object) => object.properties.get("static") === true,
    };
    const grid = collisionGrid(map, rules);
    const objects = map.layers.find((layer) => layer.kind === "objects")?.objects ?? [];
    expect(objects).toHaveLength(29);
    const place = objects.find((object) => object.name === "player-start")!;
    const start = grid.cellAt(place.x / map.tileWidth, place.y / map.tileHeight);
    expect(grid.cells[start]).toBe(0);
    expect(expectWalkersToReachWhatFloodsReach(grid)).toEqual([680, 13, 13, 10, 2, 1, 1, 1]);
    expect(expectNoPathElsewhere(grid, start)).toBe(41);
  });
});

describe("decompression in Node", () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => i % 7);

  it.each([
    ["zlib", deflateSync(bytes)],
    ["gzip", gzipSync(bytes)],
    ["zstd", zstdCompressSync(bytes)],
  ] as const)(
    "of %s gives all up to its bound, and fails beyond it or for damage",
    async (kind, packed) => {
      expect(Buffer.compare(await inflate(packed, kind, 4096), bytes)).toBe(0);
      await expect(inflate(packed, kind, 4095)).rejects.toThrow(RangeError);
      await expect(inflate(packed.subarray(0, -5), kind, 4096)).rejects.toThrow(Error);
      await expect(inflate(packed.subarray(3), kind, 4096)).rejects.toThrow(Error);
      await expect(inflate(new Uint8Array(0), kind, 4096)).rejects.toThrow(Error);
    },
  );
});

interface World {
  readonly width: number;
  readonly height: number;
  readonly collisions: readonly number[];
  readonly doors: readonly { x: number; y: number; tx: number; ty: number }[];
  readonly checkpoints: readonly { x: number; y: number; w: number; h: number; s: number }[];
}

describe.skipIf(folder === undefined)("browserquest-world.json", () => {
  /**
   * `collisions` lists blocked tiles by index, row by row, counted from 0. The data says so itself: all 84 doors, the
   * places where they lead and all 350 tiles of the checkpoints are then free, while counted from 1 most doors would be
   * in walls.
   */
  async function readWorld(first = 0): Promise<{ world: World; grid: CollisionGrid }> {
    const world = JSON.parse(
      Buffer.from(await fileOf("browserquest-world.json")).toString(),
    ) as World;
    const grid = new CollisionGrid(world.width, world.height);
    for (const index of world.collisions) {
      grid.set((index - first) % world.width, Math.floor((index - first) / world.width), true);
    }
    return { world, grid };
  }

  const doorsInWalls = ({ world, grid }: Awaited<ReturnType<typeof readWorld>>): number =>
    world.doors.filter((door) => grid.isBlocked(door.x, door.y) || grid.isBlocked(door.tx, door.ty))
      .length;

  it("counts its collisions from 0: no door and no checkpoint stands in a wall", async () => {
    const fromZero = await readWorld(0);
    expect([fromZero.world.width, fromZero.world.height]).toEqual([172, 314]);
    expect(fromZero.world.doors).toHaveLength(84);
    expect(doorsInWalls(fromZero)).toBe(0);
    let tiles = 0;
    for (const { x, y, w, h } of fromZero.world.checkpoints) {
      for (let i = 0; i < w * h; i++) {
        tiles++;
        expect(fromZero.grid.isBlocked(x + (i % w), y + Math.floor(i / w))).toBe(false);
      }
    }
    expect(tiles).toBe(350);
    expect(doorsInWalls(await readWorld(1))).toBeGreaterThan(60);
  });

  it("walkers reach every cell that floods reach, and nothing else", async () => {
    const { world, grid } = await readWorld();
    const spawn = world.checkpoints.find((checkpoint) => checkpoint.s === 1)!;
    const start = grid.cellAt(spawn.x, spawn.y);
    const sizes = expectWalkersToReachWhatFloodsReach(grid);
    // The island, and the insides of its houses and caves, which only doors join to it.
    expect(sizes).toHaveLength(122);
    expect(sizes.slice(0, 4)).toEqual([32_625, 311, 284, 208]);
    const elsewhere = sizes.slice(1).reduce((sum, size) => sum + size, 0);
    expect(expectNoPathElsewhere(grid, start)).toBe(elsewhere);
  });
});
