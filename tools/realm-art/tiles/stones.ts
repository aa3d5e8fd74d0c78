import { Canvas } from "../lib/canvas.ts";
import {
  type Colour,
  FOREST,
  GOLD,
  GRASS,
  INK,
  RED,
  SAND,
  SHADOW,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2, noise2 } from "../lib/random.ts";
import { shade } from "../lib/shade.ts";
import { masonry } from "./town-props.ts";

/** A boulder of a few lumps in planes of light, with moss if wanted. */
export function rock(w: number, h: number, seed: number, moss: boolean): Canvas {
  const layer = new Canvas(w, h);
  const foot = h - 2;
  const lump = (x: number, y: number, rx: number, ry: number, z: number) => ({
    x: x * w - 0.5,
    y: y * h,
    rx: rx * w,
    ry: ry * h,
    z,
  });
  const lean = hash2(1, 1, seed) > 0.5;
  const side = (x: number) => (lean ? 1 - x : x);
  shade(
    layer,
    [
      lump(side(0.44), 0.52, 0.32, 0.44, 0),
      lump(side(0.7), 0.68, 0.26, 0.3, 3),
      lump(side(0.26), 0.74, 0.22, 0.24, 4),
      lump(0.5, 0.8, 0.4, 0.2, 2),
    ],
    {
      ramp: STONE,
      from: 1,
      to: 5,
      seams: 0.22,
      texture: (x, y) =>
        Math.round((noise2(x / (w * 0.14 + 1), y / (h * 0.14 + 1), seed + 2) - 0.5) * 3) * 0.13 -
        0.14,
    },
  );
  for (let x = 0; x < w; x++) for (let y = foot; y < h; y++) layer.set(x, y, 0);
  if (moss) {
    layer.map((colour, x, y) => {
      let depth = 0;
      while (depth < 6 && layer.filled(x, y - depth - 1)) depth++;
      const grows = depth < noise2(x / 3, 0, seed + 7) * 5 - 1;
      return grows ? tone(FOREST, depth < 1 ? 6 : depth < 2 ? 5 : 4) : colour;
    });
  }
  layer.outline(tone(STONE, 0));
  return layer.under(
    new Canvas(w, h).ellipse(w / 2 + 0.5, foot - 0.6, w / 2 - 0.5, Math.max(1.6, h / 9), SHADOW),
  );
}

/** Small stones that do not block the way. */
export function pebbles(seed: number): Canvas {
  const c = new Canvas(16, 16);
  for (let i = 0; i < 3; i++) {
    const x = 2 + Math.floor(hash2(i, 3, seed) * 10);
    const y = 3 + Math.floor(hash2(i, 4, seed) * 9);
    c.rect(x, y, 3, 2, tone(STONE, 3))
      .rect(x, y, 2, 1, tone(STONE, 4))
      .set(x + 2, y + 1, tone(STONE, 2))
      .rect(x, y + 2, 3, 1, SHADOW);
  }
  return c;
}

/** A pillar of the ruins, 1 × 3 tiles, whole (0) or broken at some height (1, 2). */
export function pillar(broken: number): Canvas {
  const c = new Canvas(16, 48);
  const top = [4, 18, 30][broken] ?? 4;
  c.rect(1, 42, 14, 5, INK)
    .rect(2, 43, 12, 3, tone(STONE, 3))
    .rect(2, 43, 12, 1, tone(STONE, 5))
    .rect(11, 44, 3, 2, tone(STONE, 2));
  c.rect(2, top, 12, 41 - top, INK);
  for (let j = top + 1; j < 42; j++) {
    for (let i = 3; i < 13; i++) {
      const flute = i % 3 === 2;
      const t = i < 6 ? 5 : i < 9 ? 4 : i < 11 ? 3 : 2;
      c.set(i, j, tone(STONE, flute ? t - 1 : t));
    }
    if ((j - 2) % 13 === 0) c.rect(3, j, 10, 1, tone(STONE, 1));
  }
  if (broken === 0) {
    c.rect(0, 1, 16, 7, INK)
      .rect(1, 2, 14, 5, tone(STONE, 4))
      .rect(1, 2, 14, 1, WHITE)
      .rect(1, 6, 14, 1, tone(STONE, 2))
      .rect(12, 3, 3, 3, tone(STONE, 3));
  } else {
    for (let i = 2; i < 14; i++) {
      const bite = Math.floor(hash2(i, broken, 8) * 4);
      for (let j = top - 1; j < top + bite; j++) c.set(i, j, 0);
      c.set(i, top + bite, INK).set(i, top + bite + 1, i > 2 && i < 13 ? tone(STONE, 5) : INK);
    }
  }
  for (let i = 3; i < 9; i++)
    c.rect(i, 36 - Math.floor(hash2(i, 1, broken) * 7), 1, 3, tone(FOREST, i % 2 ? 5 : 3));
  return c.under(new Canvas(16, 48).ellipse(9, 45.5, 7, 2, SHADOW));
}

