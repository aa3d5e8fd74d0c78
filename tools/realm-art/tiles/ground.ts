import { Canvas } from "../lib/canvas.ts";
import {
  type Colour,
  FOREST,
  GRASS,
  LOAM,
  SAND,
  SHADOW,
  SHADOW_FAINT,
  STONE,
  tone,
  WOOD,
} from "../lib/palette.ts";
import { hash2, noise2, Random } from "../lib/random.ts";
import { type Corners, mask, TILE } from "./corners.ts";

/** Tufts: `d` is shade at the root, `l` a blade in the light, `b` the brightest tip. */
const TUFTS: readonly (readonly string[])[] = [
  ["l..l", "dl.d", ".dd."],
  [".l..", "ldl.", "d.d."],
  ["l.b.", "dldl", ".dd."],
  ["l.", "dl", ".d"],
  ["..l", "l.d", "d.."],
  [".l.l.", "ldldl", "d.d.d"],
];
/** Faint strokes, one step from the ground about them. */
const STROKES: readonly (readonly string[])[] = [
  ["s.s", ".s."],
  ["s...s", ".s.s."],
  [".s", "s."],
  ["s.", ".s"],
  ["h.h", ".h."],
  [".hh", "h.."],
  ["ss..", "..ss"],
  ["h", "h"],
  ["s", "s"],
  ["s.s.s", ".s.s."],
];

/** A tile of turf: `busy` 0 is nearly plain, 1 is thick with tufts. */
function turf(of: Turf, busy: number, seed: number): Canvas {
  const random = new Random(seed);
  const { ramp, base } = of;
  const out = new Canvas(TILE, TILE).rect(0, 0, TILE, TILE, tone(ramp, base));
  const colours = {
    d: tone(ramp, base - 2),
    l: tone(ramp, base + 1),
    b: tone(ramp, base + 2),
    s: tone(ramp, base - 1),
    h: tone(ramp, base + 1),
  };
  const taken: [number, number][] = [];
  const place = (rows: readonly string[]) => {
    const w = Math.max(...rows.map((r) => r.length));
    for (let attempt = 0; attempt < 8; attempt++) {
      const x = random.int(0, TILE - w);
      const y = random.int(0, TILE - rows.length);
      if (taken.some(([tx, ty]) => Math.abs(tx - x) < 5 && Math.abs(ty - y) < 4)) continue;
      taken.push([x, y]);
      out.ascii(x, y, rows, colours);
      return;
    }
  };
  for (let i = Math.round(busy * 4); i > 0; i--) place(random.pick(TUFTS));
  for (let i = random.int(3, 5); i > 0; i--)
    place(random.pick(STROKES.filter((s) => base !== 5 || !s[0]?.includes("h"))));
  return out;
}

export interface Turf {
  ramp: readonly Colour[];
  base: number;
}
export const TURFS = {
  grass: { ramp: GRASS, base: 5 },
  lush: { ramp: GRASS, base: 4 },
  forest: { ramp: FOREST, base: 4 },
  deep: { ramp: FOREST, base: 3 },
  thicket: { ramp: FOREST, base: 2 },
  grove: { ramp: GRASS, base: 2 },
} as const satisfies Record<string, Turf>;

/** The variants of a whole tile of turf, plain ones first. */
export function turfTiles(of: Turf, seed: number): Canvas[] {
  const busy = [0, 0, 0.25, 0.25, 0.25, 0.5, 0.5, 0.75];
  return busy.map((b, i) => turf(of, b, seed + i * 17));
}

/** One kind of turf growing into another: a ragged edge of blades. */
export function turfOverlay(of: Turf, corners: Corners, seed: number): Canvas {
  const inside = mask(corners, { wobble: 0.5, seed });
  const out = new Canvas(TILE, TILE);
  const body = turfTiles(of, seed)[seed % 4] ?? out;
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      const blade = [0, 2, 1, 0, 1, 3, 0, 1][(x + seed) % 8] ?? 0;
      if (!inside(x, y + blade) && !inside(x, y)) continue;
      const core = inside(x - 3, y) && inside(x + 3, y) && inside(x, y - 3) && inside(x, y + 5);
      out.set(x, y, core ? body.get(x, y) : tone(of.ramp, of.base));
    }
  }
  return out;
}

