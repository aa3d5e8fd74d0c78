import type { CollisionGrid } from "./collision-grid.ts";
import { CLOSED, OpenList } from "./open-list.ts";
import type { PathResult } from "./path.ts";

/** How many cells one search may look at, unless said otherwise. */
const EXPANSIONS_MAX = 262_144;

const NO_CELLS: Uint32Array = new Uint32Array(0);

export interface PathFinderOptions {
  /** Expansions of one search, restarts included, before it ends with `limit`. */
  readonly expansionsMax?: number;
}

/**
 * Shortest paths on a grid in eight directions (A*; Hart, Nilsson and Raphael 1968). A straight step costs 1, a
 * diagonal one √2 and needs both cells beside it free; the estimate is the octile distance. Equal searches give
 * equal paths on every machine.
 *
 * One search at a time: all at once by `find`, or in slices by `begin` and `advance`. Holds about 21 bytes for each
 * cell of the grid from the first search on, and allocates nothing per search but its result.
 */
export class PathFinder {
  readonly grid: CollisionGrid;
  readonly #expansionsMax: number;
  #cost: Float64Array = new Float64Array(0);
  /** Cells that belong to the present search carry its number, which saves clearing the others. */
  #seenIn: Uint32Array = NO_CELLS;
  /** Index of the step that led to a cell, into `#offsets`. */
  #cameBy = new Uint8Array(0);
  #open = new OpenList(this.#cost);
  readonly #offsets: Int32Array;
  #search = 0;
  #start = -1;
  #goal = -1;
  #goalX = 0;
  #goalY = 0;
  #version = 0;
  #expansions = 0;
  #result: PathResult | undefined;

  /** Throws RangeError unless `expansionsMax` is at least 1. */
  constructor(grid: CollisionGrid, options: PathFinderOptions = {}) {
    const { expansionsMax = EXPANSIONS_MAX } = options;
    if (!(expansionsMax >= 1)) throw new RangeError("expansionsMax must be at least 1");
    this.grid = grid;
    this.#expansionsMax = expansionsMax;
    const w = grid.width;
    this.#offsets = Int32Array.of(1, -1, w, -w, w + 1, w - 1, -w + 1, -w - 1);
  }

  /** The path between the cells that contain two points, in tile units. */
  find(fromX: number, fromY: number, toX: number, toY: number): PathResult {
    this.begin(fromX, fromY, toX, toY);
    let result = this.#result;
    while (!result) {
      this.advance(this.#expansionsMax);
      result = this.#result;
    }
    return result;
  }

  /** Starts a search in place of the present one. */
  begin(fromX: number, fromY: number, toX: number, toY: number): void {
    const { grid } = this;
    this.#start = grid.cellAt(fromX, fromY);
    this.#goal = grid.cellAt(toX, toY);
    this.#goalX = Math.floor(toX);
    this.#goalY = Math.floor(toY);
    this.#expansions = 0;
    this.#result = undefined;
    this.#restart();
  }

  /** Of the search that was begun; none while it is under way, and before the first. */
  get result(): PathResult | undefined {
    return this.#result;
  }

  /**
   * Goes on with the search for at most `budget` expansions. If the grid has changed meanwhile, it starts over.
   * @returns how many were used.
   */
  advance(budget: number): number {
    if (this.#result || this.#search === 0) return 0;
    if (this.#version !== this.grid.version) this.#restart();
    let used = 0;
    while (used < budget && !this.#result) {
      if (this.#open.size === 0) {
        this.#end("none");
      } else if (this.#expansions >= this.#expansionsMax) {
        this.#end("limit");
      } else {
        used++;
        this.#expansions++;
        const cell = this.#open.pop();
        if (cell === this.#goal) this.#arrive();
        else this.#expand(cell);
      }
    }
    return used;
  }

  #restart(): void {
    const { grid } = this;
    this.#version = grid.version;
    if (this.#cost.length === 0) this.#allocate(grid.cells.length);
    this.#search++;
    if (this.#search > 0xffff_ffff) {
      this.#seenIn.fill(0);
      this.#search = 1;
    }
    this.#open.clear();
    if (this.#start < 0 || this.#goal < 0) return;
    if (grid.cells[this.#start] !== 0 || grid.cells[this.#goal] !== 0) return;
    this.#seenIn[this.#start] = this.#search;
    this.#cost[this.#start] = 0;
    this.#open.push(this.#start, 0);
  }

  #allocate(cells: number): void {
    this.#cost = new Float64Array(cells);
    this.#seenIn = new Uint32Array(cells);
    this.#cameBy = new Uint8Array(cells);
    this.#open = new OpenList(this.#cost);
  }

  #expand(cell: number): void {
    const { width, height, cells } = this.grid;
    const x = cell % width;
    const y = (cell - x) / width;
    const cost = this.#cost[cell]!;
    const straight = cost + 1;
    const diagonal = cost + Math.SQRT2;
    const east = x < width - 1 && cells[cell + 1] === 0;
    const west = x > 0 && cells[cell - 1] === 0;
    const south = y < height - 1 && cells[cell + width] === 0;
    const north = y > 0 && cells[cell - width] === 0;
    if (east) this.#reach(cell + 1, x + 1, y, straight, 0);
    if (west) this.#reach(cell - 1, x - 1, y, straight, 1);
    if (south) this.#reach(cell + width, x, y + 1, straight, 2);
    if (north) this.#reach(cell - width, x, y - 1, straight, 3);
    if (south && east && cells[cell + width + 1] === 0) {
      this.#reach(cell + width + 1, x + 1, y + 1, diagonal, 4);
    }
    if (south && west && cells[cell + width - 1] === 0) {
      this.#reach(cell + width - 1, x - 1, y + 1, diagonal, 5);
    }
    if (north && east && cells[cell - width + 1] === 0) {
      this.#reach(cell - width + 1, x + 1, y - 1, diagonal, 6);
    }
    if (north && west && cells[cell - width - 1] === 0) {
      this.#reach(cell - width - 1, x - 1, y - 1, diagonal, 7);
    }
  }

  #reach(cell: number, x: number, y: number, cost: number, step: number): void {
    const isNew = this.#seenIn[cell] !== this.#search;
    // The octile estimate never overtakes a step's cost, so what is closed is final.
    if (!isNew && (this.#open.places[cell] === CLOSED || this.#cost[cell]! <= cost)) return;
    this.#cost[cell] = cost;
    this.#cameBy[cell] = step;
    const dx = Math.abs(x - this.#goalX);
    const dy = Math.abs(y - this.#goalY);
    const estimate = cost + (dx > dy ? dx : dy) + (Math.SQRT2 - 1) * (dx > dy ? dy : dx);
    if (isNew) {
      this.#seenIn[cell] = this.#search;
      this.#open.push(cell, estimate);
    } else {
      this.#open.lower(cell, estimate);
    }
  }

  #arrive(): void {
    let count = 1;
    let diagonals = 0;
    for (let cell = this.#goal; cell !== this.#start; count++) {
      const step = this.#cameBy[cell]!;
      if (step >= 4) diagonals++;
      cell -= this.#offsets[step]!;
    }
    const cells = new Uint32Array(count);
    for (let i = count - 1, cell = this.#goal; i >= 0; i--) {
      cells[i] = cell;
      cell -= this.#offsets[this.#cameBy[cell]!]!;
    }
    const length = count - 1 - diagonals + diagonals * Math.SQRT2;
    this.#result = { status: "found", cells, length };
  }

  #end(status: "none" | "limit"): void {
    this.#result = { status, cells: NO_CELLS, length: Infinity };
  }
}