/** A stretch of ruined wall, `tiles` wide and 2 high, its crest broken. */
export function ruinWall(tiles: number, seed: number): Canvas {
  const w = tiles * 16;
  const c = new Canvas(w, 32);
  const layer = new Canvas(w, 32);
  masonry(layer, 1, 0, w - 2, 31, STONE.slice(0, 5), seed, 10, 6);
  let crest = 0;
  for (let i = 0; i < w; i++) {
    if (i % 5 === 0)
      crest = 3 + Math.floor(hash2(i, 0, seed) * 3) * 6 * (hash2(i, 1, seed) > 0.4 ? 1 : 0.5);
    for (let j = 0; j < crest; j++) layer.set(i, j, 0);
    for (let j = 0; j < 4; j++)
      if (layer.filled(i, crest + j)) layer.set(i, crest + j, tone(STONE, j < 3 ? 5 : 1));
    if (hash2(i, 4, seed) > 0.5)
      layer
        .set(i, crest, tone(FOREST, 6))
        .set(i, crest + 1, tone(FOREST, 5))
        .set(i, crest + 2, tone(FOREST, hash2(i, 5, seed) > 0.5 ? 4 : 5));
  }
  for (let i = 1; i < w - 1; i++)
    for (let j = 27; j < 31; j++)
      if (layer.filled(i, j) && hash2(i, j, seed) > 0.55 + (30 - j) * 0.12)
        layer.set(i, j, tone(FOREST, 4));
  layer.outline(tone(STONE, 0));
  c.blit(layer, 0, 0);
  for (let i = 1; i < w; i++) if (!c.filled(i, 31)) c.set(i, 31, SHADOW);
  return c;
}

/** A broken arch of 4 × 4 tiles; the two middle columns of its foot are open. */
export function ruinArch(): Canvas {
  const c = new Canvas(64, 64);
  const layer = new Canvas(64, 64);
  masonry(layer, 2, 4, 60, 59, STONE.slice(0, 5), 91, 10, 6);
  for (let j = 0; j < 64; j++) {
    for (let i = 0; i < 64; i++) {
      const half = j < 36 ? Math.sqrt(Math.max(0, 1 - ((36 - j) / 20) ** 2)) * 17 : 17;
      if (j >= 16 && Math.abs(i - 31.5) < half) layer.set(i, j, 0);
      if (j < 4 + Math.floor(hash2(Math.floor(i / 6), 1, 9) * 9) + Math.max(0, i - 44) * 0.5)
        layer.set(i, j, 0);
    }
  }
  layer.map((colour, x, y) =>
    !layer.filled(x, y - 1) || !layer.filled(x, y - 2) ? tone(STONE, 5) : colour,
  );
  layer.map((colour, x, y) => {
    const arch = Math.hypot((x - 31.5) / 17, (y - 36) / 20);
    if (y < 38 && arch < 1.26)
      return tone(STONE, Math.floor(Math.atan2(y - 36, x - 31.5) * 6.5) % 2 === 0 ? 4 : 3);
    return colour;
  });
  for (let i = 2; i < 62; i++) {
    const drip = Math.floor(noise2(i / 3, 0, 15) * 12) - 4;
    let y = 0;
    while (y < 60 && !layer.filled(i, y)) y++;
    for (let j = 0; j < drip; j++)
      if (layer.filled(i, y + j)) layer.set(i, y + j, tone(FOREST, j < 1 ? 6 : 5 - (j % 2)));
  }
  layer.outline(tone(STONE, 0));
  c.blit(layer, 0, 0);
  for (const x of [1, 48]) for (let i = x; i < x + 14; i++) c.lay(i, 63, SHADOW);
  return c;
}

