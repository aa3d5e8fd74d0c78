import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { favicon, logo } from "./effects/interface.ts";
import { atlasText } from "./lib/atlas.ts";
import { encodePng } from "./lib/png.ts";
import { manifest } from "./manifest.ts";
import { sheets } from "./sheets.ts";
import { effect, SOUND_NAMES } from "./sound/effects.ts";
import { encodeFlac } from "./sound/flac.ts";
import { music, MUSIC_RATE } from "./sound/music.ts";
import { RATE } from "./sound/synth.ts";
import { encodeWav } from "./sound/wav.ts";
import { type BuiltWorld, buildWorld } from "./world/world.ts";

const OUT = join(dirname(fileURLToPath(import.meta.url)), "../../games/realm/assets");
/** What all files together may weigh. */
const BYTES_MAX = 2 * 1024 * 1024;
const SOUND_BYTES_MAX = 400_000;
const MUSIC_BYTES_MAX = 150_000;

function write(path: string, content: Uint8Array | string): void {
  const file = join(OUT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function writeWorld(world: BuiltWorld): void {
  for (const t of world.tilesets) {
    write(`tilesets/${t.name}.png`, encodePng(t.picture()));
    write(`tilesets/${t.name}.tsj`, `${JSON.stringify(t.toJson())}\n`);
  }
  for (const [name, map] of Object.entries(world.maps))
    write(`maps/${name}.tmj`, `${JSON.stringify(map)}\n`);
}

function writeSheets(): void {
  for (const [name, sheet] of Object.entries(sheets())) {
    write(`${sheet.folder}/${name}.json`, atlasText(sheet.atlas));
    for (const [file, picture] of Object.entries(sheet.pictures))
      write(`${sheet.folder}/${file}`, encodePng(picture));
  }
  write("ui/logo.png", encodePng(logo()));
  write("ui/favicon.png", encodePng(favicon()));
}

function writeSounds(): void {
  let total = 0;
  for (const name of SOUND_NAMES) {
    const file = encodeWav(effect(name), RATE);
    total += file.length;
    write(`sounds/${name}.wav`, file);
  }
  if (total > SOUND_BYTES_MAX) throw new Error(`the sounds weigh ${total} bytes`);
  for (const name of ["town", "forest"] as const) {
    const file = encodeFlac(music(name), MUSIC_RATE, 12);
    if (file.length > MUSIC_BYTES_MAX)
      throw new Error(`the music of ${name} weighs ${file.length} bytes`);
    write(`music/${name}.flac`, file);
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? filesIn(join(folder, e.name)) : [join(folder, e.name)]))
    .toSorted();
}

const world = buildWorld();
if (world.problems.length > 0)
  throw new Error(`the maps are not sound:\n${world.problems.join("\n")}`);
for (const folder of ["tilesets", "maps", "sprites", "effects", "ui", "sounds", "music"])
  rmSync(join(OUT, folder), { recursive: true, force: true });
writeWorld(world);
writeSheets();
writeSounds();
const files = filesIn(OUT).filter((f) => !f.endsWith("manifest.json") && !f.endsWith("README.md"));
write(
  "manifest.json",
  manifest(files.map((f) => ({ path: relative(OUT, f), bytes: statSync(f).size }))),
);
const total = filesIn(OUT).reduce((n, f) => n + readFileSync(f).length, 0);
if (total > BYTES_MAX) throw new Error(`the assets weigh ${total} bytes`);
console.log(`${files.length} files, ${(total / 1024).toFixed(0)} KiB; ${world.report}`);
