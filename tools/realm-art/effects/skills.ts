import { Canvas } from "../lib/canvas.ts";
import {
  BLUE,
  type Colour,
  FOREST,
  GOLD,
  GRASS,
  INK,
  PURPLE,
  RED,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";
import { fireball } from "./strikes.ts";

/** The ground of a skill's picture: a dark vignette of one hue. */
function ground(ramp: readonly Colour[]): Canvas {
  const c = new Canvas(32, 32);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const d = Math.hypot(x - 13, y - 12) / 24 + (hash2(x >> 1, y >> 1, 3) - 0.5) * 0.06;
      c.set(x, y, tone(ramp, d < 0.34 ? 2 : d < 0.66 ? 1 : 0));
    }
  }
  return c;
}

/** A metal rim about a picture of 32 pixels. */
function rim(c: Canvas, ramp: readonly Colour[] = STONE): Canvas {
  c.frame(0, 0, 32, 32, INK)
    .frame(1, 1, 30, 30, tone(ramp, 2))
    .rect(1, 1, 30, 1, tone(ramp, 4))
    .rect(1, 1, 1, 30, tone(ramp, 3));
  c.rect(2, 30, 29, 1, tone(ramp, 1)).rect(30, 2, 1, 29, tone(ramp, 1)).frame(2, 2, 28, 28, INK);
  for (const [x, y] of [
    [0, 0],
    [31, 0],
    [0, 31],
    [31, 31],
  ] as const)
    c.set(x, y, 0);
  return c;
}

function line(
  c: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colours: readonly Colour[],
): void {
  colours.forEach((colour, i) =>
    c.line(x0 + i, y0, x1 + i, y1, colour).line(x0 + i, y0 + 1, x1 + i, y1 + 1, colour),
  );
}

