import { Canvas } from "../lib/canvas.ts";
import {
  BLUE,
  type Colour,
  GOLD,
  INK,
  PURPLE,
  RED,
  ROSE,
  SAND,
  SHADOW,
  STONE,
  tone,
  WATER,
  WOOD,
  GRASS,
} from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";

export const ROOFS = { red: RED.slice(0, 4), blue: BLUE, purple: PURPLE } as const satisfies Record<
  string,
  readonly Colour[]
>;

export interface House {
  /** In tiles. */
  width: number;
  roofRows: number;
  roof: readonly Colour[];
  /** Left edge of the door in pixels, or none for a shed's blind wall. */
  door?: number;
  windows: readonly number[];
  chimney?: number;
  /** Middle of a gable in pixels. */
  gable?: number;
  sign?: "inn" | "sword" | "potion";
  walls: "plaster" | "stone" | "timber";
  seed: number;
}

const EAVE = 7;

/** Rows of shingles over a slope whose sides lean inward by `lean` pixels towards the ridge. */
function shingles(
  c: Canvas,
  x: number,
  y: number,
  w: number,
  h: number,
  ramp: readonly Colour[],
  lean: number,
  seed: number,
): void {
  const rows = Math.ceil(h / 5);
  for (let j = 0; j < h; j++) {
    const inset = Math.round(lean * (1 - j / h));
    const row = Math.floor(j / 5);
    const inRow = j % 5;
    for (let i = inset; i < w - inset; i++) {
      const shift = row % 2 === 0 ? 0 : 3;
      const shingle = Math.floor((i + shift) / 6);
      const inShingle = (i + shift) % 6;
      const lot = hash2(shingle, row, seed);
      let t = 2;
      if (row >= rows - 1 && inRow > 1) t = 1;
      if (lot > 0.9) t = 3;
      if (lot < 0.1) t = 1;
      if (inRow === 0 && lot > 0.35 && inShingle > 0 && inShingle < 4) t = Math.min(3, t + 1);
      if (inShingle === 5 && inRow > 0) t = 1;
      if (inRow === 4) t = inShingle === 0 || inShingle === 5 ? 0 : 1;
      if (row === 0 && inRow < 4) t = Math.min(3, t + 1);
      if (i > w - inset - 6) t = Math.max(0, t - 1);
      c.set(x + i, y + j, tone(ramp, t));
    }
    c.set(x + inset, y + j, tone(ramp, 0)).set(x + w - inset - 1, y + j, tone(ramp, 0));
    c.set(x + inset + 1, y + j, tone(ramp, 3)).set(
      x + inset + 2,
      y + j,
      tone(ramp, inRow === 4 ? 1 : 2),
    );
  }
}

function wall(
  c: Canvas,
  x: number,
  y: number,
  w: number,
  h: number,
  kind: House["walls"],
  seed: number,
): void {
  if (kind === "stone") {
    for (let j = 0; j < h; j++) {
      for (let i = 0; i < w; i++) {
        const row = Math.floor(j / 4);
        const brick = Math.floor((i + (row % 2) * 4) / 8);
        const lot = hash2(brick, row, seed);
        const edge = j % 4 === 3 || (i + (row % 2) * 4) % 8 === 7;
        let t = edge ? 1 : lot > 0.8 ? 3 : lot < 0.2 ? 2 : 3;
        if (!edge && j % 4 === 0 && lot > 0.3) t += 1;
        if (j < 3) t -= 1;
        c.set(x + i, y + j, tone(SAND, t));
      }
    }
  } else if (kind === "timber") {
    for (let j = 0; j < h; j++) {
      for (let i = 0; i < w; i++) {
        const grain = hash2(Math.floor(i / 3), Math.floor(j / 5), seed);
        let t = j % 5 === 4 ? 1 : j % 5 === 0 ? 4 : 3;
        if (t === 3 && grain > 0.8) t = 2;
        if (j < 3) t = Math.max(1, t - 1);
        c.set(x + i, y + j, tone(WOOD, t));
      }
    }
  } else {
    c.rect(x, y, w, h, tone(SAND, 4));
    c.rect(x, y, w, 3, tone(SAND, 2)).rect(x, y + 3, w, 1, tone(SAND, 3));
    c.rect(x + w - 4, y, 4, h, tone(SAND, 3));
    for (let i = 0; i < w * 0.6; i++) {
      const px = x + Math.floor(hash2(i, 1, seed) * w);
      const py = y + 4 + Math.floor(hash2(i, 2, seed) * (h - 8));
      c.set(px, py, tone(SAND, 3)).set(px + 1, py, tone(SAND, 3));
    }
    for (const bx of [x, x + w - 3]) beam(c, bx, y, 3, h);
    beam(c, x, y + h - 8, w, 3);
  }
  if (kind !== "stone") {
    for (let i = 0; i < w; i++) {
      const stone = Math.floor(i / 5);
      const t = i % 5 === 4 ? 1 : 2 + Math.floor(hash2(stone, 7, seed) * 2);
      c.rect(x + i, y + h - 5, 1, 5, tone(SAND, t)).set(x + i, y + h - 1, tone(SAND, 0));
      c.set(x + i, y + h - 5, tone(SAND, Math.min(4, t + 1)));
    }
  }
  c.rect(x - 1, y, 1, h, INK)
    .rect(x + w, y, 1, h, INK)
    .rect(x, y + h, w, 1, INK);
}

