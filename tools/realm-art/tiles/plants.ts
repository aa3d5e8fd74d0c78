import { Canvas } from "../lib/canvas.ts";
import {
  type Colour,
  FOREST,
  GOLD,
  GRASS,
  INK,
  PURPLE,
  RED,
  ROSE,
  SAND,
  SHADOW,
  SHADOW_FAINT,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2, Random } from "../lib/random.ts";
import { shade } from "../lib/shade.ts";

const PETALS: Readonly<Record<string, readonly [Colour, Colour, Colour]>> = {
  rose: [tone(ROSE, 1), tone(ROSE, 0), tone(GOLD, 4)],
  gold: [tone(GOLD, 3), tone(GOLD, 2), tone(GOLD, 1)],
  white: [WHITE, tone(SAND, 3), tone(GOLD, 3)],
  red: [tone(RED, 3), tone(RED, 2), tone(GOLD, 3)],
  blue: [tone(WATER, 4), tone(WATER, 3), WHITE],
  purple: [tone(PURPLE, 3), tone(PURPLE, 2), tone(GOLD, 4)],
};
export type Petal = keyof typeof PETALS;

/** A few flowers on a clear tile. */
export function flowers(
  kind: Petal,
  seed: number,
  count: number,
  ramp: readonly Colour[] = GRASS,
): Canvas {
  const c = new Canvas(16, 16);
  const random = new Random(seed);
  const [petal, dark, heart] = PETALS[kind] ?? [WHITE, WHITE, WHITE];
  const taken: [number, number][] = [];
  for (let i = 0; i < count * 6 && taken.length < count; i++) {
    const x = random.int(2, 13);
    const y = random.int(2, 11);
    if (taken.some(([a, b]) => Math.abs(a - x) < 4 && Math.abs(b - y) < 4)) continue;
    taken.push([x, y]);
    c.set(x, y + 2, tone(ramp, 2))
      .set(x, y + 3, tone(ramp, 1))
      .set(x - 1, y + 3, tone(ramp, 2))
      .set(x + 1, y + 2, tone(ramp, 3));
    if (random.chance(0.7)) {
      c.set(x - 1, y, petal)
        .set(x + 1, y, dark)
        .set(x, y - 1, petal)
        .set(x, y + 1, dark)
        .set(x, y, heart);
    } else
      c.set(x, y, petal)
        .set(x + 1, y, dark)
        .set(x, y + 1, dark);
  }
  return c;
}

/** Tall grass to walk through. */
export function tallGrass(ramp: readonly Colour[], base: number, seed: number): Canvas {
  const c = new Canvas(16, 16);
  const random = new Random(seed);
  for (let i = 0; i < 15; i++) {
    const x = random.int(1, 14);
    const y = random.int(7, 15);
    const height = random.int(3, 6);
    const lean = random.int(-1, 1);
    for (let j = 0; j < height; j++) {
      const t = j === 0 ? base - 2 : j === height - 1 ? base + 2 : base + (j > height / 2 ? 1 : -1);
      c.set(x + (j > height / 2 ? lean : 0), y - j, tone(ramp, t));
    }
  }
  return c;
}

export function fern(ramp: readonly Colour[], seed: number): Canvas {
  const c = new Canvas(16, 16);
  for (const [angle, length] of [
    [-2.7, 7],
    [-2.1, 7],
    [-1.57, 6],
    [-1.0, 7],
    [-0.4, 7],
  ] as const) {
    for (let s = 0; s < length; s++) {
      const x = Math.round(7.5 + Math.cos(angle) * s);
      const y = Math.round(13 + Math.sin(angle) * s * 0.9 + (s * s) / 26);
      const t = s < 2 ? 2 : angle < -1.5 ? 5 : 4;
      c.set(x, y, tone(ramp, t));
      if (s > 1 && (s + seed) % 2 === 0)
        c.set(x, y - 1, tone(ramp, t + 1)).set(x + 1, y + 1, tone(ramp, t - 1));
    }
  }
  return c.outline(tone(ramp, 1));
}

