/**
 * Draws what was generated, from the served files alone: `node preview.ts <folder> [map x y w h]`.
 * Without a place it writes both maps whole and sheets of all figures; with one, that part of a map
 * as the client shows it, people and monsters included.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import type { Atlas } from "./lib/atlas.ts";
import { Canvas } from "./lib/canvas.ts";
import { rgb } from "./lib/palette.ts";
import { decodePng, encodePng } from "./lib/png.ts";
import { contactSheet, enlarged } from "./lib/sheet.ts";

const ASSETS = join(dirname(fileURLToPath(import.meta.url)), "../../games/realm/assets");
const T = 16;

interface MapFile {
  width: number;
  height: number;
  tilesets: { firstgid: number; source: string }[];
  layers: {
    type: string;
    name: string;
    compression?: string;
    data?: string;
    objects?: {
      type: string;
      name: string;
      x: number;
      y: number;
      width: number;
      height: number;
      properties?: { name: string; value: unknown }[];
    }[];
  }[];
}

const json = <F>(path: string): F => JSON.parse(readFileSync(join(ASSETS, path), "utf8")) as F;
const picture = (path: string): Canvas => decodePng(readFileSync(join(ASSETS, path)));

function figure(
  folder: string,
  atlasName: string,
  image: string,
  frame: string,
): { canvas: Canvas; pivot: { x: number; y: number } } {
  const atlas = json<Atlas>(`${folder}/${atlasName}.json`);
  const f = atlas.frames[frame];
  if (f === undefined) throw new Error(`${atlasName} has no frame ${frame}`);
  return {
    canvas: picture(`${folder}/${atlas.images[image] ?? ""}`).crop(f.x, f.y, f.w, f.h),
    pivot: f.pivot,
  };
}

interface Standing {
  x: number;
  y: number;
  canvas: Canvas;
  pivot: { x: number; y: number };
}

/** People where the map has them, and a few monsters in each of their areas. */
function inhabitants(map: MapFile): Standing[] {
  const out: Standing[] = [];
  const facings = ["down", "right", "left", "up"];
  for (const o of map.layers.flatMap((l) => l.objects ?? [])) {
    const property = (name: string) => o.properties?.find((p) => p.name === name)?.value;
    if (o.type === "npc")
      out.push({
        x: o.x,
        y: o.y,
        ...figure("sprites", "people", String(property("look")), "idle-down-0"),
      });
    if (o.type === "spawn") {
      ["knight", "mage", "ranger", "rogue"].forEach((look, i) => {
        out.push({
          x: o.x + (i - 1.5) * 22,
          y: o.y + (i % 2) * 10,
          ...figure("sprites", "people", look, `walk-${facings[i] ?? "down"}-0`),
        });
      });
    }
    if (o.type === "monster-area") {
      const monster = String(property("monster"));
      for (let i = 0; i < Math.min(4, Number(property("count"))); i++) {
        const x = o.x + ((i * 0.37 + 0.3) % 1) * o.width;
        const y = o.y + ((i * 0.53 + 0.4) % 1) * o.height;
        out.push({
          x,
          y,
          ...figure(
            "sprites",
            monster,
            monster,
            `${i % 2 === 0 ? "idle" : "walk"}-${facings[i % 3] ?? "down"}-1`,
          ),
        });
      }
    }
  }
  return out;
}

function renderMap(name: string): Canvas {
  const map = json<MapFile>(`maps/${name}.tmj`);
  const sets = map.tilesets.map((t) => {
    const path = t.source.replace("../", "");
    const set = json<{ image: string; columns: number; tilecount: number }>(path);
    return { first: t.firstgid, set, image: picture(`tilesets/${set.image}`) };
  });
  const out = new Canvas(map.width * T, map.height * T);
  const people = inhabitants(map).toSorted((a, b) => a.y - b.y);
  const shadow = figure("effects", "effects", "effects", "shadow-medium-0");
  for (const layer of map.layers) {
    if (layer.data === undefined) continue;
    if (layer.name === "above") {
      for (const p of people) {
        out.blit(shadow.canvas, Math.round(p.x - shadow.pivot.x), Math.round(p.y - shadow.pivot.y));
        out.blit(p.canvas, Math.round(p.x - p.pivot.x), Math.round(p.y - p.pivot.y));
      }
    }
    const packed = Buffer.from(layer.data, "base64");
    const bytes = layer.compression === "zlib" ? inflateSync(packed) : zstdDecompressSync(packed);
    for (let i = 0; i < map.width * map.height; i++) {
      const gid = bytes.readUInt32LE(i * 4);
      const from = sets.findLast((s) => s.first <= gid);
      if (gid === 0 || from === undefined) continue;
      const id = gid - from.first;
      if (id >= from.set.tilecount)
        throw new Error(`${name} has a tile ${gid} that no tileset has`);
      const tile = from.image.crop(
        (id % from.set.columns) * T,
        Math.floor(id / from.set.columns) * T,
        T,
        T,
      );
      out.blit(tile, (i % map.width) * T, Math.floor(i / map.width) * T);
    }
  }
  return out;
}

const [folder = "preview", mapName, ...place] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const save = (name: string, canvas: Canvas) =>
  writeFileSync(join(folder, `${name}.png`), encodePng(canvas));
if (mapName !== undefined) {
  const [x = 0, y = 0, w = 20, h = 15] = place.map(Number);
  save(`${mapName}-${x}-${y}`, enlarged(renderMap(mapName).crop(x * T, y * T, w * T, h * T), 3));
} else {
  for (const name of ["town", "forest"]) save(name, renderMap(name));
  const ground = rgb("#79b34f");
  for (const name of ["people", "goblin", "slime", "wolf", "ghost", "troll"]) {
    const images = Object.values(json<Atlas>(`sprites/${name}.json`).images).map((file) =>
      picture(`sprites/${file}`),
    );
    save(name, contactSheet(images, 600, ground));
  }
  for (const name of ["effects", "ui"])
    save(name, enlarged(contactSheet([picture(`${name}/${name}.png`)], 520, ground), 2));
  for (const name of ["terrain", "town", "wild", "blends"])
    save(`tileset-${name}`, contactSheet([picture(`tilesets/${name}.png`)], 260, ground));
}
