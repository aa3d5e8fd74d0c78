import { hash2, noise2 } from "../lib/random.ts";
import type { Catalogue } from "./catalogue.ts";
import { Painter, type Point } from "./painter.ts";
import { folk } from "./town-folk.ts";
import { growWoods } from "./woods.ts";

const WIDTH = 64;
const HEIGHT = 64;
/** The fountain's middle, where all ways meet. */
const PLAZA: Point = [39, 28];
const TREES = {
  narrow: [
    "round-green",
    "round-green-2",
    "pine-green",
    "round-green",
    "round-olive",
    "round-cool",
    "pine-small",
  ],
  broad: ["broad-green", "broad-green-2", "broad-olive"],
  bushes: ["bush", "bush-olive", "bush-berry"],
};
const RIVER: readonly Point[] = [
  [12, -2],
  [13.5, 6],
  [16, 13],
  [13.6, 21],
  [14.5, 28],
  [14.2, 34],
  [17, 42],
  [19.4, 49],
  [16.6, 57],
  [18, 66],
];

function ground(p: Painter): void {
  p.patches("lush", 5, 0.56, 31);
  p.path("water", RIVER, 2.1);
  p.disc("water", 16.5, 46, 3.4, 3, 0.2);
  p.path("depths", RIVER, 0.8);
  p.disc("depths", 17, 46, 2, 1.6);
  const dirt: readonly (readonly Point[])[] = [
    [
      [9, 28.5],
      [4.5, 28.5],
    ],
    [
      [7, 28],
      [6.5, 33],
      [7, 40],
      [8, 47],
    ],
    [
      [7, 28],
      [8, 24],
      [7.5, 20],
    ],
    [
      [24, 24],
      [25, 20],
      [24, 15.5],
      [31, 14.5],
      [40, 13.6],
      [50, 15],
    ],
    [
      [48, 27],
      [51, 21],
      [50, 15],
    ],
    [
      [39.5, 33],
      [39, 40],
      [39, 52],
      [38, 56],
    ],
    [
      [38, 40],
      [31, 41],
      [26, 45],
    ],
    [
      [38, 41],
      [46, 43],
      [50, 45],
    ],
    [
      [30, 56],
      [38, 56],
      [46, 56.5],
      [49, 55],
      [46, 53.6],
      [40, 53],
    ],
  ];
  for (const way of dirt) p.path("dirt", way, 1);
  p.rect("dirt", 9, 27, 55, 3);
  p.disc("cobble", PLAZA[0], PLAZA[1] + 0.5, 8.5, 6.5);
  p.rect("cobble", 27, 31, 11, 8);
  p.rect("cobble", 20, 27, 34, 3);
  p.rect("cobble", 38, 33, 2, 7);
  p.rect("cobble", 38, 21, 2, 4);
  p.disc("flags", PLAZA[0] + 0.5, PLAZA[1] + 0.4, 3.4, 2.9);
  p.rect("soil", 4, 14, 6, 4);
  p.rect("soil", 4, 20, 2, 4);
  p.rect("soil", 45, 35, 6, 1);
  p.rect("soil", 45, 38, 6, 1);
}

function walls(p: Painter): void {
  const wall = (from: number, to: number, foot: number) => {
    for (let x = from; x <= to; x++) p.place(`wall-${x % 3}`, x, foot);
  };
  p.place("tower", 18, 9);
  wall(20, 53, 8);
  p.place("tower", 54, 9);
  for (let y = 10; y <= 23; y++) p.place(`wall-side-${y % 2}`, 55, y);
  p.place("tower", 54, 26);
  p.place("tower", 54, 36);
  for (let y = 37; y <= 46; y++) p.place(`wall-side-${y % 2}`, 55, y);
  p.place("tower", 21, 51);
  wall(23, 35, 50);
  p.place("gatehouse", 36, 51);
  wall(42, 53, 50);
  p.place("tower", 54, 51);
}

function bridges(p: Painter): void {
  p.deck(11, 27, 7, 3);
  for (let x = 11; x <= 17; x++) {
    p.place(`bridge-0-${x % 2}`, x, 26);
    for (let y = 27; y <= 29; y++) p.place(`bridge-1-${x % 2}`, x, y);
    p.place(`bridge-2-${x % 2}`, x, 30);
  }
}

