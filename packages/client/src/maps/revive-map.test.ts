import { collisionGrid, TiledError } from "@realmwright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reviveMap } from "./revive-map.ts";

const common = {
  name: "",
  className: "",
  groups: [],
  visible: true,
  opacity: 1,
  offsetX: 0,
  offsetY: 0,
  parallaxX: 1,
  parallaxY: 1,
  properties: {},
};
const object = {
  id: 1,
  name: "",
  className: "door",
  shape: "polygon",
  x: 1.5,
  y: 0,
  width: 2,
  height: 3,
  rotation: 45,
  visible: true,
  opacity: 1,
  points: [0, 0, 4, -1.5],
  gid: 0,
  flips: 0,
  text: "",
  properties: { to: "cave" },
};
const tileset = {
  firstGid: 1,
  endGid: 5,
  name: "a",
  className: "",
  tileWidth: 16,
  tileHeight: 16,
  columns: 2,
  margin: 0,
  spacing: 0,
  objectAlignment: "unspecified",
  tileOffsetX: 0,
  tileOffsetY: 0,
  image: { path: "tiles/a.png", width: 32, height: 32 },
  properties: {},
  tiles: [
    {
      id: 2,
      className: "",
      properties: { solid: true },
      shapes: [object],
      animation: [{ tileId: 3, durationMs: 100 }],
      image: { path: "tiles/b.png", width: 16, height: 16 },
    },
  ],
};
/** As a server answers it. */
const full = {
  width: 2,
  height: 2,
  tileWidth: 16,
  tileHeight: 16,
  originX: 0,
  originY: -1,
  className: "zone",
  backgroundColor: "#336699",
  properties: { deep: { list: [1, "two", { three: false }] } },
  tilesets: [tileset],
  layers: [
    { ...common, id: 1, kind: "tiles", gids: [0, 3, 1, 3], flips: [0, 1, 4, 7] },
    { ...common, id: 2, kind: "objects", groups: ["a", "b"], objects: [object] },
  ],
};

/** A copy in which the value at a path is another one, or none. */
function changed(json: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(json);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[path.at(-1)!];
  else at[path.at(-1)!] = value;
  return copy;
}

/** All paths into a value. */
function paths(json: unknown, before: readonly string[] = []): (readonly string[])[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [
    [...before, key],
    ...paths(value, [...before, key]),
  ]);
}

const isOfProperties = (path: readonly string[]): boolean =>
  path.slice(0, -1).includes("properties");
const fields = paths(full).filter((path) => !isOfProperties(path) && !/^\d+$/.test(path.at(-1)!));

describe("a map's JSON", () => {
  it("C-MAP1 becomes a map with typed arrays and Maps", () => {
    const map = reviveMap(full);
    const [tiles, objects] = map.layers;
    expect(tiles).toMatchObject({
      kind: "tiles",
      gids: Uint32Array.of(0, 3, 1, 3),
      flips: Uint8Array.of(0, 1, 4, 7),
    });
    expect(objects).toMatchObject({
      kind: "objects",
      objects: [{ points: Float64Array.of(0, 0, 4, -1.5), properties: new Map([["to", "cave"]]) }],
    });
    expect(map.properties.get("deep")).toEqual(
      new Map([["list", [1, "two", new Map([["three", false]])]]]),
    );
    expect(map.tilesets[0]?.tiles.get(2)).toMatchObject({
      image: { path: "tiles/b.png" },
      animation: [{ tileId: 3, durationMs: 100 }],
    });
    expect([...collisionGrid(map).cells]).toEqual([0, 1, 0, 1]);
  });

  it("C-MAP1 may leave out what a map may not have: flips and images", () => {
    const without = JSON.parse(
      JSON.stringify(full, (key, value: unknown) =>
        key === "flips" && Array.isArray(value) ? undefined : key === "image" ? undefined : value,
      ),
    ) as unknown;
    const map = reviveMap(without);
    expect(map.layers[0]).toHaveProperty("flips", undefined);
    expect(map.tilesets[0]).toHaveProperty("image", undefined);
  });

  it.each(fields.filter((path) => !["flips", "image"].includes(path.at(-1)!)))(
    "C-MAP1 is refused without %s %s %s %s",
    (...path) => {
      expect(() => reviveMap(changed(full, path, undefined))).toThrow(TiledError);
    },
  );

  it.each(fields)("C-MAP1 is refused with something else at %s %s %s %s", (...path) => {
    expect(() => reviveMap(changed(full, path, [null]))).toThrow(TiledError);
  });

  it.each([
    [["width"], 3, "map layers 0: expected 6 tiles"],
    [["width"], 4097, "map: width is above 4096"],
    [["height"], -1, "map: height: expected a whole number"],
    [["width"], 1.5, "map: width: expected a whole number"],
    [["layers", "0", "gids"], [0, 0, 0], "map layers 0: expected 4 tiles"],
    [["layers", "0", "gids"], [0, 0, 0, 2 ** 28], "map layers 0: gids"],
    [["layers", "0", "flips"], [0, 0, 0, 8], "map layers 0: flips"],
    [["layers", "0", "flips"], [0], "map layers 0: expected 4 tiles"],
    [["layers", "0", "kind"], "image", "map layers 0: kind: expected tiles, objects"],
    [
      ["tilesets", "0", "tiles", "0", "shapes", "0", "x"],
      "1",
      "map tilesets 0 tiles 0 shapes 0: x",
    ],
    [["properties", "deep", "list", "2", "three"], null, "map properties deep list three"],
  ] as const)("C-MAP1 is refused with %j of %j: %s", (path, value, place) => {
    expect(() => reviveMap(changed(full, path, value))).toThrow(place);
  });

  it("C-MAP1 is refused where it is nested too deep", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { inner: nested(depth - 1) });
    expect(() => reviveMap({ ...full, properties: nested(16) })).not.toThrow();
    expect(() => reviveMap({ ...full, properties: nested(17) })).toThrow("nested too deep");
    expect(() => reviveMap({ ...full, properties: nested(5000) })).toThrow("nested too deep");
  });

  it("C-MAP1 is MAP_INVALID, whatever else it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => reviveMap(json)).toThrow(expect.objectContaining({ code: "MAP_INVALID" }));
      }),
    );
  });

  it("C-MAP1 throws nothing but MAP_INVALID with one value changed at random", () => {
    const all = paths(full);
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.jsonValue(), (path, value) => {
        try {
          reviveMap(changed(full, path, value));
        } catch (error) {
          expect(error).toMatchObject({ code: "MAP_INVALID" });
        }
      }),
    );
  });
});
