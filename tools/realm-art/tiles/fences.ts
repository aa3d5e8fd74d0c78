import { Canvas } from "../lib/canvas.ts";
import { INK, SHADOW, STONE, tone, WATER, WOOD, GOLD, SAND, type Colour } from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";
import { masonry } from "./town-props.ts";

/** A fence tile joined to its neighbours: bit 1 north, 2 east, 4 south, 8 west. */
export function fence(joins: number): Canvas {
  const c = new Canvas(16, 16);
  const rail = (x: number, w: number) => {
    for (const y of [5, 10]) {
      c.rect(x, y - 1, w, 4, INK)
        .rect(x, y, w, 2, tone(WOOD, 4))
        .rect(x, y, w, 1, tone(WOOD, 5));
    }
    for (let i = x; i < x + w; i++) if (!c.filled(i, 13)) c.set(i, 14, SHADOW);
  };
  if (joins & 2) rail(9, 7);
  if (joins & 8) rail(0, 7);
  if (joins & 1)
    c.rect(6, 0, 4, 8, INK).rect(7, 0, 2, 8, tone(WOOD, 4)).rect(7, 0, 1, 8, tone(WOOD, 5));
  if (joins & 4)
    c.rect(6, 8, 4, 8, INK).rect(7, 8, 2, 8, tone(WOOD, 4)).rect(7, 8, 1, 8, tone(WOOD, 5));
  c.rect(5, 1, 6, 14, INK)
    .rect(6, 2, 4, 12, tone(WOOD, 3))
    .rect(6, 2, 1, 12, tone(WOOD, 4))
    .rect(6, 1, 4, 2, tone(WOOD, 5))
    .rect(6, 3, 4, 1, tone(WOOD, 4));
  c.rect(6, 14, 6, 1, SHADOW);
  return c;
}

/** The planks of a bridge that runs east to west; part 0 has the north rail, 2 the south one. */
export function bridge(part: 0 | 1 | 2, column: number): Canvas {
  const c = new Canvas(16, 16);
  const plank = (y: number, h: number) => {
    for (let i = 0; i < 16; i++) {
      const board = Math.floor(i / 4);
      const lot = hash2(board, column % 2, 11);
      const t = i % 4 === 3 ? 1 : i % 4 === 0 ? 5 : lot > 0.7 ? 3 : 4;
      c.rect(i, y, 1, h, tone(WOOD, t));
      if (i % 4 === 1) c.set(i, y + 1 + Math.floor(lot * 2), tone(WOOD, 2));
    }
  };
  if (part === 1) plank(0, 16);
  if (part === 0) {
    plank(11, 5);
    c.rect(0, 10, 16, 1, tone(WOOD, 1))
      .rect(0, 3, 16, 4, INK)
      .rect(0, 4, 16, 2, tone(WOOD, 4))
      .rect(0, 4, 16, 1, tone(WOOD, 6));
    if (column % 2 === 0)
      c.rect(5, 0, 6, 13, INK)
        .rect(6, 1, 4, 11, tone(WOOD, 3))
        .rect(6, 1, 1, 11, tone(WOOD, 5))
        .rect(6, 1, 4, 1, tone(WOOD, 6));
  }
  if (part === 2) {
    plank(0, 5);
    c.rect(0, 5, 16, 4, INK).rect(0, 6, 16, 2, tone(WOOD, 3)).rect(0, 6, 16, 1, tone(WOOD, 4));
    c.rect(0, 9, 16, 3, tone(WOOD, 1)).rect(0, 12, 16, 2, tone(WATER, 0));
    c.rect(0, 0, 16, 4, INK).rect(0, 1, 16, 2, tone(WOOD, 4)).rect(0, 1, 16, 1, tone(WOOD, 6));
    if (column % 2 === 0) {
      c.rect(5, 0, 6, 14, INK)
        .rect(6, 0, 4, 13, tone(WOOD, 3))
        .rect(6, 0, 1, 13, tone(WOOD, 5))
        .rect(6, 12, 4, 1, tone(WOOD, 1));
    }
  }
  return c;
}

/** A stretch of town wall, 1 × 4 tiles: merlons and a walk above two rows of face. */
export function townWall(column: number): Canvas {
  const c = new Canvas(16, 64);
  masonry(c, 0, 24, 16, 38, SAND, 40 + (column % 3), 8, 5);
  c.rect(0, 22, 16, 2, tone(SAND, 0)).rect(0, 24, 16, 2, tone(SAND, 1));
  c.rect(0, 10, 16, 12, tone(SAND, 3)).rect(0, 10, 16, 1, tone(SAND, 4));
  for (let i = 0; i < 16; i += 5) c.rect(i, 13 + ((i + column) % 3) * 2, 3, 1, tone(SAND, 2));
  c.rect(0, 16, 10, 8, tone(SAND, 0))
    .rect(1, 14, 8, 9, tone(SAND, 3))
    .rect(1, 14, 8, 3, tone(SAND, 4))
    .rect(8, 17, 1, 6, tone(SAND, 2));
  c.rect(0, 3, 10, 9, tone(SAND, 0))
    .rect(1, 4, 8, 7, tone(SAND, 2))
    .rect(1, 4, 8, 3, tone(SAND, 4));
  c.rect(10, 9, 6, 1, tone(SAND, 0));
  c.rect(0, 59, 16, 3, tone(SAND, 1)).rect(0, 62, 16, 1, INK).rect(0, 63, 16, 1, SHADOW);
  return c;
}

