import { Rectangle, Texture, type TextureSource } from "pixi.js";
import type { Tileset } from "realmwright";
import type { MapData } from "../data/map-data.ts";

/** A tileset's picture, for the renderer and for drawing on a canvas. */
export interface SheetPicture {
  readonly image: CanvasImageSource;
  readonly source: TextureSource;
}

interface Sheet extends SheetPicture {
  readonly tileset: Tileset;
}

/** The tiles of one map: their pictures by gid, and what they show at a given time. */
export class TileSheets {
  readonly tilePx: number;
  readonly #map: MapData;
  readonly #sheets: readonly Sheet[];
  readonly #textures = new Map<number, Texture>();
  /** Length of a whole cycle, by the gid of an animated tile. */
  readonly #cycleMs = new Map<number, number>();

  constructor(map: MapData, pictures: ReadonlyMap<string, SheetPicture>) {
    this.#map = map;
    this.tilePx = map.tilePx;
    this.#sheets = map.tilesets.flatMap((tileset) => {
      const picture = pictures.get(tileset.image?.path ?? "");
      return picture === undefined ? [] : [{ ...picture, tileset }];
    });
    for (const [gid, frames] of map.moving) {
      this.#cycleMs.set(
        gid,
        frames.reduce((sum, frame) => sum + frame.durationMs, 0),
      );
    }
  }

  isAnimated(gid: number): boolean {
    return this.#cycleMs.has(gid);
  }

  /** The tile that an animated one shows at a time. */
  shownAt(gid: number, timeMs: number): number {
    const cycleMs = this.#cycleMs.get(gid);
    const frames = this.#map.moving.get(gid);
    if (cycleMs === undefined || frames === undefined) return gid;
    let left = timeMs % cycleMs;
    for (const frame of frames) {
      left -= frame.durationMs;
      if (left < 0) return frame.gid;
    }
    return gid;
  }

  /** The picture of a tile; an empty one for a gid of no tileset. */
  texture(gid: number): Texture {
    const known = this.#textures.get(gid);
    if (known !== undefined) return known;
    const sheet = this.#sheetOf(gid);
    const made =
      sheet === undefined
        ? Texture.EMPTY
        : new Texture({ source: sheet.source, frame: this.#frame(sheet.tileset, gid) });
    this.#textures.set(gid, made);
    return made;
  }

  /** Draws a tile with its top left corner at (x, y). */
  draw(context: CanvasRenderingContext2D, gid: number, flips: number, x: number, y: number): void {
    const sheet = this.#sheetOf(gid);
    if (sheet === undefined) return;
    const from = this.#frame(sheet.tileset, gid);
    const side = this.tilePx;
    if (flips === 0) {
      context.drawImage(sheet.image, from.x, from.y, side, side, x, y, side, side);
      return;
    }
    context.save();
    context.translate(x + side / 2, y + side / 2);
    context.scale((flips & 1) === 0 ? 1 : -1, (flips & 2) === 0 ? 1 : -1);
    if ((flips & 4) !== 0) context.transform(0, 1, 1, 0, 0, 0);
    context.drawImage(sheet.image, from.x, from.y, side, side, -side / 2, -side / 2, side, side);
    context.restore();
  }

  /** Forgets its cut-outs. The pictures belong to who gave them. */
  destroy(): void {
    for (const texture of this.#textures.values()) if (texture !== Texture.EMPTY) texture.destroy();
    this.#textures.clear();
  }

  #sheetOf(gid: number): Sheet | undefined {
    return this.#sheets.findLast(({ tileset }) => gid >= tileset.firstGid && gid < tileset.endGid);
  }

  #frame(tileset: Tileset, gid: number): Rectangle {
    const id = gid - tileset.firstGid;
    const pitch = this.tilePx + tileset.spacing;
    return new Rectangle(
      tileset.margin + (id % tileset.columns) * pitch,
      tileset.margin + Math.floor(id / tileset.columns) * pitch,
      this.tilePx,
      this.tilePx,
    );
  }
}
