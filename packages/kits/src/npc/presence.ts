import { Cells } from "./cells.ts";

/** Edge of a cell, in tiles. */
const cellSize = 8;

/** More steps than any map has cells along a side. Spreading may raise it by that many: still within 16 bits. */
const farAway = 16_000;

/**
 * How far from each part of the map the nearest player is, coarsely: a chessboard distance over cells of 8 tiles,
 * made anew in two passes. Asking costs one look, however many players there are.
 */
export class Presence {
  readonly #cells: Cells;
  readonly #steps: Int16Array;

  /** @param width of the map in tiles; @param height likewise. */
  constructor(width: number, height: number) {
    this.#cells = new Cells(width, height, cellSize);
    this.#steps = new Int16Array(this.#cells.count);
    this.clear();
  }

  /** Nobody is anywhere. */
  clear(): void {
    this.#steps.fill(farAway);
  }

  /** Somebody is at (x, y). Takes part in the distances after `spread`. */
  mark(x: number, y: number): void {
    this.#steps[this.#cells.at(x, y)] = 0;
  }

  /** Fills in the distances, after all marks. */
  spread(): void {
    const steps = this.#steps;
    const { columns, rows } = this.#cells;
    for (let y = 0, cell = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, cell++) {
        let nearest = steps[cell]!;
        if (x > 0) nearest = Math.min(nearest, steps[cell - 1]! + 1);
        if (y > 0) {
          const above = cell - columns;
          nearest = Math.min(nearest, steps[above]! + 1);
          if (x > 0) nearest = Math.min(nearest, steps[above - 1]! + 1);
          if (x < columns - 1) nearest = Math.min(nearest, steps[above + 1]! + 1);
        }
        steps[cell] = nearest;
      }
    }
    for (let y = rows - 1, cell = rows * columns - 1; y >= 0; y--) {
      for (let x = columns - 1; x >= 0; x--, cell--) {
        let nearest = steps[cell]!;
        if (x < columns - 1) nearest = Math.min(nearest, steps[cell + 1]! + 1);
        if (y < rows - 1) {
          const below = cell + columns;
          nearest = Math.min(nearest, steps[below]! + 1);
          if (x > 0) nearest = Math.min(nearest, steps[below - 1]! + 1);
          if (x < columns - 1) nearest = Math.min(nearest, steps[below + 1]! + 1);
        }
        steps[cell] = nearest;
      }
    }
  }

  /**
   * A lower bound of the chessboard distance from (x, y) to the nearest player, in tiles, less than two cells short of
   * it. Infinity when there is nobody.
   */
  distance(x: number, y: number): number {
    const steps = this.#steps[this.#cells.at(x, y)]!;
    if (steps >= farAway) return Infinity;
    return steps === 0 ? 0 : (steps - 1) * cellSize;
  }
}