/** The town wall running north to south, seen from above; 1 × 1 tile. */
export function townWallSide(row: number): Canvas {
  const c = new Canvas(16, 16);
  c.rect(0, 0, 16, 16, tone(SAND, 3));
  for (let j = 0; j < 16; j += 4)
    c.rect(5, j + ((row * 3) % 4), 3, 1, tone(SAND, 2)).rect(9, (j + 2) % 16, 2, 1, tone(SAND, 4));
  for (const x of [0, 12]) {
    c.rect(x, 0, 4, 16, tone(SAND, 2))
      .rect(x, 0, 1, 16, INK)
      .rect(x + 3, 0, 1, 16, x === 0 ? tone(SAND, 1) : INK);
    c.rect(x, 2, 4, 10, tone(SAND, 0))
      .rect(x + 1, 3, 2, 7, tone(SAND, 4))
      .rect(x + 1, 8, 2, 3, tone(SAND, 2));
  }
  return c;
}

/** A gate with two towers, 6 × 6 tiles: the passage is the two middle tiles. */
export function gatehouse(cloth: readonly Colour[]): Canvas {
  const c = new Canvas(96, 96);
  c.rect(30, 20, 36, 34, INK);
  masonry(c, 31, 34, 34, 20, SAND, 51, 8, 5);
  c.rect(31, 21, 34, 12, tone(SAND, 3))
    .rect(31, 21, 34, 1, tone(SAND, 4))
    .rect(31, 32, 34, 2, tone(SAND, 0));
  for (let i = 31; i < 65; i += 12)
    c.rect(i, 26, 9, 9, tone(SAND, 0))
      .rect(i + 1, 27, 7, 7, tone(SAND, 3))
      .rect(i + 1, 27, 7, 3, tone(SAND, 4));
  for (let j = 44; j < 96; j++) {
    const half = j < 58 ? Math.sqrt(Math.max(0, 1 - ((58 - j) / 14) ** 2)) * 15 : 15;
    for (let i = Math.round(48 - half); i < 48 + half; i++) c.set(i, j, j < 76 ? tone(SAND, 0) : 0);
    if (j < 62 && half > 2)
      c.set(Math.round(48 - half), j, tone(SAND, 1)).set(
        Math.round(48 + half) - 1,
        j,
        tone(SAND, 1),
      );
  }
  for (let j = 48; j < 62; j++)
    for (let i = 34; i < 63; i++) {
      if (c.get(i, j) !== tone(SAND, 0)) continue;
      if ((i - 34) % 6 < 2) c.set(i, j, tone(STONE, (i - 34) % 6 === 0 ? 2 : 1));
      if (j === 52 || j === 58) c.set(i, j, tone(STONE, 1));
      if (j >= 60 && (i - 34) % 6 >= 2) c.set(i, j, tone(SAND, 0));
    }
  for (let j = 62; j < 96; j++) for (let i = 33; i < 63; i++) c.set(i, j, j < 70 ? SHADOW : 0);
  for (const x of [0, 64]) c.blit(tower(cloth), x, 0);
  return c;
}

/** A wall tower, 2 × 6 tiles, with a banner. */
export function tower(cloth: readonly Colour[]): Canvas {
  const c = new Canvas(32, 96);
  c.rect(0, 8, 32, 87, INK);
  masonry(c, 1, 30, 30, 64, SAND, 60, 10, 6);
  for (let j = 30; j < 94; j++) {
    c.set(1, j, tone(SAND, 4)).set(2, j, tone(SAND, 4));
    for (let i = 24; i < 31; i++) if (c.get(i, j) !== tone(SAND, 1)) c.set(i, j, tone(SAND, 2));
  }
  c.rect(1, 9, 30, 19, tone(SAND, 3))
    .rect(1, 28, 30, 2, tone(SAND, 0))
    .rect(5, 13, 22, 12, tone(SAND, 2))
    .rect(5, 13, 22, 2, tone(SAND, 1));
  for (const i of [0, 11, 22]) {
    c.rect(i, 2, 10, 10, INK)
      .rect(i + 1, 3, 8, 8, tone(SAND, 2))
      .rect(i + 1, 3, 8, 4, tone(SAND, 4));
    c.rect(i, 20, 10, 12, INK)
      .rect(i + 1, 21, 8, 10, tone(SAND, 3))
      .rect(i + 1, 21, 8, 4, tone(SAND, 4));
  }
  c.rect(13, 38, 6, 11, INK).rect(14, 39, 4, 9, tone(STONE, 0)).rect(14, 39, 1, 9, tone(SAND, 1));
  for (let i = 9; i < 23; i++) {
    const foot = 77 - Math.round(Math.abs(i - 15.5) * -0.7 + 5);
    c.rect(i, 54, 1, foot - 53 + 2, INK);
    if (i > 9 && i < 22) c.rect(i, 55, 1, foot - 54, tone(cloth, i < 12 ? 3 : i > 19 ? 1 : 2));
  }
  c.rect(8, 52, 16, 3, INK).rect(9, 53, 14, 1, tone(WOOD, 5));
  c.ascii(12, 59, ["...gg...", "..gGGg..", ".gGGGGg.", ".gGGGGg.", "..gGGg..", "...gg..."], {
    g: tone(GOLD, 2),
    G: tone(GOLD, 3),
  });
  c.rect(1, 89, 30, 5, tone(SAND, 1)).rect(1, 89, 30, 1, tone(SAND, 3)).rect(0, 95, 32, 1, SHADOW);
  return c;
}
