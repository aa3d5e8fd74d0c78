import {
  collisionGrid,
  type CollisionGrid,
  type MapObject,
  type Properties,
  type TileLayer,
  type TileMap,
} from "realmwright";
import { reviveMap } from "realmwright/client";

export interface TileFrame {
  readonly gid: number;
  readonly durationMs: number;
}

/** A rectangle or a point of the map, in tiles. */
export interface MapThing {
  readonly kind: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Properties;
}

/** A map as the client needs it. */
export interface MapData {
  readonly width: number;
  readonly height: number;
  /** Side of a tile in pixels of the art. */
  readonly tilePx: number;
  readonly properties: Properties;
  readonly tilesets: TileMap["tilesets"];
  readonly grids: readonly TileLayer[];
  readonly things: readonly MapThing[];
  /** Frames of the tiles that move, by gid. */
  readonly moving: ReadonlyMap<number, readonly TileFrame[]>;
  /** What bodies walk on, the same as the server's. */
  readonly collision: CollisionGrid;
}

/** Reads a map as the server's `/maps/` gives it. Throws for what is no map. */
export function readMap(json: unknown): MapData {
  const map = reviveMap(json);
  const grids: TileLayer[] = [];
  const things: MapThing[] = [];
  for (const layer of map.layers) {
    if (layer.kind === "tiles") grids.push(layer);
    else for (const object of layer.objects) things.push(thingOf(object, map));
  }
  const moving = new Map<number, readonly TileFrame[]>();
  for (const { firstGid, tiles } of map.tilesets) {
    for (const { id, animation } of tiles.values()) {
      if (animation.length < 2) continue;
      const frames = animation.map(({ tileId, durationMs }) => ({
        gid: firstGid + tileId,
        durationMs: Math.max(16, durationMs),
      }));
      moving.set(firstGid + id, frames);
    }
  }
  return {
    width: map.width,
    height: map.height,
    tilePx: map.tileWidth,
    properties: map.properties,
    tilesets: map.tilesets,
    grids,
    things,
    moving,
    collision: collisionGrid(map),
  };
}

function thingOf(object: MapObject, map: TileMap): MapThing {
  return {
    kind: object.className,
    name: object.name,
    x: object.x / map.tileWidth,
    y: object.y / map.tileHeight,
    width: object.width / map.tileWidth,
    height: object.height / map.tileHeight,
    properties: object.properties,
  };
}
