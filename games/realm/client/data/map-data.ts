export interface TileFrame {
  readonly gid: number;
  readonly durationMs: number;
}

/** What one tileset says about one of its tiles. */
export interface TileInfo {
  readonly name: string;
  readonly isSolid: boolean;
  readonly frames: readonly TileFrame[];
}

export interface MapTileset {
  readonly firstGid: number;
  /** Its gids lie below this. */
  readonly endGid: number;
  readonly columns: number;
  readonly margin: number;
  readonly spacing: number;
  /** Path below the assets. */
  readonly image: string;
}

export interface TileGrid {
  readonly name: string;
  /** Row by row; 0 is empty. */
  readonly gids: Uint32Array;
  /** 1 = mirrored left to right, 2 = upside down, 4 = first turned; none where no tile is. */
  readonly flips: Uint8Array | undefined;
}

/** A rectangle or a point of the map, in tiles. */
export interface MapThing {
  readonly kind: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: ReadonlyMap<string, unknown>;
}

/** A map as the server sends it. */
export interface MapData {
  readonly width: number;
  readonly height: number;
  /** Side of a tile in pixels of the art. */
  readonly tilePx: number;
  readonly properties: ReadonlyMap<string, unknown>;
  readonly tilesets: readonly MapTileset[];
  readonly grids: readonly TileGrid[];
  readonly things: readonly MapThing[];
  /** What is known about tiles, by gid; tiles without anything to say are left out. */
  readonly infos: ReadonlyMap<number, TileInfo>;
}

type Json = Readonly<Record<string, unknown>>;

const record = (value: unknown): Json =>
  typeof value === "object" && value !== null ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown, otherwise = 0): number =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;
const string = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads a map as the server's `/maps/` gives it. Throws for what is no map. */
export function readMap(json: unknown): MapData {
  const map = record(json);
  const width = number(map["width"]);
  const height = number(map["height"]);
  const tilePx = number(map["tileWidth"], 16);
  if (width < 1 || height < 1) throw new TypeError("the map has no size");
  const infos = new Map<number, TileInfo>();
  const tilesets = list(map["tilesets"]).map((set) => readTileset(record(set), infos));
  const grids: TileGrid[] = [];
  const things: MapThing[] = [];
  for (const value of list(map["layers"])) {
    const layer = record(value);
    if (layer["kind"] === "tiles") grids.push(readGrid(layer, width * height));
    for (const object of list(layer["objects"])) things.push(readThing(record(object), tilePx));
  }
  const properties = propertiesOf(map["properties"]);
  return { width, height, tilePx, properties, tilesets, grids, things, infos };
}

function readTileset(set: Json, infos: Map<number, TileInfo>): MapTileset {
  const firstGid = number(set["firstGid"], 1);
  for (const value of list(set["tiles"])) {
    const tile = record(value);
    const properties = propertiesOf(tile["properties"]);
    infos.set(firstGid + number(tile["id"]), {
      name: string(properties.get("name")),
      isSolid: properties.get("solid") === true,
      frames: list(tile["animation"]).map((frame) => ({
        gid: firstGid + number(record(frame)["tileId"]),
        durationMs: Math.max(16, number(record(frame)["durationMs"], 100)),
      })),
    });
  }
  return {
    firstGid,
    endGid: number(set["endGid"], firstGid),
    columns: Math.max(1, number(set["columns"], 1)),
    margin: number(set["margin"]),
    spacing: number(set["spacing"]),
    image: string(record(set["image"])["path"]),
  };
}

function readGrid(layer: Json, cells: number): TileGrid {
  const gids = Uint32Array.from({ length: cells }, (_, i) => number(list(layer["gids"])[i]));
  const turned = list(layer["flips"]);
  const flips = turned.length === 0 ? undefined : Uint8Array.from(turned, (flip) => number(flip));
  return { name: string(layer["name"]), gids, flips };
}

function readThing(object: Json, tilePx: number): MapThing {
  return {
    kind: string(object["className"]),
    name: string(object["name"]),
    x: number(object["x"]) / tilePx,
    y: number(object["y"]) / tilePx,
    width: number(object["width"]) / tilePx,
    height: number(object["height"]) / tilePx,
    properties: propertiesOf(object["properties"]),
  };
}

function propertiesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(record(value)));
}

/** The cells that block: any tile of any layer that is solid. */
export function solidCells(map: MapData): Uint8Array {
  const solid = new Uint8Array(map.width * map.height);
  for (const { gids } of map.grids) {
    for (let i = 0; i < solid.length; i++) {
      if (map.infos.get(gids[i]!)?.isSolid === true) solid[i] = 1;
    }
  }
  return solid;
}
