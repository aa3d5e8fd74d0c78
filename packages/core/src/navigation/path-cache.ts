import type { CollisionGrid } from "./collision-grid.ts";
import type { PathResult } from "./path.ts";

/** Answers by start and goal cell, the least recently used leaving first. A change of the grid empties it. */
export class PathCache {
  readonly #grid: CollisionGrid;
  readonly #entriesMax: number;
  /** In order of use: a map keeps the order of insertion. */
  readonly #entries = new Map<number, PathResult>();
  #version: number;

  /** @param entriesMax 0 keeps nothing. */
  constructor(grid: CollisionGrid, entriesMax: number) {
    this.#grid = grid;
    this.#entriesMax = entriesMax;
    this.#version = grid.version;
  }

  get size(): number {
    this.#forgetOld();
    return this.#entries.size;
  }

  get(start: number, goal: number): PathResult | undefined {
    if (start < 0 || goal < 0) return undefined;
    this.#forgetOld();
    const key = this.#key(start, goal);
    const result = this.#entries.get(key);
    if (result) {
      this.#entries.delete(key);
      this.#entries.set(key, result);
    }
    return result;
  }

  /** Points outside the grid have no cell (-1) and nothing to remember. */
  put(start: number, goal: number, result: PathResult): void {
    if (start < 0 || goal < 0) return;
    this.#forgetOld();
    const key = this.#key(start, goal);
    this.#entries.delete(key);
    this.#entries.set(key, result);
    if (this.#entries.size <= this.#entriesMax) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  #forgetOld(): void {
    if (this.#version === this.#grid.version) return;
    this.#version = this.#grid.version;
    this.#entries.clear();
  }

  /** Exact for grids of up to 94 million cells. */
  #key(start: number, goal: number): number {
    return start * this.#grid.cells.length + goal;
  }
}
