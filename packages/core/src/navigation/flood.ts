import type { CollisionGrid } from "./collision-grid.ts";

/**
 * The cells that can be walked to from the cell containing (x, y), itself included: 1 for each, row by row, else 0.
 * All 0 when that cell is blocked. Diagonal steps need both cells beside them, so they add nothing to the four
 * directions.
 */
export function reachable(grid: CollisionGrid, x: number, y: number): Uint8Array {
  const { width, height, cells } = grid;
  const seen = new Uint8Array(cells.length);
  const start = grid.cellAt(x, y);
  if (start < 0 || cells[start] !== 0) return seen;
  const queue = new Uint32Array(cells.length);
  queue[0] = start;
  seen[start] = 1;
  let end = 1;
  for (let next = 0; next < end; next++) {
    const cell = queue[next]!;
    const column = cell % width;
    for (let direction = 0; direction < 4; direction++) {
      let neighbour = cell;
      if (direction === 0 && column > 0) neighbour = cell - 1;
      else if (direction === 1 && column < width - 1) neighbour = cell + 1;
      else if (direction === 2) neighbour = cell - width;
      else if (direction === 3) neighbour = cell + width;
      if (neighbour < 0 || neighbour >= width * height) continue;
      if (cells[neighbour] !== 0 || seen[neighbour] !== 0) continue;
      seen[neighbour] = 1;
      queue[end++] = neighbour;
    }
  }
  return seen;
}

/**
 * The free cell whose centre lies nearest to the point (x, y), in tile units; of several the first by index.
 * -1 when there is none within `range` tiles.
 * @param allowed restricts the choice to cells of 1, for example what `reachable` gave.
 */
export function nearestFree(
  grid: CollisionGrid,
  x: number,
  y: number,
  range: number,
  allowed?: Uint8Array,
): number {
  const { width, height, cells } = grid;
  if (!(Math.abs(x) < Infinity && Math.abs(y) < Infinity && range >= 0)) return -1;
  const column = Math.floor(x);
  const row = Math.floor(y);
  // Rings of cells around the point's own; those before the first lie wholly outside of the grid.
  const first = Math.max(0, -column, column - width + 1, -row, row - height + 1);
  const last = Math.min(
    Math.floor(range + 0.5),
    Math.max(column, width - 1 - column, row, height - 1 - row),
  );
  let best = -1;
  let bestSquare = range * range;
  // Centres in ring n are at least n - 0.5 away, which ends the search soon after the first find.
  for (let ring = first; ring <= last; ring++) {
    if (best >= 0 && ring > 0 && (ring - 0.5) * (ring - 0.5) > bestSquare) break;
    const bottom = Math.min(height - 1, row + ring);
    for (let cy = Math.max(0, row - ring); cy <= bottom; cy++) {
      const wholeRow = ring === 0 || Math.abs(cy - row) === ring;
      const right = Math.min(width - 1, column + ring);
      const left = wholeRow ? Math.max(0, column - ring) : column - ring;
      for (let cx = left; cx <= right; cx += wholeRow ? 1 : 2 * ring) {
        if (cx < 0) continue;
        const cell = cy * width + cx;
        if (cells[cell] !== 0 || allowed?.[cell] === 0) continue;
        const dx = cx + 0.5 - x;
        const dy = cy + 0.5 - y;
        const square = dx * dx + dy * dy;
        if (square > bestSquare || (square === bestSquare && best >= 0 && cell > best)) continue;
        best = cell;
        bestSquare = square;
      }
    }
  }
  return best;
}
