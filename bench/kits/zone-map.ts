import { fileURLToPath } from "node:url";
import { CollisionGrid, collisionGrid, reachable } from "@realmwright/core";
import { GameFiles } from "@realmwright/server/internal";

/** Copies of the forest in a row, and rows of them. */
const copies = 2;

/** A free cell in the midst of the forest. */
const crossroads = { x: 36, y: 49 };

/** Side of the pieces of land that each have their pack of monsters, in tiles. */
const groundSide = 12;

/** Land with less room than this has no pack, in tiles. */
const roomMin = 30;

/** In tiles. */
export interface Land {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of land with room for so many. */
export interface Ground extends Land {
  readonly count: number;
}

/** The land of the zone: the forest of the game `realm`, laid four times side by side, each with a wall about it. */
export class ZoneMap {
  readonly grid: CollisionGrid;
  /** Side of one copy of the forest, in tiles. */
  readonly part: number;
  readonly #reach: Uint8Array;

  private constructor(forest: CollisionGrid) {
    this.part = forest.width;
    const side = this.part * copies;
    const walkable = reachable(forest, crossroads.x, crossroads.y);
    this.#reach = new Uint8Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const isWall = x % this.part === 0 || y % this.part === 0;
        const from = (y % this.part) * this.part + (x % this.part);
        this.#reach[y * side + x] = isWall ? 0 : walkable[from]!;
      }
    }
    const cells = this.#reach.map((isFree) => 1 - isFree);
    this.grid = new CollisionGrid(side, side, cells);
  }

  static async load(): Promise<ZoneMap> {
    const assets = fileURLToPath(new URL("../../games/realm/assets", import.meta.url));
    return new ZoneMap(collisionGrid(await new GameFiles(assets).map("maps/forest.tmj")));
  }

  /** Whether one can stand at a point. */
  isFree(x: number, y: number): boolean {
    const cell = this.grid.cellAt(x, y);
    return cell >= 0 && this.#reach[cell] === 1;
  }

  /** Spreads so many over a land, by the room that there is. */
  grounds(land: Land, count: number): Ground[] {
    const pieces: { x: number; y: number; room: number }[] = [];
    for (let y = land.y; y < land.y + land.height; y += groundSide) {
      for (let x = land.x; x < land.x + land.width; x += groundSide) {
        const room = this.#roomAt(x, y);
        if (room >= roomMin) pieces.push({ x, y, room });
      }
    }
    let roomLeft = pieces.reduce((sum, { room }) => sum + room, 0);
    let left = count;
    return pieces.map(({ x, y, room }) => {
      const share = Math.round((left * room) / roomLeft);
      left -= share;
      roomLeft -= room;
      return { x, y, width: groundSide, height: groundSide, count: share };
    });
  }

  #roomAt(left: number, top: number): number {
    let room = 0;
    for (let y = top; y < top + groundSide; y++) {
      for (let x = left; x < left + groundSide; x++) if (this.isFree(x, y)) room++;
    }
    return room;
  }
}
