import type { Entity } from "@realmwright/core";
import type { PlacedDefinition } from "../kit-room.ts";
import { Cells } from "./cells.ts";

/** Edge of a cell, in tiles. */
const cellSize = 8;

/** How far one may have moved since it was noted, in tiles. */
const slack = 1;

type Foe = Entity<PlacedDefinition>;

/** Whom creatures may go for, by where they were when they were noted: a few ticks ago at most. */
export class Foes {
  readonly #cells: Cells;
  /** Place of a cell's first foe in the list + 1, 0 for none. */
  readonly #first: Int32Array;
  readonly #next: number[] = [];
  readonly #list: Foe[] = [];

  /** @param width of the map in tiles; @param height likewise. */
  constructor(width: number, height: number) {
    this.#cells = new Cells(width, height, cellSize);
    this.#first = new Int32Array(this.#cells.count);
  }

  /** Nobody is anywhere. */
  clear(): void {
    this.#first.fill(0);
    this.#next.length = 0;
    this.#list.length = 0;
  }

  add(foe: Foe, x: number, y: number): void {
    const cell = this.#cells.at(x, y);
    this.#next.push(this.#first[cell]!);
    this.#first[cell] = this.#list.push(foe);
  }

  /** Fills `out` with the living ones that may be within `radius` of a point; returns their number. */
  about(x: number, y: number, radius: number, out: Foe[]): number {
    const cells = this.#cells;
    const reach = radius + slack;
    const right = cells.column(x + reach);
    const bottom = cells.row(y + reach);
    let count = 0;
    for (let row = cells.row(y - reach); row <= bottom; row++) {
      for (let column = cells.column(x - reach); column <= right; column++) {
        let place = this.#first[row * cells.columns + column]!;
        for (; place !== 0; place = this.#next[place - 1]!) {
          const foe = this.#list[place - 1]!;
          if (foe.alive) out[count++] = foe;
        }
      }
    }
    return count;
  }
}
