import { describe, expect, it } from "vitest";
import { TiledError } from "./errors.ts";
import type { TiledLimits } from "./limits.ts";
import { TILED_LIMITS } from "./limits.ts";
import { mapJson, mapXml, noPorts, objectLayer, tileLayer, tileset } from "./testing/maps.ts";
import { readTiledMap } from "./tiled-map.ts";

async function reasonOf(file: string, limits: Partial<TiledLimits> = {}): Promise<string> {
  try {
    await readTiledMap(file, noPorts, { ...TILED_LIMITS, ...limits });
    return "accepted";
  } catch (error) {
    if (error instanceof TiledError) return error.reason;
    throw error;
  }
}

/** `make` gives a map that takes exactly n of what is limited. */
async function expectLimit(max: number, make: (n: number) => string): Promise<void> {
  expect(await reasonOf(make(max))).toBe("accepted");
  expect(await reasonOf(make(max + 1))).toBe("too-large");
}

describe("TILED_LIMITS: each holds at its value and refuses one more", () => {
  it("sideMax", async () => {
    const { sideMax } = TILED_LIMITS;
    await expectLimit(sideMax, (n) => mapJson({ width: n, height: 1, layers: [] }));
    await expectLimit(sideMax, (n) => mapJson({ width: 1, height: n, layers: [] }));
    const chunk = { x: -5, y: 0, width: 1, height: 1, data: [1] };
    await expectLimit(sideMax, (n) =>
      mapJson({
        infinite: true,
        layers: [{ type: "tilelayer", name: "a", chunks: [chunk, { ...chunk, x: n - 6 }] }],
      }),
    );
  });

  it("layersMax", async () => {
    await expectLimit(TILED_LIMITS.layersMax, (n) =>
      mapJson({ layers: Array.from({ length: n }, () => objectLayer([])) }),
    );
    await expectLimit(TILED_LIMITS.layersMax, (n) =>
      mapXml(`<group name="g">${"<imagelayer/>".repeat(n - 1)}</group>`),
    );
  });

  it("depthMax", async () => {
    const nest = (depth: number): object =>
      depth === 0 ? objectLayer([]) : { type: "group", name: "g", layers: [nest(depth - 1)] };
    await expectLimit(TILED_LIMITS.depthMax, (n) => mapJson({ layers: [nest(n)] }));
  });

  it("objectsMax, over all layers and tiles", async () => {
    await expectLimit(TILED_LIMITS.objectsMax, (n) => {
      const half = Math.floor(n / 2);
      const shapes = { objects: Array.from({ length: n - half }, () => ({})) };
      return mapJson({
        tilesets: [{ ...tileset, tiles: [{ id: 0, objectgroup: shapes }] }],
        layers: [objectLayer(Array.from({ length: half }, () => ({})))],
      });
    });
  });

  it("tilesetsMax", async () => {
    await expectLimit(TILED_LIMITS.tilesetsMax, (n) =>
      mapJson({
        tilesets: Array.from({ length: n }, (_, i) => ({ ...tileset, firstgid: 8 * i + 1 })),
      }),
    );
  });

  it("elementsMax, for one XML file", async () => {
    // The file itself has three: the declaration, the map and its tileset.
    await expectLimit(TILED_LIMITS.elementsMax, (n) => mapXml("<a/>".repeat(n - 3)));
  }, 30_000);

  it("tilesMax, over all layers and chunks", async () => {
    const layers = [tileLayer(4, 3), tileLayer(4, 3)];
    expect(await reasonOf(mapJson({ layers }), { tilesMax: 24 })).toBe("accepted");
    expect(await reasonOf(mapJson({ layers }), { tilesMax: 23 })).toBe("too-large");
    const chunk = { x: 0, y: 0, width: 2, height: 2, data: [1, 1, 1, 1] };
    const chunks = mapJson({
      infinite: true,
      layers: [{ type: "tilelayer", name: "a", chunks: [chunk, chunk] }],
    });
    expect(await reasonOf(chunks, { tilesMax: 12 })).toBe("accepted");
    expect(await reasonOf(chunks, { tilesMax: 11 })).toBe("too-large");
  });

  it("tilesMax is asked before anything is allocated or unpacked", async () => {
    const { sideMax } = TILED_LIMITS;
    const layer = tileLayer(1, 1, {
      width: sideMax,
      height: sideMax,
      encoding: "base64",
      data: "",
    });
    const file = mapJson({ width: sideMax, height: sideMax, layers: Array(5).fill(layer) });
    // The first layer fails for its missing data; with room for less than one, the limit comes first.
    expect(await reasonOf(file)).toBe("invalid");
    expect(await reasonOf(file, { tilesMax: sideMax * sideMax - 1 })).toBe("too-large");
  });

  it("fileSizeMax", async () => {
    const file = mapJson();
    expect(await reasonOf(file, { fileSizeMax: file.length })).toBe("accepted");
    expect(await reasonOf(file, { fileSizeMax: file.length - 1 })).toBe("too-large");
  });

  it("fileSizeMax holds for tilesets too", async () => {
    const set = JSON.stringify({ ...tileset, type: "tileset" });
    const file = mapJson({ tilesets: [{ firstgid: 1, source: "a.tsj" }], layers: [] });
    const read = async (fileSizeMax: number): Promise<string> => {
      try {
        const ports = { ...noPorts, load: () => Promise.resolve(set + " ".repeat(file.length)) };
        await readTiledMap(file, ports, { ...TILED_LIMITS, fileSizeMax });
        return "accepted";
      } catch (error) {
        return error instanceof TiledError ? `${error.where} ${error.reason}` : "unknown";
      }
    };
    expect(await read(set.length + file.length)).toBe("accepted");
    expect(await read(set.length + file.length - 1)).toBe('tileset "a.tsj" too-large');
  });
});
