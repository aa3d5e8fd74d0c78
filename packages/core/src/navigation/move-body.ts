import type { CollisionGrid } from "./collision-grid.ts";
import { touchTime } from "./sweep.ts";

/** Something with a place, in tile units; an entity with these fields is one. */
export interface Position {
  x: number;
  y: number;
}

/** Round, in tile units around its position. More than 0; up to 0.5 it fits through gaps of one cell. */
export interface RoundBody {
  readonly radius: number;
}

/** A box parallel to the axes, in tile units around its position. Both more than 0. */
export interface BoxBody {
  readonly halfWidth: number;
  readonly halfHeight: number;
}

export type BodyShape = RoundBody | BoxBody;

/** Bits that `moveBody` returns. */
export const TOUCHED_X = 1;
export const TOUCHED_Y = 2;

/** Bodies stop this far before an obstacle, and are as much smaller, so that one of width 1 fits between walls. */
const SKIN = 1e-6;
/** A corner takes two slides; a third and fourth settle slides along round corners. */
const SLIDES_MAX = 4;
/** A slide follows the tangent; longer motions are cut into pieces, in tiles, so as not to overshoot round corners. */
const PIECE_MAX = 0.25;
/** Motions of up to so many tiles are first tried as one: looking at the box about a longer one would not pay. */
const STRAIGHT_MAX = 1;
const PUSHES_MAX = 4;

/**
 * Moves a body by (dx, dy) tiles against the grid, sliding along what it meets, and changes `body.x` and `body.y`.
 * It never passes through a blocked cell or between two that touch at a corner, however large the motion, and never
 * ends overlapping a cell by more than 1e-6.
 * Deterministic (the four operations and square roots only) and free of allocation, so that server and predicting
 * client agree.
 *
 * A body that overlaps a blocked cell, after rounding or because the cell changed, is first pushed out. One whose
 * centre is in a blocked cell does not move; place it anew with `nearestFree`. A motion that is not finite is none.
 *
 * @param shape left out when the body itself carries its `radius` or half extents.
 * @returns TOUCHED_X and TOUCHED_Y where something stopped or turned the motion along that axis, else 0.
 */
export function moveBody(
  grid: CollisionGrid,
  body: Position & BodyShape,
  dx: number,
  dy: number,
): number;
export function moveBody(
  grid: CollisionGrid,
  body: Position,
  dx: number,
  dy: number,
  shape: BodyShape,
): number;
export function moveBody(
  grid: CollisionGrid,
  body: Position & Partial<RoundBody & BoxBody>,
  dx: number,
  dy: number,
  shape: Partial<RoundBody & BoxBody> = body,
): number {
  const round = shape.radius !== undefined;
  const halfWidth = (shape.radius ?? shape.halfWidth ?? 0) - SKIN;
  const halfHeight = (shape.radius ?? shape.halfHeight ?? 0) - SKIN;
  if (!(halfWidth > 0 && halfHeight > 0 && halfWidth < Infinity && halfHeight < Infinity)) {
    throw new RangeError("a body needs a radius or half extents of more than 0");
  }
  const stride = Math.max(Math.abs(dx), Math.abs(dy));
  if (!(stride > 0 && stride < Infinity) || grid.isBlockedAt(body.x, body.y)) return 0;
  if (stride <= STRAIGHT_MAX) {
    // Most motions are across open ground, where there is nothing to slide along.
    const { x, y } = body;
    const left = Math.floor((dx < 0 ? x + dx : x) - halfWidth);
    const top = Math.floor((dy < 0 ? y + dy : y) - halfHeight);
    const right = Math.floor((dx > 0 ? x + dx : x) + halfWidth);
    const bottom = Math.floor((dy > 0 ? y + dy : y) + halfHeight);
    if (isOpen(grid, left, top, right, bottom)) {
      body.x = x + dx;
      body.y = y + dy;
      return 0;
    }
  }
  pushOut(grid, body, halfWidth, halfHeight, round);
  // Nothing can go further than from one edge to the other, so a huge motion is shortened, keeping its direction.
  const length = Math.min(stride, grid.width + grid.height);
  const pieces = Math.ceil(length / PIECE_MAX);
  const pieceX = ((dx / stride) * length) / pieces;
  const pieceY = ((dy / stride) * length) / pieces;
  let touched = 0;
  for (let i = 0; i < pieces; i++) {
    const { x, y } = body;
    touched |= slide(grid, body, pieceX, pieceY, halfWidth, halfHeight, round);
    if (body.x === x && body.y === y) break;
  }
  return touched;
}

/** Whether all these cells are free. */
function isOpen(
  grid: CollisionGrid,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  const { width, height, cells } = grid;
  if (left < 0 || top < 0 || right >= width || bottom >= height) return false;
  for (let row = top * width; row <= bottom * width; row += width) {
    for (let cell = row + left; cell <= row + right; cell++) if (cells[cell] !== 0) return false;
  }
  return true;
}

