import type { Random } from "@realmwright/core";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

/* Valid maps as Tiled writes them in JSON. */

export type Json = Record<string, unknown>;

export interface MapSample {
  readonly map: Json;
  /** External tilesets by the name under which the map asks for them. */
  readonly files: Readonly<Record<string, Json>>;
}

/** Gids that a layer may hold: none, those of the tilesets, one of them flipped. */
const GIDS = [0, 0, 1, 2, 5, 9, 101, 0x8000_0003, 0x6000_0001];

/** @param isFinite a map with an end; otherwise one in four has none. */
export function mapSample(random: Random, isFinite = false): MapSample {
  const isInfinite = !isFinite && random.chance(0.25);
  const width = random.integer(1, 9);
  const height = random.integer(1, 9);
  const files: Record<string, Json> = {};
  const map: Json = {
    type: "map",
    orientation: "orthogonal",
    ...(random.chance(0.5) ? { class: "Zone", backgroundcolor: "#336699" } : {}),
    width,
    height,
    tilewidth: random.pick([1, 8, 16]),
    tileheight: 16,
    infinite: isInfinite,
    properties: properties(random, 2),
    tilesets: [tileset(1, random), { firstgid: 101, ...external(files, random) }],
    layers: layers({ width, height, isInfinite }, random, 2),
  };
  return { map, files };
}

function external(files: Record<string, Json>, random: Random): Json {
  if (random.chance(0.5)) return tileset(101, random);
  const source = `sets/${random.pick(["a", "b"])}.${random.pick(["tsx", "tsj"])}`;
  const { firstgid: _, ...set } = tileset(101, random);
  files[source] = { type: "tileset", ...set };
  return { source };
}

function tileset(firstgid: number, random: Random): Json {
  return {
    firstgid,
    name: `set ${firstgid}`,
    tilewidth: 16,
    tileheight: 16,
    tilecount: 16,
    columns: 4,
    ...(random.chance(0.3) ? { spacing: 1, margin: 2, objectalignment: "topleft" } : {}),
    ...(random.chance(0.3) ? { tileoffset: { x: 3, y: -4 } } : {}),
    ...(random.chance(0.5) ? { image: "../img/a.png", imagewidth: 64, imageheight: 64 } : {}),
    properties: properties(random, 1),
    tiles: random.chance(0.5) ? [tile(random)] : [],
  };
}

function tile(random: Random): Json {
  return {
    id: random.integer(0, 15),
    type: "Wall",
    properties: properties(random, 1),
    ...(random.chance(0.5) ? { objectgroup: { objects: objects(random, false) } } : {}),
    ...(random.chance(0.3) ? { animation: [{ tileid: 1, duration: 100 }] } : {}),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly isInfinite: boolean;
}

function layers(size: Size, random: Random, depth: number): Json[] {
  const list: Json[] = [tileLayer(size, random)];
  for (let n = random.integer(0, 2); n > 0; n--) {
    const common = { id: random.integer(1, 99), name: 'l < & "é"', ...looks(random) };
    const choice = random.integer(0, depth > 0 ? 3 : 2);
    if (choice === 0) list.push(tileLayer(size, random));
    else if (choice === 1) list.push({ type: "imagelayer", image: "sky.png", ...common });
    else if (choice === 2) {
      list.push({ type: "objectgroup", objects: objects(random, true), ...common });
    } else {
      const inner = random.chance(0.7) ? layers(size, random, depth - 1) : [];
      list.push({ type: "group", layers: inner, ...common });
    }
  }
  return list;
}

function looks(random: Random): Json {
  if (random.chance(0.5)) return {};
  return { visible: false, opacity: 0.5, offsetx: 3, offsety: -2.5, parallaxx: 2 };
}

function tileLayer({ width, height, isInfinite }: Size, random: Random): Json {
  const encoding = encodingOf(random);
  const common = { type: "tilelayer", id: 1, name: "Ground", ...looks(random) };
  const more = { properties: properties(random, 1), ...encoding };
  if (!isInfinite) {
    return { ...common, ...more, width, height, data: tileData(width * height, encoding, random) };
  }
  const chunk = (x: number, y: number): Json => ({
    x,
    y,
    width: 4,
    height: 4,
    data: tileData(16, encoding, random),
  });
  return { ...common, ...more, chunks: [chunk(-4, 0), chunk(0, random.integer(-3, 3))] };
}

interface DataEncoding {
  readonly encoding?: "base64" | "csv";
  readonly compression?: "zlib" | "gzip" | "zstd";
}

function encodingOf(random: Random): DataEncoding {
  const choice = random.integer(0, 5);
  if (choice === 0) return {};
  if (choice === 1) return { encoding: "csv" };
  if (choice === 2) return { encoding: "base64" };
  return { encoding: "base64", compression: (["zlib", "gzip", "zstd"] as const)[choice - 3]! };
}

function tileData(count: number, { encoding, compression }: DataEncoding, random: Random): unknown {
  const gids = Array.from({ length: count }, () => random.pick(GIDS));
  if (encoding !== "base64") return gids;
  const bytes = new DataView(new ArrayBuffer(count * 4));
  for (const [i, gid] of gids.entries()) bytes.setUint32(i * 4, gid, true);
  return packed(new Uint8Array(bytes.buffer), compression).toString("base64");
}

/** Compressed as a layer says it is. */
export function packed(bytes: Uint8Array, compression: string | undefined): Buffer {
  switch (compression) {
    case "zlib":
      return deflateSync(bytes);
    case "gzip":
      return gzipSync(bytes);
    case "zstd":
      return zstdCompressSync(bytes);
    default:
      return Buffer.from(bytes);
  }
}

function objects(random: Random, canBeTiles: boolean): Json[] {
  const points = [
    { x: 0, y: 0 },
    { x: 1.5, y: -2 },
    { x: 30, y: 4 },
  ];
  const shapes: readonly Json[] = [
    {},
    { point: true },
    { ellipse: true },
    { capsule: true },
    { polygon: points },
    { polyline: points },
    { text: { text: "Hello & <bye>" } },
    ...(canBeTiles ? [{ gid: 0x8000_0002 }] : []),
  ];
  return Array.from({ length: random.integer(0, 4) }, (_, i) => ({
    id: i + 1,
    name: random.pick(["", "Box", '"quoted" 漢']),
    type: "Door",
    x: random.integer(-40, 200),
    y: random.pick([0, 1.25, 1e3]),
    width: 3,
    height: 4,
    rotation: random.pick([0, 45]),
    visible: random.chance(0.9),
    ...random.pick(shapes),
    properties: properties(random, 1),
  }));
}

function properties(random: Random, depth: number): Json[] {
  if (random.chance(0.6)) return [];
  const list: Json[] = [
    { name: "s", type: "string", value: 'a "b" <c> &amp; ä\n\t' },
    { name: "i", type: "int", value: -3 },
    { name: "f", type: "float", value: 9.5 },
    { name: "b", type: "bool", value: true },
    { name: "c", type: "color", value: "#ff00ff00" },
    { name: "o", type: "object", value: 12 },
  ];
  if (depth > 0) {
    const inner = { gold: 5, deep: { x: 0.5 }, word: "w" };
    list.push({ name: "cl", type: "class", propertytype: "Loot", value: inner });
    const items = [
      { type: "int", value: 1 },
      { type: "string", value: "two" },
    ];
    list.push({ name: "li", type: "list", value: items });
  }
  return list.slice(random.integer(0, 3), random.integer(3, list.length));
}
