import { Canvas } from "../lib/canvas.ts";
import {
  BLUE,
  type Colour,
  GOLD,
  GRASS,
  INK,
  PURPLE,
  RED,
  ROSE,
  SAND,
  SHADOW,
  SHADOW_FAINT,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2, Random } from "../lib/random.ts";
import { shade } from "../lib/shade.ts";

function groundShadow(c: Canvas, cx: number, cy: number, rx: number, ry: number): Canvas {
  return c.under(new Canvas(c.width, c.height).ellipse(cx, cy, rx, ry, SHADOW));
}

/** Courses of cut stone on an upright face. */
export function masonry(
  c: Canvas,
  x: number,
  y: number,
  w: number,
  h: number,
  ramp: readonly Colour[],
  seed: number,
  brick = 8,
  course = 4,
): void {
  for (let j = 0; j < h; j++) {
    for (let i = 0; i < w; i++) {
      const row = Math.floor(j / course);
      const along = i + (row % 2) * (brick / 2);
      const lot = hash2(Math.floor(along / brick), row, seed);
      const joint = j % course === course - 1 || along % brick === brick - 1;
      let t = joint ? 1 : lot < 0.25 ? 2 : 3;
      if (!joint && j % course === 0 && lot > 0.45) t = 4;
      c.set(x + i, y + j, tone(ramp, t));
    }
  }
}

/** A fountain of 3 × 3 tiles: a round basin, a pillar and falling water. */
export function fountain(frame: number): Canvas {
  const c = new Canvas(48, 48);
  const ring = (y: number, rx: number, ry: number, colour: Colour) =>
    c.ellipse(23.5, y, rx, ry, colour);
  ring(33, 23, 14, INK);
  ring(33, 22, 13, tone(SAND, 1));
  for (let j = 0; j < 48; j++) {
    for (let i = 0; i < 48; i++) {
      if (j < 33 || c.get(i, j) !== tone(SAND, 1)) continue;
      const joint =
        Math.floor(Math.atan2(j - 20, i - 23.5) * 9) !==
        Math.floor(Math.atan2(j - 20, i - 22.5) * 9);
      c.set(i, j, tone(SAND, joint ? 0 : i < 17 ? 3 : i < 32 ? 2 : 1));
    }
  }
  ring(29, 22, 12, tone(SAND, 0));
  ring(28, 22, 12, tone(SAND, 3));
  ring(27.4, 21, 11, tone(SAND, 4));
  ring(28.4, 18.5, 9, tone(SAND, 1));
  ring(29, 18, 8.4, tone(WATER, 1));
  ring(30, 17, 7.2, tone(WATER, 2));
  for (let i = 0; i < 3; i++) {
    const t = ((frame + i * 1.34) % 4) / 4;
    const rx = 6 + t * 10;
    for (let a = 0; a < 60; a++) {
      const angle = (a / 60) * Math.PI * 2;
      const px = Math.round(23.5 + Math.cos(angle) * rx);
      const py = Math.round(30 + Math.sin(angle) * rx * 0.42);
      const wet = c.get(px, py) === tone(WATER, 2) || c.get(px, py) === tone(WATER, 1);
      if (wet && hash2(a >> 2, i, frame) > 0.35 + t * 0.4)
        c.set(px, py, tone(WATER, t < 0.5 ? 4 : 3));
    }
  }
  c.rect(20, 16, 8, 15, INK)
    .rect(21, 16, 6, 14, tone(SAND, 2))
    .rect(21, 16, 2, 14, tone(SAND, 4))
    .rect(23, 16, 2, 14, tone(SAND, 3));
  c.rect(19, 29, 10, 2, tone(SAND, 1));
  c.ellipse(23.5, 15, 9.5, 3.6, INK)
    .ellipse(23.5, 14.5, 8.5, 3, tone(SAND, 2))
    .ellipse(23.5, 13.6, 8, 2.4, tone(SAND, 4));
  c.ellipse(23.5, 13.8, 6.4, 1.6, tone(WATER, 3));
  c.rect(22, 6, 4, 8, INK)
    .rect(23, 6, 2, 7, tone(SAND, 3))
    .ellipse(23.5, 5, 2.2, 2.2, tone(SAND, 4));
  const drop = (x: number, y: number, bright: boolean) => c.set(x, y, tone(WATER, bright ? 5 : 4));
  for (const side of [-1, 1]) {
    for (let s = 0; s < 14; s++) {
      const t = s / 13;
      const x = Math.round(23.5 + side * (1 + t * 6));
      const y = Math.round(4 - Math.sin(Math.min(1, t * 1.5) * Math.PI * 0.5) * 2 + t * t * 12);
      if ((s + frame * 3) % 4 !== 0) drop(x, y, (s + frame) % 3 === 0);
    }
    for (let s = 0; s < 12; s++) {
      const x = Math.round(23.5 + side * (8.5 + s * 0.35));
      const y = 15 + s;
      if ((s + frame * 2) % 4 !== 0) drop(x, y, (s + frame) % 2 === 0);
      if (s > 8 && (s + frame) % 2 === 0) drop(x + side, y, true);
    }
  }
  return c;
}

