import {
  collisionGrid,
  reachable,
  RealmError,
  type CollisionGrid,
  type Files,
  type MapObject,
  type TileMap,
} from "realmwright";
import type { NpcArea } from "realmwright/kits";
import { isMonsterName, type MonsterName } from "./monsters.ts";

/** Lengths are tiles. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Walking into it leads to another room. */
export interface Door extends Rectangle {
  readonly to: string;
  /** Name of the arrival point there. */
  readonly spawn: string;
}

export interface VillagerPlace extends Place {
  readonly name: string;
  readonly look: string;
  readonly says: string;
}

/** What the rules need of a Tiled map. */
export interface RealmMap {
  /** What bodies walk on. */
  readonly grid: CollisionGrid;
  /** What eyes and arrows pass: as `grid`, but over water they do. */
  readonly sight: CollisionGrid;
  readonly doors: readonly Door[];
  /** 1 for each cell that can be walked to from `start`, row by row. */
  readonly reach: Uint8Array;
  /** By name; there is always `start`. */
  readonly spawns: ReadonlyMap<string, Place>;
  readonly monsters: readonly NpcArea<MonsterName>[];
  readonly villagers: readonly VillagerPlace[];
  /** Where nobody may be harmed. */
  readonly safe: readonly Rectangle[];
}

/** Names of the tiles that stop feet but not arrows. */
const waters: ReadonlySet<unknown> = new Set(["water", "depths"]);

/** Reads a map of the game's assets. Throws `MAP_INVALID` for one that the rules cannot work with. */
export async function loadRealmMap(files: Files, path: string): Promise<RealmMap> {
  return readRealmMap(await files.map(path), path);
}

export function readRealmMap(map: TileMap, where: string): RealmMap {
  const reader = new Reader(map, where);
  const spawns = new Map<string, Place>();
  for (const object of reader.objects("spawn")) spawns.set(object.name, reader.place(object));
  const start = spawns.get("start");
  if (start === undefined) throw reader.invalid('there is no spawn named "start"');
  const grid = collisionGrid(map);
  return {
    grid,
    reach: reachable(grid, start.x, start.y),
    sight: collisionGrid(withoutWaters(map)),
    spawns,
    doors: reader.objects("door").map((object) => ({
      ...reader.rectangle(object),
      to: reader.text(object, "to"),
      spawn: reader.text(object, "spawn"),
    })),
    monsters: reader.objects("monster-area").map((object) => reader.monsterArea(object)),
    villagers: reader.objects("npc").map((object) => ({
      ...reader.place(object),
      name: object.name,
      look: reader.text(object, "look"),
      says: reader.text(object, "says"),
    })),
    safe: reader
      .objects("area")
      .filter((object) => object.properties.get("safe") === true)
      .map((object) => reader.rectangle(object)),
  };
}

function withoutWaters(map: TileMap): TileMap {
  const tilesets = map.tilesets.map((tileset) => ({
    ...tileset,
    tiles: new Map(
      [...tileset.tiles].filter(([, tile]) => !waters.has(tile.properties.get("name"))),
    ),
  }));
  return { ...map, tilesets };
}

class Reader {
  readonly #map: TileMap;
  readonly #where: string;
  readonly #objects: readonly MapObject[];

  constructor(map: TileMap, where: string) {
    this.#map = map;
    this.#where = where;
    this.#objects = map.layers.flatMap((layer) => (layer.kind === "objects" ? layer.objects : []));
  }

  invalid(problem: string): RealmError {
    return new RealmError("MAP_INVALID", { detail: `${this.#where}: ${problem}` });
  }

  objects(className: string): readonly MapObject[] {
    return this.#objects.filter((object) => object.className === className);
  }

  place(object: MapObject): Place {
    return { x: object.x / this.#map.tileWidth, y: object.y / this.#map.tileHeight };
  }

  rectangle(object: MapObject): Rectangle {
    const { tileWidth, tileHeight } = this.#map;
    if (!(object.width > 0 && object.height > 0)) {
      throw this.invalid(`${object.className} "${object.name}" must be a rectangle`);
    }
    return {
      ...this.place(object),
      width: object.width / tileWidth,
      height: object.height / tileHeight,
    };
  }

  text(object: MapObject, property: string): string {
    const value = object.properties.get(property);
    if (typeof value === "string") return value;
    throw this.invalid(`${object.className} "${object.name}" needs a text property "${property}"`);
  }

  monsterArea(object: MapObject): NpcArea<MonsterName> {
    const kind = object.properties.get("monster");
    if (!isMonsterName(kind)) {
      throw this.invalid(`area "${object.name}": there is no monster ${JSON.stringify(kind)}`);
    }
    return {
      ...this.rectangle(object),
      kind,
      count: this.#whole(object, "count", 200),
      level: this.#whole(object, "level", 20),
    };
  }

  #whole(object: MapObject, property: string, max: number): number {
    const value = object.properties.get(property);
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) {
      return value;
    }
    throw this.invalid(`area "${object.name}": "${property}" must be a whole number, 1 to ${max}`);
  }
}

export function contains(area: Rectangle, x: number, y: number): boolean {
  return x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height;
}
