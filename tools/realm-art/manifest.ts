import { SOUND_NAMES } from "./sound/effects.ts";
import { sheets } from "./sheets.ts";

interface FileEntry {
  path: string;
  bytes: number;
}

/** Which picture a creature or a look is drawn with. */
const MONSTERS = ["slime", "wolf", "goblin", "ghost", "troll"] as const;

const ABOUT: Readonly<Record<string, string>> = {
  "tilesets/terrain":
    "ground: turf, earth, paving, water with animated shores; with brushes for Tiled",
  "tilesets/town": "houses, walls, bridge, market, fountain and other things of the town",
  "tilesets/wild": "trees, bushes, rocks, cliffs, ruins, flowers",
  "tilesets/blends": "cells where things overlap, put together by the generator",
  "maps/town": "Rivermead, 64 × 64, zlib",
  "maps/forest": "the Darkwood, 96 × 96, zstd",
  "ui/logo": "the word REALM",
  "ui/favicon": "the mark of the game",
  "music/town": "a calm tune that loops",
  "music/forest": "a quiet, darker tune that loops",
};

function kindOf(path: string): string {
  if (path.endsWith(".tsj")) return "tileset";
  if (path.endsWith(".tmj")) return "map";
  if (path.endsWith(".wav")) return "sound";
  if (path.endsWith(".flac")) return "music";
  if (path.endsWith(".json")) return "atlas";
  return "image";
}

/** The list of all files, and what a client needs to find its way in them. */
export function manifest(files: readonly FileEntry[]): string {
  const all = sheets();
  const atlases = Object.fromEntries(
    Object.entries(all).map(([name, s]) => [name, `${s.folder}/${name}.json`]),
  );
  const looks = Object.keys(all["people"]?.atlas.images ?? {});
  const aboutOf = (path: string): string => {
    const stem = path.replace(/\.[a-z]+$/, "");
    const atlas = Object.entries(all).find(
      ([name, s]) =>
        path === `${s.folder}/${name}.json` ||
        s.pictures[path.slice(s.folder.length + 1)] !== undefined,
    );
    return (
      ABOUT[stem] ??
      atlas?.[1].about ??
      (path.startsWith("sounds/") ? `the sound ${stem.slice(7)}` : stem)
    );
  };
  const head = {
    game: "realm",
    licence: "MIT",
    tileSize: 16,
    scale: 3,
    layers: { below: ["ground", "detail", "solid objects"], above: ["above"] },
    maps: {
      town: { file: "maps/town.tmj", music: "town" },
      forest: { file: "maps/forest.tmj", music: "forest" },
    },
    atlases,
    looks: Object.fromEntries(
      looks.map((look) => [look, { atlas: "people", image: look, shadow: "shadow-medium" }]),
    ),
    players: ["knight", "ranger", "mage", "rogue", "cleric", "valkyrie"],
    monsters: Object.fromEntries(
      MONSTERS.map((m) => [
        m,
        {
          atlas: m,
          images: Object.keys(all[m]?.atlas.images ?? {}),
          shadow: m === "troll" ? "shadow-large" : m === "slime" ? "shadow-small" : "shadow-medium",
        },
      ]),
    ),
    sounds: Object.fromEntries(SOUND_NAMES.map((n) => [n, { file: `sounds/${n}.wav` }])),
    music: {
      town: { file: "music/town.flac", loop: true, volume: 0.35 },
      forest: { file: "music/forest.flac", loop: true, volume: 0.35 },
    },
    images: { logo: "ui/logo.png", favicon: "ui/favicon.png" },
  };
  const lines = Object.entries(head).map(
    ([k, v]) => `  ${JSON.stringify(k)}: ${JSON.stringify(v)}`,
  );
  const list = files.map(
    (f) =>
      `    ${JSON.stringify({ path: f.path, kind: kindOf(f.path), bytes: f.bytes, about: aboutOf(f.path) })}`,
  );
  return `{\n${lines.join(",\n")},\n  "files": [\n${list.join(",\n")}\n  ]\n}\n`;
}