/** Moves by a piece of a motion. */
function slide(
  grid: CollisionGrid,
  body: Position,
  dx: number,
  dy: number,
  halfWidth: number,
  halfHeight: number,
  round: boolean,
): number {
  let touched = 0;
  let x = body.x;
  let y = body.y;
  for (let i = 0; i < SLIDES_MAX && (dx !== 0 || dy !== 0); i++) {
    let time = Infinity;
    let hitX = 0;
    let hitY = 0;
    let nearest = Infinity;
    const left = Math.floor(Math.min(x, x + dx) - halfWidth);
    const right = Math.floor(Math.max(x, x + dx) + halfWidth);
    const top = Math.floor(Math.min(y, y + dy) - halfHeight);
    const bottom = Math.floor(Math.max(y, y + dy) + halfHeight);
    for (let cy = top; cy <= bottom; cy++) {
      for (let cx = left; cx <= right; cx++) {
        if (!grid.isBlocked(cx, cy)) continue;
        const t = touchTime(cx, cy, x, y, dx, dy, halfWidth, halfHeight, round);
        if (t > time || t === Infinity) continue;
        // Of cells met at once the one straight ahead counts, not its neighbour whose edge lies inside the wall.
        const distance = Math.abs(cx + 0.5 - x) + Math.abs(cy + 0.5 - y);
        if (t === time && distance >= nearest) continue;
        time = t;
        nearest = distance;
        hitX = cx;
        hitY = cy;
      }
    }
    if (time === Infinity) {
      x += dx;
      y += dy;
      break;
    }
    x += dx * time;
    y += dy * time;
    let normalX = x - Math.min(Math.max(x, hitX), hitX + 1);
    let normalY = y - Math.min(Math.max(y, hitY), hitY + 1);
    const distance = Math.sqrt(normalX * normalX + normalY * normalY);
    if (!round || distance === 0) {
      const offsetX = x - hitX - 0.5;
      const offsetY = y - hitY - 0.5;
      const alongX = halfWidth - Math.abs(offsetX) < halfHeight - Math.abs(offsetY);
      normalX = alongX ? Math.sign(offsetX) : 0;
      normalY = alongX ? 0 : Math.sign(offsetY);
    } else {
      normalX /= distance;
      normalY /= distance;
    }
    if (time > 0) {
      x += normalX * SKIN;
      y += normalY * SKIN;
    }
    if (normalX !== 0) touched |= TOUCHED_X;
    if (normalY !== 0) touched |= TOUCHED_Y;
    const rest = 1 - time;
    const into = (dx * normalX + dy * normalY) * rest;
    dx = dx * rest - normalX * into;
    dy = dy * rest - normalY * into;
  }
  // Pushed by the skin into a cell that the arithmetic could not tell from its edge: stay.
  if (grid.isBlockedAt(x, y)) return touched;
  body.x = x;
  body.y = y;
  return touched;
}

/** Takes a body out of the cells that it overlaps, if there is room beside them; else leaves it. */
function pushOut(
  grid: CollisionGrid,
  body: Position,
  halfWidth: number,
  halfHeight: number,
  round: boolean,
): void {
  let x = body.x;
  let y = body.y;
  for (let i = 0; i <= PUSHES_MAX; i++) {
    let deepest = 0;
    let pushX = 0;
    let pushY = 0;
    const right = Math.floor(x + halfWidth);
    const bottom = Math.floor(y + halfHeight);
    for (let cy = Math.floor(y - halfHeight); cy <= bottom; cy++) {
      for (let cx = Math.floor(x - halfWidth); cx <= right; cx++) {
        if (!grid.isBlocked(cx, cy)) continue;
        const gapX = x - Math.min(Math.max(x, cx), cx + 1);
        const gapY = y - Math.min(Math.max(y, cy), cy + 1);
        const overX = halfWidth - Math.abs(gapX);
        const overY = halfHeight - Math.abs(gapY);
        const gap = Math.sqrt(gapX * gapX + gapY * gapY);
        const alongX = gapY === 0 || (gapX !== 0 && overX < overY);
        const depth = round ? halfWidth - gap : alongX ? overX : overY;
        if (depth <= deepest || gap === 0) continue;
        deepest = depth;
        pushX = round ? gapX / gap : alongX ? Math.sign(gapX) : 0;
        pushY = round ? gapY / gap : alongX ? 0 : Math.sign(gapY);
      }
    }
    if (deepest === 0) {
      body.x = x;
      body.y = y;
      return;
    }
    x += pushX * (deepest + SKIN);
    y += pushY * (deepest + SKIN);
    if (grid.isBlockedAt(x, y)) return;
  }
}
