import { Catalogue } from "./catalogue.ts";
import { blockedCells, type Layers, problems, reach } from "./check.ts";
import { forest } from "./forest.ts";
import type { Painter } from "./painter.ts";
import { Ground } from "./terrain.ts";
import { Tileset } from "./tileset.ts";
import { toTmj } from "./tmj.ts";
import { town } from "./town.ts";

export interface BuiltWorld {
  tilesets: readonly Tileset[];
  maps: Readonly<Record<"town" | "forest", object>>;
  /** What a walker could not do; empty if all is well. */
  problems: readonly string[];
  report: string;
}

function walkable(p: Painter, layers: Layers): number {
  const start = p.objects.find((o) => o.class === "spawn");
  const reached = reach(
    p,
    blockedCells(p, layers),
    Math.floor(start?.x ?? 0),
    Math.floor(start?.y ?? 0),
  );
  return reached.reduce((n, c) => n + c, 0);
}

/** Paints both maps; they share their tilesets. */
export function buildWorld(): BuiltWorld {
  const [terrain, things, wild, blends] = [
    new Tileset("terrain"),
    new Tileset("town"),
    new Tileset("wild"),
    new Tileset("blends"),
  ];
  const ground = new Ground(terrain);
  const catalogue = new Catalogue(things, wild);
  const painters = { town: town(catalogue), forest: forest(catalogue) };
  const layers = {
    town: painters.town.tiles(ground, blends),
    forest: painters.forest.tiles(ground, blends),
  };
  const spawns = Object.fromEntries(
    Object.entries(painters).map(([name, p]) => [
      name,
      p.objects.filter((o) => o.class === "spawn").map((o) => o.name),
    ]),
  );
  const tilesets = [terrain, things, wild, blends];
  return {
    tilesets,
    maps: {
      town: toTmj(painters.town, layers.town, tilesets, {
        compression: "zlib",
        properties: { title: "Rivermead", music: "town", safe: true },
      }),
      forest: toTmj(painters.forest, layers.forest, tilesets, {
        compression: "zstd",
        properties: { title: "The Darkwood", music: "forest", safe: false },
      }),
    },
    problems: [
      ...problems("town", painters.town, layers.town, spawns),
      ...problems("forest", painters.forest, layers.forest, spawns),
    ],
    report: `${tilesets.map((t) => `${t.name} ${t.count}`).join(", ")} tiles; on foot ${walkable(painters.town, layers.town)} cells of the town, ${walkable(painters.forest, layers.forest)} of the forest`,
  };
}
