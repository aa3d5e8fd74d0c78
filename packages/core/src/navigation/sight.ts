import type { CollisionGrid } from "./collision-grid.ts";
import { touchTime } from "./sweep.ts";

/**
 * Whether the straight line between two points, in tile units, meets no blocked cell. Every cell that the line
 * touches counts (supercover): exactly through a corner, both cells beside it must be free, as for a diagonal step
 * of a path. The same in both directions.
 */
export function lineOfSight(
  grid: CollisionGrid,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): boolean {
  if (grid.isBlockedAt(ax, ay) || grid.isBlockedAt(bx, by)) return false;
  // Always walked from the same end, so that rounding cannot make the two directions differ.
  if (bx < ax || (bx === ax && by < ay)) return lineOfSight(grid, bx, by, ax, ay);
  let x = Math.floor(ax);
  let y = Math.floor(ay);
  const stepY = by < ay ? -1 : 1;
  const lengthX = bx - ax;
  const lengthY = Math.abs(by - ay);
  let columns = Math.floor(bx) - x;
  let rows = Math.abs(Math.floor(by) - y);
  while (columns > 0 || rows > 0) {
    // Distances to the next borders, brought to one denominator so that corners compare exactly.
    const acrossX = (x + 1 - ax) * lengthY;
    const acrossY = (stepY > 0 ? y + 1 - ay : ay - y) * lengthX;
    const goesX = columns > 0 && (rows === 0 || acrossX <= acrossY);
    const goesY = rows > 0 && (columns === 0 || acrossY <= acrossX);
    if (goesX && goesY && (grid.isBlocked(x + 1, y) || grid.isBlocked(x, y + stepY))) return false;
    if (goesX) {
      x++;
      columns--;
    }
    if (goesY) {
      y += stepY;
      rows--;
    }
    if (grid.isBlocked(x, y)) return false;
  }
  return true;
}

/** Where a ray ended. Reused by the caller. */
export interface RayHit {
  /** The blocked cell; it may lie just outside the grid. */
  cellX: number;
  cellY: number;
  /** Which side of the cell was met: -1, 0 or 1 each; both 0 when the ray began inside. */
  normalX: number;
  normalY: number;
}

/**
 * How far a ray from (x, y) in the direction (dx, dy), of any length, goes until it meets a blocked cell, in tile
 * units; Infinity when it meets none within `range`. Through a corner it meets either cell beside it.
 * @param hit is filled in when the ray meets a cell.
 */
export function raycast(
  grid: CollisionGrid,
  x: number,
  y: number,
  dx: number,
  dy: number,
  range: number,
  hit?: RayHit,
): number {
  const length = Math.sqrt(dx * dx + dy * dy);
  if (!(length > 0 && length < Infinity && range >= 0)) return Infinity;
  let cellX = Math.floor(x);
  let cellY = Math.floor(y);
  let distance = 0;
  let normalX = 0;
  let normalY = 0;
  const stepX = Math.sign(dx);
  const stepY = Math.sign(dy);
  while (!grid.isBlocked(cellX, cellY)) {
    const toX = stepX === 0 ? Infinity : ((cellX + (stepX > 0 ? 1 : 0) - x) * length) / dx;
    const toY = stepY === 0 ? Infinity : ((cellY + (stepY > 0 ? 1 : 0) - y) * length) / dy;
    distance = Math.max(0, Math.min(toX, toY));
    if (distance > range) return Infinity;
    // At a corner the cell beside it, along x first, is met before the one behind it.
    const alongX = toX < toY || (toX === toY && grid.isBlocked(cellX + stepX, cellY));
    const alongY = toY < toX || (toX === toY && !alongX);
    if (alongX) cellX += stepX;
    if (alongY) cellY += stepY;
    normalX = alongX ? -stepX : 0;
    normalY = alongY ? -stepY : 0;
  }
  if (hit) {
    hit.cellX = cellX;
    hit.cellY = cellY;
    hit.normalX = normalX;
    hit.normalY = normalY;
  }
  return distance;
}

/** Whether a round body of the given radius can go straight from a to b without touching a blocked cell. */
export function clearWay(
  grid: CollisionGrid,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  radius: number,
): boolean {
  if (grid.isBlockedAt(ax, ay) || grid.isBlockedAt(bx, by)) return false;
  const dx = bx - ax;
  const dy = by - ay;
  if (dx === 0 && dy === 0) return true;
  // A body may stand exactly at a wall.
  const reach = Math.max(0, radius - 1e-6);
  const rows = Math.floor(Math.max(ay, by) + reach);
  for (let y = Math.floor(Math.min(ay, by) - reach); y <= rows; y++) {
    // The part of the way that can come near this row of cells.
    let from = 0;
    let to = 1;
    if (dy !== 0) {
      const a = (y - reach - ay) / dy;
      const b = (y + 1 + reach - ay) / dy;
      from = Math.max(0, Math.min(a, b));
      to = Math.min(1, Math.max(a, b));
    }
    const x0 = ax + dx * (dx < 0 ? to : from);
    const x1 = ax + dx * (dx < 0 ? from : to);
    const columns = Math.floor(x1 + reach);
    for (let x = Math.floor(x0 - reach); x <= columns; x++) {
      if (!grid.isBlocked(x, y)) continue;
      if (touchTime(x, y, ax, ay, dx, dy, reach, reach, true) < Infinity) return false;
    }
  }
  return true;
}
