import { TiledError } from "./errors.ts";
import type { Tileset } from "./tile-map.ts";
import { FLIP_DIAGONAL, FLIP_X, FLIP_Y, tilesetOf } from "./tile-map.ts";

/** The largest number that stands for a tile in a file: four flag bits and 28 bits of gid. */
export const GID_MAX = 0xffff_ffff;

const X_BIT = 0x8000_0000;
const Y_BIT = 0x4000_0000;
const DIAGONAL_BIT = 0x2000_0000;

/** The gid without its flags. The fourth flag turns hexagons and means nothing here. */
export function gidOf(raw: number): number {
  return raw & 0x0fff_ffff;
}

export function flipsOf(raw: number): number {
  return (
    ((raw & X_BIT) === 0 ? 0 : FLIP_X) |
    ((raw & Y_BIT) === 0 ? 0 : FLIP_Y) |
    ((raw & DIAGONAL_BIT) === 0 ? 0 : FLIP_DIAGONAL)
  );
}

/** Takes the flags out of `raw` (changed in place) and checks that each tile is in a tileset. */
export function splitFlips(
  raw: Uint32Array,
  tilesets: readonly Tileset[],
  where: string,
): Uint8Array | undefined {
  let flips: Uint8Array | undefined;
  let firstGid = 0;
  let endGid = 0;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i]!;
    if (value === 0) continue;
    const gid = gidOf(value);
    if (gid !== value) {
      raw[i] = gid;
      const bits = flipsOf(value);
      if (bits !== 0) {
        flips ??= new Uint8Array(raw.length);
        flips[i] = bits;
      }
    }
    if (gid >= firstGid && gid < endGid) continue;
    const tileset = tilesetOf({ tilesets }, gid);
    if (tileset === undefined) {
      throw new TiledError("invalid", where, `tile ${gid} at index ${i} is in no tileset`);
    }
    firstGid = tileset.firstGid;
    endGid = tileset.endGid;
  }
  return flips;
}
