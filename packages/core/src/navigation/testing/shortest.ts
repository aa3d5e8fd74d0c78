import type { CollisionGrid } from "../collision-grid.ts";

/**
 * The lengths of the shortest ways from a cell to all others by relaxing every step until nothing changes (Bellman and
 * Ford): no heap, no estimate, nothing shared with the path finder. Infinity where no way leads.
 */
export function shortestLengths(grid: CollisionGrid, start: number): Float64Array {
  const { width, height, cells } = grid;
  const lengths = new Float64Array(cells.length).fill(Infinity);
  if (cells[start] === 0) lengths[start] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = lengths[y * width + x]!;
        if (from === Infinity) continue;
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            if (grid.isBlocked(x + dx, y + dy)) continue;
            if (grid.isBlocked(x + dx, y) || grid.isBlocked(x, y + dy)) continue;
            const length = from + Math.hypot(dx, dy);
            const to = (y + dy) * width + x + dx;
            if (length >= lengths[to]! - 1e-12) continue;
            lengths[to] = length;
            changed = true;
          }
        }
      }
    }
  }
  return lengths;
}

/** The length of a path as its steps add up; NaN when it is no path from `start` to `goal`. */
export function walkedLength(
  grid: CollisionGrid,
  path: Uint32Array,
  start: number,
  goal: number,
): number {
  if (path[0] !== start || path.at(-1) !== goal) return NaN;
  let length = 0;
  for (let i = 0; i < path.length; i++) {
    const [x, y] = [path[i]! % grid.width, Math.floor(path[i]! / grid.width)];
    if (grid.isBlocked(x, y)) return NaN;
    if (i === 0) continue;
    const [px, py] = [path[i - 1]! % grid.width, Math.floor(path[i - 1]! / grid.width)];
    const [dx, dy] = [x - px, y - py];
    if (Math.max(Math.abs(dx), Math.abs(dy)) !== 1) return NaN;
    if (grid.isBlocked(px + dx, py) || grid.isBlocked(px, py + dy)) return NaN;
    length += Math.hypot(dx, dy);
  }
  return length;
}
