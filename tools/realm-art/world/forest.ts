import { hash2, noise2 } from "../lib/random.ts";
import type { Catalogue } from "./catalogue.ts";
import { wilds } from "./forest-life.ts";
import { Painter, type Point } from "./painter.ts";
import { growWoods } from "./woods.ts";

const SIZE = 96;

const TREES = {
  narrow: ["pine", "pine-2", "pine-small", "round-cool", "round-cool-2", "round-olive", "pine"],
  broad: ["broad-cool", "broad-cool-2", "broad-olive"],
  bushes: ["bush-cool", "bush-olive", "bush-cool-flower", "bush-cool"],
};

/** Open places: middle, radii. */
const CLEARINGS: readonly (readonly [number, number, number, number])[] = [
  [7, 48, 6, 5],
  [22, 33, 7, 6],
  [36, 48, 7, 5.5],
  [45, 20, 11, 9],
  [72, 22, 12, 9],
  [25, 74, 10, 8],
  [51, 76, 7, 6],
  [78, 74, 12, 10],
  [62, 50, 5, 4.5],
  [84, 46, 6, 6],
  [15, 13, 6, 5],
];

const WAYS: readonly (readonly Point[])[] = [
  [
    [-1, 48.5],
    [6, 48.5],
    [14, 46],
    [22, 49],
    [30, 47],
    [36, 48.5],
  ],
  [
    [14, 46],
    [18, 40],
    [22, 34],
  ],
  [
    [22, 33],
    [20, 24],
    [15, 14],
  ],
  [
    [36, 48],
    [38, 40],
    [34, 33],
    [40, 27],
    [43, 25],
  ],
  [
    [22, 33],
    [29, 30],
    [35, 33],
  ],
  [
    [36, 48],
    [34, 56],
    [27, 62],
    [25, 72],
  ],
  [
    [27, 74],
    [36, 79],
    [44, 74],
    [51, 76],
  ],
  [
    [36, 48.5],
    [46, 50],
    [52, 51.5],
    [58, 51.5],
    [64, 50.5],
    [72, 46],
    [78, 48],
    [84, 47],
  ],
  [
    [52, 20],
    [60, 24],
    [66, 23],
  ],
  [
    [71, 27],
    [71, 32],
    [74, 37],
    [72, 42],
    [72, 46],
  ],
  [
    [72, 46],
    [68, 54],
    [67, 62],
    [70, 69],
    [76, 73],
  ],
  [
    [51, 76],
    [60, 79],
    [66, 75],
    [74, 75],
  ],
];

function ground(p: Painter): void {
  p.rect("forest", 0, 0, SIZE, SIZE);
  p.rect("thicket", 0, 0, SIZE, SIZE);
  for (const [x, y, rx, ry] of CLEARINGS) p.disc("thicket", x, y, rx, ry, 0.22, false);
  for (const way of WAYS) p.path("thicket", way, 2.6, false);
  p.patches("deep", 4.5, 0.52, 61);
  for (const way of WAYS) p.path("trail", way, 1.05);
  p.disc("trail", 25, 74, 5, 4, 0.25);
  p.disc("trail", 79, 74, 7, 5.5, 0.25);
  p.rect("trail", 80, 66, 2, 4);
  p.disc("trail", 36, 48, 3, 2.6, 0.2);
  p.disc("water", 45, 18.5, 7, 4.6, 0.16);
  p.disc("depths", 45, 18.5, 4.6, 2.6, 0.16);
  const stream: readonly Point[] = [
    [50, 21],
    [53, 26],
    [52, 33],
    [55, 40],
    [55.5, 48],
    [55.5, 54],
    [57, 62],
    [60, 70],
    [62, 90],
    [62, 99],
  ];
  p.path("thicket", stream, 2.9, false);
  p.path("water", stream, 1.3);
  p.disc("slab", 72, 22, 8, 6, 0.2);
  p.rect("slab", 69, 26, 4, 4);
  for (let y = 12; y < 31; y++) {
    for (let x = 60; x < 86; x++) {
      const paved = [
        [0, 0],
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ].every(([dx, dy]) => p.has("slab", x + (dx ?? 0), y + (dy ?? 0)));
      if (paved) p.corner("trail", x, y, false);
    }
  }
}

function crossing(p: Painter): void {
  for (const [y0, x0, x1] of [
    [50, 53, 57],
    [76, 59, 63],
  ] as const) {
    p.deck(x0, y0, x1 - x0 + 1, 3);
    for (let x = x0; x <= x1; x++) {
      p.place(`bridge-0-${x % 2}`, x, y0 - 1);
      for (let y = y0; y < y0 + 3; y++) p.place(`bridge-1-${x % 2}`, x, y);
      p.place(`bridge-2-${x % 2}`, x, y0 + 3);
    }
  }
}

/** A cliff whose foot wanders about a row but for a flat stretch before a cave. */
function cliff(
  p: Painter,
  x0: number,
  x1: number,
  foot: number,
  height: number,
  cave?: number,
): void {
  for (let x = x0; x <= x1; x++) {
    const k = x % 6;
    const stretch = x >> 2;
    const flat = cave !== undefined && stretch >= (cave - 2) >> 2 && stretch <= (cave + 4) >> 2;
    const f = foot + (flat ? 0 : Math.floor(hash2(stretch, foot, 66) * 3) - 1);
    p.place(`cliff-foot-${k}`, x, f);
    for (let i = 1; i <= height; i++) p.place(`cliff-face-${(k + i * 2) % 6}`, x, f - i);
    p.place(`cliff-top-${k}`, x, f - height - 1);
  }
  if (cave !== undefined) p.place("cave-mouth", cave, foot);
}

