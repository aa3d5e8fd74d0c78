import type { CollisionGrid } from "./collision-grid.ts";
import { clearWay } from "./sight.ts";

/** The answer to a search. Shared with the cache and other askers: not to be changed. */
export interface PathResult {
  /**
   * `found`; `none`: the goal cannot be reached, or start or goal are blocked or outside the grid; `limit`: the
   * search took more expansions than allowed.
   */
  readonly status: "found" | "none" | "limit";
  /** Indices (y * width + x) from start to goal, both included; empty unless found. */
  readonly cells: Uint32Array;
  /** 1 for each straight step and √2 for each diagonal one; Infinity unless found. */
  readonly length: number;
}

/** How many cells ahead a straight piece is looked for. */
const LOOK_AHEAD_MAX = 64;

/**
 * Corner points of a shorter way along a path, for a round body: x0, y0, x1, y1 … in tile units, from the centre of
 * the first cell to that of the last, straight pieces between them. Empty unless the path was found.
 * @param radius of the body in tiles, 0 to 0.5.
 */
export function smoothPath(grid: CollisionGrid, path: PathResult, radius: number): Float64Array {
  const { cells } = path;
  const points: number[] = [];
  const add = (cell: number): void => {
    points.push((cell % grid.width) + 0.5, Math.floor(cell / grid.width) + 0.5);
  };
  if (cells.length > 0) add(cells[0]!);
  let anchor = 0;
  while (anchor < cells.length - 1) {
    const ax = (cells[anchor]! % grid.width) + 0.5;
    const ay = Math.floor(cells[anchor]! / grid.width) + 0.5;
    let next = anchor + 1;
    const last = Math.min(cells.length - 1, anchor + LOOK_AHEAD_MAX);
    for (let i = anchor + 2; i <= last; i++) {
      const bx = (cells[i]! % grid.width) + 0.5;
      const by = Math.floor(cells[i]! / grid.width) + 0.5;
      if (!clearWay(grid, ax, ay, bx, by, radius)) break;
      next = i;
    }
    add(cells[next]!);
    anchor = next;
  }
  return Float64Array.from(points);
}
