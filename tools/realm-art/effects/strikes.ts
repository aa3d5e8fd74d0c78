import { Canvas } from "../lib/canvas.ts";
import {
  type Colour,
  FOREST,
  GOLD,
  GRASS,
  INK,
  RED,
  rgb,
  SAND,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";

const clear = (colour: Colour, alpha: number): Colour =>
  ((Math.round(alpha * 255) << 24) | (colour & 0xffffff)) >>> 0;

/** A sword's arc to the right, sweeping from above to below. */
export function slash(frame: number): Canvas {
  const c = new Canvas(48, 48);
  const span = [
    [-100, -20],
    [-80, 50],
    [-40, 95],
    [20, 105],
  ][frame] ?? [0, 0];
  const [from, to] = [span[0] ?? 0, span[1] ?? 0];
  for (let y = 0; y < 48; y++) {
    for (let x = 0; x < 48; x++) {
      const dx = x - 19.5;
      const dy = y - 23.5;
      const r = Math.hypot(dx, dy);
      const a = (Math.atan2(dy, dx) * 180) / Math.PI;
      if (a < from || a > to) continue;
      const t = (a - from) / (to - from);
      const thick =
        7.5 * Math.sin(Math.PI * Math.min(1, t * 0.92 + 0.06)) ** 0.8 * (frame === 3 ? 0.55 : 1);
      const outer = 22;
      if (r > outer || r < outer - thick) continue;
      const depth = (outer - r) / Math.max(1, thick);
      const bright = depth < 0.28 ? WHITE : depth < 0.55 ? tone(WATER, 5) : tone(WATER, 4);
      const tail = t < 0.35 ? 0.55 : 0.95;
      c.set(x, y, clear(bright, tail * (frame === 3 ? 0.7 : 1)));
    }
  }
  return c;
}

/** An arrow flying to the right. */
export function arrow(): Canvas {
  const c = new Canvas(20, 9);
  c.rect(4, 4, 11, 1, tone(WOOD, 5)).rect(4, 5, 11, 1, tone(WOOD, 2));
  c.ascii(14, 2, ["s...", "ss..", "sss.", "ss..", "s..."], { s: tone(STONE, 5) })
    .set(14, 5, tone(STONE, 3))
    .set(15, 5, tone(STONE, 3));
  c.ascii(1, 2, ["rr..", ".rrr", "..w.", ".ddd", "dd.."], {
    r: tone(RED, 3),
    d: tone(RED, 2),
    w: WHITE,
  });
  return c.outline(INK);
}

/** A ball of fire flying to the right. */
export function fireball(frame: number): Canvas {
  const c = new Canvas(24, 16);
  const sway = [0, 1, 0, -1][frame] ?? 0;
  for (let x = 0; x < 16; x++) {
    const half = (x / 16) * 5.2;
    const y = 7.5 + Math.sin(x * 0.7 + frame * 1.6) * (1 - x / 16) * 1.6;
    for (let j = Math.round(y - half); j <= y + half; j++) {
      if (hash2(x, j, frame) < 0.5 - x / 32) continue;
      const d = Math.abs(j - y) / (half + 0.4);
      c.set(x, j, d < 0.4 ? tone(GOLD, 2) : d < 0.75 ? tone(RED, 3) : tone(RED, 2));
    }
  }
  c.ellipse(15.5, 7.5, 6.2, 5.8, tone(RED, 2))
    .ellipse(15.8, 7.5, 5.2, 4.8, tone(RED, 3))
    .ellipse(16.2, 7.4, 4, 3.6, tone(GOLD, 2));
  c.ellipse(16.4 + sway * 0.4, 7.2, 2.8, 2.5, tone(GOLD, 3))
    .ellipse(16.8, 7, 1.6, 1.4, tone(GOLD, 4))
    .set(17, 6, WHITE);
  return c;
}

export function ember(frame: number): Canvas {
  const c = new Canvas(8, 8);
  const r = [3, 2.4, 1.7, 1][frame] ?? 1;
  c.ellipse(3.5, 3.5, r, r, clear(tone(RED, 2 + (frame < 2 ? 1 : 0)), 0.9 - frame * 0.15));
  if (frame < 3) c.ellipse(3.5, 3.5, r * 0.55, r * 0.55, tone(GOLD, 3 - frame));
  return c;
}

/** A burst of fire. */
export function blast(frame: number): Canvas {
  const c = new Canvas(48, 48);
  const t = frame / 5;
  const grow = 6 + t * 15;
  for (let i = 0; i < 12; i++) {
    const a = (i / 12) * Math.PI * 2 + hash2(i, 1, 4);
    const d = grow * (0.45 + hash2(i, 2, 4) * 0.55);
    const r = (1 - t * 0.85) * (4.5 + hash2(i, 3, 4) * 4);
    const x = 23.5 + Math.cos(a) * d;
    const y = 23.5 + Math.sin(a) * d * 0.85 - t * 4;
    if (r < 1) continue;
    c.ellipse(x, y, r, r, tone(RED, t > 0.6 ? 1 : 2)).ellipse(
      x - 0.5,
      y - 0.5,
      r * 0.78,
      r * 0.78,
      tone(RED, 3),
    );
    if (t < 0.7) c.ellipse(x - 0.7, y - 0.7, r * 0.5, r * 0.5, tone(GOLD, 2));
    if (t < 0.4) c.ellipse(x - 0.7, y - 0.7, r * 0.3, r * 0.3, tone(GOLD, 4));
  }
  if (frame < 3)
    c.ellipse(23.5, 23.5, 9 - frame * 2, 9 - frame * 2, tone(GOLD, 3)).ellipse(
      23.5,
      23.5,
      6 - frame * 2,
      6 - frame * 2,
      WHITE,
    );
  return c;
}

function star(
  c: Canvas,
  x: number,
  y: number,
  size: number,
  ramp: readonly [Colour, Colour, Colour],
): void {
  for (let k = 1; k <= size; k++) {
    const colour = k < size * 0.5 ? ramp[0] : k < size ? ramp[1] : ramp[2];
    c.set(x + k, y, colour)
      .set(x - k, y, colour)
      .set(x, y + k, colour)
      .set(x, y - k, colour);
  }
  if (size > 2)
    c.set(x + 1, y + 1, ramp[2])
      .set(x - 1, y - 1, ramp[2])
      .set(x + 1, y - 1, ramp[2])
      .set(x - 1, y + 1, ramp[2]);
  c.set(x, y, WHITE);
}

/** Glitter that rises and goes out, in a cold or a healing colour. */
export function sparkle(frame: number, kind: "ice" | "heal"): Canvas {
  const c = new Canvas(32, 32);
  const ramp =
    kind === "ice"
      ? ([WHITE, tone(WATER, 4), tone(WATER, 3)] as const)
      : ([tone(GRASS, 7), tone(GRASS, 6), tone(FOREST, 6)] as const);
  for (let i = 0; i < 7; i++) {
    const life = (frame / 6 + i * 0.29) % 1;
    const x = 16 + Math.round(Math.cos(i * 2.4) * (5 + (i % 3) * 3.4));
    const y = Math.round(26 - ((i * 7) % 16) - life * 7);
    const size = Math.round(Math.sin(life * Math.PI) * (i % 2 === 0 ? 4 : 2.6));
    if (size < 1) continue;
    if (kind === "heal" && i % 3 === 0)
      c.rect(x - 1, y - 2, 2, 5, ramp[1])
        .rect(x - 2, y - 1, 4, 3, ramp[1])
        .rect(x - 1, y - 1, 1, 1, WHITE);
    else star(c, x, y, size, ramp);
  }
  return c;
}

/** A spark where a blow lands. */
export function spark(frame: number): Canvas {
  const c = new Canvas(32, 32);
  const reach = [5, 10, 13, 15][frame] ?? 5;
  const inner = [0, 3, 7, 11][frame] ?? 0;
  for (let i = 0; i < 8; i++) {
    const a = (i / 8) * Math.PI * 2 + 0.2;
    const far = reach * (i % 2 === 0 ? 1 : 0.66);
    for (let s = inner; s <= far; s += 0.5) {
      const half = (1 - s / far) * 2.2 * (1 - frame * 0.2);
      for (let k = -half; k <= half; k += 0.5) {
        c.set(
          Math.round(15.5 + Math.cos(a) * s - Math.sin(a) * k),
          Math.round(15.5 + Math.sin(a) * s + Math.cos(a) * k),
          s < far * 0.45 ? WHITE : s < far * 0.75 ? tone(GOLD, 4) : tone(GOLD, 3),
        );
      }
    }
  }
  if (frame < 2) c.ellipse(15.5, 15.5, 4 - frame, 4 - frame, WHITE);
  return c;
}

/** Dust thrown up by a blow or a fall. */
export function puff(frame: number): Canvas {
  const c = new Canvas(32, 32);
  const t = frame / 5;
  for (let i = 0; i < 7; i++) {
    const a = (i / 7) * Math.PI * 2 + 0.4;
    const d = 3 + t * 9 * (0.7 + hash2(i, 1, 8) * 0.5);
    const r = (4.4 - t * 3.6) * (0.75 + hash2(i, 2, 8) * 0.5);
    if (r < 0.8) continue;
    const x = 15.5 + Math.cos(a) * d;
    const y = 17 + Math.sin(a) * d * 0.6 - t * 5;
    c.ellipse(x, y, r, r, tone(SAND, 2))
      .ellipse(x - 0.5, y - 0.6, r * 0.8, r * 0.8, tone(SAND, 4))
      .ellipse(x - 0.8, y - 1, r * 0.45, r * 0.4, WHITE);
  }
  return c;
}

/** A ring of light that opens on the ground. */
export function ring(frame: number, kind: "level" | "heal" | "cast"): Canvas {
  const c = new Canvas(64, 48);
  const ramp = kind === "level" ? GOLD : kind === "heal" ? GRASS.slice(3) : WATER.slice(1);
  const t = frame / 5;
  const rx = 7 + t * 22;
  const ry = rx * 0.5;
  const thick = Math.max(0.8, 3 - t * 2.2);
  for (let y = 0; y < 48; y++) {
    for (let x = 0; x < 64; x++) {
      const d = Math.hypot((x - 31.5) / rx, (y - 31.5) / ry);
      const off = Math.abs(d - 1) * rx * 0.7;
      if (off < thick)
        c.set(x, y, clear(off < thick * 0.4 ? tone(ramp, 4) : tone(ramp, 3), 1 - t * 0.55));
    }
  }
  if (kind !== "cast") {
    for (let i = 0; i < 10; i++) {
      const a = (i / 10) * Math.PI * 2;
      const x = Math.round(31.5 + Math.cos(a) * rx * 0.7);
      const base = 31.5 + Math.sin(a) * ry * 0.7;
      const rise = t * 22 * (0.6 + hash2(i, 1, 2) * 0.6);
      const length = Math.round((1 - t) * 7) + 1;
      for (let j = 0; j < length; j++)
        c.set(x, Math.round(base - rise + j), clear(tone(ramp, j < 2 ? 4 : 3), 1 - t * 0.5));
    }
  }
  return c;
}

/** A slow curl of smoke over a chimney. */
export function smoke(frame: number): Canvas {
  const c = new Canvas(16, 32);
  for (let i = 0; i < 4; i++) {
    const life = (i + frame / 6) / 4;
    const x = 7.5 + Math.sin(life * 5) * 3 * life;
    const r = 1.4 + life * 3;
    c.ellipse(x, 28 - life * 24, r, r, clear(rgb("#dcdfdf"), 0.6 * (1 - life)));
  }
  return c;
}

/** A soft shadow for under a creature. */
export function shadowBlob(width: number): Canvas {
  const height = Math.round(width * 0.42);
  const c = new Canvas(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const d = Math.hypot(
        (x - width / 2 + 0.5) / (width / 2),
        (y - height / 2 + 0.5) / (height / 2),
      );
      if (d <= 1) c.set(x, y, rgb("#141030", d < 0.62 ? 110 : d < 0.85 ? 76 : 40));
    }
  }
  return c;
}

