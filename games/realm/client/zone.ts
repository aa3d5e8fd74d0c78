import { ImageSource } from "pixi.js";
import type { AssetIndex } from "./data/asset-index.ts";
import type { Manifest } from "./data/catalogue.ts";
import { type MapData, readMap } from "./data/map-data.ts";
import type { SheetPicture } from "./view/tile-sheets.ts";

/** A zone's map with the pictures of its tiles. */
export interface Zone {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly music: string;
  readonly map: MapData;
  readonly pictures: ReadonlyMap<string, SheetPicture>;
  /** The whole map, one pixel for each tile. */
  readonly small: HTMLCanvasElement;
}

/** Zones as the server streams them. Pictures are kept, since zones share them. */
export class Zones {
  readonly #assets: AssetIndex;
  readonly #manifest: Manifest;
  readonly #pictures = new Map<string, SheetPicture>();
  readonly #zones = new Map<string, Promise<Zone>>();

  constructor(assets: AssetIndex, manifest: Manifest) {
    this.#assets = assets;
    this.#manifest = manifest;
  }

  /** Fetches a zone; at most once. Rejects for a zone without a map. */
  load(name: string): Promise<Zone> {
    let zone = this.#zones.get(name);
    if (zone === undefined) {
      zone = this.#load(name);
      this.#zones.set(name, zone);
      // What failed may be there the next time.
      zone.catch(() => this.#zones.delete(name));
    }
    return zone;
  }

  /** The maps have changed. */
  forget(): void {
    this.#zones.clear();
  }

  async #load(name: string): Promise<Zone> {
    const file = this.#manifest.maps[name]?.file ?? `maps/${name}.tmj`;
    const map = readMap(await this.#assets.map(file));
    const pictures = new Map<string, SheetPicture>();
    await Promise.all(
      map.tilesets.map(async ({ image }) => {
        if (image !== undefined) pictures.set(image.path, await this.#picture(image.path));
      }),
    );
    const title = map.properties.get("title");
    const music = map.properties.get("music") ?? this.#manifest.maps[name]?.music;
    return {
      name,
      title: typeof title === "string" ? title : name,
      music: typeof music === "string" ? music : "",
      map,
      pictures,
      small: inSmall(map, pictures),
    };
  }

  async #picture(path: string): Promise<SheetPicture> {
    const known = this.#pictures.get(path);
    if (known !== undefined) return known;
    const image = await this.#assets.image(path);
    // Another zone may have been faster.
    const twin = this.#pictures.get(path);
    if (twin !== undefined) return twin;
    const source = new ImageSource({ resource: image, scaleMode: "nearest" });
    const picture = { image, source };
    this.#pictures.set(path, picture);
    return picture;
  }
}

/** Draws each tile as one pixel of its mean colour, layer over layer. */
function inSmall(map: MapData, pictures: ReadonlyMap<string, SheetPicture>): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = map.width;
  canvas.height = map.height;
  // Read over and over by the minimap, which is not drawn by the graphics card.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return canvas;
  // Shrunk by the browser, whole sheets at once: each tile's mean.
  const means = new Map<string, HTMLCanvasElement>();
  for (const { image, columns } of map.tilesets) {
    const picture = image === undefined ? undefined : pictures.get(image.path);
    if (image === undefined || picture === undefined) continue;
    means.set(image.path, shrunk(picture.image, image, columns, map.tilePx));
  }
  for (const grid of map.grids) {
    for (let at = 0; at < grid.gids.length; at++) {
      const gid = grid.gids[at]!;
      const tileset = map.tilesets.findLast(
        ({ firstGid, endGid }) => gid >= firstGid && gid < endGid,
      );
      const mean = means.get(tileset?.image?.path ?? "");
      if (tileset === undefined || mean === undefined) continue;
      const id = gid - tileset.firstGid;
      const x = at % map.width;
      const y = Math.floor(at / map.width);
      context.drawImage(
        mean,
        id % tileset.columns,
        Math.floor(id / tileset.columns),
        1,
        1,
        x,
        y,
        1,
        1,
      );
    }
  }
  return canvas;
}

function shrunk(
  picture: CanvasImageSource,
  size: { readonly width: number; readonly height: number },
  columns: number,
  tilePx: number,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = Math.ceil(size.height / tilePx);
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  // Halved step by step, or the browser would look at few of the pixels.
  let from: CanvasImageSource = picture;
  let { width, height } = size;
  for (let side = tilePx; side > 1; side /= 2) {
    const half = document.createElement("canvas");
    half.width = Math.max(1, Math.round(width / 2));
    half.height = Math.max(1, Math.round(height / 2));
    const halfContext = half.getContext("2d");
    if (halfContext === null) return canvas;
    halfContext.imageSmoothingEnabled = true;
    halfContext.drawImage(from, 0, 0, width, height, 0, 0, half.width, half.height);
    from = half;
    width = half.width;
    height = half.height;
  }
  context.drawImage(from, 0, 0);
  return canvas;
}
