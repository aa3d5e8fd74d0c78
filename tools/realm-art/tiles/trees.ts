import { Canvas } from "../lib/canvas.ts";
import { type Colour, FOREST, GOLD, GRASS, RED, ROSE, SHADOW, tone, WOOD } from "../lib/palette.ts";
import { hash2, noise2, Random } from "../lib/random.ts";
import { type Blob, shade } from "../lib/shade.ts";

/** Breaks round shading up into leaves: short strokes, one step lighter or darker. */
function leaves(seed: number, strength: number): (x: number, y: number) => number {
  return (x, y) => {
    const stroke = hash2(Math.floor((x + (y % 2)) / 2), y, seed) - 0.5;
    return stroke * strength + (noise2(x / 3, y / 3, seed + 1) - 0.5) * strength * 0.8;
  };
}

/** Eats single pixels out of an edge and lets others stand out, so that leaves show against the sky. */
function ragged(canvas: Canvas, seed: number, amount: number): Canvas {
  const before = canvas.clone();
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const around = [
        before.get(x - 1, y),
        before.get(x + 1, y),
        before.get(x, y - 1),
        before.get(x, y + 1),
      ];
      const filled = around.filter((c) => c >>> 24 !== 0);
      const chance = hash2(x, y, seed);
      if (before.filled(x, y) && filled.length === 3 && chance < amount) canvas.set(x, y, 0);
      const first = filled[0];
      if (
        !before.filled(x, y) &&
        filled.length === 1 &&
        first !== undefined &&
        chance < amount * 0.7
      )
        canvas.set(x, y, first);
    }
  }
  return canvas;
}

/** A trunk with roots, its foot at (x, y); a forked one widens at its top. */
function trunk(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  forked = true,
): void {
  const half = width / 2;
  for (let j = 0; j < height; j++) {
    const flare = j < 2 ? 2 - j : forked && j > height - 4 ? (4 - (height - j)) * 0.5 : 0;
    const left = Math.round(x - half - flare);
    const right = Math.round(x + half + flare) - 1;
    for (let i = left; i <= right; i++) {
      const t = (i - left) / Math.max(1, right - left);
      let c = t < 0.25 ? 4 : t < 0.6 ? 3 : 2;
      if (hash2(i, Math.floor((y - j) / 3), 5) > 0.78) c -= 1;
      canvas.set(i, y - j, tone(WOOD, c));
    }
    canvas.set(left - 1, y - j, tone(WOOD, 0)).set(right + 1, y - j, tone(WOOD, 0));
  }
  canvas.set(Math.round(x - half - 2), y + 1, SHADOW);
}

function shadow(canvas: Canvas, cx: number, cy: number, rx: number, ry: number): void {
  const layer = new Canvas(canvas.width, canvas.height).ellipse(cx, cy, rx, ry, SHADOW);
  canvas.under(layer);
}

export interface Foliage {
  ramp: readonly Colour[];
  from: number;
  to: number;
}

export const FOLIAGE = {
  green: { ramp: GRASS, from: 1, to: 6 },
  cool: { ramp: FOREST, from: 1, to: 6 },
  olive: {
    ramp: [
      FOREST[0] ?? 0,
      FOREST[1] ?? 0,
      GRASS[1] ?? 0,
      GRASS[2] ?? 0,
      GRASS[3] ?? 0,
      GRASS[4] ?? 0,
      GRASS[5] ?? 0,
    ],
    from: 1,
    to: 5.4,
  },
  autumn: {
    ramp: [WOOD[0] ?? 0, RED[1] ?? 0, RED[2] ?? 0, RED[3] ?? 0, GOLD[2] ?? 0, GOLD[3] ?? 0],
    from: 1,
    to: 5,
  },
  blossom: {
    ramp: [RED[0] ?? 0, ROSE[0] ?? 0, ROSE[1] ?? 0, RED[4] ?? 0, WOOD[6] ?? 0],
    from: 1,
    to: 4,
  },
} as const satisfies Record<string, Foliage>;

