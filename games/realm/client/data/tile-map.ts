import type { MapObject, Properties, TileMap } from "realmwright";

type Json = Readonly<Record<string, unknown>>;

/**
 * Makes the server's JSON a map again, as it was before it was sent: where the map has typed arrays and `Map`s, its JSON
 * has lists and objects. Throws for what is no map.
 */
export function reviveMap(json: unknown): TileMap {
  const map = json as Json;
  if (typeof map !== "object" || map === null || !(Number(map["width"]) > 0)) {
    throw new TypeError("the server sent no map");
  }
  return {
    ...map,
    properties: properties(map["properties"]),
    tilesets: list(map["tilesets"]).map((set) => ({
      ...set,
      properties: properties(set["properties"]),
      tiles: new Map(list(set["tiles"]).map((tile) => [tile["id"], reviveTile(tile)])),
    })),
    layers: list(map["layers"]).map(reviveLayer),
  } as unknown as TileMap;
}

function reviveTile(tile: Json): unknown {
  return {
    ...tile,
    properties: properties(tile["properties"]),
    shapes: list(tile["shapes"]).map(reviveObject),
    animation: list(tile["animation"]),
  };
}

function reviveLayer(layer: Json): unknown {
  const common = { ...layer, properties: properties(layer["properties"]) };
  if (layer["kind"] === "objects") {
    return { ...common, objects: list(layer["objects"]).map(reviveObject) };
  }
  const { gids, flips } = layer as { gids: number[]; flips?: number[] };
  return {
    ...common,
    gids: Uint32Array.from(gids),
    flips: flips === undefined ? undefined : Uint8Array.from(flips),
  };
}

function reviveObject(object: Json): MapObject {
  return {
    ...object,
    points: Float64Array.from((object["points"] ?? []) as number[]),
    properties: properties(object["properties"]),
  } as unknown as MapObject;
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function properties(value: unknown): Properties {
  return new Map(Object.entries((value ?? {}) as Json)) as Properties;
}
