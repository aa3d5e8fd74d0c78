import {
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { describe, expect, it } from "vitest";
import { mapJson, mapXml, noPorts, tileLayer } from "./testing/maps.ts";
import type { TileLayer, TileMap } from "./tile-map.ts";
import { FLIP_DIAGONAL, FLIP_X, FLIP_Y } from "./tile-map.ts";
import type { TiledPorts } from "./tiled-map.ts";
import { readTiledMap } from "./tiled-map.ts";

const ports: TiledPorts = {
  ...noPorts,
  inflate(bytes, compression, bytesMax) {
    const options = { maxOutputLength: bytesMax };
    if (compression === "zlib") return inflateSync(bytes, options);
    return compression === "gzip" ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options);
  },
};

function tiles(map: TileMap, index = 0): TileLayer {
  const layer = map.layers[index]!;
  if (layer.kind !== "tiles") throw new Error("no tile layer");
  return layer;
}

const raw = Uint32Array.of(
  1,
  0,
  8,
  0x8000_0002,
  0x4000_0003,
  0x2000_0004,
  0xe000_0005,
  0x1000_0001,
  7,
  1,
  2,
  3,
);
const bytes = new Uint8Array(raw.buffer);
const gids = [1, 0, 8, 2, 3, 4, 5, 1, 7, 1, 2, 3];
const flips = [0, 0, 0, FLIP_X, FLIP_Y, FLIP_DIAGONAL, 7, 0, 0, 0, 0, 0];
const base64 = (data: Uint8Array): string => Buffer.from(data).toString("base64");

const packed = [
  ["", base64(bytes)],
  ["zlib", base64(deflateSync(bytes))],
  ["gzip", base64(gzipSync(bytes))],
  ["zstd", base64(zstdCompressSync(bytes))],
] as const;

describe("tile data", () => {
  const layers: [string, string][] = [
    [
      "XML csv",
      mapXml(
        `<layer name="a"><data encoding="csv">\n1,0,8,2147483650,\n1073741827,536870916,3758096389,268435457,\n7,1,2,3\n</data></layer>`,
      ),
    ],
    [
      "XML elements",
      mapXml(
        `<layer name="a"><data>${[...raw].map((n) => (n === 0 ? "<tile/>" : `<tile gid="${n}"/>`)).join("\n")}</data></layer>`,
      ),
    ],
    ["JSON array", mapJson({ layers: [tileLayer(4, 3, { data: [...raw] })] })],
    [
      "JSON array said to be csv",
      mapJson({ layers: [tileLayer(4, 3, { encoding: "csv", data: [...raw] })] }),
    ],
  ];
  for (const [compression, data] of packed) {
    const attribute = compression === "" ? "" : `compression="${compression}"`;
    layers.push(
      [
        `XML base64 ${compression}`,
        mapXml(
          `<layer name="a"><data encoding="base64" ${attribute}>\n   ${data}\n  </data></layer>`,
        ),
      ],
      [
        `JSON base64 ${compression}`,
        mapJson({ layers: [tileLayer(4, 3, { encoding: "base64", compression, data })] }),
      ],
    );
  }

  it.each(layers)("is read from %s", async (_name, file) => {
    const layer = tiles(await readTiledMap(file, ports));
    expect([...layer.gids]).toEqual(gids);
    expect([...layer.flips!]).toEqual(flips);
  });

  it("has no flips where nothing is flipped", async () => {
    const layer = tiles(await readTiledMap(mapJson(), ports));
    expect(layer.flips).toBeUndefined();
    expect([...layer.gids]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });
});
