import { deflateSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fullJson, fullXml } from "./testing/full-map.ts";
import { mapJson, mapXml, noPorts, objectLayer, tileLayer, tileset } from "./testing/maps.ts";
import type { MapObject, ObjectLayer, TileLayer, TileMap } from "./tile-map.ts";
import { FLIP_X, tileOf, tilesetOf } from "./tile-map.ts";
import type { TiledPorts } from "./tiled-map.ts";
import { readTiledMap } from "./tiled-map.ts";

const ports: TiledPorts = {
  ...noPorts,
  inflate: (bytes, _compression, bytesMax) => inflateSync(bytes, { maxOutputLength: bytesMax }),
};

function tiles(map: TileMap, index = 0): TileLayer {
  const layer = map.layers[index]!;
  if (layer.kind !== "tiles") throw new Error("no tile layer");
  return layer;
}

function objects(map: TileMap, index = 0): readonly MapObject[] {
  const layer = map.layers[index]!;
  if (layer.kind !== "objects") throw new Error("no object layer");
  return layer.objects;
}

describe("a whole map", () => {
  it("is the same from XML and from JSON, from text and from bytes", async () => {
    const fromXml = await readTiledMap(fullXml, noPorts);
    expect(fromXml).toEqual(await readTiledMap(fullJson, noPorts));
    expect(fromXml).toEqual(await readTiledMap(Buffer.from(`\uFEFF${fullXml}`), noPorts));
    expect(fromXml).toEqual(await readTiledMap(`\uFEFF ${fullJson}`, noPorts));
  });

  it("keeps its properties", async () => {
    const map = await readTiledMap(fullXml, noPorts);
    expect([map.width, map.height, map.tileWidth, map.tileHeight]).toEqual([2, 2, 16, 8]);
    expect([map.className, map.backgroundColor, map.originX]).toEqual(["Zone", "#336699", 0]);
    expect([...map.properties]).toEqual([
      ["music", 'a "b" <c> &amp; ää'],
      ["long", "two\nlines"],
      ["level", -3],
      ["gravity", 9.5],
      ["safe", true],
      ["tint", "#ff00ff00"],
      ["script", "a.lua"],
      ["target", 12],
      [
        "loot",
        new Map<string, unknown>([
          ["gold", 5],
          ["inner", new Map([["x", 0.5]])],
        ]),
      ],
      ["empty", new Map()],
      ["list", [1, "two"]],
    ]);
  });

  it("dissolves groups into their layers and leaves image layers out", async () => {
    const map = await readTiledMap(fullXml, noPorts);
    expect(map.layers).toHaveLength(2);
    expect(map.layers[0]).toMatchObject({
      kind: "tiles",
      name: "Ground",
      className: "Floor",
      groups: ["outer"],
      visible: false,
      opacity: 0.25,
      offsetX: 11,
      offsetY: 1,
      parallaxX: 2,
      parallaxY: 1,
      properties: new Map([["z", 1]]),
    });
    expect(map.layers[1]).toMatchObject({
      kind: "objects",
      groups: ["outer", "inner"],
      visible: false,
      opacity: 0.5,
      offsetX: 10,
      parallaxX: 6,
      parallaxY: 0.5,
    });
  });

  it("keeps its tilesets", async () => {
    const map = await readTiledMap(fullXml, noPorts);
    expect(map.tilesets[0]).toMatchObject({
      firstGid: 1,
      endGid: 5,
      className: "Set",
      columns: 2,
      margin: 2,
      spacing: 1,
      objectAlignment: "topleft",
      tileOffsetX: 3,
      tileOffsetY: -4,
      image: { path: "img/a.png", width: 37, height: 37 },
    });
    const wall = tileOf(map, 2)!;
    expect(wall.className).toBe("Wall");
    expect(wall.properties.get("solid")).toBe(true);
    expect(wall.shapes.map((shape) => shape.shape)).toEqual(["rectangle", "polygon"]);
    expect(wall.animation).toEqual([
      { tileId: 1, durationMs: 100 },
      { tileId: 3, durationMs: 250 },
    ]);
    expect(tileOf(map, 1)).toBeUndefined();
    expect(tilesetOf(map, 4)?.name).toBe("a");
    for (const gid of [0, 5, -1, NaN]) expect(tilesetOf(map, gid)).toBeUndefined();
  });

  it("keeps its objects", async () => {
    const map = await readTiledMap(fullXml, noPorts);
    const list = objects(map, 1);
    expect(list.map((o) => o.shape)).toEqual([
      "rectangle",
      "point",
      "ellipse",
      "capsule",
      "polygon",
      "polyline",
      "tile",
      "text",
      "rectangle",
    ]);
    expect(list[0]).toMatchObject({
      id: 1,
      name: "Box \n",
      className: "Door",
      x: 1.5,
      y: 2.5,
      width: 3,
      height: 4,
      rotation: 45,
    });
    expect(list[2]!.visible).toBe(false);
    expect(list[3]!.opacity).toBe(0.25);
    expect([...list[4]!.points]).toEqual([0, 0, 1.5, -2, 30, 4]);
    expect([list[6]!.gid, list[6]!.flips]).toEqual([2, FLIP_X]);
    expect(list[7]!.text).toBe("Hello & <bye> &amp;");
    expect([list[8]!.className, list[8]!.properties.get("n")]).toEqual(["Old", 1]);
  });
});

