import { Canvas } from "../lib/canvas.ts";
import { type Colour, GOLD, INK, ROSE, tone, WHITE } from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";
import { type Blob, shade } from "../lib/shade.ts";
import { type Beast, clips } from "./beasts.ts";
import type { Clip, Direction } from "./people.ts";

interface Stance {
  /** How far the fore and the hind legs reach, -1 to 1. */
  fore: number;
  hind: number;
  dy?: number;
  dx?: number;
  jaw?: boolean;
  tail?: number;
  mood?: "calm" | "hurt" | "dead";
}

const fur = (x: number, y: number) => (hash2(x, y >> 1, 9) - 0.5) * 0.16;

const SHADES = { from: 0, to: 4, bias: -0.06, texture: fur } as const;

/** A leg that bends at the hock; `reach` swings its paw forward or back. */
function limb(
  c: Canvas,
  x: number,
  top: number,
  foot: number,
  reach: number,
  ramp: readonly Colour[],
  far: boolean,
): void {
  const t = far ? 1 : 3;
  for (let y = top; y <= foot; y++) {
    const k = (y - top) / Math.max(1, foot - top);
    const shift = Math.round(reach * k * k * 4.6 - (k > 0.35 && k < 0.75 ? 1 : 0));
    const thick = k < 0.3 ? 4 : 3;
    c.rect(x + shift, y, thick, 1, tone(ramp, t)).set(x + shift + thick - 1, y, tone(ramp, t - 1));
  }
  const end = x + Math.round(reach * 4.6);
  c.rect(end, foot, 4, 1, tone(ramp, t)).set(end + 3, foot, tone(ramp, t + 1));
}

function fromSide(ramp: readonly Colour[], s: Stance): Canvas {
  const c = new Canvas(48, 36);
  const dx = s.dx ?? 0;
  const dead = s.mood === "dead";
  const y = 20 + (dead ? 7 : (s.dy ?? 0));
  const foot = 31;
  if (dead) {
    c.rect(20, foot - 1, 9, 2, tone(ramp, 2))
      .rect(34, foot - 1, 8, 2, tone(ramp, 2))
      .rect(6, foot - 1, 8, 2, tone(ramp, 2));
  } else {
    limb(c, 15 + dx, y + 2, foot - 1, -s.hind * 0.8, ramp, true);
    limb(c, 29 + dx, y + 2, foot - 1, -s.fore * 0.8, ramp, true);
    limb(c, 12 + dx, y + 2, foot, s.hind, ramp, false);
    limb(c, 26 + dx, y + 2, foot, s.fore, ramp, false);
  }
  const tail = s.tail ?? 0;
  const hx = 35 + dx;
  const hy = Math.round(y - (dead ? -1 : 5));
  const blobs: Blob[] = [
    ...[0, 1, 2, 3].map((i) => ({
      x: 9 + dx - i * 1.9,
      y: y - 1 + i * (1.5 - tail * 1.5),
      rx: 2.6 + (i === 1 || i === 2 ? 0.6 : -0.4),
      ry: 2.4 + (i === 2 ? 0.4 : 0),
      z: -3,
    })),
    { x: 14 + dx, y: y + 0.6, rx: 6.2, ry: 5.4, z: 1 },
    { x: 21 + dx, y: y + 0.2, rx: 9, ry: 4.8 },
    { x: 28 + dx, y: y - 0.6, rx: 6.4, ry: 6.4, z: 1.5 },
    { x: 31 + dx, y: (y + hy) / 2, rx: 5, ry: 5, z: 2.4 },
    { x: hx, y: hy, rx: 4.9, ry: 4.4, z: 4 },
  ];
  shade(c, blobs, { ramp, ...SHADES, seams: 0.12 });
  c.ellipse(27 + dx, y + 4, 4, 1.4, tone(ramp, 4)).ellipse(20 + dx, y + 4.2, 5, 0.9, tone(ramp, 3));
  const jaw = s.jaw === true;
  c.rect(hx + 3, hy - 1, 6, 2, tone(ramp, 3))
    .rect(hx + 3, hy - 1, 5, 1, tone(ramp, 4))
    .rect(hx + 3, hy + 1, 5, 1, tone(ramp, jaw ? 2 : 4));
  c.rect(hx + 2, hy + 2, 4, 1, tone(ramp, 4)).rect(hx + 8, hy - 1, 1, 2, INK);
  if (jaw)
    c.rect(hx + 3, hy + 2, 5, 2, tone(ROSE, 0))
      .rect(hx + 2, hy + 4, 5, 1, tone(ramp, 4))
      .set(hx + 4, hy + 2, WHITE)
      .set(hx + 7, hy + 2, WHITE)
      .set(hx + 6, hy + 3, WHITE);
  for (const [ex, t] of [
    [hx - 4, 1],
    [hx - 2, 3],
  ] as const)
    c.ascii(ex, hy - 7, [".a..", ".aa.", "aaab", "aaab"], {
      a: tone(ramp, t),
      b: tone(ramp, t - 1),
    });
  c.outline(INK);
  if (s.mood === undefined || s.mood === "calm")
    c.rect(hx + 1, hy - 2, 3, 1, INK)
      .set(hx + 2, hy - 1, tone(GOLD, 3))
      .set(hx + 3, hy - 1, INK);
  else c.rect(hx + 1, hy - 1, 3, 1, INK);
  return c;
}

