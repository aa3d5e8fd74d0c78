/** A custom property. Colours and files are strings, object references the object's id; classes are maps. */
export type PropertyValue = string | number | boolean | readonly PropertyValue[] | Properties;
export type Properties = ReadonlyMap<string, PropertyValue>;

/** Bits of `TileLayer.flips` and `MapObject.flips`. A diagonal flip (x and y swapped) comes before the others. */
export const FLIP_X = 1;
export const FLIP_Y = 2;
export const FLIP_DIAGONAL = 4;

/** An orthogonal Tiled map. Lengths are pixels of the map unless they are said to be tiles. */
export interface TileMap {
  /** In tiles. */
  readonly width: number;
  /** In tiles. */
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /**
   * Where tile (0, 0) of this model lies in the editor, in tiles. Zero, except for infinite maps, whose box of
   * chunks is moved so that it starts at (0, 0); objects are moved along.
   */
  readonly originX: number;
  readonly originY: number;
  readonly className: string;
  /** `#rrggbb` or `#aarrggbb` as in the file, or empty. */
  readonly backgroundColor: string;
  readonly properties: Properties;
  /** By rising `firstGid`. */
  readonly tilesets: readonly Tileset[];
  /** From back to front. Groups are dissolved into their members; image layers are left out. */
  readonly layers: readonly Layer[];
}

export type Layer = TileLayer | ObjectLayer;

interface LayerCommon {
  readonly id: number;
  readonly name: string;
  readonly className: string;
  /** Names of the groups around it, outermost first. */
  readonly groups: readonly string[];
  /** False also when a group around it is hidden. */
  readonly visible: boolean;
  /** 0 to 1, multiplied by that of the groups around it. */
  readonly opacity: number;
  /** Displacement in pixels, added to that of the groups around it. Not contained in object positions. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Multiplied by that of the groups around it; 1 moves with the map. */
  readonly parallaxX: number;
  readonly parallaxY: number;
  /** The layer's own. */
  readonly properties: Properties;
}

export interface TileLayer extends LayerCommon {
  readonly kind: "tiles";
  /** Row by row, `map.width * map.height` entries; 0 is empty. Without flip bits. */
  readonly gids: Uint32Array;
  /** Flip bits for each tile, or none where the layer has no flipped tile. */
  readonly flips: Uint8Array | undefined;
}

export interface ObjectLayer extends LayerCommon {
  readonly kind: "objects";
  /** In the file's order. */
  readonly objects: readonly MapObject[];
}

export type ObjectShape =
  | "rectangle"
  | "ellipse"
  | "capsule"
  | "point"
  | "polygon"
  | "polyline"
  | "text"
  | "tile";

/** In an object layer: map pixels. As a tile's collision shape: pixels of the tile's image. */
export interface MapObject {
  readonly id: number;
  readonly name: string;
  /** The object's class (called "type" in most versions of Tiled). */
  readonly className: string;
  readonly shape: ObjectShape;
  /** Top left corner; for a tile object see `Tileset.objectAlignment`; for points and polygons their origin. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Degrees, clockwise around (x, y). */
  readonly rotation: number;
  readonly visible: boolean;
  readonly opacity: number;
  /** Of a polygon or polyline: x0, y0, x1, y1 … relative to (x, y). Else empty. */
  readonly points: Float64Array;
  /** Of a tile object; else 0. */
  readonly gid: number;
  readonly flips: number;
  /** Of a text object; else empty. */
  readonly text: string;
  readonly properties: Properties;
}

/** Which point of a tile object (x, y) is. `unspecified` means `bottomleft`. */
export type ObjectAlignment =
  | "unspecified"
  | "topleft"
  | "top"
  | "topright"
  | "left"
  | "center"
  | "right"
  | "bottomleft"
  | "bottom"
  | "bottomright";

export interface Tileset {
  readonly firstGid: number;
  /** Gids of this tileset lie from `firstGid` up to, without, `endGid`. */
  readonly endGid: number;
  readonly name: string;
  readonly className: string;
  /** File name of an external tileset as the map gives it, or empty. */
  readonly source: string;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Columns of the image; 0 for a collection of images. */
  readonly columns: number;
  readonly margin: number;
  readonly spacing: number;
  readonly objectAlignment: ObjectAlignment;
  /** Displacement of its tiles when drawn. */
  readonly tileOffsetX: number;
  readonly tileOffsetY: number;
  readonly image: TileImage | undefined;
  readonly properties: Properties;
  /** Tiles with something to say, by local id (`gid - firstGid`). */
  readonly tiles: ReadonlyMap<number, Tile>;
}

export interface TileImage {
  /** Path relative to the map's folder. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

export interface Tile {
  readonly id: number;
  readonly className: string;
  readonly properties: Properties;
  /** Collision shapes, in pixels of the tile's image. */
  readonly shapes: readonly MapObject[];
  readonly animation: readonly TileFrame[];
  /** Of a tile in a collection of images. */
  readonly image: TileImage | undefined;
}

export interface TileFrame {
  /** Local id. */
  readonly tileId: number;
  readonly durationMs: number;
}

/** The tileset that a gid (without flip bits) belongs to; none for 0 and for gids of no tileset. */
export function tilesetOf(map: Pick<TileMap, "tilesets">, gid: number): Tileset | undefined {
  let low = 0;
  let high = map.tilesets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (map.tilesets[middle]!.firstGid <= gid) low = middle + 1;
    else high = middle;
  }
  const tileset = map.tilesets[low - 1];
  return tileset !== undefined && gid < tileset.endGid ? tileset : undefined;
}

/** What the tileset says about a tile; none when it says nothing. */
export function tileOf(map: Pick<TileMap, "tilesets">, gid: number): Tile | undefined {
  const tileset = tilesetOf(map, gid);
  return tileset?.tiles.get(gid - tileset.firstGid);
}
