import { isDeepStrictEqual } from "node:util";
import { TiledError, type Random, type TileMap } from "@realmwright/core";
import { readTiledMap, type TiledPorts } from "@realmwright/core/internal";
import { inflate } from "@realmwright/server/internal";
import { mutateBytes } from "../support/byte-mutation.ts";
import { jsonText } from "../support/json-text.ts";
import { isPolluted } from "../support/same.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { mutateTree, treeOf } from "../support/tree.ts";
import { addFault, faultyText } from "./map-faults.ts";
import { mapSample, packed, type Json, type MapSample } from "./map-sample.ts";
import { mapElement, mutateElement, tilesetElement, xmlText } from "./xml-tree.ts";

const MIB = 1024 * 1024;

/** Small, so that hostile sizes are cheap to refuse. */
const limits = {
  fileSizeMax: MIB,
  sideMax: 64,
  tilesMax: 8192,
  layersMax: 16,
  depthMax: 6,
  objectsMax: 200,
  tilesetsMax: 4,
  elementsMax: 3000,
};

const utf8 = new TextEncoder();
const formats = ["json", "xml"] as const;
type Format = (typeof formats)[number];

/** Compressed layers of 8 MiB of nothing. */
const bombs = (["zlib", "gzip", "zstd"] as const).map((compression) => ({
  compression,
  data: packed(new Uint8Array(8 * MIB), compression).toString("base64"),
}));

/** The reader of Tiled maps in both formats, with their tilesets and compressed layers. */
export class MapTarget implements Target {
  readonly name = "map";
  readonly share = 0.05;
  readonly headersMin = 0.2;

  async one(random: Random): Promise<Outcome> {
    const choice = random.unit();
    if (choice < 0.1) return await checkFormats(mapSample(random));
    const format = random.pick(formats);
    if (choice < 0.3) return await checkFault(format, random);
    const sample = mapSample(random);
    const files = Object.entries(sample.files).map(([name, file]): [string, Uint8Array] => [
      name,
      random.chance(0.3) ? damaged(file, formatOf(name), random) : whole(file, formatOf(name)),
    ]);
    const input = inputOf(sample.map, format, random);
    const reason = await read(input, portsOf(new Map(files)), input);
    if (isPolluted()) throw new Finding("a prototype was changed", input);
    return { bytes: input.length, headers: isAtRoot(reason) ? 0 : 1, reason };
  }

  replay(input: Uint8Array): Promise<string | undefined> {
    return read(input, portsOf(new Map()), input);
  }
}

function formatOf(name: string): Format {
  return name.endsWith("x") ? "xml" : "json";
}

function whole(file: Json, format: Format): Uint8Array {
  if (format === "json") return utf8.encode(JSON.stringify(file));
  const isMap = file["type"] === "map";
  return utf8.encode(xmlText(isMap ? mapElement(file) : tilesetElement(file)));
}

/** A map with one fault and no other is refused. */
async function checkFault(format: Format, random: Random): Promise<Outcome> {
  const { map, files } = mapSample(random, true);
  const isInText = random.chance(0.2);
  if (!isInText) addFault(map, random);
  const text = new TextDecoder().decode(whole(map, format));
  const input = utf8.encode(isInText ? faultyText(text, random) : text);
  const named = Object.entries(files).map(
    ([name, file]) => [name, whole(file, formatOf(name))] as const,
  );
  const reason = await read(input, portsOf(new Map(named)), input);
  if (reason === undefined) throw new Finding("a map with a fault was taken", input);
  return { bytes: input.length, headers: isAtRoot(reason) ? 0 : 1, reason };
}

/** A map with tiles that are not what they seem, or changed anyhow. */
function inputOf(map: Json, format: Format, random: Random): Uint8Array {
  if (random.chance(0.7)) return damaged(map, format, random);
  damageData(map, random);
  return whole(map, format);
}

/** A file changed as a tree or as bytes. */
function damaged(file: Json, format: Format, random: Random): Uint8Array {
  const choice = random.unit();
  if (choice < 0.15) return whole(file, format);
  if (choice < 0.35) {
    const other = whole(mapSample(random).map, format);
    return mutateBytes(whole(file, format), random, other);
  }
  if (format === "json") {
    return utf8.encode(
      jsonText(mutateTree(treeOf(file), random, treeOf(mapSample(random).map)), random),
    );
  }
  const root = file["type"] === "map" ? mapElement(file) : tilesetElement(file);
  for (let times = random.integer(1, 3); times > 0; times--) mutateElement(root, random);
  return utf8.encode(xmlText(root));
}