function fromFront(ramp: readonly Colour[], s: Stance): Canvas {
  const c = new Canvas(48, 36);
  const y = 18 + Math.round((s.dy ?? 0) * 0.6 + (s.dx ?? 0) * 0.4);
  const foot = 31;
  for (const side of [-1, 1]) {
    const x = side < 0 ? 19 : 26;
    const step = side * s.fore;
    c.rect(x, y + 6, 3, Math.round(foot - y - 6 - (step < 0 ? 2 : 0)), tone(ramp, 3)).rect(
      x + 2,
      y + 6,
      1,
      Math.round(foot - y - 6 - (step < 0 ? 2 : 0)),
      tone(ramp, 2),
    );
    c.rect(x, foot - 1 - (step < 0 ? 2 : 0), 3, 1, tone(ramp, 4));
  }
  shade(
    c,
    [
      { x: 23.5, y: y - 3, rx: 6, ry: 5, z: -4 },
      { x: 23.5, y: y + 3, rx: 6.6, ry: 6.4 },
      { x: 23.5, y: y - 1.5, rx: 6, ry: 5.2, z: 4 },
      { x: 23.5, y: y + 1.6, rx: 2.9, ry: 2.8, z: 9 },
    ],
    { ramp, ...SHADES, seams: 0.14 },
  );
  const hy = Math.round(y - 1.5);
  for (const side of [-1, 1])
    c.ascii(
      23 + side * 5 - (side < 0 ? 1 : 2) + (side > 0 ? 1 : 0),
      hy - 8,
      side < 0 ? ["a..", "aa.", "aba", "aba"] : ["..a", ".aa", "aba", "aba"],
      { a: tone(ramp, 3), b: tone(ROSE, 0) },
    );
  c.outline(INK);
  c.rect(23, hy + 2, 2, 1, INK).set(23, hy + 3, INK);
  if (s.jaw === true)
    c.rect(22, hy + 4, 4, 3, tone(ROSE, 0))
      .set(22, hy + 4, WHITE)
      .set(25, hy + 4, WHITE);
  for (const ex of [20, 26]) {
    if (s.mood === "hurt" || s.mood === "dead") c.rect(ex, hy, 2, 1, INK);
    else
      c.rect(ex, hy - 1, 2, 1, INK)
        .set(ex + (ex < 23 ? 1 : 0), hy, tone(GOLD, 3))
        .set(ex + (ex < 23 ? 0 : 1), hy, tone(GOLD, 2));
  }
  c.ellipse(23.5, y + 7, 2.6, 1.8, tone(ramp, 4)).ellipse(23.5, y + 1.5, 2, 1.2, tone(ramp, 4));
  c.rect(23, hy + 2, 2, 1, INK);
  return c;
}