export interface Earth {
  ramp: readonly Colour[];
  base: number;
}
export const EARTHS = {
  dirt: { ramp: WOOD, base: 5 },
  trail: { ramp: LOAM, base: 3 },
} as const satisfies Record<string, Earth>;

/** Trodden earth, lying a little lower than the turf about it. */
export function earthOverlay(of: Earth, corners: Corners, seed: number): Canvas {
  const inside = mask(corners, { wobble: 0.3, seed });
  const random = new Random(seed * 31 + corners);
  const out = new Canvas(TILE, TILE);
  const base = of.base;
  const at = (i: number) => tone(of.ramp, i);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      if (!inside(x, y)) {
        if (inside(x, y + 1)) out.set(x, y, SHADOW_FAINT);
        else if (inside(x + 1, y) || inside(x - 1, y) || inside(x, y - 1))
          out.set(x, y, SHADOW_FAINT);
        continue;
      }
      let c = at(base);
      if (!inside(x, y - 1)) c = at(base - 2);
      else if (!inside(x, y - 2) || !inside(x - 1, y)) c = at(base - 1);
      else if (!inside(x, y + 1) || !inside(x + 1, y)) c = at(base - 1);
      else if (!inside(x, y + 2)) c = at(base + 1);
      out.set(x, y, c);
    }
  }
  const marks: readonly (readonly string[])[] = [
    [".l", "ld"],
    ["dd"],
    ["lll", ".d."],
    ["sl", "dd"],
    ["d.d"],
    ["ll.", "..l"],
    ["d"],
    [".dd", "d.."],
    ["l"],
  ];
  for (let i = corners === 15 ? random.int(2, 5) : random.int(1, 3); i > 0; i--) {
    const x = random.int(1, 12);
    const y = random.int(1, 13);
    if (![-2, 0, 2, 5].every((d) => inside(x + d, y - 3) && inside(x + d, y + 3))) continue;
    out.ascii(x, y, random.pick(marks), { l: at(base + 1), d: at(base - 1), s: tone(SAND, 4) });
  }
  return out;
}

/** Tilled soil in furrows. */
export function soilOverlay(corners: Corners, seed: number): Canvas {
  const inside = mask(corners, { wobble: 0.12, seed });
  const out = new Canvas(TILE, TILE);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      if (!inside(x, y)) {
        if (inside(x, y + 1) || inside(x + 1, y) || inside(x - 1, y)) out.set(x, y, SHADOW_FAINT);
        continue;
      }
      const furrow = [3, 3, 2, 2][(y + (noise2(x / 4, 0, seed, 4) > 0.6 ? 1 : 0)) % 4] ?? 2;
      let c = tone(WOOD, furrow);
      if (y % 4 === 0 && hash2(x, y, seed) > 0.86) c = tone(WOOD, 4);
      if (!inside(x, y - 1) || !inside(x, y + 1) || !inside(x - 1, y) || !inside(x + 1, y))
        c = tone(WOOD, 1);
      out.set(x, y, c);
    }
  }
  return out;
}

/** Stones of a pavement, as (x, y, w, h) in a square of two by two tiles. */
const SLABS: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 10, 8],
  [10, 0, 8, 12],
  [18, 0, 14, 7],
  [0, 8, 10, 10],
  [18, 7, 6, 11],
  [24, 7, 8, 11],
  [10, 12, 8, 6],
  [0, 18, 7, 14],
  [7, 18, 13, 7],
  [20, 18, 12, 6],
  [7, 25, 7, 7],
  [14, 25, 6, 7],
  [20, 24, 12, 8],
];

/** Middles of cobbles in such a square: a jittered lattice of bonds. */
const COBBLES: readonly (readonly [number, number])[] = Array.from({ length: 30 }, (_, i) => {
  const row = Math.floor(i / 5);
  const x = (i % 5) * 6.4 + (row % 2) * 3.2 + (hash2(i, 1, 77) - 0.5) * 2.6;
  return [x, row * 5.33 + 2 + (hash2(i, 2, 77) - 0.5) * 1.8] as const;
});

/** The distance on a ring of 32 pixels. */
const apart = (a: number, b: number) => {
  const d = Math.abs(a - b) % 32;
  return Math.min(d, 32 - d);
};