/** Makes the first layer lie about its tiles: damaged, cut, under another name, or far too many. */
function damageData(map: Json, random: Random): void {
  const [layer] = map["layers"] as [Json];
  const bomb = random.pick(bombs);
  const data = layer["data"];
  if (typeof data !== "string" || random.chance(0.05)) {
    Object.assign(layer, { encoding: "base64", ...bomb });
    return;
  }
  const bytes = Buffer.from(data, "base64");
  layer["data"] = Buffer.from(mutateBytes(bytes, random, bytes)).toString("base64");
  if (random.chance(0.2)) layer["data"] = data.slice(0, random.integer(0, data.length));
  if (random.chance(0.2)) layer["compression"] = random.pick(["zlib", "gzip", "zstd", "lzma", ""]);
}

function portsOf(files: ReadonlyMap<string, Uint8Array>): TiledPorts {
  return {
    load: (name) => {
      const file = files.get(name);
      return file === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(file);
    },
    inflate,
  };
}

/** Both formats of a valid map are the same map. */
async function checkFormats({ map, files }: MapSample): Promise<Outcome> {
  const named = Object.entries(files).map(
    ([name, file]) => [name, whole(file, formatOf(name))] as const,
  );
  const ports = portsOf(new Map(named));
  const [json, xml] = formats.map((format) => whole(map, format)) as [Uint8Array, Uint8Array];
  const maps: TileMap[] = [];
  for (const input of [json, xml]) {
    try {
      maps.push(await readTiledMap(input, ports, limits));
    } catch (error) {
      throw new Finding("a valid map was refused", input, error);
    }
    check(maps.at(-1)!, input);
  }
  if (!isDeepStrictEqual(maps[0], maps[1])) throw new Finding("the formats differ", xml);
  return { bytes: json.length + xml.length, headers: 1, reason: undefined };
}

async function read(
  file: Uint8Array,
  ports: TiledPorts,
  input: Uint8Array,
): Promise<string | undefined> {
  try {
    check(await readTiledMap(file, ports, limits), input);
  } catch (error) {
    if (error instanceof Finding) throw error;
    if (!(error instanceof TiledError) || error.code !== "MAP_INVALID") {
      throw new Finding("an error of no catalogue", input, error);
    }
    return reasonOf(error);
  }
  return undefined;
}

/** Where it stands, where it matters, and what is wrong, without the map's own names and numbers. */
function reasonOf(error: TiledError): string {
  const problem = error.message
    .slice(error.message.indexOf(": ") + 2)
    .replace(`${error.where}: `, "");
  const place = error.where === "map" ? "map" : "inside";
  return `${error.reason} ${place} ${problem}`
    .replaceAll(/"[^"]*"/g, '"…"')
    .replaceAll(/-?\d[\d.]*/g, "#")
    .slice(0, 100);
}

function isAtRoot(reason: string | undefined): boolean {
  return reason?.split(" ")[1] === "map";
}

/** A map that was taken keeps its own promises. */
function check(map: TileMap, input: Uint8Array): void {
  const { width, height, tilesets, layers } = map;
  const fail = (problem: string): never => {
    throw new Finding(problem, input);
  };
  if (!(width >= 1 && width <= limits.sideMax && height >= 1 && height <= limits.sideMax)) {
    fail(`a map of ${width} × ${height}`);
  }
  if (layers.length > limits.layersMax || tilesets.length > limits.tilesetsMax) fail("too many");
  const holds = (gid: number): boolean =>
    gid === 0 || tilesets.some(({ firstGid, endGid }) => gid >= firstGid && gid < endGid);
  for (const layer of layers) {
    const { opacity, offsetX, offsetY, parallaxX, parallaxY } = layer;
    if (![opacity, offsetX, offsetY, parallaxX, parallaxY].every(Number.isFinite)) {
      fail("a layer that is nowhere");
    }
    if (layer.kind === "tiles") {
      if (layer.gids.length !== width * height) fail("a layer of another size");
      if (!layer.gids.every(holds)) fail("a tile of no tileset");
      continue;
    }
    for (const { x, y, width: w, height: h, points, gid } of layer.objects) {
      if (![x, y, w, h, ...points].every(Number.isFinite)) fail("an object that is nowhere");
      if (!holds(gid)) fail("an object's tile of no tileset");
    }
  }
}
