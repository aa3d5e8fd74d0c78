import type { Budget } from "./budget.ts";
import { TiledError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { splitFlips } from "./gids.ts";
import type { Inflate } from "./layer-data.ts";
import { readTileData } from "./layer-data.ts";
import { readObjects } from "./objects.ts";
import { readProperties } from "./properties.ts";
import type { Layer, ObjectLayer, TileLayer, Tileset } from "./tile-map.ts";

const LAYER_TYPES = ["tilelayer", "objectgroup", "imagelayer", "group"] as const;
const ID_MAX = 0x7fff_ffff;
const CHUNK_POSITION_MAX = 0x4000_0000;

type Common = Omit<TileLayer, "kind" | "gids" | "flips">;
type Inherited = Pick<
  Common,
  "groups" | "visible" | "opacity" | "offsetX" | "offsetY" | "parallaxX" | "parallaxY"
>;

/** A layer whose place among the groups is settled, its content yet unread. */
export interface FlatLayer {
  readonly kind: "tiles" | "objects";
  readonly fields: Fields;
  readonly common: Common;
}

/** In tiles of the editor. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const TOP: Inherited = {
  groups: [],
  visible: true,
  opacity: 1,
  offsetX: 0,
  offsetY: 0,
  parallaxX: 1,
  parallaxY: 1,
};

/** Layers from back to front, groups dissolved, image layers left out. */
export function flattenLayers(map: Fields, budget: Budget): FlatLayer[] {
  const flat: FlatLayer[] = [];
  collect(map, TOP, budget, flat);
  return flat;
}

function collect(parent: Fields, inherited: Inherited, budget: Budget, flat: FlatLayer[]): void {
  for (const value of parent.list("layers")) {
    const name = new Fields(value, "layer").text("name", "");
    const fields = new Fields(value, `layer "${[...inherited.groups, name].join("/")}"`);
    budget.takeLayer(fields.where);
    if (!fields.has("type")) throw new TiledError("invalid", fields.where, "has no type");
    const type = fields.word("type", LAYER_TYPES, "tilelayer");
    if (type === "imagelayer") continue;
    const own: Inherited = {
      groups: inherited.groups,
      visible: inherited.visible && fields.flag("visible", true),
      opacity: inherited.opacity * fields.number("opacity", 1),
      offsetX: inherited.offsetX + fields.number("offsetx", 0),
      offsetY: inherited.offsetY + fields.number("offsety", 0),
      parallaxX: inherited.parallaxX * fields.number("parallaxx", 1),
      parallaxY: inherited.parallaxY * fields.number("parallaxy", 1),
    };
    checkFinite(own, fields.where);
    if (type === "group") {
      if (inherited.groups.length >= budget.limits.depthMax) {
        throw new TiledError("too-large", fields.where, "groups are nested too deeply");
      }
      collect(fields, { ...own, groups: [...own.groups, name] }, budget, flat);
      continue;
    }
    const common: Common = {
      ...own,
      id: fields.integer("id", 0, ID_MAX, 0),
      name,
      className: fields.text("class", ""),
      properties: readProperties(fields, budget.limits.depthMax),
    };
    flat.push({ kind: type === "tilelayer" ? "tiles" : "objects", fields, common });
  }
}

/** Groups add up and multiply, beyond all numbers if they are made to. */
function checkFinite(own: Inherited, where: string): void {
  const { opacity, offsetX, offsetY, parallaxX, parallaxY } = own;
  if ([opacity, offsetX, offsetY, parallaxX, parallaxY].every(Number.isFinite)) return;
  throw new TiledError("invalid", where, "with the groups around it, it is beyond all numbers");
}

/** The smallest box around the chunks of all layers of an infinite map. */
export function boundsOfChunks(layers: readonly FlatLayer[]): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { fields } of layers) {
    for (const chunk of fields.list("chunks")) {
      const { x, y, width, height } = readChunk(chunk, fields.where);
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + height);
    }
  }
  if (right < left) throw new TiledError("invalid", "map", "is infinite and has no chunks");
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export interface LayerContext {
  readonly bounds: Bounds;
  readonly infinite: boolean;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tilesets: readonly Tileset[];
  readonly budget: Budget;
  readonly inflate: Inflate;
}

/** Reads a layer's content. */
export async function readLayer(layer: FlatLayer, context: LayerContext): Promise<Layer> {
  return layer.kind === "tiles" ? readTiles(layer, context) : readThings(layer, context);
}

function readThings({ fields, common }: FlatLayer, context: LayerContext): ObjectLayer {
  const { bounds, budget, tilesets } = context;
  const dx = bounds.x === 0 ? 0 : -bounds.x * context.tileWidth;
  const dy = bounds.y === 0 ? 0 : -bounds.y * context.tileHeight;
  return { kind: "objects", ...common, objects: readObjects(fields, budget, tilesets, dx, dy) };
}

async function readTiles(layer: FlatLayer, context: LayerContext): Promise<TileLayer> {
  const { fields, common } = layer;
  const { bounds, budget, inflate } = context;
  const count = bounds.width * bounds.height;
  budget.takeTiles(count, fields.where);
  let gids: Uint32Array;
  if (context.infinite) {
    gids = await readChunks(fields, context);
  } else {
    for (const side of ["width", "height"] as const) {
      if (fields.number(side, bounds[side]) !== bounds[side]) {
        throw new TiledError("invalid", fields.where, `its ${side} is not the map's`);
      }
    }
    gids = await readTileData(fields, fields, count, inflate);
  }
  return {
    kind: "tiles",
    ...common,
    gids,
    flips: splitFlips(gids, context.tilesets, fields.where),
  };
}

async function readChunks(fields: Fields, context: LayerContext): Promise<Uint32Array> {
  const { bounds, budget, inflate } = context;
  const gids = new Uint32Array(bounds.width * bounds.height);
  for (const value of fields.list("chunks")) {
    const chunk = readChunk(value, fields.where);
    const chunkFields = new Fields(value, `${fields.where} chunk ${chunk.x},${chunk.y}`);
    budget.takeTiles(chunk.width * chunk.height, chunkFields.where);
    const tiles = await readTileData(chunkFields, fields, chunk.width * chunk.height, inflate);
    for (let row = 0; row < chunk.height; row++) {
      const from = row * chunk.width;
      const to = (chunk.y - bounds.y + row) * bounds.width + (chunk.x - bounds.x);
      gids.set(tiles.subarray(from, from + chunk.width), to);
    }
  }
  return gids;
}

function readChunk(value: unknown, where: string): Bounds {
  const fields = new Fields(value, `${where} chunk`);
  return {
    x: fields.integer("x", -CHUNK_POSITION_MAX, CHUNK_POSITION_MAX),
    y: fields.integer("y", -CHUNK_POSITION_MAX, CHUNK_POSITION_MAX),
    width: fields.integer("width", 1, CHUNK_POSITION_MAX),
    height: fields.integer("height", 1, CHUNK_POSITION_MAX),
  };
}