/** A covered well of 2 × 3 tiles. */
export function well(): Canvas {
  const c = new Canvas(32, 48);
  c.ellipse(15.5, 38, 14, 8, INK).ellipse(15.5, 38, 13, 7.2, tone(STONE, 2));
  for (let j = 31; j < 46; j++) {
    for (let i = 2; i < 30; i++) {
      if (c.get(i, j) !== tone(STONE, 2)) continue;
      const row = Math.floor((j - Math.abs(i - 15.5) * -0.12) / 4);
      const brick = (i + (row % 2) * 3) % 6;
      c.set(i, j, tone(STONE, brick === 5 || j % 4 === 3 ? 1 : i < 10 ? 4 : i < 21 ? 3 : 2));
    }
  }
  c.ellipse(15.5, 33.5, 13, 6, tone(STONE, 1))
    .ellipse(15.5, 33, 12.6, 5.6, tone(STONE, 4))
    .ellipse(15.5, 33.4, 9.4, 3.8, tone(STONE, 0));
  c.ellipse(15.5, 34.8, 8, 2.2, tone(WATER, 0)).rect(11, 35, 4, 1, tone(WATER, 2));
  for (const x of [4, 25]) {
    c.rect(x - 1, 14, 5, 20, INK)
      .rect(x, 14, 3, 19, tone(WOOD, 3))
      .rect(x, 14, 1, 19, tone(WOOD, 4))
      .rect(x + 2, 14, 1, 19, tone(WOOD, 2));
  }
  c.rect(7, 20, 18, 3, INK)
    .rect(7, 21, 18, 1, tone(WOOD, 4))
    .rect(13, 19, 6, 5, tone(WOOD, 5))
    .rect(13, 23, 6, 1, tone(WOOD, 3));
  c.rect(15, 24, 1, 8, tone(WOOD, 5))
    .rect(13, 30, 6, 5, INK)
    .rect(14, 31, 4, 3, tone(WOOD, 3))
    .rect(14, 32, 4, 1, tone(STONE, 3));
  for (let j = 0; j < 15; j++) {
    const inset = Math.round((14 - j) * 0.75);
    for (let i = inset; i < 32 - inset; i++) {
      const edge = i === inset || i === 31 - inset || j === 0 || j === 14;
      const row = Math.floor(j / 4);
      const t = j % 4 === 3 || (i + (row % 2) * 2) % 5 === 4 ? 1 : i < 12 ? 3 : 2;
      c.set(i, 2 + j, edge ? tone(RED, 0) : tone(RED, t));
    }
  }
  c.rect(10, 1, 12, 3, INK).rect(11, 2, 10, 1, tone(RED, 3));
  return groundShadow(c, 17, 43, 14, 4);
}