function fromBehind(ramp: readonly Colour[], s: Stance): Canvas {
  const c = new Canvas(48, 36);
  const y = 19 + Math.round((s.dy ?? 0) * 0.6 - (s.dx ?? 0) * 0.4);
  const foot = 31;
  shade(c, [{ x: 23.5, y: y - 6, rx: 5, ry: 4.6, z: -6 }], { ramp, ...SHADES });
  for (const side of [-1, 1])
    c.ascii(
      23 + side * 4 - 1,
      Math.round(y - 14),
      side < 0 ? ["a..", "aa.", "aab", "aab"] : ["..a", ".aa", "baa", "baa"],
      { a: tone(ramp, 3), b: tone(ramp, 2) },
    );
  for (const side of [-1, 1]) {
    const x = side < 0 ? 18 : 26;
    const up = side * s.hind < 0 ? 2 : 0;
    c.rect(x, Math.round(y + 4), 4, Math.round(foot - y - 4 - up), tone(ramp, 3)).rect(
      x + 3,
      Math.round(y + 4),
      1,
      Math.round(foot - y - 4 - up),
      tone(ramp, 1),
    );
    c.rect(x, foot - 1 - up, 4, 1, tone(ramp, 4));
  }
  shade(
    c,
    [
      { x: 23.5, y: y - 1.5, rx: 6.8, ry: 6, z: 0 },
      { x: 23.5, y: y + 3, rx: 7.2, ry: 5.6, z: 2 },
    ],
    { ramp, ...SHADES, seams: 0.12 },
  );
  c.outline(INK);
  const wag = Math.round((s.tail ?? 0) * 3);
  const tailOn = new Canvas(48, 36);
  shade(
    tailOn,
    [0, 1, 2, 3].map((i) => ({
      x: 23.5 + (wag * i) / 3,
      y: y + 1 + i * 2.1,
      rx: 2.4 - i * 0.2,
      ry: 2.2,
      z: i,
    })),
    { ramp, ...SHADES },
  );
  tailOn.outline(INK);
  return c.blit(tailOn, 0, 0);
}

function draw(ramp: readonly Colour[], direction: Direction, stance: Stance): Canvas {
  if (stance.mood === "dead") return fromSide(ramp, stance);
  if (direction === "down") return fromFront(ramp, stance);
  if (direction === "up") return fromBehind(ramp, stance);
  return fromSide(ramp, stance);
}

const WOLF: Beast<Stance> = {
  idle: {
    fps: 3,
    loop: true,
    poses: [
      { fore: 0, hind: 0, tail: 0.2 },
      { fore: 0, hind: 0, tail: 0.4 },
      { fore: 0, hind: 0, dy: 1, tail: 0.6 },
      { fore: 0, hind: 0, dy: 1, tail: 0.3 },
    ],
  },
  walk: {
    fps: 10,
    loop: true,
    poses: [
      { fore: 0.9, hind: -0.9, tail: 0.6 },
      { fore: 0.3, hind: -0.2, dy: -1, tail: 0.9 },
      { fore: -0.9, hind: 0.9, tail: 0.7 },
      { fore: -0.3, hind: 0.4, dy: -2, tail: 1 },
    ],
  },
  attack: {
    fps: 10,
    loop: false,
    poses: [
      { fore: -0.4, hind: 0.4, dx: -1, dy: 2, tail: 0.2 },
      { fore: 1, hind: -1, dx: 4, dy: -3, jaw: true, tail: 1.2 },
      { fore: 0.6, hind: -0.5, dx: 3, jaw: true, tail: 0.8 },
    ],
  },
  hurt: {
    fps: 4,
    loop: false,
    poses: [{ fore: 0.4, hind: 0.2, dx: -1, dy: 1, mood: "hurt", jaw: true, tail: -0.3 }],
  },
  death: {
    fps: 6,
    loop: false,
    poses: [
      { fore: 0.4, hind: 0.2, dy: 2, mood: "hurt", tail: -0.3 },
      { fore: 0.8, hind: 0.6, dy: 5, mood: "hurt", tail: -0.4 },
      { fore: 0, hind: 0, mood: "dead" },
    ],
  },
};

export function wolf(ramp: readonly Colour[]): Clip[] {
  return clips(WOLF, (direction, stance) => draw(ramp, direction, stance), true);
}