function beam(c: Canvas, x: number, y: number, w: number, h: number): void {
  c.rect(x, y, w, h, tone(WOOD, 2));
  if (w > h) c.rect(x, y, w, 1, tone(WOOD, 3)).rect(x, y + h - 1, w, 1, tone(WOOD, 1));
  else c.rect(x, y, 1, h, tone(WOOD, 3)).rect(x + w - 1, y, 1, h, tone(WOOD, 1));
}

/** A window of 10 × 11 with shutters and a box of flowers. */
function window(c: Canvas, x: number, y: number, shutters: readonly Colour[], seed: number): void {
  c.rect(x - 1, y - 1, 12, 12, tone(WOOD, 1));
  c.rect(x, y, 10, 10, tone(WOOD, 3)).rect(x, y, 10, 1, tone(WOOD, 4));
  c.rect(x + 2, y + 2, 6, 7, tone(WATER, 1)).rect(x + 2, y + 2, 6, 2, tone(BLUE, 0));
  c.line(x + 3, y + 7, x + 6, y + 4, tone(WATER, 3))
    .set(x + 3, y + 6, tone(WATER, 4))
    .set(x + 6, y + 7, tone(WATER, 2));
  c.rect(x + 5, y + 2, 1, 7, tone(WOOD, 2)).rect(x + 2, y + 5, 6, 1, tone(WOOD, 2));
  for (const sx of [x - 5, x + 11]) {
    c.rect(sx - 1, y - 1, 6, 12, INK).rect(sx, y, 4, 10, tone(shutters, 2));
    for (let j = 1; j < 10; j += 2) c.rect(sx, y + j, 4, 1, tone(shutters, 1));
    c.rect(sx, y, 1, 10, tone(shutters, 3));
  }
  c.rect(x - 2, y + 10, 14, 4, tone(WOOD, 1)).rect(x - 1, y + 11, 12, 2, tone(WOOD, 3));
  for (let i = -1; i < 11; i++) {
    const lot = hash2(i, 3, seed);
    c.set(x + i, y + 10, tone(GRASS, lot > 0.5 ? 3 : 2));
    if (lot > 0.55)
      c.set(x + i, y + 9, lot > 0.8 ? tone(GOLD, 3) : tone(ROSE, 1)).set(
        x + i,
        y + 10,
        tone(ROSE, 0),
      );
  }
}

/** An arched door of 14 × 20, its foot at y + 20. */
function door(c: Canvas, x: number, y: number): void {
  const arch = (inset: number, j: number) => Math.max(0, [4, 2, 1, 1, 0][j - inset] ?? 0);
  for (let j = 0; j < 20; j++) {
    const a = arch(0, j);
    c.rect(x - 1 + a, y + j, 16 - a * 2, 1, tone(SAND, 0));
    c.rect(x + a, y + j, 14 - a * 2, 1, tone(SAND, j % 4 === 3 ? 1 : 3));
  }
  for (let j = 2; j < 20; j++) {
    const a = arch(2, j);
    for (let i = 2 + a; i < 12 - a; i++) {
      const plank = (i - 2) % 3;
      c.set(x + i, y + j, tone(WOOD, j < 5 ? 1 : plank === 2 ? 1 : plank === 0 ? 3 : 2));
    }
    if (j === 6 || j === 15) c.rect(x + 2, y + j, 10, 1, tone(STONE, 1));
  }
  c.set(x + 10, y + 11, tone(GOLD, 3)).set(x + 10, y + 12, tone(GOLD, 1));
  c.rect(x, y + 20, 14, 2, tone(SAND, 3)).rect(x, y + 21, 14, 1, tone(SAND, 1));
}