/** A bush of one tile, or two wide; with berries if a colour is given. */
export function bush(
  ramp: readonly Colour[],
  to: number,
  seed: number,
  wide: boolean,
  berry?: Colour,
): Canvas {
  const w = wide ? 32 : 16;
  const c = new Canvas(w, 16);
  const blobs = wide
    ? [
        { x: 8, y: 9, rx: 7, ry: 5.6 },
        { x: 23, y: 9, rx: 7, ry: 5.6 },
        { x: 15.5, y: 7, rx: 8, ry: 6, z: 1 },
        { x: 12, y: 10.5, rx: 5, ry: 4, z: 4 },
        { x: 20, y: 10.5, rx: 5, ry: 4, z: 4 },
      ]
    : [
        { x: 5, y: 9, rx: 4.4, ry: 4.4 },
        { x: 10.5, y: 9, rx: 4.4, ry: 4.4 },
        { x: 7.5, y: 6, rx: 5, ry: 4.6, z: 1 },
        { x: 7.5, y: 10.2, rx: 4.6, ry: 3.8, z: 4 },
      ];
  shade(c, blobs, {
    ramp,
    from: 1,
    to,
    bias: -0.14,
    seams: 0.2,
    texture: (x, y) => (hash2(Math.floor((x + (y % 2)) / 2), y, seed) - 0.5) * 0.26,
  });
  if (berry !== undefined) {
    const random = new Random(seed);
    for (let i = 0; i < (wide ? 9 : 5); i++) {
      const x = random.int(3, w - 4);
      const y = random.int(4, 12);
      if (c.filled(x, y) && c.filled(x + 1, y + 1))
        c.set(x, y, berry)
          .set(x + 1, y, berry)
          .set(x, y + 1, berry)
          .set(x, y, WHITE);
    }
  }
  c.outline(tone(ramp, 0));
  return c.under(new Canvas(w, 16).ellipse(w / 2 + 1, 13.4, w / 2 - 1.5, 2.2, SHADOW));
}

export function mushrooms(seed: number, cap: readonly Colour[]): Canvas {
  const c = new Canvas(16, 16);
  const spots: readonly (readonly [number, number, number])[] = [
    [
      [3, 8, 3],
      [9, 4, 4],
      [10, 11, 2],
    ],
    [
      [6, 6, 4],
      [2, 11, 2],
    ],
    [
      [4, 5, 3],
      [9, 9, 3],
    ],
  ][seed % 3] as never;
  for (const [x, y, r] of spots) {
    c.rect(x - 1, y + r - 1, 3, r + 1, tone(WOOD, 6)).rect(
      x + 1,
      y + r - 1,
      1,
      r + 1,
      tone(WOOD, 4),
    );
    for (let j = -r; j < r - 1; j++) {
      const half = Math.sqrt(r * r - (j < 0 ? j * j : j * j * 2.2));
      for (let i = Math.ceil(-half); i <= half; i++)
        c.set(
          x + i,
          y + j + 1,
          tone(cap, i < -r * 0.2 && j < 0 ? 3 : j > 0 || i > r * 0.5 ? 1 : 2),
        );
    }
    c.set(x - 1, y - 1, WHITE).set(x + Math.floor(r / 2), y, WHITE);
    if (r > 3)
      c.set(x, y - 2, WHITE)
        .set(x + 1, y + 1, WHITE)
        .set(x - 2, y + 1, WHITE);
  }
  c.outline(INK);
  return c;
}

export function stump(): Canvas {
  const c = new Canvas(16, 16);
  for (let j = 5; j < 15; j++) {
    const half = 5 + (j > 11 ? (j - 11) * 0.8 : 0);
    for (let i = Math.ceil(7.5 - half); i <= 7.5 + half; i++)
      c.set(i, j, tone(WOOD, i < 5 ? 4 : i < 9 ? 3 : 2));
    if (j > 7) c.set(6 + (j % 2) * 4, j, tone(WOOD, 1));
  }
  c.ellipse(7.5, 5, 5.4, 3, tone(WOOD, 2))
    .ellipse(7.5, 5, 4.8, 2.5, tone(WOOD, 5))
    .ellipse(7.5, 5, 3, 1.4, tone(WOOD, 4))
    .ellipse(7.5, 5, 1.4, 0.6, tone(WOOD, 5));
  c.outline(tone(WOOD, 0));
  return c.under(new Canvas(16, 16).ellipse(8.5, 13.5, 7, 2.4, SHADOW));
}

/** A fallen log, two tiles. */
export function log(): Canvas {
  const c = new Canvas(32, 16);
  for (let j = 4; j < 14; j++) {
    const v = (j - 4) / 9;
    for (let i = 3; i < 27; i++) {
      const lot = hash2(Math.floor(i / 4), j, 6);
      c.set(i, j, tone(WOOD, (v < 0.25 ? 4 : v < 0.6 ? 3 : 2) - (lot > 0.8 ? 1 : 0)));
    }
  }
  c.ellipse(27, 8.7, 3.2, 5, tone(WOOD, 2))
    .ellipse(27, 8.7, 2.5, 4.2, tone(WOOD, 5))
    .ellipse(27, 8.7, 1.2, 2.4, tone(WOOD, 4));
  c.rect(7, 3, 7, 2, tone(GRASS, 3))
    .rect(8, 3, 4, 1, tone(GRASS, 5))
    .rect(8, 5, 3, 1, tone(GRASS, 2))
    .rect(18, 4, 4, 1, tone(GRASS, 3));
  c.outline(tone(WOOD, 0));
  return c.under(new Canvas(32, 16).ellipse(16, 13.6, 14, 2.2, SHADOW));
}