function plaza(p: Painter): void {
  p.place("fountain", 38, 29);
  for (const [x, y] of [
    [33, 25],
    [45, 25],
    [35, 32],
    [45, 32],
    [23, 26],
    [50, 26],
    [37, 41],
  ] as const)
    p.place("lamp", x, y);
  for (const [x, y] of [
    [35, 24],
    [42, 24],
    [42, 33],
  ] as const)
    p.place("bench", x, y);
  for (const [x, y] of [
    [34, 24],
    [37, 24],
    [41, 24],
    [44, 24],
  ] as const)
    p.place(`planter-${1 + (x % 2)}`, x, y);
  p.place("notice-board", 30, 26);
  p.place("stall-fruit", 27, 34);
  p.place("stall-bread", 31, 34);
  p.place("stall-potion", 27, 38);
  for (const [name, x, y] of [
    ["crate", 30, 34],
    ["sack", 34, 34],
    ["barrel", 26, 34],
    ["barrel", 30, 38],
    ["crate", 31, 38],
    ["sack", 26, 38],
    ["sack", 32, 38],
  ] as const)
    p.place(name, x, y);
}

function houses(p: Painter): void {
  p.place("inn", 35, 20);
  p.place("smithy", 44, 21);
  p.place("apothecary", 27, 21);
  p.place("red-cottage", 20, 19);
  p.place("blue-cottage", 27, 13);
  p.place("purple-cottage", 46, 13);
  p.place("red-house", 33, 13);
  p.place("farmhouse", 3, 33);
  p.place("red-house", 23, 43);
  p.place("purple-cottage", 30, 46);
  p.place("blue-house", 43, 46);
  p.place("red-cottage", 50, 44);
  p.place("well", 40, 14);
  p.place("shrine", 21, 13);
  const dressing: readonly (readonly [string, number, number])[] = [
    ["barrel", 34, 20],
    ["crate", 42, 20],
    ["barrel", 50, 21],
    ["barrel", 51, 21],
    ["crate", 43, 21],
    ["sack", 33, 21],
    ["barrel", 24, 19],
    ["crate", 31, 13],
    ["barrel", 50, 13],
    ["bush", 32, 13],
    ["bush", 38, 13],
    ["bush", 26, 21],
    ["planter-1", 28, 43],
    ["barrel", 22, 43],
    ["bush", 29, 46],
    ["crate", 34, 46],
    ["bush", 42, 46],
    ["planter-2", 49, 46],
    ["haystack", 9, 36],
    ["haystack", 10, 33],
    ["sack", 11, 36],
    ["barrel", 2, 33],
    ["sign", 21, 26],
    ["sign", 52, 26],
    ["sign", 36, 45],
    ["sign", 9, 31],
  ];
  for (const [name, x, y] of dressing) p.place(name, x, y);
}

function gardens(p: Painter): void {
  const ring = (
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    gaps: readonly number[],
  ): Point[] => {
    const cells: Point[] = [];
    for (let x = x0; x <= x1; x++) cells.push([x, y0], [x, y1]);
    for (let y = y0 + 1; y < y1; y++) cells.push([x0, y], [x1, y]);
    return cells.filter(([x, y]) => !gaps.includes(y * 100 + x));
  };
  p.fence(ring(3, 13, 10, 25, [2507, 2508]));
  for (let y = 14; y <= 17; y++) {
    for (let x = 4; x <= 9; x++) p.place(y < 16 ? "wheat" : x < 7 ? "cabbage" : "carrot", x, y);
  }
  for (let y = 20; y <= 23; y++) for (let x = 4; x <= 5; x++) p.place("pumpkin", x, y - 0);
  p.fence(ring(44, 34, 51, 40, [4048, 4047]));
  const petals = ["rose", "gold", "white", "red", "blue", "purple"];
  for (let x = 45; x <= 50; x++) {
    p.place(`flowers-${petals[(x - 45) % 6]}-2`, x, 35);
    p.place(`flowers-${petals[(x - 42) % 6]}-2`, x, 38);
  }
  for (const [x, y] of [
    [4, 38],
    [4, 42],
    [9, 40],
    [4, 46],
    [10, 44],
    [9, 37],
  ] as const)
    p.place(y % 4 === 2 ? "round-autumn" : "round-blossom", x, y);
  for (const [name, x, y] of [
    ["round-blossom", 47, 33],
    ["broad-green", 51, 20],
    ["round-green", 24, 25],
    ["round-blossom", 31, 20],
    ["round-green-2", 24, 36],
    ["round-autumn", 20, 33],
    ["broad-green-2", 20, 40],
    ["round-green", 47, 26],
    ["round-green", 20, 46],
    ["pine-green", 52, 34],
    ["round-green-2", 42, 36],
    ["bush-berry", 22, 22],
    ["round-green", 34, 40],
    ["round-autumn", 52, 48],
    ["round-blossom", 44, 13],
    ["broad-green", 23, 25],
    ["round-autumn", 25, 13],
    ["round-green-2", 40, 20],
    ["bush-wide", 24, 21],
    ["bush-wide", 33, 21],
    ["bush", 51, 47],
    ["bush-wide", 21, 36],
    ["bush-berry", 23, 39],
    ["round-blossom", 34, 44],
    ["bush-wide", 44, 32],
  ] as const)
    if (p.fits(name, x, y, () => true)) p.place(name, x, y);
}