function gable(c: Canvas, cx: number, top: number, bottom: number, ramp: readonly Colour[]): void {
  const height = bottom - top;
  for (let j = 0; j < height; j++) {
    const half = Math.round(j * 0.86) + 1;
    for (let i = -half; i <= half; i++) {
      const fromEdge = half - Math.abs(i);
      if (fromEdge < 5) {
        const lit = i < 0 ? 3 : 1;
        const t = fromEdge === 0 ? 0 : fromEdge === 4 ? 0 : fromEdge === 1 ? lit : Math.min(2, lit);
        c.set(cx + i, top + j, tone(ramp, t));
      } else {
        c.set(cx + i, top + j, tone(SAND, fromEdge < 7 ? 2 : i > half - 10 ? 3 : 4));
      }
    }
  }
  const y = top + height - 12;
  if (height > 22) {
    beam(c, cx - 1, top + 9, 3, height - 9);
    c.ellipse(cx, y + 3, 4.6, 4.6, tone(WOOD, 1)).ellipse(cx, y + 3, 3.4, 3.4, tone(WOOD, 4));
    c.ellipse(cx, y + 3, 2.4, 2.4, tone(WATER, 1))
      .set(cx - 1, y + 2, tone(WATER, 4))
      .set(cx, y + 2, tone(WATER, 3));
  }
  beam(c, cx - Math.round(height * 0.86) + 6, bottom - 2, Math.round(height * 0.86) * 2 - 11, 3);
}

function chimney(c: Canvas, x: number, y: number): void {
  c.rect(x - 1, y - 1, 12, 17, INK);
  for (let j = 0; j < 15; j++) {
    for (let i = 0; i < 10; i++) {
      const row = Math.floor(j / 3);
      const edge = j % 3 === 2 || (i + (row % 2) * 2) % 5 === 4;
      c.set(x + i, y + j, tone(SAND, edge ? 1 : i < 3 ? 4 : i < 7 ? 3 : 2));
    }
  }
  c.rect(x - 1, y - 1, 12, 4, INK)
    .rect(x, y, 10, 2, tone(SAND, 4))
    .rect(x + 2, y, 6, 1, tone(STONE, 0));
}

function hangingSign(c: Canvas, x: number, y: number, kind: NonNullable<House["sign"]>): void {
  c.rect(x, y, 13, 1, tone(STONE, 0))
    .rect(x + 2, y + 1, 1, 2, tone(STONE, 0))
    .rect(x + 10, y + 1, 1, 2, tone(STONE, 0));
  c.rect(x, y + 3, 13, 11, INK)
    .rect(x + 1, y + 4, 11, 9, tone(WOOD, 4))
    .rect(x + 1, y + 4, 11, 1, tone(WOOD, 5));
  c.rect(x + 1, y + 12, 11, 1, tone(WOOD, 3));
  const pictures = {
    inn: ["mmmm..", "mWWmmm", "mggm.m", "mggm.m", "mggmmm", "mmmm.."],
    sword: [".....w", "....w.", "b..w..", ".bw...", "..b...", ".b.b.."],
    potion: ["..mm..", "..ww..", ".wrrw.", "wrrrrw", "wrrrrw", ".wwww."],
  };
  const key = {
    m: tone(WOOD, 1),
    W: tone(SAND, 4),
    g: tone(GOLD, 2),
    w: tone(STONE, 5),
    b: tone(WOOD, 1),
    r: tone(RED, 2),
  };
  c.ascii(x + 4, y + 5, pictures[kind], key);
}

/** A house seen from the front; the two bottom rows of tiles are its wall. */
export function house(plan: House): Canvas {
  const w = plan.width * 16;
  const roofBottom = plan.roofRows * 16 + EAVE;
  const h = plan.roofRows * 16 + 32;
  const c = new Canvas(w, h);
  wall(c, 5, roofBottom - 4, w - 10, h - roofBottom + 1, plan.walls, plan.seed);
  plan.windows.forEach((x, i) => window(c, x, h - 22, plan.roof, plan.seed + i));
  if (plan.door !== undefined) door(c, plan.door, h - 23);
  c.rect(0, roofBottom, w, 1, INK);
  shingles(c, 0, 4, w, roofBottom - 4, plan.roof, 5, plan.seed);
  c.rect(4, 2, w - 8, 4, tone(plan.roof, 0))
    .rect(5, 3, w - 10, 2, tone(plan.roof, 3))
    .rect(5, 4, w - 10, 1, tone(plan.roof, 2));
  for (let i = 9; i < w - 8; i += 6) c.set(i, 3, tone(plan.roof, 1)).set(i, 4, tone(plan.roof, 1));
  for (let i = 1; i < w - 1; i++)
    if (c.filled(i, roofBottom + 1))
      c.lay(i, roofBottom + 1, SHADOW).lay(i, roofBottom + 2, SHADOW);
  if (plan.gable !== undefined) gable(c, plan.gable, roofBottom - 29, roofBottom + 2, plan.roof);
  if (plan.chimney !== undefined) chimney(c, plan.chimney, 0);
  if (plan.sign !== undefined && plan.door !== undefined)
    hangingSign(c, plan.door + 17, h - 27, plan.sign);
  for (let i = 3; i < w - 3; i++) {
    if (!c.filled(i, h - 1)) c.set(i, h - 1, SHADOW);
  }
  return c;
}
