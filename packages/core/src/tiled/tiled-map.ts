import { Budget } from "./budget.ts";
import { TiledError } from "./errors.ts";
import { Fields } from "./fields.ts";
import type { Inflate } from "./layer-data.ts";
import type { Bounds, FlatLayer } from "./layers.ts";
import { boundsOfChunks, flattenLayers, readLayer } from "./layers.ts";
import type { TiledLimits } from "./limits.ts";
import { TILED_LIMITS } from "./limits.ts";
import { readProperties } from "./properties.ts";
import type { Layer, TileMap, Tileset } from "./tile-map.ts";
import { readFirstGid, readTileset } from "./tilesets.ts";
import { mapFromXml, tilesetFromXml } from "./tmx.ts";
import { parseXml } from "./xml.ts";

/** The platform decodes UTF-8 in browsers and in Node alike; the pure packages see no platform types. */
declare const TextDecoder: new (
  label: "utf-8",
  options: { fatal: true },
) => { decode(bytes: Uint8Array): string };

const PIXELS_MAX = 0xffff;

export interface TiledPorts {
  /**
   * Delivers an external tileset, named as the map names it (a path relative to the map). The name is foreign
   * input: it may hold `..`, and keeping it inside a folder is up to the loader. Absolute paths and addresses never
   * come here.
   */
  load(name: string): Promise<Uint8Array | string>;
  readonly inflate: Inflate;
}

/**
 * Reads a Tiled map, JSON (.tmj, .json) or XML (.tmx), orthogonal, finite or infinite, with its external tilesets.
 * Fails with a `TiledError`, whatever the bytes are.
 */
export async function readTiledMap(
  file: Uint8Array | string,
  ports: TiledPorts,
  limits: TiledLimits = TILED_LIMITS,
): Promise<TileMap> {
  const budget = new Budget(limits);
  const map = readRoot(file, "map", limits);
  const orientation = map.text("orientation", "orthogonal");
  if (orientation !== "orthogonal") {
    throw new TiledError("unsupported", "map", `${orientation} maps; only orthogonal ones`);
  }
  const tileWidth = map.integer("tilewidth", 1, PIXELS_MAX);
  const tileHeight = map.integer("tileheight", 1, PIXELS_MAX);
  const infinite = map.flag("infinite", false);
  const flat = flattenLayers(map, budget);
  const bounds = readBounds(map, infinite, flat, limits);
  const tilesets = await readTilesets(map, ports, budget);
  const layers: Layer[] = [];
  const context = { bounds, infinite, tileWidth, tileHeight, tilesets, budget, ...ports };
  for (const layer of flat) layers.push(await readLayer(layer, context));
  return {
    width: bounds.width,
    height: bounds.height,
    tileWidth,
    tileHeight,
    originX: bounds.x,
    originY: bounds.y,
    className: map.text("class", ""),
    backgroundColor: map.text("backgroundcolor", ""),
    properties: readProperties(map, limits.depthMax),
    tilesets,
    layers,
  };
}

function readBounds(
  map: Fields,
  infinite: boolean,
  layers: readonly FlatLayer[],
  limits: TiledLimits,
): Bounds {
  const bounds = infinite
    ? boundsOfChunks(layers)
    : {
        x: 0,
        y: 0,
        width: map.integer("width", 1, Number.MAX_SAFE_INTEGER),
        height: map.integer("height", 1, Number.MAX_SAFE_INTEGER),
      };
  if (bounds.width > limits.sideMax || bounds.height > limits.sideMax) {
    const size = `${bounds.width} × ${bounds.height}`;
    throw new TiledError("too-large", "map", `${size} tiles; ${limits.sideMax} a side at most`);
  }
  return bounds;
}

async function readTilesets(map: Fields, ports: TiledPorts, budget: Budget): Promise<Tileset[]> {
  const entries = map.list("tilesets");
  if (entries.length > budget.limits.tilesetsMax) {
    const problem = `more than ${budget.limits.tilesetsMax} tilesets`;
    throw new TiledError("too-large", "map", problem);
  }
  const tilesets: Tileset[] = [];
  for (const [index, value] of entries.entries()) {
    const entry = new Fields(value, `tileset ${index}`);
    const firstGid = readFirstGid(entry);
    const source = entry.text("source", "");
    const fields =
      source === ""
        ? new Fields(value, `tileset "${entry.text("name", "")}"`)
        : await loadTileset(source, ports, budget.limits);
    tilesets.push(readTileset(fields, firstGid, source, budget));
  }
  tilesets.sort((a, b) => a.firstGid - b.firstGid);
  for (const [i, tileset] of tilesets.entries()) {
    if (i > 0 && tilesets[i - 1]!.firstGid === tileset.firstGid) {
      const problem = `another tileset starts at ${tileset.firstGid} too`;
      throw new TiledError("invalid", `tileset "${tileset.name}"`, problem);
    }
  }
  return tilesets;
}

async function loadTileset(
  source: string,
  ports: TiledPorts,
  limits: TiledLimits,
): Promise<Fields> {
  const where = `tileset "${source}"`;
  // Such names only work on the machine of whoever drew the map, or reach for files that are none of its business.
  if (/^[/\\]|^[a-z][a-z0-9+.-]*:|[\0\r\n]/i.test(source)) {
    throw new TiledError("invalid", where, "is not named by a relative path");
  }
  let file: Uint8Array | string;
  try {
    file = await ports.load(source);
  } catch (error) {
    throw new TiledError("unloaded", where, "could not be loaded", error);
  }
  return readRoot(file, where, limits);
}

/** The map or tileset in a file of either format, as the JSON format has it. */
function readRoot(file: Uint8Array | string, where: string, limits: TiledLimits): Fields {
  if (file.length > limits.fileSizeMax) {
    throw new TiledError("too-large", where, `the file is larger than ${limits.fileSizeMax}`);
  }
  const kind = where === "map" ? "map" : "tileset";
  const text = readText(file, where);
  if (text.trimStart().startsWith("<")) {
    const root = parseXml(text, where, limits);
    if (root.name !== kind) throw new TiledError("invalid", where, `<${root.name}> is no ${kind}`);
    return new Fields(kind === "map" ? mapFromXml(root) : tilesetFromXml(root), where);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TiledError("invalid", where, "is neither XML nor JSON", error);
  }
  const root = new Fields(json, where);
  if (root.text("type", kind) !== kind) {
    throw new TiledError("invalid", where, `the file is no ${kind}`);
  }
  return root;
}

function readText(file: Uint8Array | string, where: string): string {
  if (typeof file === "string") return file.startsWith("\uFEFF") ? file.slice(1) : file;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch (error) {
    throw new TiledError("invalid", where, "is not UTF-8 text", error);
  }
}
