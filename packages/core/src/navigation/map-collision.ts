import { TiledError } from "../tiled/errors.ts";
import type {
  MapObject,
  ObjectLayer,
  Properties,
  Tile,
  TileLayer,
  TileMap,
  Tileset,
} from "../tiled/tile-map.ts";
import { FLIP_DIAGONAL, FLIP_X, FLIP_Y, tilesetOf } from "../tiled/tile-map.ts";
import { CollisionGrid } from "./collision-grid.ts";
import { ObjectArea } from "./object-shape.ts";

/** What blocks besides what the map itself marks. */
export interface CollisionRules {
  /** Asked once for each gid of each layer. */
  tile?(gid: number, layer: TileLayer): boolean;
  object?(object: MapObject, layer: ObjectLayer): boolean;
}

/** Tests of a point against a shape that one map may cost: about a second. */
const TESTS_MAX = 1 << 26;
const BLOCKING_PROPERTIES = ["collides", "solid", "collision"] as const;
const BLOCKING_NAMES: ReadonlySet<string> = new Set(["collision", "wall"]);

/**
 * The grid of a map, one cell for each tile. A cell is blocked by
 * - a tile in it that has a property `collides`, `solid` or `collision` of true, or the class `collision` or `wall`;
 * - any tile in it of a layer that is named `collision`, or has such a class or property;
 * - a tile's collision shape that covers the middle of the cell, flips and tiles larger than a cell included;
 * - an object with such a class or property, or of such a tile, or of a tile with such a shape, that covers the
 *   middle of the cell (rectangle, ellipse, capsule, polygon, turned or not);
 * - a polyline object with such a class or property that passes through it, or the middle line of such a rectangle
 *   that is thinner than a cell.
 *
 * Hidden layers count, since that is how collisions are often drawn; layers with parallax are scenery and do not.
 * Throws `TiledError` with reason `too-large` for a map whose shapes would take unreasonably long.
 */
export function collisionGrid(map: TileMap, rules: CollisionRules = {}): CollisionGrid {
  const builder = new Builder(map, rules);
  for (const layer of map.layers) {
    if (layer.parallaxX !== 1 || layer.parallaxY !== 1) continue;
    if (layer.kind === "tiles") builder.addTiles(layer);
    else builder.addObjects(layer);
  }
  return new CollisionGrid(map.width, map.height, builder.cells);
}

interface Marked {
  readonly className: string;
  readonly properties: Properties;
}

function isMarked(thing: Marked | undefined): boolean {
  if (!thing) return false;
  return (
    BLOCKING_NAMES.has(thing.className.toLowerCase()) ||
    BLOCKING_PROPERTIES.some((name) => thing.properties.get(name) === true)
  );
}

class Builder {
  readonly cells: Uint8Array;
  readonly #map: TileMap;
  readonly #rules: CollisionRules;
  #tests = 0;

  constructor(map: TileMap, rules: CollisionRules) {
    this.#map = map;
    this.#rules = rules;
    this.cells = new Uint8Array(map.width * map.height);
  }

  addTiles(layer: TileLayer): void {
    const { width } = this.#map;
    const all = layer.name.toLowerCase() === "collision" || isMarked(layer);
    /** By flips and gid: the cells that a tile blocks, as dx, dy from its own. */
    const stamps = new Map<number, readonly number[]>();
    for (let i = 0; i < layer.gids.length; i++) {
      const gid = layer.gids[i]!;
      if (gid === 0) continue;
      const flips = layer.flips?.[i] ?? 0;
      const key = gid * 8 + flips;
      let stamp = stamps.get(key);
      if (!stamp) {
        stamp = this.#stamp(gid, flips, layer, all);
        stamps.set(key, stamp);
      }
      const x = i % width;
      const y = Math.floor(i / width);
      for (let s = 0; s < stamp.length; s += 2) this.#block(x + stamp[s]!, y + stamp[s + 1]!);
    }
  }

  addObjects(layer: ObjectLayer): void {
    const { tileWidth, tileHeight } = this.#map;
    for (const object of layer.objects) {
      const tileset = tilesetOf(this.#map, object.gid);
      const tile = tileset?.tiles.get(object.gid - tileset.firstGid);
      const blocks =
        isMarked(object) || isMarked(tile) || this.#rules.object?.(object, layer) === true;
      const area = new ObjectArea(object, tileset?.objectAlignment ?? "unspecified");
      const shapes = blocks || !tileset || !tile ? undefined : new TileShapes(tileset, tile);
      if (!blocks && (!shapes || shapes.areas.length === 0)) continue;
      this.#fill(layer, object, area, shapes);
      if (!blocks) continue;
      const spine = area.spine(tileWidth, tileHeight);
      for (let i = 0; i + 3 < spine.length; i += 2) {
        this.#line(
          (spine[i]! + layer.offsetX) / tileWidth,
          (spine[i + 1]! + layer.offsetY) / tileHeight,
          (spine[i + 2]! + layer.offsetX) / tileWidth,
          (spine[i + 3]! + layer.offsetY) / tileHeight,
        );
      }
    }
  }