/** Reeds at the edge of water. */
export function reeds(seed: number): Canvas {
  const c = new Canvas(16, 16);
  const random = new Random(seed);
  for (let i = 0; i < 6; i++) {
    const x = 2 + i * 2 + random.int(0, 1);
    const high = random.int(6, 12);
    for (let j = 0; j < high; j++)
      c.set(
        x + (j > high - 3 && i % 2 ? 1 : 0),
        15 - j,
        tone(GRASS, j < 3 ? 2 : j < high - 2 ? 3 : 6),
      );
    if (i % 2 === 0) c.rect(x, 15 - high, 1, 4, tone(WOOD, 2)).set(x, 15 - high, tone(WOOD, 4));
  }
  return c;
}

export function lilyPads(seed: number): Canvas {
  const c = new Canvas(16, 16);
  const pads: readonly (readonly [number, number, number])[] =
    seed % 2 === 0
      ? [
          [5, 6, 4],
          [11, 11, 3],
        ]
      : [
          [9, 5, 3],
          [5, 11, 3.6],
        ];
  for (const [x, y, r] of pads) {
    c.ellipse(x, y + 1, r, r * 0.75, tone(WATER, 0))
      .ellipse(x, y, r, r * 0.75, tone(GRASS, 3))
      .ellipse(x - 0.5, y - 0.5, r * 0.7, r * 0.5, tone(GRASS, 5));
    c.line(x, y, x + r, y - 1, tone(WATER, 1));
  }
  if (seed % 2 === 0) c.ascii(3, 3, [".w.", "www", ".r."], { w: WHITE, r: tone(ROSE, 1) });
  return c;
}

/** Vegetables on tilled soil. */
export function crop(kind: "cabbage" | "carrot" | "wheat" | "pumpkin"): Canvas {
  const c = new Canvas(16, 16);
  if (kind === "wheat") {
    for (let i = 0; i < 8; i++) {
      const x = i * 2;
      const top = 2 + Math.floor(hash2(i, 1, 4) * 4);
      c.rect(x, top, 1, 15 - top, tone(GOLD, 1))
        .rect(x, top, 2, 5, tone(GOLD, 3))
        .set(x + 1, top + 1, tone(GOLD, 2))
        .set(x + 1, top + 3, tone(GOLD, 2))
        .set(x, top, tone(GOLD, 4));
      c.set(x, 14, tone(GRASS, 2)).set(x + 1, 13, tone(GRASS, 3));
    }
    return c;
  }
  if (kind === "pumpkin") {
    shade(
      c,
      [
        { x: 4.5, y: 9, rx: 3.6, ry: 4 },
        { x: 10.5, y: 9, rx: 3.6, ry: 4 },
        { x: 7.5, y: 9, rx: 3.4, ry: 4.4, z: 2 },
      ],
      { ramp: GOLD, from: 0, to: 3, seams: 0.3 },
    );
    return c
      .rect(7, 3, 2, 2, tone(GRASS, 2))
      .outline(tone(GOLD, 0))
      .under(new Canvas(16, 16).ellipse(8.5, 13, 7, 2, SHADOW));
  }
  for (const x of [4, 12]) {
    for (const y of [4, 11]) {
      if (kind === "cabbage") {
        c.ellipse(x - 0.5, y, 3.4, 3, tone(GRASS, 1))
          .ellipse(x - 0.5, y - 0.3, 2.9, 2.5, tone(GRASS, 4))
          .ellipse(x - 0.5, y, 1.6, 1.4, tone(GRASS, 6))
          .set(x, y, tone(GRASS, 7));
      } else {
        c.ascii(x - 3, y - 4, ["l.l.l", ".lll.", "..d..", ".oo..", ".oO.."], {
          l: tone(GRASS, 4),
          d: tone(GRASS, 2),
          o: tone(GOLD, 2),
          O: tone(GOLD, 1),
        });
      }
    }
  }
  return c;
}

/** A litter of leaves and twigs on the forest floor. */
export function litter(seed: number): Canvas {
  const c = new Canvas(16, 16);
  const random = new Random(seed);
  for (let i = 0; i < 6; i++) {
    const x = random.int(1, 13);
    const y = random.int(1, 14);
    const colour = random.pick([tone(WOOD, 3), tone(GOLD, 1), tone(WOOD, 2), tone(FOREST, 6)]);
    c.set(x, y, colour);
    if (random.chance(0.6)) c.set(x + 1, y, colour).lay(x + 1, y + 1, SHADOW_FAINT);
  }
  return c;
}