export type CliffPart = "top" | "face" | "foot";

/** Where the columns of rock in a cliff begin; they repeat after six tiles. */
const COLUMNS = [0, 7, 17, 24, 33, 43, 50, 60, 66, 76, 83, 90, 96];

/** Cliff tiles: the grassy lip, the rock face, its foot. `column` counts along the cliff. */
export function cliff(
  part: CliffPart,
  column: number,
  turf: readonly Colour[],
  base: number,
): Canvas {
  const c = new Canvas(16, 16);
  const rows = { top: 0, face: 16, foot: 32 }[part];
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const gx = (x + column * 16) % 96;
      const gy = y + rows;
      const k = COLUMNS.findLastIndex((start) => start <= gx);
      const left = COLUMNS[k] ?? 0;
      const right = COLUMNS[k + 1] ?? 96;
      const length = 11 + Math.floor(hash2(k, 1, 61) * 5);
      const start = Math.floor(hash2(k, 2, 61) * 12);
      const inBlock = (gy + start) % length;
      const block = Math.floor((gy + start) / length);
      const lot = hash2(k, block, 62);
      let t = lot > 0.6 ? 3 : 2;
      if (gx === left || gx === left + 1) t += 1;
      else if (gx >= right - 3) t -= 1;
      if (inBlock < 2 && gx < right - 2) t += 1;
      if (inBlock === length - 1 || gx === right - 1) t = 0;
      if (inBlock === length - 2 && gx > left + 1) t = Math.min(t, 1);
      if ((inBlock === 0 || inBlock === length - 2) && (gx === left || gx === right - 2)) t = 0;
      if (hash2(gx >> 1, gy, 63) > 0.93 && t > 1) t -= 1;
      if (part === "foot") t -= y > 11 ? 2 : y > 6 ? 1 : 0;
      c.set(x, y, tone(STONE, Math.max(0, t)));
      if (part === "top") {
        const lip = 6 + Math.round(noise2(gx / 3, 3, 63, 32) * 5);
        if (y < lip)
          c.set(x, y, tone(turf, y >= lip - 1 ? base - 2 : y >= lip - 3 ? base - 1 : base));
        else if (y < lip + 2) c.set(x, y, tone(STONE, 0));
      }
      const ground = 12 + Math.round(noise2(gx / 3, 9, 64, 32) * 3);
      if (part === "foot" && y > ground) c.set(x, y, y > 14 ? SHADOW : tone(turf, base - 2));
      if (part === "foot" && y === ground) c.set(x, y, tone(STONE, 0));
    }
  }
  return c;
}

/** The mouth of a cave in a cliff face, 3 × 3 tiles, with torches that flicker. */
export function caveMouth(frame: number): Canvas {
  const c = new Canvas(48, 48);
  for (let y = 0; y < 48; y++) {
    for (let x = 0; x < 48; x++) {
      const r = Math.hypot((x - 23.5) / 19, (y - 46) / 38);
      const wobble = noise2(x / 4, y / 4, 71) * 0.12;
      if (r + wobble > 1.06 || y > 46) continue;
      const rim = r + wobble;
      if (rim > 0.98) c.set(x, y, tone(STONE, 0));
      else if (rim > 0.8)
        c.set(x, y, tone(STONE, x < 23 ? (rim > 0.9 ? 4 : 3) : rim > 0.9 ? 3 : 2));
      else if (rim > 0.76) c.set(x, y, tone(STONE, 0));
      else c.set(x, y, y > 42 ? tone(STONE, 0) : INK);
    }
  }
  for (let a = 0; a < 9; a++) {
    const angle = Math.PI + (a / 8) * Math.PI;
    const x = 23.5 + Math.cos(angle) * 17;
    const y = 46 + Math.sin(angle) * 33.5;
    c.line(
      Math.round(x),
      Math.round(y),
      Math.round(x - Math.cos(angle) * 2.5),
      Math.round(y - Math.sin(angle) * 4),
      tone(STONE, 1),
    );
  }
  for (const x of [1, 42]) torch(c, x, 22, frame);
  return c;
}

