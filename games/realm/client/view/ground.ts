import { Container, Sprite, Texture } from "pixi.js";
import type { TileLayer } from "realmwright";
import type { MapData } from "../data/map-data.ts";
import type { Camera } from "./camera.ts";
import type { TileSheets } from "./tile-sheets.ts";

const chunkTiles = 16;
/** How often animated tiles are looked at. */
const stepMs = 40;

interface MovingTile {
  readonly gid: number;
  readonly sprite: Sprite;
  shown: number;
}

interface Chunk {
  readonly container: Container;
  readonly textures: readonly Texture[];
  readonly moving: readonly MovingTile[];
}

/** Everything that lies below people, painted chunk by chunk when it first comes into view. */
export class Ground {
  readonly container: Container = new Container();
  readonly #map: MapData;
  readonly #grids: readonly TileLayer[];
  readonly #sheets: TileSheets;
  readonly #chunks = new Map<number, Chunk>();
  #nextStepMs = 0;

  constructor(map: MapData, grids: readonly TileLayer[], sheets: TileSheets) {
    this.#map = map;
    this.#grids = grids;
    this.#sheets = sheets;
  }

  /** Shows what the camera sees at a time. */
  update(camera: Camera, timeMs: number): void {
    const chunkPx = chunkTiles * this.#sheets.tilePx;
    const columns = Math.ceil(this.#map.width / chunkTiles);
    const rows = Math.ceil(this.#map.height / chunkTiles);
    const left = Math.max(0, Math.floor(camera.view.left / chunkPx));
    const right = Math.min(columns - 1, Math.floor(camera.view.right / chunkPx));
    const top = Math.max(0, Math.floor(camera.view.top / chunkPx));
    const bottom = Math.min(rows - 1, Math.floor(camera.view.bottom / chunkPx));
    const isStep = timeMs >= this.#nextStepMs;
    if (isStep) this.#nextStepMs = timeMs + stepMs;
    for (const [key, chunk] of this.#chunks) {
      const column = key % columns;
      const row = Math.floor(key / columns);
      chunk.container.visible = column >= left && column <= right && row >= top && row <= bottom;
      if (isStep && chunk.container.visible) this.#animate(chunk, timeMs);
    }
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const key = row * columns + column;
        if (!this.#chunks.has(key)) this.#chunks.set(key, this.#paint(column, row, timeMs));
      }
    }
  }

  destroy(): void {
    for (const { container, textures } of this.#chunks.values()) {
      container.destroy({ children: true });
      for (const texture of textures) texture.destroy(true);
    }
    this.#chunks.clear();
    this.container.destroy();
  }

  #animate(chunk: Chunk, timeMs: number): void {
    for (const tile of chunk.moving) {
      const shown = this.#sheets.shownAt(tile.gid, timeMs);
      if (shown === tile.shown) continue;
      tile.shown = shown;
      tile.sprite.texture = this.#sheets.texture(shown);
    }
  }

  /** Still tiles go on a canvas below the moving ones, or above where they cover one. */
  #paint(column: number, row: number, timeMs: number): Chunk {
    const { width, height } = this.#map;
    const side = this.#sheets.tilePx;
    const below = new ChunkCanvas(chunkTiles * side);
    const above = new ChunkCanvas(chunkTiles * side);
    const moving: MovingTile[] = [];
    for (let j = 0; j < chunkTiles; j++) {
      for (let i = 0; i < chunkTiles; i++) {
        const x = column * chunkTiles + i;
        const y = row * chunkTiles + j;
        if (x >= width || y >= height) continue;
        let isCovering = false;
        for (const grid of this.#grids) {
          const gid = grid.gids[y * width + x]!;
          if (gid === 0) continue;
          if (this.#sheets.isAnimated(gid)) {
            const shown = this.#sheets.shownAt(gid, timeMs);
            const sprite = new Sprite(this.#sheets.texture(shown));
            sprite.position.set(i * side, j * side);
            moving.push({ gid, sprite, shown });
            isCovering = true;
          } else {
            const flips = grid.flips?.[y * width + x] ?? 0;
            const canvas = isCovering ? above : below;
            this.#sheets.draw(canvas.context, gid, flips, i * side, j * side);
          }
        }
      }
    }
    const container = new Container();
    const textures: Texture[] = [];
    const add = (canvas: ChunkCanvas): void => {
      const texture = canvas.texture();
      if (texture === undefined) return;
      textures.push(texture);
      container.addChild(new Sprite(texture));
    };
    add(below);
    for (const { sprite } of moving) container.addChild(sprite);
    add(above);
    container.position.set(column * chunkTiles * side, row * chunkTiles * side);
    this.container.addChild(container);
    return { container, textures, moving };
  }
}

/** A canvas that is only made when something is drawn on it. */
class ChunkCanvas {
  readonly #side: number;
  #context: CanvasRenderingContext2D | undefined;

  constructor(side: number) {
    this.#side = side;
  }

  get context(): CanvasRenderingContext2D {
    if (this.#context !== undefined) return this.#context;
    const canvas = document.createElement("canvas");
    canvas.width = this.#side;
    canvas.height = this.#side;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser has no canvas to draw on");
    context.imageSmoothingEnabled = false;
    this.#context = context;
    return context;
  }

  texture(): Texture | undefined {
    if (this.#context === undefined) return undefined;
    const texture = Texture.from(this.#context.canvas, true);
    texture.source.scaleMode = "nearest";
    return texture;
  }
}
