import { describe, expect, it } from "vitest";
import { mapJson, noPorts, objectLayer, tileLayer, tileset } from "../tiled/testing/maps.ts";
import { TiledError } from "../tiled/errors.ts";
import { readTiledMap } from "../tiled/tiled-map.ts";
import type { CollisionRules } from "./map-collision.ts";
import { collisionGrid } from "./map-collision.ts";

type Json = Readonly<Record<string, unknown>>;

const flag = (name: string, value: unknown = true): Json => ({
  properties: [{ name, type: typeof value === "boolean" ? "bool" : "string", value }],
});
const [FLIP_X, FLIP_Y, FLIP_DIAGONAL] = [0x8000_0000, 0x4000_0000, 0x2000_0000];

/** The grid of a map of 16 px tiles, drawn as text. */
async function draw(more: Json, rules?: CollisionRules): Promise<string[]> {
  const map = await readTiledMap(mapJson({ layers: [], ...more }), noPorts);
  const grid = collisionGrid(map, rules);
  const text = Array.from(grid.cells, (cell) => (cell === 0 ? "." : "#")).join("");
  return Array.from({ length: grid.height }, (_, y) =>
    text.slice(y * grid.width, (y + 1) * grid.width),
  );
}

/** 4 by 3 cells with the given objects. */
const drawObjects = (...objects: Json[]): Promise<string[]> =>
  draw({ layers: [objectLayer(objects)] });

/** The grid 4 by 3 with one tile of gid 1 at (1, 1), whose description is given. */
const drawTile = (tile: Json, gid = 1, set: Json = {}, layer: Json = {}): Promise<string[]> =>
  draw({
    tilesets: [{ ...tileset, ...set, tiles: [{ id: 0, ...tile }] }],
    layers: [tileLayer(4, 3, { data: [0, 0, 0, 0, 0, gid, 0, 0, 0, 0, 0, 0], ...layer })],
  });

const empty = ["....", "....", "...."];
const middle = ["....", ".#..", "...."];