/** A torch on a wall bracket: 5 wide, 14 high. */
function torch(c: Canvas, x: number, y: number, frame: number): void {
  c.rect(x + 1, y + 6, 3, 8, INK)
    .rect(x + 2, y + 6, 1, 7, tone(WOOD, 4))
    .rect(x, y + 5, 5, 2, tone(STONE, 1));
  const tall = [5, 6, 5, 7][frame] ?? 5;
  const lean = [0, 1, 0, -1][frame] ?? 0;
  c.rect(x, y + 1, 5, 4, tone(RED, 3)).rect(
    x + 1 + (lean > 0 ? 1 : 0),
    y + 5 - tall,
    2,
    tall,
    tone(RED, 3),
  );
  c.rect(x + 1, y + 1, 3, 4, tone(GOLD, 2))
    .rect(x + 2, y + 6 - tall, 1, tall - 2, tone(GOLD, 2))
    .rect(x + 2, y + 2, 1, 3, tone(GOLD, 4))
    .set(x + 1, y + 3, tone(GOLD, 3))
    .set(x + 3, y + 3, tone(GOLD, 3));
  c.set(x + 2 + lean * 2, y - 1 - (frame % 2), tone(GOLD, 3));
}

/** A torch on a pole, 1 × 2 tiles. */
export function standingTorch(frame: number): Canvas {
  const c = new Canvas(16, 32);
  c.rect(6, 14, 4, 17, INK).rect(7, 14, 2, 16, tone(WOOD, 3)).rect(7, 14, 1, 16, tone(WOOD, 4));
  torch(c, 5, 6, frame);
  c.rect(4, 11, 8, 3, INK).rect(5, 12, 6, 1, tone(STONE, 3));
  return c.under(new Canvas(16, 32).ellipse(8.5, 30, 5, 1.6, SHADOW));
}

/** A camp fire of one tile. */
export function campfire(frame: number): Canvas {
  const c = new Canvas(16, 16);
  for (const [x, y] of [
    [2, 11],
    [4, 13],
    [8, 14],
    [11, 13],
    [13, 11],
  ] as const) {
    c.rect(x - 1, y - 1, 4, 3, INK)
      .rect(x, y - 1, 2, 2, tone(STONE, 3))
      .set(x, y - 1, tone(STONE, 4));
  }
  c.line(4, 11, 11, 12, tone(WOOD, 2), 2).line(11, 10, 4, 12, tone(WOOD, 3), 2);
  const heights =
    [
      [4, 7, 9, 6, 3],
      [3, 8, 7, 8, 4],
      [5, 6, 10, 5, 4],
      [4, 8, 8, 7, 2],
    ][frame] ?? [];
  heights.forEach((h, i) => {
    const x = 4 + i * 2 - (i > 2 ? 1 : 0);
    c.rect(x, 11 - h, 2, h, tone(RED, 3)).rect(
      x,
      12 - Math.round(h * 0.7),
      2,
      Math.round(h * 0.7) - 1,
      tone(GOLD, 2),
    );
    if (i > 0 && i < 4) c.rect(x, 12 - Math.round(h * 0.4), 2, Math.round(h * 0.4), tone(GOLD, 4));
  });
  return c;
}

