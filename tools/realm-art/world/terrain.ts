import { Canvas } from "../lib/canvas.ts";
import { hash2 } from "../lib/random.ts";
import { type Corners, TILE } from "../tiles/corners.ts";
import {
  cobbleOverlay,
  earthOverlay,
  EARTHS,
  flagOverlay,
  slabOverlay,
  soilOverlay,
  turfOverlay,
  TURFS,
  turfTiles,
} from "../tiles/ground.ts";
import { deepOverlay, WATER_FRAME_MS, WATER_FRAMES, waterOverlay } from "../tiles/water.ts";
import type { Tileset } from "./tileset.ts";

/** The terrains, each drawn over the ones before it. Under all of them lies grass. */
export const TERRAINS = [
  "lush",
  "forest",
  "deep",
  "thicket",
  "grove",
  "dirt",
  "trail",
  "soil",
  "cobble",
  "flags",
  "slab",
  "water",
  "depths",
] as const;
export type Terrain = (typeof TERRAINS)[number];

/** How many pictures there are of a terrain's edges, and of its middle. */
const VARIANTS: Readonly<Record<Terrain, readonly [edges: number, middles: number]>> = {
  lush: [2, 6],
  forest: [2, 8],
  deep: [2, 6],
  thicket: [2, 4],
  grove: [2, 4],
  dirt: [3, 6],
  trail: [3, 6],
  soil: [1, 2],
  cobble: [4, 8],
  flags: [4, 8],
  slab: [4, 8],
  water: [1, 4],
  depths: [1, 1],
};

function overlay(terrain: Terrain, corners: Corners, variant: number, frame: number): Canvas {
  switch (terrain) {
    case "lush":
    case "forest":
    case "deep":
    case "thicket":
    case "grove": {
      const turf = TURFS[terrain];
      if (corners === 15)
        return (
          turfTiles(turf, 100 + TERRAINS.indexOf(terrain) * 50)[variant] ?? new Canvas(TILE, TILE)
        );
      return turfOverlay(turf, corners, 7 + variant * 8);
    }
    case "dirt":
    case "trail":
      return earthOverlay(EARTHS[terrain], corners, variant);
    case "soil":
      return soilOverlay(corners, 3 + variant);
    case "cobble":
      return cobbleOverlay(corners, variant);
    case "flags":
      return flagOverlay(corners, variant);
    case "slab":
      return slabOverlay(corners, variant);
    case "water":
      return waterOverlay(corners, variant, frame);
    case "depths":
      return deepOverlay(corners, frame);
  }
}

/** Makes the tiles of the ground, from stacks of terrains, as they are asked for. */
export class Ground {
  readonly tileset: Tileset;
  readonly #grass = turfTiles(TURFS.grass, 1);
  readonly #overlays = new Map<string, Canvas>();

  constructor(tileset: Tileset) {
    this.tileset = tileset;
    for (const grass of this.#grass) tileset.add([grass], { name: "grass" });
    for (const terrain of TERRAINS) this.#brush(terrain);
  }

  /** Puts all sixteen corners of a terrain in the tileset, with a brush for Tiled. */
  #brush(terrain: Terrain): void {
    const tiles = Array.from({ length: 16 }, (_, corners) => {
      const stack = corners === 0 ? [] : ([[terrain, corners]] as const);
      const below = terrain === "depths" ? ([["water", 15]] as const) : [];
      const tile = this.tile([...below, ...stack], 0, 0);
      const at = (bit: number) => ((corners >> bit) & 1) + 1;
      return { tile, corners: [at(0), at(1), at(2), at(3)] as const };
    });
    const base = terrain === "depths" ? "water" : "grass";
    this.tileset.wangSets.push({
      name: `${base} to ${terrain}`,
      colours: [
        { name: base, colour: "#79b34f", tile: tiles[0]?.tile ?? 0 },
        { name: terrain, colour: "#c23b40", tile: tiles[15]?.tile ?? 0 },
      ],
      tiles,
    });
  }

  #overlay(terrain: Terrain, corners: Corners, variant: number, frame: number): Canvas {
    const key = `${terrain}:${corners}:${variant}:${frame}`;
    let picture = this.#overlays.get(key);
    if (picture === undefined) {
      picture = overlay(terrain, corners, variant, frame);
      this.#overlays.set(key, picture);
    }
    return picture;
  }

  /** The tile for a stack of terrains at a cell of the map; the cell picks the variants. */
  tile(stack: readonly (readonly [Terrain, Corners])[], x: number, y: number, dry = false): number {
    const grassAt = stack.length === 0 ? hash2(x, y, 21) : 0;
    const grass = this.#grass[Math.floor(grassAt * this.#grass.length)];
    const animated = stack.some(([t]) => t === "water" || t === "depths");
    const frames = Array.from({ length: animated ? WATER_FRAMES : 1 }, (_, frame) => {
      const out = new Canvas(TILE, TILE);
      if (grass !== undefined) out.blit(grass, 0, 0);
      for (const [layer, [terrain, corners]] of stack.entries()) {
        const [edges, middles] = VARIANTS[terrain];
        const covered = layer < stack.length - 1 && terrain !== "water";
        const lot = covered
          ? Math.round(hash2(x, y, 20)) * 0.3
          : hash2(x, y, 22 + TERRAINS.indexOf(terrain));
        const phased = terrain === "cobble" || terrain === "flags" || terrain === "slab";
        const drawn = terrain === "water" ? lot : lot * lot;
        const free = Math.floor(drawn * (corners === 15 ? middles : edges));
        const variant = phased
          ? (x & 1) + (y & 1) * 2 + (corners === 15 && lot > 0.5 ? 4 : 0)
          : free;
        out.blit(this.#overlay(terrain, corners, variant, frame), 0, 0);
      }
      return out;
    });
    const name = stack.at(-1)?.[0] ?? "grass";
    const wet = stack.find(([t]) => t === "water")?.[1] ?? 0;
    const deepWood =
      stack.some(([t, corners]) => (t === "thicket" || t === "grove") && corners === 15) &&
      wet === 0;
    const solid = !dry && (wet === 15 || [7, 11, 13, 14].includes(wet) || deepWood);
    return this.tileset.add(frames, { solid, frameMs: WATER_FRAME_MS, name });
  }
}