describe("tiles block", () => {
  it.each<[string, Json]>([
    ["by the property collides", flag("collides")],
    ["by the property solid", flag("solid")],
    ["by the class wall", { type: "Wall" }],
  ])("%s", async (_name, tile) => {
    expect(await drawTile(tile)).toEqual(middle);
  });

  it("only by a property that is true", async () => {
    expect(await drawTile({})).toEqual(empty);
    expect(await drawTile(flag("collides", false))).toEqual(empty);
    expect(await drawTile(flag("collides", "true"))).toEqual(empty);
  });

  it("by their layer's name, class or property, hidden or not", async () => {
    for (const layer of [{ name: "Collision" }, { class: "collision" }, flag("solid")]) {
      expect(await drawTile({}, 1, {}, { ...layer, visible: false })).toEqual(middle);
    }
  });

  it("by the caller's rule", async () => {
    const data = [1, 2, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    const asked: number[] = [];
    const tile = (gid: number): boolean => asked.push(gid) > 0 && gid === 1;
    expect(await draw({ layers: [tileLayer(4, 3, { data })] }, { tile })).toEqual([
      "#...",
      "#...",
      "....",
    ]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it("not in layers with parallax, and moved with a layer's offset", async () => {
    const solid = flag("solid");
    expect(await drawTile(solid, 1, {}, { parallaxx: 0.5 })).toEqual(empty);
    expect(await drawTile(solid, 1, {}, { offsetx: 16, offsety: -16 })).toEqual([
      "..#.",
      "....",
      "....",
    ]);
    expect(await drawTile(solid, 1, {}, { offsetx: 7 })).toEqual(middle);
    expect(await drawTile(solid, 1, {}, { offsetx: 640 })).toEqual(empty);
  });
});

describe("shapes of tiles block", () => {
  const shape = (object: Json): Json => ({ objectgroup: { objects: [object] } });

  it("where they cover the middle of the cell", async () => {
    expect(await drawTile(shape({ x: 4, y: 4, width: 8, height: 8 }))).toEqual(middle);
    expect(await drawTile(shape({ x: 0, y: 0, width: 7, height: 16 }))).toEqual(empty);
    expect(await drawTile(shape({ x: 2, y: 2, width: 12, height: 12, ellipse: true }))).toEqual(
      middle,
    );
    const triangle = [
      { x: 0, y: 0 },
      { x: 16, y: 0 },
      { x: 0, y: 15 },
    ];
    expect(await drawTile(shape({ x: 0, y: 0, polygon: triangle }))).toEqual(empty);
    expect(await drawTile(shape({ x: 1, y: 1, polygon: triangle }))).toEqual(middle);
  });

  it("of a tile larger than its cell, in all cells that it covers, turned with it", async () => {
    // 32 by 48 pixels, standing on the bottom left of its cell; its left column and its foot are solid.
    const big = { tilewidth: 32, tileheight: 48 };
    const foot = {
      objectgroup: {
        objects: [
          { x: 0, y: 0, width: 16, height: 48 },
          { x: 0, y: 32, width: 32, height: 16 },
        ],
      },
    };
    const place = (gid: number): Promise<string[]> =>
      draw({
        tilesets: [{ ...tileset, ...big, tiles: [{ id: 0, ...foot }] }],
        layers: [tileLayer(4, 3, { data: [0, 0, 0, 0, 0, 0, 0, 0, 0, gid, 0, 0] })],
      });
    expect(await place(1)).toEqual([".#..", ".#..", ".##."]);
    expect(await place(FLIP_X + 1)).toEqual(["..#.", "..#.", ".##."]);
    expect(await place(FLIP_Y + 1)).toEqual([".##.", ".#..", ".#.."]);
    // Three wide and two high after the diagonal flip.
    expect(await place(FLIP_DIAGONAL + 1)).toEqual(["....", ".###", "...#"]);
    expect(await place(FLIP_DIAGONAL + FLIP_X + 1)).toEqual(["....", ".###", ".#.."]);
    expect(await place(FLIP_DIAGONAL + FLIP_Y + 1)).toEqual(["....", "...#", ".###"]);
  });

  it("moved by the tileset's and the layer's offset", async () => {
    const whole = shape({ x: 0, y: 0, width: 16, height: 16 });
    expect(await drawTile(whole, 1, { tileoffset: { x: 16, y: 0 } })).toEqual([
      "....",
      "..#.",
      "....",
    ]);
    expect(await drawTile(whole, 1, {}, { offsety: 16 })).toEqual(["....", "....", ".#.."]);
    expect(await drawTile(whole, 1, { tileoffset: { x: -100, y: 0 } })).toEqual(empty);
  });
});

describe("objects block", () => {
  it("by class or property, where they cover the middle of a cell", async () => {
    const box = { x: 8, y: 8, width: 24.5, height: 30 };
    const filled = ["##..", "##..", "...."];
    expect(await drawObjects({ ...box, type: "wall" })).toEqual(filled);
    expect(await drawObjects({ ...box, type: "Collision" })).toEqual(filled);
    expect(await drawObjects({ ...box, ...flag("solid") })).toEqual(filled);
    expect(await drawObjects({ ...box, type: "Door" })).toEqual(empty);
  });

  it("as polygons, ellipses and capsules", async () => {
    const wall = { type: "wall", x: 0, y: 0 };
    const polygon = [
      { x: 0, y: 0 },
      { x: 64, y: 0 },
      { x: 0, y: 48 },
    ];
    expect(await drawObjects({ ...wall, polygon })).toEqual(["###.", "##..", "#..."]);
    expect(await drawObjects({ ...wall, width: 64, height: 48, ellipse: true })).toEqual([
      ".##.",
      "####",
      ".##.",
    ]);
    expect(await drawObjects({ ...wall, width: 64, height: 48, capsule: true })).toEqual([
      "####",
      "####",
      "####",
    ]);
    expect(await drawObjects({ ...wall, x: 32, y: 24, point: true })).toEqual(empty);
  });

  it("turned around their corner", async () => {
    const bar = { type: "wall", x: 16, y: 0, width: 48, height: 16 };
    expect(await drawObjects({ ...bar, rotation: 0 })).toEqual([".###", "....", "...."]);
    expect(await drawObjects({ ...bar, rotation: 90 })).toEqual(["#...", "#...", "#..."]);
    expect(await drawObjects({ ...bar, x: 64, y: 16, rotation: -180 })).toEqual([
      ".###",
      "....",
      "....",
    ]);
    expect(await drawObjects({ ...bar, x: 0, y: 48, rotation: 270 })).toEqual([
      "#...",
      "#...",
      "#...",
    ]);
    expect(await drawObjects({ ...bar, x: 0, y: 0, width: 96, height: 8, rotation: 45 })).toEqual([
      "#...",
      "##..",
      ".##.",
    ]);
  });

  it("as lines and thin walls, though they cover no middle", async () => {
    const line = [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
      { x: 40, y: 40 },
    ];
    expect(await drawObjects({ type: "wall", x: 1, y: 1, polyline: line })).toEqual([
      "###.",
      "..#.",
      "..#.",
    ]);
    expect(await drawObjects({ type: "wall", x: 0, y: 18, width: 32, height: 2 })).toEqual([
      "....",
      "##..",
      "....",
    ]);
    expect(await drawObjects({ type: "wall", x: 18, y: 0, width: 2, height: 32 })).toEqual([
      ".#..",
      ".#..",
      "....",
    ]);
    expect(await drawObjects({ type: "wall", x: 18, y: 18 })).toEqual(middle);
    expect(await drawObjects({ x: 1, y: 1, polyline: line })).toEqual(empty);
  });

  it("by the rule of the caller, moved with their layer, cut off at the border", async () => {
    const object = { x: -500, y: 16, width: 532, height: 16 };
    const rule: CollisionRules = { object: (o) => o.height === 16 };
    expect(await draw({ layers: [objectLayer([object])] }, rule)).toEqual(["....", "##..", "...."]);
    const layer = objectLayer([{ ...object, type: "wall" }], { offsetx: 16, offsety: 16 });
    expect(await draw({ layers: [layer] })).toEqual(["....", "....", "###."]);
    const far = { type: "wall", x: 1e9, y: 1e9, width: 5, height: 5 };
    expect(
      await drawObjects(far, {
        ...far,
        polyline: [
          { x: 0, y: 0 },
          { x: 1e9, y: 3 },
        ],
      }),
    ).toEqual(empty);
  });

  it("that are tiles, by what the tile says, scaled and standing on their bottom left corner", async () => {
    const place = (tile: Json, more: Json = {}): Promise<string[]> =>
      draw({
        tilesets: [{ ...tileset, tiles: [{ id: 0, ...tile }], ...more }],
        layers: [objectLayer([{ gid: 1, x: 16, y: 48, width: 32, height: 32 }])],
      });
    expect(await place({})).toEqual(empty);
    expect(await place(flag("solid"))).toEqual(["....", ".##.", ".##."]);
    expect(await place(flag("solid"), { objectalignment: "bottomright" })).toEqual([
      "....",
      "#...",
      "#...",
    ]);
    const half = { objectgroup: { objects: [{ x: 0, y: 0, width: 8, height: 16 }] } };
    expect(await place(half)).toEqual(["....", ".#..", ".#.."]);
  });
});

describe("shapes that would take unreasonably long are refused", () => {
  it("as objects with very many points", async () => {
    const polygon = Array.from({ length: 2000 }, (_, i) => ({
      x: i % 2 === 0 ? 0 : 1e6,
      y: i * 10,
    }));
    const objects = Array.from({ length: 20 }, () => ({ type: "wall", x: 0, y: 0, polygon }));
    const file = mapJson({ width: 1000, height: 1000, layers: [objectLayer(objects)] });
    const map = await readTiledMap(file, noPorts);
    expect(() => collisionGrid(map)).toThrow(TiledError);
  });

  it("as a tile of enormous size", async () => {
    const big = { tilewidth: 16_000_000, tileheight: 16_000_000 };
    const shape = { objectgroup: { objects: [{ x: 0, y: 0, width: 1e7, height: 1e7 }] } };
    await expect(drawTile(shape, 1, big)).rejects.toThrow(TiledError);
  });

  it("as very many long lines", async () => {
    const polyline = Array.from({ length: 5000 }, (_, i) => ({
      x: 0,
      y: i % 2 === 0 ? 0 : 64_000,
    }));
    const objects = Array.from({ length: 20 }, () => ({ type: "wall", x: 0, y: 0, polyline }));
    const file = mapJson({ width: 10, height: 4000, layers: [objectLayer(objects)] });
    const map = await readTiledMap(file, noPorts);
    expect(() => collisionGrid(map)).toThrow(TiledError);
  });
});