/** Which cobble covers a pixel, and how far the pixel is from its nearest joint. */
function cobbleAt(x: number, y: number): readonly [stone: number, joint: number] {
  let best = 99;
  let second = 99;
  let stone = 0;
  COBBLES.forEach(([cx, cy], i) => {
    const d = Math.hypot(apart(x, cx), apart(y, cy) * 1.15);
    if (d < best) [second, best, stone] = [best, d, i];
    else if (d < second) second = d;
  });
  return [stone, second - best];
}

/** The shadow that a pavement throws on the ground to its south and east. */
function edged(out: Canvas, corners: Corners): Canvas {
  if (corners === 15) return out;
  const before = out.clone();
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      if (!before.filled(x, y) && (before.filled(x, y - 1) || before.filled(x - 1, y)))
        out.set(x, y, SHADOW);
    }
  }
  return out;
}

/** Cobbles; the two low bits of the variant are the tile's place in the square. */
export function cobbleOverlay(corners: Corners, variant: number): Canvas {
  const inside = mask(corners, { wobble: 0.2, seed: 12 });
  const ox = (variant & 1) * TILE;
  const oy = ((variant >> 1) & 1) * TILE;
  const out = new Canvas(TILE, TILE);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      const [stone, joint] = cobbleAt(ox + x, oy + y);
      const [cx, cy] = COBBLES[stone] ?? [0, 0];
      const dx = ((x + ox - cx + 48) % 32) - 16;
      const dy = ((y + oy - cy + 48) % 32) - 16;
      if (corners !== 15 && !inside(x - dx * 0.7, y - dy * 0.7)) continue;
      const lot = hash2(stone, variant >> 2, 9);
      let t = 3;
      if (dx + dy * 1.4 < -1.6 && lot > 0.45) t = 4;
      if (joint < 0.9) t = 2;
      else if (joint < 1.7 && dx + dy > 1.5) t = 2;
      if (joint < 0.35 && lot < 0.3) t = 1;
      out.set(x, y, tone(SAND, t));
    }
  }
  return edged(out, corners);
}

/** Slabs, whole or broken; the two low bits of the variant are the place in the square. */
function slabs(
  corners: Corners,
  variant: number,
  ramp: readonly Colour[],
  dark: number,
  broken: boolean,
): Canvas {
  const inside = mask(corners, { wobble: 0.2, seed: 12 });
  const ox = (variant & 1) * TILE;
  const oy = ((variant >> 1) & 1) * TILE;
  const square = new Canvas(TILE * 2, TILE * 2);
  SLABS.forEach(([x, y, w, h], i) => {
    const lot = hash2(i, variant >> 2, 9);
    if (
      corners === 15 ? broken && variant >= 4 && lot < 0.3 : !inside(x + w / 2 - ox, y + h / 2 - oy)
    )
      return;
    const base = lot < 0.3 ? 2 : 3;
    square.rect(x, y, w, h, tone(ramp, dark)).rect(x, y, w - 1, h - 1, tone(ramp, base));
    square.rect(x, y, w - 2, 1, tone(ramp, base + 1)).rect(x, y, 1, h - 2, tone(ramp, base + 1));
    square
      .rect(x + 1, y + h - 2, w - 2, 1, tone(ramp, base - 1))
      .rect(x + w - 2, y + 1, 1, h - 2, tone(ramp, base - 1));
    if (!broken) return;
    if (lot > 0.85) square.line(x + 2, y + 2, x + Math.floor(w / 2), y + h - 3, tone(ramp, 1));
    if (lot > 0.45)
      square.rect(x + 1, y + h - 1, 3, 1, tone(FOREST, 5)).set(x + 2, y + h - 2, tone(FOREST, 5));
  });
  return edged(square.crop(ox, oy, TILE, TILE), corners);
}

/** The broken floor of the ruins. */
export function slabOverlay(corners: Corners, variant: number): Canvas {
  return slabs(corners, variant, STONE.slice(0, 5), 1, true);
}

/** The smooth paving about the fountain. */
export function flagOverlay(corners: Corners, variant: number): Canvas {
  return slabs(corners, variant, SAND, 1, false);
}