/** Whether a cell belongs to the woods around the town. */
function inWoods(x: number, y: number): boolean {
  const wander = noise2(x / 3, y / 3, 44) * 2.4;
  if (y >= 27 && y <= 30 && x > 50) return false;
  if (x >= 55) return x > 56 + wander;
  if (y >= 51) return y > 59 + wander || x < 24 - wander || x > 53 - wander;
  if (x >= 18) return y < 3.5 + wander * 0.4;
  return x < 1 + wander || y < 9 + wander || y > 48 + wander;
}

function woods(p: Painter): void {
  for (let y = 0; y <= HEIGHT; y++) {
    for (let x = 0; x <= WIDTH; x++) {
      const wet = [-2, 0, 2].some((d) => p.has("water", x + d, y));
      if (!wet && inWoods(x, y)) p.corner("grove", x, y);
    }
  }
  growWoods(p, "grove", TREES, 45);
}

function meadow(p: Painter): void {
  const open = (x: number, y: number) =>
    ["water", "cobble", "dirt", "soil", "grove"].every((t) => p.corners(t as "water", x, y) === 0);
  const lawn = (x: number, y: number) => open(x, y) && x > 18 && x < 55 && y > 9 && y < 47;
  const far = (x: number, y: number) => open(x, y) && !lawn(x, y);
  const bed = (x: number, y: number) => open(x, y) && noise2(x / 3.2, y / 3.2, 51) > 0.66;
  p.scatter(
    ["flowers-rose-2", "flowers-white-2", "flowers-rose-1"],
    0.5,
    52,
    (x, y) => bed(x, y) && hash2(x >> 3, y >> 3, 1) < 0.4,
  );
  p.scatter(
    ["flowers-gold-2", "flowers-white-1", "flowers-gold-1"],
    0.5,
    53,
    (x, y) => bed(x, y) && hash2(x >> 3, y >> 3, 1) >= 0.4,
  );
  p.scatter(["tall-grass-1", "tall-grass-2"], 0.06, 54, open);
  p.scatter(["flowers-blue-1", "flowers-purple-1", "flowers-red-1", "fern-green"], 0.015, 55, open);
  p.scatter(["pebbles-1", "pebbles-2"], 0.012, 56, open);
  p.scatter(["bush", "rock-small", "stump", "bush-berry"], 0.02, 57, far);
  p.scatter(["mushrooms-0", "mushrooms-2"], 0.02, 58, far);
  const shore = (x: number, y: number) =>
    [1, 2, 4, 8, 3, 12, 5, 10].includes(p.corners("water", x, y));
  p.scatter(["reeds-0", "reeds-1"], 0.1, 59, shore);
  p.scatter(
    ["lily-0", "lily-1"],
    0.08,
    60,
    (x, y) =>
      p.corners("water", x, y) === 15 && p.corners("depths", x, y) === 0 && y !== 26 && y !== 30,
  );
}

/** The town: safe behind its walls, with the farm across the river. */
export function town(catalogue: Catalogue): Painter {
  const p = new Painter(WIDTH, HEIGHT, catalogue);
  ground(p);
  p.reserve(53, 27, 11, 3);
  p.reserve(38, 46, 2, 8);
  bridges(p);
  walls(p);
  plaza(p);
  houses(p);
  gardens(p);
  woods(p);
  folk(p);
  meadow(p);
  return p;
}