export const SKILLS: Readonly<Record<string, () => Canvas>> = {
  sword: () => {
    const c = new Canvas(32, 32);
    line(c, 12, 19, 24, 7, [tone(STONE, 3), tone(STONE, 5), WHITE]);
    c.set(27, 5, WHITE).set(26, 6, WHITE);
    c.line(8, 16, 16, 24, tone(GOLD, 2), 2)
      .line(8, 16, 13, 21, tone(GOLD, 3), 1)
      .line(11, 20, 7, 24, tone(WOOD, 3), 3)
      .rect(5, 24, 4, 4, tone(GOLD, 2))
      .rect(5, 24, 2, 2, tone(GOLD, 4));
    return rim(ground(BLUE).blit(c.outline(INK), 0, 0));
  },
  bow: () => {
    const c = new Canvas(32, 32);
    for (let t = -1; t <= 1; t += 0.02) {
      const bend = (1 - t * t) * 9;
      const x = 11 + bend * 0.72 - t * 7;
      const y = 20 - bend * 0.72 - t * 7;
      c.rect(Math.round(x), Math.round(y), 2, 2, tone(WOOD, t < 0 ? 4 : 3));
    }
    c.line(18, 27, 4, 13, tone(STONE, 5))
      .line(7, 24, 24, 7, tone(WOOD, 5), 1)
      .line(8, 24, 25, 7, tone(WOOD, 3), 1);
    c.ascii(
      22,
      4,
      ["..sss", "...ss", "....s"].map((r) => r),
      { s: tone(STONE, 5) },
    )
      .rect(24, 4, 4, 2, tone(STONE, 5))
      .rect(26, 4, 2, 5, tone(STONE, 4));
    c.rect(5, 24, 3, 2, tone(RED, 3)).rect(7, 26, 2, 2, tone(RED, 2));
    return rim(ground(FOREST.slice(1, 4)).blit(c.outline(INK), 0, 0));
  },
  fireball: () => {
    const c = new Canvas(32, 32);
    const ball = fireball(0);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 24; x++) {
        const colour = ball.get(x, y);
        if (colour === 0) continue;
        const u = x - 12;
        const v = y - 8;
        c.rect(Math.round(15.5 + (u - v) * 0.86), Math.round(16 + (u + v) * 0.86), 2, 2, colour);
      }
    }
    return rim(ground([tone(RED, 0), tone(RED, 1), tone(RED, 1)]).blit(c, -1, -1));
  },
  heal: () => {
    const c = new Canvas(32, 32);
    c.rect(13, 6, 7, 20, tone(GRASS, 6))
      .rect(6, 13, 20, 7, tone(GRASS, 6))
      .rect(13, 6, 2, 20, tone(GRASS, 7))
      .rect(6, 13, 20, 2, tone(GRASS, 7));
    c.rect(15, 8, 3, 16, WHITE)
      .rect(8, 15, 16, 3, WHITE)
      .rect(18, 20, 2, 6, tone(GRASS, 4))
      .rect(20, 18, 6, 2, tone(GRASS, 4));
    c.outline(INK);
    for (const [x, y] of [
      [6, 7],
      [24, 6],
      [25, 24],
      [7, 25],
    ] as const)
      c.set(x, y, WHITE)
        .set(x + 1, y, tone(GRASS, 6))
        .set(x - 1, y, tone(GRASS, 6))
        .set(x, y + 1, tone(GRASS, 6))
        .set(x, y - 1, tone(GRASS, 6));
    return rim(ground(FOREST.slice(1, 4)).blit(c, 0, 0));
  },
  haste: () => {
    const c = new Canvas(32, 32);
    c.ascii(
      8,
      6,
      [
        "....bbbb........",
        "...bLLLLb.......",
        "...bLllLb.......",
        "...bLllLb.......",
        "...bLllLbb......",
        "...bLlllLLbb....",
        "..bLllllllLLbb..",
        "..bLlllllllllLb.",
        "..bddddddddddddb",
        "..bkkkkkkkkkkkkb",
        "...bb.bb...bbbb.",
      ],
      { b: INK, L: tone(WOOD, 5), l: tone(WOOD, 4), d: tone(WOOD, 2), k: tone(WOOD, 1) },
    );
    c.ascii(3, 5, ["wwwww...", ".wwwwww.", "...wwww.", "..wwww..", "...www.."], { w: WHITE });
    for (const [y, x, n] of [
      [20, 4, 12],
      [23, 8, 14],
      [26, 5, 9],
    ] as const)
      c.rect(x, y, n, 1, tone(GOLD, 4)).rect(x + n, y, 3, 1, tone(GOLD, 2));
    return rim(ground(PURPLE).blit(c, 1, 1));
  },
  frost: () => {
    const c = new Canvas(32, 32);
    for (let k = 0; k < 6; k++) {
      const a = (k / 6) * Math.PI * 2 - Math.PI / 2;
      for (let s = 0; s <= 11; s += 0.5)
        c.rect(
          Math.round(15 + Math.cos(a) * s),
          Math.round(15 + Math.sin(a) * s),
          2,
          2,
          s < 6 ? WHITE : tone(WATER, 5),
        );
      for (const side of [-0.6, 0.6]) {
        for (let s = 0; s <= 4; s += 0.5)
          c.set(
            Math.round(15.5 + Math.cos(a) * 7 + Math.cos(a + side) * s),
            Math.round(15.5 + Math.sin(a) * 7 + Math.sin(a + side) * s),
            tone(WATER, 4),
          );
      }
    }
    return rim(ground(WATER).blit(c.outline(tone(WATER, 0)), 0, 0));
  },
  dash: () => {
    const c = new Canvas(32, 32);
    for (const [x, t] of [
      [6, 1],
      [11, 2],
      [16, 3],
    ] as const) {
      for (let j = -8; j <= 8; j++) c.rect(x + 8 - Math.abs(j), 16 + j, 3, 1, tone(GOLD, t + 1));
    }
    return rim(ground(RED).blit(c.outline(INK), 0, 0));
  },
  shield: () => {
    const c = new Canvas(32, 32);
    for (let j = 0; j < 22; j++) {
      const half = j < 9 ? 9 : 9 * Math.sqrt(Math.max(0, 1 - ((j - 9) / 13.5) ** 2));
      for (let i = Math.round(15.5 - half); i <= 15.5 + half; i++) {
        const edge = Math.abs(i - 15.5) > half - 2 || j < 2;
        c.set(
          i,
          5 + j,
          edge ? tone(GOLD, i < 14 ? 3 : 2) : tone(BLUE, i < 13 ? 3 : i < 19 ? 2 : 1),
        );
      }
    }
    c.rect(14, 10, 4, 12, tone(GOLD, 3))
      .rect(10, 13, 12, 4, tone(GOLD, 3))
      .rect(14, 10, 2, 12, tone(GOLD, 4));
    return rim(ground(STONE).blit(c.outline(INK), 0, 0));
  },
};

/** The frame of a hot-bar slot with nothing in it. */
export function slot(chosen: boolean): Canvas {
  const c = new Canvas(32, 32).rect(0, 0, 32, 32, tone(STONE, 0));
  c.rect(3, 3, 26, 26, INK).rect(3, 27, 26, 2, tone(STONE, 0));
  return rim(c, chosen ? GOLD : STONE);
}

/** A golden rim to lay over the chosen skill. */
export function chosenRim(): Canvas {
  const c = new Canvas(36, 36);
  c.frame(0, 0, 36, 36, INK)
    .frame(1, 1, 34, 34, tone(GOLD, 3))
    .frame(2, 2, 32, 32, INK)
    .rect(1, 1, 34, 1, tone(GOLD, 4));
  for (const [x, y] of [
    [0, 0],
    [35, 0],
    [0, 35],
    [35, 35],
  ] as const)
    c.set(x, y, 0);
  return c;
}
