import { posix } from "node:path";
import type {
  Layer,
  MapObject,
  Properties,
  PropertyValue,
  Tile,
  TileImage,
  TileMap,
  Tileset,
} from "@realmwright/core";

/**
 * A Tiled map as plain JSON, so that a client needs neither XML nor decompression: tile layers are arrays of gids, tilesets
 * stand inside, and every image is named by its path below `/assets/`. Names of fields are those of `TileMap`.
 *
 * @param path of the map below the assets' folder.
 */
export function mapJson(map: TileMap, path: string): Record<string, unknown> {
  const folder = posix.dirname(path);
  return {
    ...map,
    properties: propertiesJson(map.properties),
    tilesets: map.tilesets.map((tileset) => tilesetJson(tileset, folder)),
    layers: map.layers.map(layerJson),
  };
}

function tilesetJson(tileset: Tileset, folder: string): Record<string, unknown> {
  const { source: _, ...rest } = tileset;
  return {
    ...rest,
    image: imageJson(tileset.image, folder),
    properties: propertiesJson(tileset.properties),
    tiles: [...tileset.tiles.values()].map((tile) => tileJson(tile, folder)),
  };
}

function tileJson(tile: Tile, folder: string): Record<string, unknown> {
  return {
    ...tile,
    properties: propertiesJson(tile.properties),
    shapes: tile.shapes.map(objectJson),
    image: imageJson(tile.image, folder),
  };
}

function layerJson(layer: Layer): Record<string, unknown> {
  const common = { ...layer, properties: propertiesJson(layer.properties) };
  if (layer.kind === "objects") return { ...common, objects: layer.objects.map(objectJson) };
  return {
    ...common,
    gids: Array.from(layer.gids),
    flips: layer.flips === undefined ? undefined : Array.from(layer.flips),
  };
}

function objectJson(object: MapObject): Record<string, unknown> {
  return {
    ...object,
    points: Array.from(object.points),
    properties: propertiesJson(object.properties),
  };
}

function propertiesJson(properties: Properties): Record<string, unknown> {
  return Object.fromEntries([...properties].map(([name, value]) => [name, valueJson(value)]));
}

function valueJson(value: PropertyValue): unknown {
  if (typeof value !== "object") return value;
  return Array.isArray(value)
    ? (value as readonly PropertyValue[]).map(valueJson)
    : propertiesJson(value as Properties);
}

/** An image outside of the assets' folder can not be had; its path is left as it is. */
function imageJson(image: TileImage | undefined, folder: string): TileImage | undefined {
  if (image === undefined) return undefined;
  return { ...image, path: posix.normalize(posix.join(folder, image.path)) };
}