/** A crown of leaf clusters inside an ellipse; lower clusters stand in front. */
function crown(
  canvas: Canvas,
  of: Foliage,
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  seed: number,
): void {
  const random = new Random(seed);
  const r = Math.min(rx, ry) * 0.42;
  const blobs: Blob[] = [{ x: cx, y: cy, rx: rx - r * 0.5, ry: ry - r * 0.5, z: -60, rz: 8 }];
  const ring = (n: number, reach: number, turn: number) => {
    for (let i = 0; i < n; i++) {
      const a = turn + (i / n) * Math.PI * 2;
      const size = r * random.range(0.85, 1.15);
      const v = Math.sin(a) * reach;
      blobs.push({
        x: cx + Math.cos(a) * reach * (rx - r * 0.8) + random.range(-0.6, 0.6),
        y: cy + v * (ry - r * 0.85),
        rx: size * 1.08,
        ry: size * 0.94,
        z: v * 14 + random.range(-1.5, 1.5),
        rz: size,
      });
    }
  };
  ring(9, 1, random.range(0, 1));
  ring(6, 0.55, random.range(0, 1));
  ring(1, 0.1, 0);
  const layer = new Canvas(canvas.width, canvas.height);
  const leaf = leaves(seed, 0.22);
  shade(layer, blobs, {
    ...of,
    seams: 0.3,
    texture: (x, y) => leaf(x, y) - 0.22 - ((x - cx) / rx) * 0.13 - ((y - cy) / ry) * 0.2,
  });
  ragged(layer, seed, 0.35);
  layer.outline(tone(of.ramp, 0));
  canvas.blit(layer, 0, 0);
}

/** A broad leafy tree, 3 × 4 tiles; its trunk stands in the middle of the bottom row. */
export function broadTree(of: Foliage, seed: number): Canvas {
  const out = new Canvas(48, 64);
  trunk(out, 24, 59, 7, 16);
  crown(out, of, 24, 26, 22, 23, seed);
  shadow(out, 24, 58, 14, 4);
  return out;
}

/** A round leafy tree, 2 × 3 tiles; its trunk stands between the two bottom tiles. */
export function roundTree(of: Foliage, seed: number): Canvas {
  const out = new Canvas(32, 48);
  trunk(out, 16, 44, 5, 12);
  crown(out, of, 15.5, 20, 15, 17.5, seed);
  shadow(out, 16, 43, 11, 3.5);
  return out;
}

/** A pine, 2 × 4 tiles (or 2 × 3 if small): skirts of needles, each darker below. */
export function pineTree(of: Foliage, seed: number, small = false): Canvas {
  const height = small ? 48 : 64;
  const out = new Canvas(32, height);
  trunk(out, 16, height - 4, 5, 9);
  const layer = new Canvas(32, height);
  const skirts = small ? 4 : 5;
  const top = 2;
  const bottom = height - 9;
  for (let s = skirts - 1; s >= 0; s--) {
    const y0 = top + ((bottom - top) * s) / (skirts + 0.9);
    const y1 = top + ((bottom - top) * (s + 1.9)) / (skirts + 0.9);
    const wide = 5.5 + (9.6 * (s + 1)) / skirts;
    for (let y = Math.floor(y0); y <= y1; y++) {
      const t = (y - y0) / (y1 - y0);
      const half = wide * t ** 0.85;
      for (let x = Math.floor(15.5 - half); x <= 15.5 + half; x++) {
        const side = (x - 15.5) / (half + 0.5);
        const fringe = hash2(Math.floor(x / 2), s, seed) * 3 + Math.abs(side) * -2.4 + 1.2;
        if (y > y1 - 2 + fringe - 2) continue;
        let lit = 0.74 - side * 0.36 - t * 0.42;
        lit += (hash2(x, Math.floor((y + x) / 2), seed) - 0.5) * 0.3;
        if (t < 0.22 && s > 0) lit -= 0.24;
        layer.set(x, y, tone(of.ramp, of.from + Math.max(0, Math.min(1, lit)) * (of.to - of.from)));
      }
    }
  }
  layer.outline(tone(of.ramp, 0));
  out.blit(layer, 0, 0);
  shadow(out, 16, height - 5, 11, 3.5);
  return out;
}

/** A bare, crooked tree for the ruins, 2 × 3 tiles. */
export function deadTree(): Canvas {
  const out = new Canvas(32, 48);
  const limb = (x0: number, y0: number, x1: number, y1: number, thick: number) => {
    out
      .line(x0, y0, x1, y1, tone(WOOD, 2), thick)
      .line(x0, y0, x1, y1, tone(WOOD, 3), Math.max(1, thick - 1));
    if (thick > 1) out.line(x0, y0, x1, y1, tone(WOOD, 4), 1);
  };
  trunk(out, 16, 44, 6, 13, false);
  limb(14, 33, 13, 22, 4);
  limb(13, 23, 5, 13, 2);
  limb(7, 15, 3, 15, 1);
  limb(9, 18, 8, 8, 1);
  limb(14, 23, 20, 12, 3);
  limb(20, 12, 18, 4, 2);
  limb(20, 13, 27, 7, 2);
  limb(17, 19, 25, 18, 1);
  limb(25, 18, 29, 15, 1);
  out.outline(tone(WOOD, 0));
  shadow(out, 16, 43, 9, 3);
  return out;
}
