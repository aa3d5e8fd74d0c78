import { longer } from "../columns.ts";
import { lookTicks, type Body } from "./body.ts";
import { Cells } from "./cells.ts";

/** Neighbours that are looked at. */
const neighboursMax = 8;

/** Edge of a cell, in tiles. */
const cellSize = 2;

/** Bodies farther apart than this cannot touch: twice the largest radius. */
const reach = 1;

/** Eight directions for those that stand on the same point; each body has its own. */
const awayX = [1, 0, -1, 0, 0.7, -0.7, -0.7, 0.7] as const;
const awayY = [0, 1, 0, -1, 0.7, 0.7, -0.7, -0.7] as const;

/** Keeps creatures from standing in one another. */
export class Crowd {
  readonly #cells: Cells;
  /** Number of a cell's first body + 1, 0 for none. */
  readonly #first: Int32Array;
  /** Per number of a body, the next one in its cell, likewise. */
  #next: Int32Array = new Int32Array(64);
  /** Cells of those who were gathered, and how many they were. */
  #used: Int32Array = new Int32Array(64);
  #count = 0;
  readonly #byNumber: readonly (Body | undefined)[];

  /** @param width of the map in tiles; @param height likewise; @param byNumber the bodies by their `index`. */
  constructor(width: number, height: number, byNumber: readonly (Body | undefined)[]) {
    this.#cells = new Cells(width, height, cellSize);
    this.#first = new Int32Array(this.#cells.count);
    this.#byNumber = byNumber;
  }

  /** Notes where all are who may push one another in this tick. */
  gather(bodies: readonly Body[]): void {
    // Cells are many on a large map, and few of them are in use.
    for (let i = 0; i < this.#count; i++) this.#first[this.#used[i]!] = 0;
    this.#count = bodies.length;
    while (this.#used.length < bodies.length) {
      this.#used = longer(this.#used, this.#used.length * 2);
    }
    while (this.#next.length < this.#byNumber.length) {
      this.#next = longer(this.#next, this.#next.length * 2);
    }
    for (let i = 0; i < bodies.length; i++) {
      const body = bodies[i]!;
      const cell = this.#cells.at(body.x, body.y);
      this.#used[i] = cell;
      this.#next[body.index] = this.#first[cell]!;
      this.#first[cell] = body.index + 1;
    }
  }

  /** Sets a body's push until it looks again: it makes half of each overlap good, the neighbour the other half. */
  spread(body: Body): void {
    body.pushX = 0;
    body.pushY = 0;
    const cells = this.#cells;
    const right = cells.column(body.x + reach);
    const bottom = cells.row(body.y + reach);
    let seen = 0;
    for (let row = cells.row(body.y - reach); row <= bottom; row++) {
      for (let column = cells.column(body.x - reach); column <= right; column++) {
        let number = this.#first[row * cells.columns + column]!;
        for (; number !== 0 && seen < neighboursMax; number = this.#next[number - 1]!) {
          const other = this.#byNumber[number - 1];
          if (other === undefined || other === body) continue;
          seen++;
          push(body, other);
        }
      }
    }
  }
}

function push(body: Body, other: Body): void {
  const dx = body.x - other.x;
  const dy = body.y - other.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  const overlap = body.kind!.shape.radius + other.kind!.shape.radius - distance;
  if (overlap <= 0) return;
  const share = overlap / (2 * lookTicks);
  if (distance > 1e-6) {
    body.pushX += (dx / distance) * share;
    body.pushY += (dy / distance) * share;
  } else {
    body.pushX += awayX[body.index & 7]! * share;
    body.pushY += awayY[body.index & 7]! * share;
  }
}