/** A mark of alarm over a creature's head. */
export function alert(frame: number): Canvas {
  const c = new Canvas(16, 16);
  const y = frame === 0 ? 1 : 0;
  c.rect(6, 2 + y, 4, 7, tone(RED, 3))
    .rect(6, 2 + y, 2, 7, tone(RED, 4))
    .rect(6, 11 + y, 4, 3, tone(RED, 3))
    .rect(6, 11 + y, 2, 1, tone(RED, 4));
  return c.outline(INK);
}

/** A gold coin that turns. */
export function coin(frame: number): Canvas {
  const c = new Canvas(12, 12);
  const rx = [4.6, 3.2, 1, 3.2][frame] ?? 4.6;
  c.ellipse(5.5, 5.5, rx, 4.6, tone(GOLD, 2)).ellipse(5.2, 5.2, rx * 0.8, 3.8, tone(GOLD, 3));
  if (rx > 2) c.rect(5, 3, 1, 5, tone(GOLD, 1)).set(Math.round(5.5 - rx * 0.5), 3, tone(GOLD, 4));
  return c.outline(tone(GOLD, 0));
}

export function potion(ramp: readonly Colour[]): Canvas {
  const c = new Canvas(12, 14);
  c.ellipse(5.5, 9, 4.2, 3.9, tone(ramp, 2))
    .ellipse(5.5, 10, 3.6, 2.6, tone(ramp, 1))
    .rect(4, 8, 4, 1, tone(ramp, 3))
    .set(3, 8, WHITE)
    .set(3, 9, WHITE);
  c.rect(4, 3, 4, 3, tone(STONE, 5)).rect(4, 1, 4, 2, tone(WOOD, 4)).set(7, 4, tone(STONE, 3));
  return c.outline(INK);
}

/** Light about a lamp, to be added to what is there and tinted. */
export function glow(): Canvas {
  const c = new Canvas(64, 64);
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x++) {
      const d = Math.hypot(x - 31.5, y - 31.5) / 32;
      const step = Math.floor((1 - d) * 6) / 6;
      if (step > 0) c.set(x, y, clear(WHITE, step * 0.5));
    }
  }
  return c;
}