const WARES: Readonly<Record<string, readonly (readonly Colour[])[]>> = {
  fruit: [RED, GOLD, GRASS.slice(2)],
  bread: [WOOD.slice(3), GOLD, WOOD.slice(2)],
  potion: [PURPLE, BLUE, ROSE],
};

/** A market stall of 3 × 3 tiles with a striped awning. */
export function stall(cloth: readonly Colour[], wares: keyof typeof WARES, seed: number): Canvas {
  const c = new Canvas(48, 48);
  const random = new Random(seed);
  for (const x of [3, 42])
    c.rect(x - 1, 12, 5, 34, INK)
      .rect(x, 12, 3, 33, tone(WOOD, 3))
      .rect(x, 12, 1, 33, tone(WOOD, 4));
  c.rect(4, 20, 40, 10, tone(WOOD, 0));
  c.rect(0, 28, 48, 18, INK)
    .rect(1, 29, 46, 7, tone(WOOD, 4))
    .rect(1, 29, 46, 1, tone(WOOD, 5))
    .rect(1, 35, 46, 1, tone(WOOD, 2));
  for (let i = 1; i < 47; i++)
    c.rect(i, 36, 1, 9, tone(WOOD, i % 8 === 7 ? 1 : i % 8 === 0 ? 4 : 3));
  c.rect(1, 36, 46, 1, tone(WOOD, 1));
  const kinds = WARES[wares] ?? [];
  kinds.forEach((ramp, k) => {
    const x0 = 3 + k * 15;
    c.rect(x0 - 1, 27, 14, 7, INK).rect(x0, 28, 12, 5, tone(WOOD, 2));
    for (let n = 0; n < 8; n++) {
      const x = x0 + 1 + (n % 4) * 3;
      const y = 24 + Math.floor(n / 4) * 3 + random.int(0, 1);
      if (wares === "potion") {
        c.rect(x - 1, y, 4, 6, INK)
          .rect(x, y + 1, 2, 4, tone(ramp, 2))
          .set(x, y + 1, WHITE)
          .rect(x, y - 1, 2, 1, tone(WOOD, 5));
      } else {
        c.ellipse(x + 0.5, y + 1.5, 2, 2, INK)
          .rect(x, y + 1, 2, 2, tone(ramp, 2))
          .set(x, y + 1, tone(ramp, 3))
          .set(x + 1, y + 2, tone(ramp, 1));
      }
    }
    c.rect(x0 - 1, 31, 14, 4, INK)
      .rect(x0, 32, 12, 2, tone(WOOD, 5))
      .rect(x0, 33, 12, 1, tone(WOOD, 3));
  });
  for (let j = 0; j < 20; j++) {
    const inset = j < 14 ? Math.round((13 - j) * 0.3) : 0;
    for (let i = inset; i < 48 - inset; i++) {
      const stripe = Math.floor(((i - 24) * (j < 14 ? 1 + (13 - j) * 0.012 : 1) + 24) / 6);
      const coloured = stripe % 2 === 0;
      const scallop = j >= 14 ? Math.abs((i % 6) - 2.5) : 0;
      if (j >= 14 && j - 14 > 5.2 - scallop * scallop * 0.5) continue;
      let t = j < 3 ? 3 : j < 12 ? 2 : 1;
      if (j === 14) t = 0;
      if (j > 14) t = 2;
      const clothTone = tone(cloth, t);
      const white = t >= 2 ? (j < 3 ? WHITE : tone(SAND, 4)) : tone(SAND, t + 2);
      c.set(i, 2 + j, coloured ? clothTone : white);
    }
    if (j < 14) c.set(inset, 2 + j, INK).set(47 - inset, 2 + j, INK);
  }
  c.rect(4, 1, 40, 1, INK);
  for (let i = 0; i < 48; i++) {
    for (let j = 12; j < 26; j++) {
      if (c.filled(i, j) && c.get(i, j) !== INK && !c.filled(i, j + 1) && j < 22)
        c.set(i, j + 1, INK);
    }
  }
  for (let i = 1; i < 47; i++) if (c.get(i, 46) === 0) c.set(i, 46, SHADOW);
  return c;
}

