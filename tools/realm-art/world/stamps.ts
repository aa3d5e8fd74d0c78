import type { Canvas } from "../lib/canvas.ts";
import { TILE } from "../tiles/corners.ts";
import type { Tileset } from "./tileset.ts";

/**
 * A thing of several tiles. Each cell has a mark: `^` is drawn above people, `#` below them and
 * blocks, `.` below them and does not block, `d` lies flat on the ground, a blank is nothing.
 */
export interface Stamp {
  name: string;
  width: number;
  height: number;
  marks: readonly string[];
  frames: readonly Canvas[];
  frameMs: number;
  tileset: Tileset;
  /** The pictures of a cell, one for each frame. */
  cell(x: number, y: number): readonly Canvas[];
}

export function stamp(
  tileset: Tileset,
  name: string,
  frames: readonly Canvas[],
  marks: readonly string[],
  frameMs = 180,
): Stamp {
  const first = frames[0];
  if (first === undefined) throw new Error(`${name} has no picture`);
  const width = first.width / TILE;
  const height = first.height / TILE;
  if (marks.length !== height || marks.some((row) => row.length !== width)) {
    throw new Error(`${name} is ${width} × ${height} tiles, its marks are not`);
  }
  const cells = new Map<number, readonly Canvas[]>();
  const cell = (x: number, y: number): readonly Canvas[] => {
    const at = y * width + x;
    const known = cells.get(at);
    if (known !== undefined) return known;
    const made = frames.map((f) => f.crop(x * TILE, y * TILE, TILE, TILE));
    cells.set(at, made);
    return made;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pictures = cell(x, y);
      if (pictures.every((p) => p.empty)) continue;
      tileset.add(pictures, { solid: marks[y]?.[x] === "#", name, frameMs });
    }
  }
  return { name, width, height, marks, frames, frameMs, tileset, cell };
}
