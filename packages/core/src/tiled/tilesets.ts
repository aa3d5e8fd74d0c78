import type { Budget } from "./budget.ts";
import { TiledError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { readObjects } from "./objects.ts";
import { readProperties } from "./properties.ts";
import type { ObjectAlignment, Tile, TileImage, Tileset } from "./tile-map.ts";

const FIRST_GID_MAX = 0x0fff_ffff;
const LOCAL_ID_MAX = 0xff_ffff;
const PIXELS_MAX = 0xff_ffff;
const ALIGNMENTS: readonly ObjectAlignment[] = [
  "unspecified",
  "topleft",
  "top",
  "topright",
  "left",
  "center",
  "right",
  "bottomleft",
  "bottom",
  "bottomright",
];

/** The `firstgid` of a map's entry for a tileset. */
export function readFirstGid(entry: Fields): number {
  return entry.integer("firstgid", 1, FIRST_GID_MAX);
}

/** @param source file name of an external tileset relative to the map, or empty. */
export function readTileset(
  fields: Fields,
  firstGid: number,
  source: string,
  budget: Budget,
): Tileset {
  const folder = source.slice(0, source.lastIndexOf("/") + 1);
  const tileWidth = fields.integer("tilewidth", 0, PIXELS_MAX);
  const tileHeight = fields.integer("tileheight", 0, PIXELS_MAX);
  const margin = fields.integer("margin", 0, PIXELS_MAX, 0);
  const spacing = fields.integer("spacing", 0, PIXELS_MAX, 0);
  const image = readImage(fields, folder);
  const tiles = readTiles(fields, folder, budget);
  const offset = new Fields(fields.raw("tileoffset") ?? {}, fields.where);
  const across = image ? count(image.width, tileWidth, margin, spacing) : 0;
  const down = image ? count(image.height, tileHeight, margin, spacing) : 0;
  let localEnd = fields.integer(
    "tilecount",
    0,
    LOCAL_ID_MAX,
    Math.min(across * down, LOCAL_ID_MAX),
  );
  // A collection of images may have gaps, so its count says little about its ids.
  for (const id of tiles.keys()) localEnd = Math.max(localEnd, id + 1);
  return {
    firstGid,
    endGid: firstGid + localEnd,
    name: fields.text("name", ""),
    className: fields.text("class", ""),
    source,
    tileWidth,
    tileHeight,
    columns: fields.integer("columns", 0, LOCAL_ID_MAX, across),
    margin,
    spacing,
    objectAlignment: fields.word("objectalignment", ALIGNMENTS, "unspecified"),
    tileOffsetX: offset.number("x", 0),
    tileOffsetY: offset.number("y", 0),
    image,
    properties: readProperties(fields, budget.limits.depthMax),
    tiles,
  };
}

/** How many tiles fit along a side of the image. */
function count(length: number, tile: number, margin: number, spacing: number): number {
  return tile > 0 ? Math.max(0, Math.floor((length - 2 * margin + spacing) / (tile + spacing))) : 0;
}

function readTiles(fields: Fields, folder: string, budget: Budget): ReadonlyMap<number, Tile> {
  const tiles = new Map<number, Tile>();
  for (const value of fields.list("tiles")) {
    const id = new Fields(value, `${fields.where} tile`).integer("id", 0, LOCAL_ID_MAX - 1);
    const tile = new Fields(value, `${fields.where} tile ${id}`);
    if (tiles.has(id)) throw new TiledError("invalid", tile.where, "is described twice");
    const shapes = new Fields(tile.raw("objectgroup") ?? {}, tile.where);
    tiles.set(id, {
      id,
      className: tile.text("type", tile.text("class", "")),
      properties: readProperties(tile, budget.limits.depthMax),
      shapes: readObjects(shapes, budget, undefined, 0, 0),
      animation: tile.list("animation").map((step) => {
        const frame = new Fields(step, `${tile.where} animation`);
        return {
          tileId: frame.integer("tileid", 0, LOCAL_ID_MAX - 1),
          durationMs: frame.integer("duration", 0, PIXELS_MAX),
        };
      }),
      image: readImage(tile, folder),
    });
  }
  return tiles;
}

function readImage(fields: Fields, folder: string): TileImage | undefined {
  if (!fields.has("image")) return undefined;
  return {
    path: joinPath(folder, fields.text("image")),
    width: fields.integer("imagewidth", 0, PIXELS_MAX, 0),
    height: fields.integer("imageheight", 0, PIXELS_MAX, 0),
  };
}

/** The path of a file that another file names, with `x/..` taken out. */
function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (folder + path).split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
