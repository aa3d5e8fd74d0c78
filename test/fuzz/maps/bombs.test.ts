import { TiledError } from "@realmwright/core";
import { readTiledMap } from "@realmwright/core/internal";
import { inflate } from "@realmwright/server/internal";
import { expect, test } from "vitest";
import { packed } from "./map-sample.ts";

const MIB = 1024 * 1024;
const BOMB_MIB = 64;

test.each(["zlib", "gzip", "zstd"] as const)(
  "P-ENC8 a layer of %s that would be far larger than it says is refused by its limit, not by its end",
  async (compression) => {
    const data = packed(new Uint8Array(BOMB_MIB * MIB), compression).toString("base64");
    const layer = { type: "tilelayer", name: "bomb", encoding: "base64", compression, data };
    const map = JSON.stringify({
      width: 4,
      height: 3,
      tilewidth: 1,
      tileheight: 1,
      layers: [layer],
    });
    const ports = { load: () => Promise.reject(new Error("no files")), inflate };
    const before = process.memoryUsage().external;
    await expect(readTiledMap(map, ports)).rejects.toThrow(TiledError);
    const takenMib = (process.memoryUsage().external - before) / MIB;
    expect(takenMib).toBeLessThan(BOMB_MIB / 4);
  },
);