/** A lamp post of 1 × 3 tiles; its light flickers. */
export function lamp(frame: number): Canvas {
  const c = new Canvas(16, 48);
  c.rect(6, 16, 4, 29, INK).rect(7, 16, 2, 28, tone(STONE, 1)).rect(7, 16, 1, 28, tone(STONE, 3));
  c.rect(4, 43, 8, 4, INK).rect(5, 43, 6, 3, tone(STONE, 2)).rect(5, 43, 2, 3, tone(STONE, 3));
  c.rect(5, 27, 6, 3, INK).rect(6, 28, 4, 1, tone(STONE, 3));
  c.rect(3, 4, 10, 13, INK).rect(4, 6, 8, 9, tone(GOLD, 2)).rect(5, 7, 6, 7, tone(GOLD, 3));
  const flame = [
    [6, 8, 4, 5],
    [6, 8, 3, 5],
    [6, 7, 4, 6],
    [7, 8, 3, 5],
  ][frame] ?? [6, 8, 4, 5];
  c.rect(flame[0] ?? 6, flame[1] ?? 8, flame[2] ?? 4, flame[3] ?? 5, tone(GOLD, 4)).rect(
    7,
    9,
    2,
    3,
    WHITE,
  );
  c.rect(4, 6, 1, 9, tone(STONE, 2))
    .rect(11, 6, 1, 9, tone(STONE, 1))
    .rect(4, 14, 8, 1, tone(STONE, 1));
  c.rect(2, 3, 12, 3, INK)
    .rect(3, 4, 10, 1, tone(STONE, 2))
    .rect(4, 1, 8, 3, INK)
    .rect(5, 2, 6, 1, tone(STONE, 3))
    .rect(7, 0, 2, 2, INK);
  return groundShadow(c, 8, 45, 6, 2);
}

export function barrel(): Canvas {
  const c = new Canvas(16, 16);
  c.ellipse(7.5, 9, 6.4, 6.6, INK).rect(2, 4, 12, 9, INK);
  for (let j = 3; j < 15; j++) {
    const half = j < 5 || j > 12 ? 4.6 : 5.6;
    for (let i = Math.ceil(7.5 - half); i <= 7.5 + half; i++) {
      const t = i < 4 ? 3 : i < 6 ? 5 : i < 10 ? 4 : i < 12 ? 3 : 2;
      c.set(
        i,
        j,
        j === 6 || j === 11
          ? tone(STONE, i < 6 ? 3 : i < 10 ? 2 : 1)
          : tone(WOOD, i % 3 === 2 ? t - 1 : t),
      );
    }
  }
  c.ellipse(7.5, 3.5, 5, 2.4, INK)
    .ellipse(7.5, 3.3, 4.2, 1.6, tone(WOOD, 4))
    .rect(5, 3, 3, 1, tone(WOOD, 5));
  return groundShadow(c, 9, 13.5, 7, 2.4);
}

export function crate(): Canvas {
  const c = new Canvas(16, 16);
  c.rect(1, 0, 14, 16, INK).rect(2, 1, 12, 5, tone(WOOD, 5)).rect(2, 5, 12, 1, tone(WOOD, 3));
  for (let i = 4; i < 13; i += 4) c.rect(i, 2, 1, 3, tone(WOOD, 4));
  c.rect(2, 6, 12, 9, tone(WOOD, 3));
  for (let j = 8; j < 14; j += 3) c.rect(3, j, 10, 1, tone(WOOD, 2));
  c.line(4, 13, 11, 7, tone(WOOD, 5), 1).line(4, 14, 12, 7, tone(WOOD, 2), 1);
  c.frame(2, 6, 12, 9, tone(WOOD, 4))
    .rect(2, 14, 12, 1, tone(WOOD, 2))
    .rect(13, 6, 1, 9, tone(WOOD, 2));
  c.set(2, 6, tone(WOOD, 6)).set(13, 6, tone(WOOD, 5));
  return c;
}