  /** Blocks the cells whose middle the area, or the shapes drawn into it, cover. */
  #fill(
    layer: ObjectLayer,
    object: MapObject,
    area: ObjectArea,
    shapes: TileShapes | undefined,
  ): void {
    const { width, height, tileWidth, tileHeight } = this.#map;
    const extent = area.extent();
    if (!extent) return;
    const left = Math.max(0, Math.floor((extent.left + layer.offsetX) / tileWidth));
    const right = Math.min(width - 1, Math.floor((extent.right + layer.offsetX) / tileWidth));
    const top = Math.max(0, Math.floor((extent.top + layer.offsetY) / tileHeight));
    const bottom = Math.min(height - 1, Math.floor((extent.bottom + layer.offsetY) / tileHeight));
    const cost = shapes ? shapes.cost : object.points.length / 2 + 1;
    this.#count(Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1) * cost);
    for (let cy = top; cy <= bottom; cy++) {
      for (let cx = left; cx <= right; cx++) {
        const x = (cx + 0.5) * tileWidth - layer.offsetX;
        const y = (cy + 0.5) * tileHeight - layer.offsetY;
        if (!area.contains(x, y)) continue;
        if (shapes) {
          const [u, v] = area.toLocal(x, y);
          if (!shapes.cover(u / object.width, v / object.height, object.flips)) continue;
        }
        this.cells[cy * width + cx] = 1;
      }
    }
  }

  /** The cells that a tile of a layer blocks, relative to its own. */
  #stamp(gid: number, flips: number, layer: TileLayer, all: boolean): readonly number[] {
    const { tileWidth, tileHeight } = this.#map;
    const tileset = tilesetOf(this.#map, gid);
    const tile = tileset?.tiles.get(gid - tileset.firstGid);
    const stamp: number[] = [];
    if (all || isMarked(tile) || this.#rules.tile?.(gid, layer) === true) {
      const dx = Math.floor(0.5 + layer.offsetX / tileWidth);
      const dy = Math.floor(0.5 + layer.offsetY / tileHeight);
      stamp.push(dx, dy);
    }
    if (!tileset || !tile || tile.shapes.length === 0) return stamp;
    const shapes = new TileShapes(tileset, tile);
    const turned = (flips & FLIP_DIAGONAL) !== 0;
    const width = turned ? shapes.height : shapes.width;
    const height = turned ? shapes.width : shapes.height;
    // A tile larger than its cell stands on the cell's bottom left corner.
    const left = layer.offsetX + tileset.tileOffsetX;
    const top = layer.offsetY + tileset.tileOffsetY + tileHeight - height;
    const columns = Math.ceil(width / tileWidth) + 1;
    const rows = Math.ceil(height / tileHeight) + 1;
    this.#count(columns * rows * shapes.cost);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const dx = Math.floor(left / tileWidth) + i;
        const dy = Math.floor(top / tileHeight) + j;
        const u = ((dx + 0.5) * tileWidth - left) / width;
        const v = ((dy + 0.5) * tileHeight - top) / height;
        if (shapes.cover(u, v, flips)) stamp.push(dx, dy);
      }
    }
    return stamp;
  }

  /** Blocks the cells that a line passes through, in cells. */
  #line(ax: number, ay: number, bx: number, by: number): void {
    const { width, height } = this.#map;
    const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by)));
    for (let cy = Math.max(0, Math.floor(Math.min(ay, by))); cy <= bottom; cy++) {
      const from = by === ay ? 0 : Math.min(Math.max((cy - ay) / (by - ay), 0), 1);
      const to = by === ay ? 1 : Math.min(Math.max((cy + 1 - ay) / (by - ay), 0), 1);
      const x0 = ax + (bx - ax) * from;
      const x1 = ax + (bx - ax) * to;
      const right = Math.min(width - 1, Math.floor(Math.max(x0, x1)));
      const left = Math.max(0, Math.floor(Math.min(x0, x1)));
      this.#count(2 + Math.max(0, right - left));
      for (let cx = left; cx <= right; cx++) this.#block(cx, cy);
    }
  }

  #block(x: number, y: number): void {
    const { width, height } = this.#map;
    if (x >= 0 && y >= 0 && x < width && y < height) this.cells[y * width + x] = 1;
  }

  #count(tests: number): void {
    this.#tests += tests;
    if (this.#tests <= TESTS_MAX) return;
    throw new TiledError("too-large", "map", "its collision shapes would take too long");
  }
}

/** The collision shapes of a tile, to be asked by place in the tile as it is drawn. */
class TileShapes {
  readonly width: number;
  readonly height: number;
  readonly areas: readonly ObjectArea[];
  /** Of one question. */
  readonly cost: number;

  constructor(tileset: Tileset, tile: Tile) {
    this.width = tile.image?.width || tileset.tileWidth;
    this.height = tile.image?.height || tileset.tileHeight;
    this.areas = tile.shapes.map((shape) => new ObjectArea(shape, "topleft"));
    this.cost = tile.shapes.reduce((sum, shape) => sum + 1 + shape.points.length / 2, 0);
  }

  /** Whether a shape covers the point (u, v), 0 to 1 from the top left corner of the tile as it is drawn. */
  cover(u: number, v: number, flips: number): boolean {
    if (!(u >= 0 && v >= 0 && u < 1 && v < 1)) return false;
    const acrossU = (flips & FLIP_X) === 0 ? u : 1 - u;
    const acrossV = (flips & FLIP_Y) === 0 ? v : 1 - v;
    const turned = (flips & FLIP_DIAGONAL) !== 0;
    const x = (turned ? acrossV : acrossU) * this.width;
    const y = (turned ? acrossU : acrossV) * this.height;
    return this.areas.some((area) => area.contains(x, y));
  }
}
