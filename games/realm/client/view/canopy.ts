import { type Container, Sprite } from "pixi.js";
import type { TileLayer } from "realmwright";
import type { MapData } from "../data/map-data.ts";
import type { Camera } from "./camera.ts";
import type { TileSheets } from "./tile-sheets.ts";

/** Tiles are made and thrown away in blocks of so many. */
const blockTiles = 8;
const stepMs = 40;
/** Where one stands in the row at the foot of a thing: before it when farther down than this. */
const footShare = 0.75;
/** How far around oneself tree tops become clear, in tiles. */
const clearRadius = 2.1;
const clearAlpha = 0.34;
/** Share of a fade that is left after one second. */
const fadeLeft = 0.0005;

interface TopTile {
  readonly gid: number;
  readonly sprite: Sprite;
  /** Of its middle, and the foot of what it belongs to, in tiles. */
  readonly x: number;
  readonly y: number;
  readonly foot: number;
  shown: number;
}

/**
 * Tree tops, roofs and lamps: each tile stands in the row of people by the foot of what it belongs to, so that one walks
 * behind it or before it, and clears when one is behind it.
 */
export class Canopy {
  readonly #map: MapData;
  readonly #grids: readonly TileLayer[];
  readonly #sheets: TileSheets;
  readonly #row: Container;
  readonly #feet: Float32Array[];
  readonly #blocks = new Map<number, readonly TopTile[]>();
  #nextStepMs = 0;

  /** @param row where people and tiles are sorted by how far down they stand. */
  constructor(map: MapData, grids: readonly TileLayer[], sheets: TileSheets, row: Container) {
    this.#map = map;
    this.#grids = grids;
    this.#sheets = sheets;
    this.#row = row;
    const solid = map.collision.cells;
    this.#feet = grids.map((grid) => feetOf(map, grid, solid));
  }

  /** Shows what the camera sees, clear around (selfX, selfY) in tiles. */
  update(camera: Camera, selfX: number, selfY: number, timeMs: number, dtMs: number): void {
    const { view } = camera;
    const blockPx = blockTiles * this.#sheets.tilePx;
    const columns = Math.ceil(this.#map.width / blockTiles);
    const rows = Math.ceil(this.#map.height / blockTiles);
    const left = Math.max(0, Math.floor(view.left / blockPx));
    const right = Math.min(columns - 1, Math.floor(view.right / blockPx));
    const top = Math.max(0, Math.floor(view.top / blockPx));
    const bottom = Math.min(rows - 1, Math.floor(view.bottom / blockPx));
    const isStep = timeMs >= this.#nextStepMs;
    if (isStep) this.#nextStepMs = timeMs + stepMs;
    const left1 = fadeLeft ** (dtMs / 1000);
    for (const [key, tiles] of this.#blocks) {
      const column = key % columns;
      const row = Math.floor(key / columns);
      if (column < left - 1 || column > right + 1 || row < top - 1 || row > bottom + 1) {
        for (const { sprite } of tiles) sprite.destroy();
        this.#blocks.delete(key);
        continue;
      }
      for (const tile of tiles) {
        const alpha = this.#alphaOf(tile, selfX, selfY);
        const { sprite } = tile;
        const next = alpha + (sprite.alpha - alpha) * left1;
        if (next !== sprite.alpha) sprite.alpha = Math.abs(next - alpha) < 0.01 ? alpha : next;
        if (!isStep) continue;
        const shown = this.#sheets.shownAt(tile.gid, timeMs);
        if (shown === tile.shown) continue;
        tile.shown = shown;
        sprite.texture = this.#sheets.texture(shown);
      }
    }
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const key = row * columns + column;
        if (!this.#blocks.has(key)) this.#blocks.set(key, this.#grow(column, row));
      }
    }
  }

  destroy(): void {
    for (const tiles of this.#blocks.values()) for (const { sprite } of tiles) sprite.destroy();
    this.#blocks.clear();
  }

  #alphaOf(tile: TopTile, selfX: number, selfY: number): number {
    if (selfY >= tile.foot) return 1;
    // About the middle of the body, which stands above its feet.
    const far = Math.hypot(tile.x - selfX, (tile.y - (selfY - 0.7)) * 0.9);
    if (far >= clearRadius) return 1;
    const share = Math.max(0, (far - 0.9) / (clearRadius - 0.9));
    return clearAlpha + (1 - clearAlpha) * share * share;
  }

  #grow(column: number, row: number): readonly TopTile[] {
    const { width, height } = this.#map;
    const side = this.#sheets.tilePx;
    const tiles: TopTile[] = [];
    this.#grids.forEach((grid, layer) => {
      for (let y = row * blockTiles; y < Math.min(height, (row + 1) * blockTiles); y++) {
        for (let x = column * blockTiles; x < Math.min(width, (column + 1) * blockTiles); x++) {
          const gid = grid.gids[y * width + x]!;
          if (gid === 0) continue;
          const sprite = new Sprite(this.#sheets.texture(gid));
          const flips = grid.flips?.[y * width + x] ?? 0;
          sprite.anchor.set(0.5);
          sprite.scale.set((flips & 1) === 0 ? 1 : -1, (flips & 2) === 0 ? 1 : -1);
          sprite.position.set((x + 0.5) * side, (y + 0.5) * side);
          const foot = this.#feet[layer]![y * width + x]!;
          sprite.zIndex = foot * side;
          this.#row.addChild(sprite);
          tiles.push({ gid, sprite, x: x + 0.5, y: y + 0.5, foot, shown: gid });
        }
      }
    });
    return tiles;
  }
}

/**
 * For each tile of a layer above people, where the thing that it belongs to stands: in the first row below it that is no
 * longer above people. What stands there blocks the way, so that one is plainly behind or before it.
 */
function feetOf(map: MapData, grid: TileLayer, solid: Uint8Array): Float32Array {
  const { width, height } = map;
  const feet = new Float32Array(width * height);
  for (let x = 0; x < width; x++) {
    let foot = height;
    for (let y = height - 1; y >= 0; y--) {
      const at = y * width + x;
      if (grid.gids[at] === 0) {
        foot = y + footShare;
        continue;
      }
      feet[at] = foot;
      // What blocks under the leaves of one thing is the foot of another, farther up.
      if (solid[at] === 1) foot = y + footShare;
    }
  }
  return feet;
}