export function sack(): Canvas {
  const c = new Canvas(16, 16);
  shade(
    c,
    [
      { x: 7.5, y: 9.5, rx: 5.6, ry: 5.4 },
      { x: 7.5, y: 5.5, rx: 3, ry: 2.6, z: -1 },
    ],
    { ramp: WOOD, from: 3, to: 6 },
  );
  c.rect(5, 4, 5, 1, tone(WOOD, 1)).rect(6, 2, 4, 2, tone(WOOD, 5)).outline(tone(WOOD, 0));
  return groundShadow(c, 9, 14, 6, 2);
}

/** A signpost with lines of writing. */
export function signpost(): Canvas {
  const c = new Canvas(16, 16);
  c.rect(6, 8, 4, 8, INK).rect(7, 9, 2, 6, tone(WOOD, 3)).rect(7, 9, 1, 6, tone(WOOD, 4));
  c.rect(1, 1, 14, 10, INK)
    .rect(2, 2, 12, 8, tone(WOOD, 4))
    .rect(2, 2, 12, 1, tone(WOOD, 6))
    .rect(2, 9, 12, 1, tone(WOOD, 3));
  c.rect(4, 4, 8, 1, tone(WOOD, 1))
    .rect(4, 6, 5, 1, tone(WOOD, 1))
    .rect(10, 6, 2, 1, tone(WOOD, 1));
  return c;
}

/** A notice board of 2 × 2 tiles. */
export function noticeBoard(): Canvas {
  const c = new Canvas(32, 32);
  for (const x of [4, 24])
    c.rect(x - 1, 6, 5, 25, INK)
      .rect(x, 6, 3, 24, tone(WOOD, 3))
      .rect(x, 6, 1, 24, tone(WOOD, 4));
  c.rect(1, 6, 30, 18, INK).rect(2, 7, 28, 16, tone(WOOD, 3)).rect(4, 9, 24, 12, tone(WOOD, 2));
  c.rect(6, 10, 7, 8, tone(SAND, 4))
    .rect(7, 12, 5, 1, tone(SAND, 1))
    .rect(7, 14, 4, 1, tone(SAND, 1))
    .set(9, 10, tone(RED, 2));
  c.rect(15, 11, 5, 6, WHITE).rect(16, 13, 3, 1, tone(SAND, 1)).set(17, 11, tone(BLUE, 2));
  c.rect(21, 10, 6, 9, tone(WOOD, 6))
    .rect(22, 12, 4, 1, tone(WOOD, 2))
    .rect(22, 14, 3, 1, tone(WOOD, 2))
    .rect(22, 16, 4, 1, tone(WOOD, 2));
  c.rect(0, 3, 32, 4, INK).rect(1, 4, 30, 2, tone(RED, 2)).rect(1, 4, 30, 1, tone(RED, 3));
  return groundShadow(c, 16, 29, 14, 2);
}

export function bench(): Canvas {
  const c = new Canvas(32, 16);
  for (const x of [3, 26]) c.rect(x - 1, 5, 5, 10, INK).rect(x, 6, 3, 8, tone(STONE, 1));
  c.rect(0, 2, 32, 4, INK).rect(1, 3, 30, 2, tone(WOOD, 4)).rect(1, 3, 30, 1, tone(WOOD, 5));
  c.rect(0, 7, 32, 5, INK)
    .rect(1, 8, 30, 3, tone(WOOD, 4))
    .rect(1, 8, 30, 1, tone(WOOD, 5))
    .rect(1, 10, 30, 1, tone(WOOD, 3));
  for (let i = 1; i < 31; i++) if (!c.filled(i, 14)) c.set(i, 14, SHADOW_FAINT);
  return c;
}

