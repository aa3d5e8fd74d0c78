import {
  type Layer,
  type MapObject,
  type ObjectAlignment,
  type ObjectShape,
  type Properties,
  type PropertyValue,
  type Tile,
  TiledError,
  type TileImage,
  type TileMap,
  type Tileset,
} from "@realmwright/core";
import { JsonFields } from "./json-fields.ts";

/** As the server's reader of Tiled files bounds them. */
const sideMax = 4096;
const depthMax = 16;
const gidMax = 0x0fff_ffff;
const flipsMax = 7;

const shapes: readonly ObjectShape[] = [
  "rectangle",
  "ellipse",
  "capsule",
  "point",
  "polygon",
  "polyline",
  "text",
  "tile",
];
const alignments: readonly ObjectAlignment[] = [
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

/**
 * Makes a map of what a server answers at `/maps/<path>.json`: the one that its rooms read, so that `collisionGrid` gives
 * the very same cells. Images are named by their path below `/assets/`, and all tilesets stand inside.
 *
 * @param json the answer, parsed.
 * @throws TiledError (`MAP_INVALID`) with the place for what is no such map.
 */
export function reviveMap(json: unknown): TileMap {
  const map = new JsonFields(json, "map");
  const width = map.count("width", sideMax);
  const height = map.count("height", sideMax);
  return {
    width,
    height,
    tileWidth: map.number("tileWidth"),
    tileHeight: map.number("tileHeight"),
    originX: map.number("originX"),
    originY: map.number("originY"),
    className: map.text("className"),
    backgroundColor: map.text("backgroundColor"),
    properties: properties(map),
    tilesets: map.each("tilesets", tileset),
    layers: map.each("layers", (fields) => layer(fields, width * height)),
  };
}

function layer(fields: JsonFields, cells: number): Layer {
  const common = {
    id: fields.number("id"),
    name: fields.text("name"),
    className: fields.text("className"),
    groups: fields.texts("groups"),
    visible: fields.flag("visible"),
    opacity: fields.number("opacity"),
    offsetX: fields.number("offsetX"),
    offsetY: fields.number("offsetY"),
    parallaxX: fields.number("parallaxX"),
    parallaxY: fields.number("parallaxY"),
    properties: properties(fields),
  };
  if (fields.word("kind", ["tiles", "objects"]) === "objects") {
    return { ...common, kind: "objects", objects: fields.each("objects", object) };
  }
  const gids = Uint32Array.from(fields.numbers("gids", 0, gidMax, true));
  const flips = fields.has("flips")
    ? Uint8Array.from(fields.numbers("flips", 0, flipsMax, true))
    : undefined;
  if (gids.length !== cells || (flips !== undefined && flips.length !== cells)) {
    throw new TiledError("invalid", fields.where, `expected ${cells} tiles`);
  }
  return { ...common, kind: "tiles", gids, flips };
}

function object(fields: JsonFields): MapObject {
  return {
    id: fields.number("id"),
    name: fields.text("name"),
    className: fields.text("className"),
    shape: fields.word("shape", shapes),
    x: fields.number("x"),
    y: fields.number("y"),
    width: fields.number("width"),
    height: fields.number("height"),
    rotation: fields.number("rotation"),
    visible: fields.flag("visible"),
    opacity: fields.number("opacity"),
    points: Float64Array.from(fields.numbers("points", -Infinity, Infinity, false)),
    gid: fields.count("gid", gidMax),
    flips: fields.count("flips", flipsMax),
    text: fields.text("text"),
    properties: properties(fields),
  };
}

function tileset(fields: JsonFields): Tileset {
  const tiles = fields.each("tiles", tile);
  return {
    firstGid: fields.count("firstGid"),
    endGid: fields.count("endGid"),
    name: fields.text("name"),
    className: fields.text("className"),
    source: "",
    tileWidth: fields.number("tileWidth"),
    tileHeight: fields.number("tileHeight"),
    columns: fields.count("columns"),
    margin: fields.number("margin"),
    spacing: fields.number("spacing"),
    objectAlignment: fields.word("objectAlignment", alignments),
    tileOffsetX: fields.number("tileOffsetX"),
    tileOffsetY: fields.number("tileOffsetY"),
    image: fields.maybe("image", image),
    properties: properties(fields),
    tiles: new Map(tiles.map((one) => [one.id, one])),
  };
}

function tile(fields: JsonFields): Tile {
  return {
    id: fields.count("id"),
    className: fields.text("className"),
    properties: properties(fields),
    shapes: fields.each("shapes", object),
    animation: fields.each("animation", (frame) => ({
      tileId: frame.count("tileId"),
      durationMs: frame.number("durationMs"),
    })),
    image: fields.maybe("image", image),
  };
}

function image(fields: JsonFields): TileImage {
  return {
    path: fields.text("path"),
    width: fields.number("width"),
    height: fields.number("height"),
  };
}

function properties(fields: JsonFields): Properties {
  return propertiesOf(fields.object("properties"), 0);
}

function propertiesOf(fields: JsonFields, depth: number): Properties {
  const { where } = fields;
  return new Map(
    fields.entries().map(([name, value]) => [name, property(value, `${where} ${name}`, depth + 1)]),
  );
}

function property(value: unknown, where: string, depth: number): PropertyValue {
  if (depth > depthMax) throw new TiledError("too-large", where, "nested too deep");
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => property(item, where, depth + 1));
  return propertiesOf(new JsonFields(value, where), depth);
}
