import { Canvas } from "../lib/canvas.ts";
import {
  BLUE,
  type Colour,
  GOLD,
  GRASS,
  INK,
  RED,
  SAND,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";

/** A panel to be cut in nine: 48 × 48, its borders 12 wide. Dark wood with metal corners. */
export function panel(): Canvas {
  const c = new Canvas(48, 48);
  c.rect(0, 0, 48, 48, INK)
    .rect(1, 1, 46, 46, tone(WOOD, 3))
    .rect(1, 1, 46, 1, tone(WOOD, 5))
    .rect(1, 1, 1, 46, tone(WOOD, 4));
  c.rect(1, 46, 46, 1, tone(WOOD, 1))
    .rect(46, 1, 1, 46, tone(WOOD, 1))
    .frame(4, 4, 40, 40, tone(WOOD, 1))
    .frame(5, 5, 38, 38, INK);
  c.rect(6, 6, 36, 36, tone(STONE, 0)).rect(6, 6, 36, 1, INK);
  for (const [x, y] of [
    [0, 0],
    [37, 0],
    [0, 37],
    [37, 37],
  ] as const) {
    c.rect(x, y, 11, 11, INK)
      .rect(x + 1, y + 1, 9, 9, tone(GOLD, 1))
      .rect(x + 1, y + 1, 9, 1, tone(GOLD, 3))
      .rect(x + 1, y + 1, 1, 9, tone(GOLD, 2));
    c.rect(x + 3, y + 3, 5, 5, tone(GOLD, 0))
      .rect(x + 4, y + 4, 3, 3, tone(RED, 2))
      .set(x + 4, y + 4, tone(RED, 4));
  }
  for (const [x, y] of [
    [0, 0],
    [47, 0],
    [0, 47],
    [47, 47],
  ] as const)
    c.set(x, y, 0);
  return c;
}

/** Parchment for what people say: 48 × 48, its borders 12 wide. */
export function parchment(): Canvas {
  const c = new Canvas(48, 48);
  c.rect(2, 1, 44, 46, INK)
    .rect(1, 2, 46, 44, INK)
    .rect(2, 2, 44, 44, tone(WOOD, 5))
    .rect(3, 3, 42, 42, tone(WOOD, 6));
  c.rect(3, 43, 42, 2, tone(WOOD, 5))
    .rect(43, 3, 2, 42, tone(WOOD, 5))
    .frame(5, 5, 38, 38, tone(WOOD, 5));
  for (const [x, y] of [
    [6, 6],
    [41, 6],
    [6, 41],
    [41, 41],
  ] as const)
    c.rect(x - 1, y - 1, 3, 3, tone(WOOD, 4)).set(x, y, tone(WOOD, 6));
  return c;
}

/** A button to be cut in nine: 24 × 24, its borders 8 wide. */
export function button(state: "up" | "over" | "down"): Canvas {
  const c = new Canvas(24, 24);
  const ramp: readonly Colour[] = state === "over" ? GOLD : WOOD.slice(1);
  const [top, face, low] = state === "down" ? [1, 1, 2] : [4, 2, 1];
  c.rect(1, 0, 22, 24, INK).rect(0, 1, 24, 22, INK).rect(1, 1, 22, 22, tone(ramp, face));
  c.rect(1, 1, 22, 1, tone(ramp, top))
    .rect(1, 21, 22, 2, tone(ramp, low - (state === "down" ? 0 : 1)))
    .rect(1, 1, 1, 21, tone(ramp, Math.max(face, top - 1)));
  return c;
}

/** The empty frame of a bar, cut in nine: 24 × 10, its borders 4 wide. */
export function barFrame(): Canvas {
  const c = new Canvas(24, 10);
  c.rect(1, 0, 22, 10, INK)
    .rect(0, 1, 24, 8, INK)
    .rect(1, 1, 22, 8, tone(STONE, 2))
    .rect(1, 1, 22, 1, tone(STONE, 4))
    .rect(2, 2, 20, 6, INK);
  return c;
}

/** What fills a bar: 4 × 6, to be drawn out in length. */
export function barFill(kind: "health" | "mana" | "experience"): Canvas {
  const ramp = kind === "health" ? RED : kind === "mana" ? WATER.slice(1) : GOLD;
  const c = new Canvas(4, 6);
  [3, 4, 3, 2, 2, 1].forEach((t, y) =>
    c.rect(0, y, 4, 1, tone(ramp, Math.min(ramp.length - 1, t))),
  );
  return c;
}

/** Pointers of 24 × 24; the hot spot is the pivot in the atlas. */
export function cursor(kind: "arrow" | "attack" | "talk"): Canvas {
  const c = new Canvas(24, 24);
  if (kind === "arrow") {
    const rows = [
      "w",
      "wg",
      "wwg",
      "wwwg",
      "wwwwg",
      "wwwwwg",
      "wwwwwwg",
      "wwwwwwwg",
      "wwwwwggg",
      "wwgwwg",
      "wg.wwg",
      "g...wwg",
      "....wwg",
      ".....g",
    ];
    return c.ascii(2, 2, rows, { w: WHITE, g: tone(STONE, 3) }).outline(INK);
  }
  if (kind === "talk") {
    c.rect(3, 3, 16, 11, WHITE)
      .rect(4, 2, 14, 13, WHITE)
      .rect(6, 14, 4, 3, WHITE)
      .rect(6, 17, 2, 1, WHITE)
      .rect(4, 13, 14, 2, tone(STONE, 4));
    for (const x of [6, 10, 14]) c.rect(x, 7, 2, 2, INK);
    return c.outline(INK);
  }
  for (let s = 0; s < 15; s++)
    c.set(2 + s, 2 + s, WHITE)
      .set(3 + s, 2 + s, tone(STONE, 5))
      .set(2 + s, 3 + s, tone(STONE, 3));
  c.line(12, 18, 18, 12, tone(GOLD, 3), 2).line(17, 17, 20, 20, tone(WOOD, 3), 2);
  return c.outline(INK);
}

/** The rim of the minimap, 9-slice: 32 × 32, borders 8. */
export function mapRim(): Canvas {
  const c = new Canvas(32, 32);
  c.frame(0, 0, 32, 32, INK)
    .frame(1, 1, 30, 30, tone(WOOD, 4))
    .frame(2, 2, 28, 28, tone(WOOD, 3))
    .frame(3, 3, 26, 26, INK);
  c.rect(1, 1, 30, 1, tone(WOOD, 6));
  for (const [x, y] of [
    [0, 0],
    [27, 0],
    [0, 27],
    [27, 27],
  ] as const)
    c.rect(x, y, 5, 5, INK)
      .rect(x + 1, y + 1, 3, 3, tone(GOLD, 2))
      .set(x + 1, y + 1, tone(GOLD, 4));
  return c;
}

const LETTERS: Readonly<Record<string, readonly string[]>> = {
  R: [
    "#######..",
    "########.",
    ".##...##.",
    ".##...##.",
    ".##...##.",
    ".######..",
    ".#####...",
    ".##.##...",
    ".##..##..",
    ".##...##.",
    ".##...###",
    "####...##",
  ],
  E: [
    "########.",
    "########.",
    ".##....#.",
    ".##......",
    ".##..#...",
    ".#####...",
    ".#####...",
    ".##..#...",
    ".##......",
    ".##....#.",
    "########.",
    "########.",
  ],
  A: [
    "...##....",
    "...###...",
    "..####...",
    "..#.##...",
    "..#.##...",
    ".##..##..",
    ".##..##..",
    ".#######.",
    ".#######.",
    "##....##.",
    "##....##.",
    "###..####",
  ],
  L: [
    "####.....",
    "####.....",
    ".##......",
    ".##......",
    ".##......",
    ".##......",
    ".##......",
    ".##......",
    ".##......",
    ".##....#.",
    "########.",
    "########.",
  ],
  M: [
    "###....###",
    "###....###",
    ".###..###.",
    ".###..###.",
    ".########.",
    ".##.##.##.",
    ".##.##.##.",
    ".##....##.",
    ".##....##.",
    ".##....##.",
    "####..####",
    "####..####",
  ],
};

/** The word REALM in gold on stone letters, with a sword behind it. */
export function logo(): Canvas {
  const scale = 3;
  const letters = [..."REALM"].map((l) => LETTERS[l] ?? []);
  const width = letters.reduce((n, l) => n + ((l[0]?.length ?? 0) + 1) * scale, 0);
  const c = new Canvas(width + 28, 64);
  const blade = new Canvas(c.width, c.height);
  const y = 31;
  blade
    .rect(22, y - 2, c.width - 40, 5, tone(STONE, 4))
    .rect(22, y - 2, c.width - 40, 2, WHITE)
    .rect(22, y + 2, c.width - 40, 1, tone(STONE, 2));
  for (let i = 0; i < 5; i++)
    blade.rect(
      c.width - 18 + i * 2,
      y - 2 + Math.floor(i / 2),
      2,
      5 - i,
      i < 2 ? WHITE : tone(STONE, 5),
    );
  blade
    .rect(18, y - 9, 5, 19, tone(GOLD, 2))
    .rect(18, y - 9, 2, 19, tone(GOLD, 4))
    .rect(6, y - 2, 12, 5, tone(WOOD, 3))
    .rect(6, y - 2, 12, 1, tone(WOOD, 5))
    .rect(2, y - 4, 6, 9, tone(GOLD, 2))
    .rect(2, y - 4, 3, 4, tone(GOLD, 4))
    .rect(4, y - 1, 3, 3, tone(RED, 2));
  for (let x = 8; x < 18; x += 3) blade.rect(x, y - 2, 1, 5, tone(WOOD, 1));
  blade.outline(INK);
  c.blit(blade, 0, 0);
  const word = new Canvas(c.width, c.height);
  let x0 = 16;
  for (const rows of letters) {
    rows.forEach((row, j) => {
      [...row].forEach((mark, i) => {
        if (mark !== "#") return;
        for (let b = 0; b < scale; b++) {
          for (let a = 0; a < scale; a++) {
            const py = j * scale + b;
            const t = py < 7 ? 4 : py < 16 ? 3 : py < 19 ? 4 : py < 27 ? 2 : 1;
            word.set(x0 + i * scale + a, 13 + py, tone(GOLD, t));
          }
        }
      });
    });
    x0 += ((rows[0]?.length ?? 0) + 1) * scale;
  }
  const lit = word.clone();
  word.map((colour, x, yy) =>
    !lit.filled(x, yy - 1) || !lit.filled(x - 1, yy)
      ? WHITE
      : !lit.filled(x, yy + 1) || !lit.filled(x + 1, yy)
        ? tone(GOLD, 0)
        : hash2(x, yy, 4) > 0.985
          ? WHITE
          : colour,
  );
  word.outline(INK);
  const depth = new Canvas(c.width, c.height);
  for (let k = 3; k > 0; k--)
    depth.under(
      word.clone().map(() => (k === 3 ? INK : tone(RED, k === 2 ? 0 : 1))),
      0,
      k,
    );
  c.blit(depth, 0, 0).blit(word, 0, 0);
  const leaf = (x: number, yy: number, flip: boolean) => {
    const l = new Canvas(14, 12).ascii(
      0,
      0,
      [
        ".....gg.......",
        "...gGGGg......",
        "..gGGffGg.gg..",
        ".gGffgg.gGGGg.",
        ".gfgg..gGffg..",
        "..g...gGfg....",
        ".....gffg.....",
        "......gg......",
      ],
      { g: tone(GRASS, 1), G: tone(GRASS, 6), f: tone(GRASS, 4) },
    );
    c.blit(l, x, yy, flip);
  };
  leaf(10, 44, false);
  leaf(c.width - 26, 44, true);
  return c;
}

/** The mark of the game: a shield with an R, 32 × 32. */
export function favicon(): Canvas {
  const c = new Canvas(32, 32);
  for (let j = 0; j < 29; j++) {
    const half = j < 13 ? 13 : 13 * Math.sqrt(Math.max(0, 1 - ((j - 13) / 16.5) ** 2));
    for (let i = Math.round(15.5 - half); i <= 15.5 + half; i++) {
      const edge = Math.abs(i - 15.5) > half - 2.4 || j < 2 || (j > 12 && half < 3);
      c.set(
        i,
        1 + j,
        edge ? tone(GOLD, i + j < 24 ? 3 : 2) : tone(BLUE, i < 12 ? 2 : i < 20 ? 1 : 1),
      );
    }
  }
  c.outline(INK);
  (LETTERS["R"] ?? []).forEach((row, j) => {
    [...row].forEach((mark, i) => {
      if (mark !== "#") return;
      c.rect(
        8 + Math.round(i * 1.6),
        6 + Math.round(j * 1.45),
        2,
        2,
        j < 5 ? WHITE : tone(SAND, 4),
      );
    });
  });
  return c;
}