/** A stone trough of flowers, one tile. */
export function planter(seed: number): Canvas {
  const c = new Canvas(16, 16);
  c.rect(0, 8, 16, 8, INK)
    .rect(1, 9, 14, 6, tone(SAND, 3))
    .rect(1, 9, 14, 1, tone(SAND, 4))
    .rect(1, 14, 14, 1, tone(SAND, 1));
  for (let i = 1; i < 15; i++) {
    const high = 3 + Math.floor(hash2(i, 1, seed) * 4);
    c.rect(i, high, 1, 9 - high, tone(GRASS, hash2(i, 2, seed) > 0.5 ? 3 : 2));
    if (i % 3 === 1) {
      const petal = [ROSE[1], GOLD[3], RED[2], WHITE][Math.floor(hash2(i, 3, seed) * 4)] ?? WHITE;
      c.rect(i - 1, high, 3, 1, petal)
        .rect(i, high - 1, 1, 3, petal)
        .set(i, high, tone(GOLD, 4));
    }
  }
  c.outline(tone(GRASS, 0));
  return c;
}

/** A heap of hay, 2 × 2 tiles. */
export function haystack(): Canvas {
  const c = new Canvas(32, 32);
  shade(
    c,
    [
      { x: 15.5, y: 20, rx: 14, ry: 10 },
      { x: 15.5, y: 13, rx: 10, ry: 9, z: 1 },
    ],
    {
      ramp: GOLD,
      from: 1,
      to: 4,
      bias: -0.1,
      texture: (x, y) => (hash2(x, Math.floor(y / 3) + x, 3) - 0.5) * 0.3,
    },
  );
  c.outline(tone(GOLD, 0));
  return groundShadow(c, 17, 28, 14, 3);
}

/** A statue on a plinth, 2 × 3 tiles: the shrine's guardian, with a gem that glows. */
export function shrine(frame: number): Canvas {
  const c = new Canvas(48, 48);
  c.rect(2, 38, 44, 9, INK).rect(3, 39, 42, 3, tone(STONE, 4));
  masonry(c, 3, 42, 42, 4, STONE, 3);
  c.rect(8, 32, 32, 8, INK).rect(9, 33, 30, 3, tone(STONE, 5));
  masonry(c, 9, 36, 30, 3, STONE, 5);
  for (const x of [10, 34]) {
    c.rect(x - 2, 12, 8, 22, INK)
      .rect(x - 1, 12, 6, 21, tone(STONE, 3))
      .rect(x - 1, 12, 2, 21, tone(STONE, 5))
      .rect(x + 3, 12, 2, 21, tone(STONE, 2));
    c.rect(x - 3, 10, 10, 4, INK)
      .rect(x - 2, 11, 8, 2, tone(STONE, 4))
      .rect(x - 3, 30, 10, 4, INK)
      .rect(x - 2, 31, 8, 2, tone(STONE, 4));
  }
  for (let j = 0; j < 11; j++) {
    const half = 4 + j * 1.9;
    c.rect(Math.round(23.5 - half) - 1, j, Math.round(half * 2) + 3, 1, INK);
    if (j > 0)
      c.rect(
        Math.round(23.5 - half),
        j,
        Math.round(half * 2) + 1,
        1,
        tone(STONE, j < 3 ? 5 : j > 8 ? 2 : 4),
      );
  }
  c.rect(18, 16, 12, 17, tone(STONE, 0)).rect(19, 15, 10, 18, tone(STONE, 0));
  const glow = [2, 3, 4, 3][frame] ?? 3;
  c.ellipse(23.5, 23, 3.6 + frame * 0.2, 5 + frame * 0.2, tone(WATER, 1));
  c.ascii(
    20,
    18,
    ["...a....", "..aba...", ".abbca..", "abbccca.", ".abcca..", "..aca...", "...a...."],
    {
      a: tone(WATER, glow - 1),
      b: tone(WATER, 5),
      c: tone(WATER, glow),
    },
  );
  c.rect(20, 28, 7, 4, tone(STONE, 2)).rect(20, 28, 7, 1, tone(STONE, 4));
  return groundShadow(c, 24, 45, 23, 3);
}