function gate(p: Painter): void {
  for (let y = 36; y <= 45; y++) if (y < 42) p.place(`wall-side-${y % 2}`, 1, y);
  p.place("tower", 0, 46);
  p.place("tower", 0, 56);
  for (let y = 57; y <= 62; y++) p.place(`wall-side-${y % 2}`, 1, y);
  p.place("torch", 3, 46);
  p.place("torch", 3, 51);
  p.place("sign", 5, 46);
}

function places(p: Painter): void {
  cliff(p, 59, 87, 13, 2);
  cliff(p, 77, 93, 41, 2, 83);
  cliff(p, 72, 93, 65, 2, 80);
  const things: readonly (readonly [string, number, number])[] = [
    ["ruin-arch", 69, 31],
    ["pillar-0", 66, 20],
    ["pillar-1", 66, 25],
    ["pillar-0", 77, 20],
    ["pillar-2", 77, 25],
    ["pillar-0", 69, 17],
    ["pillar-1", 74, 17],
    ["ruin-wall-4", 63, 28],
    ["ruin-wall-3", 77, 28],
    ["ruin-wall-3", 62, 19],
    ["ruin-wall-2", 80, 22],
    ["crystal", 68, 22],
    ["crystal", 75, 23],
    ["rune-stone", 72, 19],
    ["rune-stone", 71, 17],
    ["dead-tree", 79, 18],
    ["dead-tree", 63, 24],
    ["ruin-wall-2", 76, 16],
    ["tent", 20, 71],
    ["tent", 26, 70],
    ["tent", 18, 78],
    ["campfire", 25, 75],
    ["log", 22, 75],
    ["log", 27, 77],
    ["crate", 30, 72],
    ["barrel", 31, 72],
    ["sack", 30, 74],
    ["torch", 24, 70],
    ["torch", 30, 79],
    ["bones", 27, 73],
    ["bones", 21, 80],
    ["torch", 78, 68],
    ["torch", 84, 68],
    ["bones", 76, 70],
    ["bones", 81, 72],
    ["bones", 73, 78],
    ["rock-large", 86, 72],
    ["rock-tall", 68, 71],
    ["rock-flat", 84, 81],
    ["dead-tree", 87, 78],
    ["dead-tree", 70, 79],
    ["rock-mossy", 72, 70],
    ["rock-tall", 70, 65],
    ["shrine", 31, 45],
    ["sign", 39, 46],
    ["sign", 33, 51],
    ["stump", 42, 51],
    ["log", 39, 51],
    ["sign", 70, 44],
    ["rock-large", 81, 50],
    ["rock-tall", 87, 47],
    ["stump", 82, 44],
    ["torch", 81, 43],
    ["torch", 87, 43],
    ["rune-stone", 15, 11],
    ["rune-stone", 12, 13],
    ["rune-stone", 18, 13],
    ["rune-stone", 13, 16],
    ["rune-stone", 17, 16],
    ["crystal", 15, 14],
    ["rock-tall", 26, 32],
    ["log", 20, 36],
    ["stump", 24, 30],
    ["rock-mossy", 19, 31],
    ["rock-flat", 38, 26],
    ["rock-mossy", 52, 16],
  ];
  for (const [name, x, y] of things) p.place(name, x, y);
}

function undergrowth(p: Painter): void {
  const open = (x: number, y: number) =>
    (["water", "trail", "slab"] as const).every((t) => p.corners(t, x, y) === 0) &&
    p.corners("thicket", x, y) !== 15;
  const edge = (x: number, y: number) =>
    open(x, y) &&
    [
      [-1, 0],
      [1, 0],
      [0, 1],
      [0, -1],
    ].some(([a, b]) => p.corners("thicket", x + (a ?? 0), y + (b ?? 0)) === 15);
  const grove = (x: number, y: number) => open(x, y) && Math.hypot(x - 51, y - 76) < 8;
  p.scatter(["mushrooms-0", "mushrooms-1", "mushrooms-2"], 0.16, 71, grove);
  p.scatter(
    ["bush-cool", "bush-cool-wide", "fern", "bush-cool-flower", "stump", "rock-mossy"],
    0.09,
    72,
    edge,
  );
  p.scatter(["fern", "tall-forest-grass-1", "tall-forest-grass-2"], 0.11, 73, open);
  p.scatter(
    ["forest-flowers-blue", "forest-flowers-white", "forest-flowers-purple"],
    0.4,
    74,
    (x, y) => open(x, y) && noise2(x / 3, y / 3, 75) > 0.7,
  );
  p.scatter(["litter-0", "litter-1", "pebbles-1", "mushrooms-2"], 0.035, 76, open);
  const shore = (x: number, y: number) =>
    [1, 2, 4, 8, 3, 12, 5, 10].includes(p.corners("water", x, y));
  p.scatter(["reeds-0", "reeds-1"], 0.16, 77, shore);
  p.scatter(["lily-0", "lily-1"], 0.14, 78, (x, y) => p.corners("water", x, y) === 15 && y < 25);
  p.scatter(
    ["litter-0", "pebbles-2", "litter-1", "pebbles-1"],
    0.045,
    79,
    (x, y) => p.corners("trail", x, y) === 15,
  );
}

/** The forest: from the town's gate in the west to the troll's den in the east. */
export function forest(catalogue: Catalogue): Painter {
  const p = new Painter(SIZE, SIZE, catalogue);
  ground(p);
  crossing(p);
  gate(p);
  places(p);
  wilds(p);
  growWoods(p, "thicket", TREES, 63);
  undergrowth(p);
  return p;
}
