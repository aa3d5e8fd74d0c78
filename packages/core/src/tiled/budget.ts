import { TiledError } from "./errors.ts";
import type { TiledLimits } from "./limits.ts";

/** Counts what one map takes, over all its files, against the limits. */
export class Budget {
  readonly limits: TiledLimits;
  #layers = 0;
  #objects = 0;
  #tiles = 0;

  constructor(limits: TiledLimits) {
    this.limits = limits;
  }

  takeLayer(where: string): void {
    this.#layers = this.#take(this.#layers, 1, this.limits.layersMax, "layers", where);
  }

  takeObject(where: string): void {
    this.#objects = this.#take(this.#objects, 1, this.limits.objectsMax, "objects", where);
  }

  takeTiles(count: number, where: string): void {
    this.#tiles = this.#take(this.#tiles, count, this.limits.tilesMax, "tiles", where);
  }

  #take(taken: number, count: number, max: number, what: string, where: string): number {
    if (taken + count > max) {
      throw new TiledError("too-large", where, `the map has more than ${max} ${what}`);
    }
    return taken + count;
  }
}