describe("external tilesets", () => {
  const files: Readonly<Record<string, string>> = {
    "../sets/a.tsx": `<?xml version="1.0"?><tileset name="A" tilewidth="32" tileheight="32" spacing="1" margin="1" columns="8"><image source="../art/a.png" width="265" height="199"/></tileset>`,
    "b.tsj": JSON.stringify({
      ...tileset,
      firstgid: undefined,
      type: "tileset",
      name: "B",
      tilecount: 2,
      tiles: [{ id: 7, image: "c.png", imagewidth: 3, imageheight: 4 }],
    }),
  };
  const asked: string[] = [];
  const loading: TiledPorts = {
    ...noPorts,
    load(name) {
      asked.push(name);
      return Promise.resolve(Buffer.from(files[name]!));
    },
  };

  it("are loaded by the names that the map gives, XML and JSON, into either format", async () => {
    const references = [
      { firstgid: 100, source: "b.tsj" },
      { firstgid: 1, source: "../sets/a.tsx" },
    ];
    const map = await readTiledMap(
      mapJson({ tilesets: references, layers: [tileLayer(4, 3, { data: Array(12).fill(107) })] }),
      loading,
    );
    expect(asked).toEqual(["b.tsj", "../sets/a.tsx"]);
    expect(map.tilesets.map((t) => [t.name, t.source, t.firstGid, t.endGid])).toEqual([
      // No count is given: as many as the image has room for.
      ["A", "../sets/a.tsx", 1, 1 + 8 * 6],
      // A collection of images with gaps: up to the last that is described.
      ["B", "b.tsj", 100, 108],
    ]);
    expect(map.tilesets[0]!.image?.path).toBe("../art/a.png");
    expect(tileOf(map, 107)?.image).toEqual({ path: "c.png", width: 3, height: 4 });
  });
});

describe("infinite maps", () => {
  const chunk = (x: number, y: number, data: number[]): object => ({
    x,
    y,
    width: 2,
    height: 2,
    data,
  });
  const infinite = mapJson({
    infinite: true,
    layers: [
      {
        type: "tilelayer",
        name: "a",
        chunks: [chunk(-2, 4, [1, 2, 3, 4]), chunk(2, 2, [5, 6, 7, 8])],
      },
      { type: "tilelayer", name: "b", chunks: [] },
      objectLayer([{ id: 1, x: -32, y: 32 }]),
    ],
  });

  it("become finite, moved to start at 0, objects too", async () => {
    const map = await readTiledMap(infinite, ports);
    expect([map.width, map.height, map.originX, map.originY]).toEqual([6, 4, -2, 2]);
    expect([...tiles(map).gids]).toEqual([
      0, 0, 0, 0, 5, 6, 0, 0, 0, 0, 7, 8, 1, 2, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0,
    ]);
    expect([...tiles(map, 1).gids]).toEqual(Array(24).fill(0));
    expect(objects(map, 2)[0]).toMatchObject({ x: 0, y: 0 });
  });

  it("are read from XML and compressed", async () => {
    const data = deflateSync(new Uint8Array(Uint32Array.of(1, 2, 3, 0x8000_0004).buffer)).toString(
      "base64",
    );
    const map = await readTiledMap(
      mapXml(
        `<layer name="a"><data encoding="base64" compression="zlib"><chunk x="16" y="-16" width="2" height="2">${data}</chunk></data></layer>`,
      ).replace('infinite="0"', 'infinite="1"'),
      ports,
    );
    expect([map.width, map.height, map.originX, map.originY]).toEqual([2, 2, 16, -16]);
    expect([...tiles(map).gids]).toEqual([1, 2, 3, 4]);
    expect([...tiles(map).flips!]).toEqual([0, 0, 0, FLIP_X]);
  });
});

it("object layers of old maps, without ids and classes, are read", async () => {
  const map = await readTiledMap(
    mapXml(`<objectgroup name="o"><object x="1" y="2"/></objectgroup>`),
    noPorts,
  );
  expect((map.layers[0] as ObjectLayer).objects[0]).toMatchObject({
    id: 0,
    name: "",
    className: "",
    shape: "rectangle",
  });
});