/** A hide tent of the goblins, 3 × 3 tiles. */
export function tent(): Canvas {
  const c = new Canvas(48, 48);
  for (let j = 6; j < 45; j++) {
    const half = 2 + (j - 6) * 0.54;
    for (let i = Math.round(23.5 - half); i <= 23.5 + half; i++) {
      const s = (i - 23.5) / half;
      const patch = hash2(Math.floor(i / 7), Math.floor(j / 8), 4);
      let t = s < -0.3 ? 4 : s < 0.3 ? 3 : 2;
      if (patch > 0.75) t -= 1;
      if ((j + Math.floor(Math.abs(s) * 5)) % 11 === 0) t -= 1;
      const opening = Math.abs(i - 23.5) < (j - 18) * 0.27;
      c.set(
        i,
        j,
        opening
          ? Math.abs(i - 23.5) > (j - 18) * 0.27 - 1.4
            ? tone(WOOD, 1)
            : j > 41
              ? tone(WOOD, 0)
              : INK
          : tone(WOOD, t),
      );
    }
  }
  c.line(20, 0, 24, 9, tone(WOOD, 2), 2).line(27, 0, 23, 9, tone(WOOD, 3), 2);
  for (let i = 6; i < 42; i += 6) if (c.filled(i, 43)) c.set(i, 43, tone(WOOD, 6));
  c.ascii(29, 20, ["rr.rr", ".rrr.", "rr.rr"], { r: tone(RED, 2) });
  c.outline(INK);
  return c.under(new Canvas(48, 48).ellipse(25, 44, 22, 3, SHADOW));
}

/** Bones before the troll's den. */
export function bones(): Canvas {
  const c = new Canvas(16, 16);
  c.ellipse(6, 6, 3.6, 3.2, tone(SAND, 4))
    .rect(4, 8, 4, 2, tone(SAND, 3))
    .set(5, 6, INK)
    .set(7, 6, INK)
    .set(6, 8, INK);
  c.line(8, 13, 13, 10, tone(SAND, 4))
    .set(8, 12, tone(SAND, 4))
    .set(9, 14, tone(SAND, 3))
    .set(13, 9, tone(SAND, 4))
    .set(14, 11, tone(SAND, 3));
  return c.outline(INK);
}

/** A crystal that glows in the ruins, one tile. */
export function crystal(frame: number): Canvas {
  const c = new Canvas(16, 16);
  const glow = [3, 4, 4, 3][frame] ?? 3;
  for (const [x, top, w] of [
    [3, 7, 4],
    [7, 1, 5],
    [11, 6, 3],
  ] as const) {
    for (let j = top; j < 14; j++) {
      const tip = j - top < 2 ? 1 - (j - top) * 0.5 : 0;
      const inset = Math.round((tip * w) / 2);
      for (let i = x + inset; i < x + w - inset; i++)
        c.set(i, j, tone(WATER, i < x + w * 0.4 ? glow + 1 : i < x + w * 0.75 ? 3 : 2));
    }
  }
  c.outline(tone(WATER, 0));
  return c.under(new Canvas(16, 16).ellipse(8, 13.5, 7.4, 2.2, SHADOW));
}

/** A standing stone with a carved rune, 1 × 2 tiles. */
export function runeStone(frame: number): Canvas {
  const c = new Canvas(16, 32);
  shade(
    c,
    [
      { x: 7.5, y: 18, rx: 6, ry: 13 },
      { x: 7.5, y: 24, rx: 6.4, ry: 6 },
    ],
    { ramp: STONE, from: 1, to: 5, texture: (x, y) => (noise2(x / 2, y / 3, 33) - 0.5) * 0.35 },
  );
  const glow = tone(WATER, [2, 3, 4, 3][frame] ?? 3);
  c.ascii(5, 12, ["g.g.g", "g.g.g", ".ggg.", "..g..", "..g..", ".g.g."], { g: glow });
  for (let i = 2; i < 14; i++)
    if (hash2(i, 2, 3) > 0.35) c.set(i, 27, tone(GRASS, 2)).set(i, 26, tone(FOREST, 5));
  c.outline(tone(STONE, 0));
  return c.under(new Canvas(16, 32).ellipse(9, 29.4, 7, 2, SHADOW));
}
