import { deflateSync, zstdCompressSync } from "node:zlib";
import { TILE } from "../tiles/corners.ts";
import { LAYERS, type LayerName, type MapObject, type Painter, type TileRef } from "./painter.ts";
import type { Tileset } from "./tileset.ts";

export type Compression = "zlib" | "zstd";

const OBJECT_LAYERS = ["doors", "spawns", "monsters", "npcs", "signs", "areas", "lights"] as const;

function packed(gids: Uint32Array, compression: Compression): string {
  const bytes = new Uint8Array(gids.buffer);
  return Buffer.from(
    compression === "zlib" ? deflateSync(bytes, { level: 9 }) : zstdCompressSync(bytes),
  ).toString("base64");
}

function property(name: string, value: string | number | boolean): object {
  const type =
    typeof value === "string"
      ? "string"
      : typeof value === "boolean"
        ? "bool"
        : Number.isInteger(value)
          ? "int"
          : "float";
  return { name, type, value };
}

function object(o: MapObject, id: number): object {
  return {
    id,
    name: o.name,
    type: o.class,
    x: o.x * TILE,
    y: o.y * TILE,
    width: (o.width ?? 0) * TILE,
    height: (o.height ?? 0) * TILE,
    rotation: 0,
    visible: true,
    ...(o.width === undefined ? { point: true } : {}),
    ...(o.properties === undefined
      ? {}
      : { properties: Object.entries(o.properties).map(([k, v]) => property(k, v)) }),
  };
}

export interface MapOptions {
  compression: Compression;
  properties: Readonly<Record<string, string | number | boolean>>;
}

/** A map as Tiled's JSON, with its tilesets beside it in `../tilesets`. */
export function toTmj(
  painter: Painter,
  layers: Readonly<Record<LayerName, readonly (TileRef | undefined)[]>>,
  tilesets: readonly Tileset[],
  options: MapOptions,
): object {
  const firstGid = new Map<Tileset, number>();
  let next = 1;
  for (const t of tilesets) {
    firstGid.set(t, next);
    next += t.count;
  }
  const { width, height } = painter;
  let objectId = 0;
  const tileLayers = LAYERS.map((name, i) => {
    const gids = Uint32Array.from(layers[name], (ref) =>
      ref === undefined ? 0 : (firstGid.get(ref.tileset) ?? 0) + ref.tile,
    );
    return {
      type: "tilelayer",
      id: i + 1,
      name,
      width,
      height,
      x: 0,
      y: 0,
      opacity: 1,
      visible: true,
      encoding: "base64",
      compression: options.compression,
      data: packed(gids, options.compression),
    };
  });
  const objectLayers = OBJECT_LAYERS.map((name, i) => ({
    type: "objectgroup",
    id: LAYERS.length + i + 1,
    name,
    draworder: "topdown",
    x: 0,
    y: 0,
    opacity: 1,
    visible: true,
    objects: painter.objects.filter((o) => o.layer === name).map((o) => object(o, ++objectId)),
  }));
  return {
    type: "map",
    version: "1.10",
    tiledversion: "1.11.0",
    orientation: "orthogonal",
    renderorder: "right-down",
    infinite: false,
    width,
    height,
    tilewidth: TILE,
    tileheight: TILE,
    compressionlevel: -1,
    properties: Object.entries(options.properties).map(([k, v]) => property(k, v)),
    tilesets: tilesets.map((t) => ({
      firstgid: firstGid.get(t) ?? 1,
      source: `../tilesets/${t.name}.tsj`,
    })),
    layers: [...tileLayers, ...objectLayers],
    nextlayerid: LAYERS.length + OBJECT_LAYERS.length + 1,
    nextobjectid: objectId + 1,
  };
}
