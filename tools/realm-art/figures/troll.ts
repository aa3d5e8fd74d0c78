import { Canvas } from "../lib/canvas.ts";
import { type Colour, FOREST, GOLD, INK, LOAM, RED, tone, WHITE, WOOD } from "../lib/palette.ts";
import { hash2, noise2 } from "../lib/random.ts";
import { type Blob, shade } from "../lib/shade.ts";
import { type Beast, clips } from "./beasts.ts";
import type { Clip, Direction } from "./people.ts";

interface Bulk {
  stride: number;
  dy?: number;
  dx?: number;
  /** The club arm: its hand against the shoulder, and the club's angle (0 right, 90 down). */
  hand: readonly [number, number];
  angle: number;
  /** The club hangs at the troll's side. */
  carried?: boolean;
  mood?: "calm" | "roar" | "hurt" | "dead";
}

const WIDTH = 104;
const HEIGHT = 88;
/** Room above the head for a raised club. */
const ROOM = 16;
const rough = (x: number, y: number) =>
  (hash2(x >> 1, y >> 1, 5) - 0.5) * 0.14 + (noise2(x / 4, y / 4, 6) - 0.5) * 0.18;

function mossed(c: Canvas, above: number, seed: number): Canvas {
  return c.map((colour, x, y) => {
    let depth = 0;
    while (depth < 9 && c.filled(x, y - depth - 1)) depth++;
    const grows = y < above && depth < noise2(x / 3.4, 1, seed) * 11 - 2;
    return grows ? tone(FOREST, depth < 1 ? 6 : depth < 3 ? 5 : 4) : colour;
  });
}

function chain(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  r0: number,
  r1: number,
  z: number,
): Blob[] {
  return [0, 0.25, 0.5, 0.75, 1].map((t) => ({
    x: x0 + (x1 - x0) * t,
    y: y0 + (y1 - y0) * t,
    rx: r0 + (r1 - r0) * t,
    ry: r0 + (r1 - r0) * t,
    z: z + t,
  }));
}

function part(ramp: readonly Colour[], blobs: readonly Blob[], seams = 0.12): Canvas {
  return shade(new Canvas(WIDTH, HEIGHT), blobs, {
    ramp,
    from: 0,
    to: 3.6,
    texture: rough,
    seams,
    bias: 0.02,
  });
}

function club(x: number, y: number, angle: number): Canvas {
  const c = new Canvas(WIDTH, HEIGHT);
  const a = (angle * Math.PI) / 180;
  for (let s = -5; s <= 25; s += 0.4) {
    const half = s < 8 ? 1.2 : 1.2 + (s - 8) * 0.2;
    for (let k = -half; k <= half; k += 0.4) {
      const px = Math.round(x + Math.cos(a) * s - Math.sin(a) * k);
      const py = Math.round(y + Math.sin(a) * s + Math.cos(a) * k);
      const lit = -Math.sin(a) * k * -0.5 + Math.cos(a) * k;
      c.set(px, py, tone(WOOD, lit < -half * 0.3 ? 4 : lit < half * 0.45 ? 3 : 2));
    }
  }
  for (const [s, k] of [
    [14, -2.6],
    [18, 3],
    [22, -3.4],
    [24, 2],
  ] as const) {
    c.rect(
      Math.round(x + Math.cos(a) * s - Math.sin(a) * k),
      Math.round(y + Math.sin(a) * s + Math.cos(a) * k),
      2,
      2,
      tone(LOAM, 5),
    );
  }
  return c.outline(INK);
}

function leg(ramp: readonly Colour[], x: number, top: number, foot: number, step: number): Canvas {
  const c = part(ramp, [
    ...chain(x, top, x + step, foot - 4, 6, 5, 0),
    { x: x + step + 0.5, y: foot - 2, rx: 6.4, ry: 3.6, z: 6 },
  ]);
  for (let i = 0; i < WIDTH; i++)
    for (let y = Math.round(foot) + 1; y < HEIGHT; y++) c.set(i, y, 0);
  for (const t of [-3, 0, 3]) c.set(Math.round(x + step + t), Math.round(foot), tone(LOAM, 5));
  return c.outline(INK);
}

function face(
  c: Canvas,
  hx: number,
  hy: number,
  direction: Direction,
  mood: Bulk["mood"],
  ramp: readonly Colour[],
): void {
  const side = direction === "right";
  const eyes = side ? [hx + 3] : [hx - 4, hx + 3];
  for (const x of eyes) {
    c.rect(x - 1, hy - 2, 4, 1, tone(ramp, 0)).rect(x, hy - 1, 2, 2, INK);
    if (mood === "hurt") c.rect(x - 1, hy, 3, 1, INK);
    else
      c.rect(x, hy - 1, 2, 2, tone(GOLD, 3)).set(x + (side ? 1 : x < hx ? 1 : 0), hy, tone(RED, 3));
  }
  const mx = side ? hx + 3 : hx - 3;
  const open = mood === "roar" ? 4 : 1;
  c.rect(mx, hy + 4, side ? 5 : 7, open, INK);
  if (open > 1) c.rect(mx + 1, hy + 5, side ? 3 : 5, 2, tone(RED, 1));
  for (const x of side ? [mx + 1] : [mx, mx + 6])
    c.rect(x, hy + 2, 1, 3, WHITE).set(x, hy + 1, tone(LOAM, 5));
  c.rect(side ? hx + 5 : hx - 1, hy + 1, side ? 3 : 2, 2, tone(ramp, side ? 3 : 2));
}

function draw(ramp: readonly Colour[], direction: Direction, p: Bulk): Canvas {
  const out = new Canvas(WIDTH, HEIGHT);
  const dx = p.dx ?? 0;
  const dy = (p.dy ?? 0) + ROOM;
  const cx = 52 + dx;
  const foot = 65 + ROOM;
  const side = direction === "right";
  const up = direction === "up";
  const lift = (n: number) => Math.max(0, n) * 2;
  if (p.mood === "dead") {
    const heap = part(
      ramp,
      [
        { x: 40, y: 58, rx: 22, ry: 9 },
        { x: 27, y: 57, rx: 10, ry: 8, z: 4 },
        { x: 52, y: 60, rx: 11, ry: 6, z: 4 },
        { x: 62, y: 60, rx: 7, ry: 5.4, z: 3 },
        { x: 20, y: 61, rx: 6, ry: 4, z: 5 },
      ],
      0.2,
    );
    for (let i = 0; i < WIDTH; i++) for (let y = 66; y < HEIGHT; y++) heap.set(i, y, 0);
    return out.blit(club(52, 64, 4), 12, ROOM).blit(mossed(heap, 56, 3).outline(INK), 12, ROOM);
  }
  const shoulder = 33 + dy;
  const legY = 50 + dy;
  if (side) {
    out.blit(leg(ramp, cx + 4, legY, foot - 1 - lift(-p.stride), -p.stride * 6), 0, 0);
    out.blit(
      part(ramp, [
        ...chain(cx + 6, shoulder + 2, cx + 11, shoulder + 17 - p.stride * 2, 4.6, 4, -2),
        { x: cx + 12, y: shoulder + 20 - p.stride * 2, rx: 5, ry: 4.6, z: 3 },
      ]).outline(INK),
      0,
      0,
    );
    out.blit(leg(ramp, cx - 6, legY, foot - lift(p.stride), p.stride * 6), 0, 0);
  } else {
    out
      .blit(leg(ramp, cx - 9, legY, foot - lift(p.stride), 0), 0, 0)
      .blit(leg(ramp, cx + 9, legY, foot - lift(-p.stride), 0), 0, 0);
  }
  const hand: readonly [number, number] = side
    ? [cx - 6 + p.hand[0], shoulder + p.hand[1]]
    : up
      ? [cx + 19 - p.hand[0] * 0.6, shoulder + p.hand[1]]
      : [cx - 19 + p.hand[0], shoulder + p.hand[1]];
  const mirrored = p.carried === true ? direction === "down" : up;
  const angle = mirrored ? 180 - p.angle : p.angle;
  const stick = club(hand[0], hand[1], angle);
  const fist: Blob = { x: hand[0], y: hand[1], rx: 5, ry: 4.8, z: 6 };
  const near = side ? cx - 5 : up ? cx + 17 : cx - 17;
  const arm = part(ramp, [
    { x: near, y: shoulder, rx: 6.4, ry: 6, z: 2 },
    ...chain(near, shoulder + 2, hand[0], hand[1], 5, 4, 1),
    fist,
  ]);
  mossed(arm, shoulder + 2, 5).outline(INK);
  const hips = part(LOAM, [{ x: cx, y: 51 + dy, rx: side ? 12 : 15, ry: 7 }]);
  for (let i = 0; i < WIDTH; i++) {
    const fringe = Math.round(55 + dy + hash2(i >> 1, 1, 4) * 4);
    for (let y = fringe; y < HEIGHT; y++) hips.set(i, y, 0);
  }
  hips.outline(INK);
  const trunk = part(
    ramp,
    side
      ? [
          { x: cx, y: 42 + dy, rx: 13, ry: 12 },
          { x: cx - 3, y: 33 + dy, rx: 13, ry: 10, z: 2 },
          { x: cx + 4, y: 44 + dy, rx: 10, ry: 9, z: 3 },
        ]
      : [
          { x: cx, y: 42 + dy, rx: 16, ry: 12 },
          { x: cx, y: 33 + dy, rx: 18, ry: 9, z: 2 },
          { x: cx, y: 45 + dy, rx: 12, ry: 8, z: up ? -4 : 6 },
        ],
    0.08,
  );
  mossed(trunk, 40 + dy, 3);
  if (!side && !up)
    trunk
      .rect(cx, 49 + dy, 2, 2, tone(ramp, 0))
      .rect(cx - 8, 39 + dy, 7, 1, tone(ramp, 1))
      .rect(cx + 2, 39 + dy, 7, 1, tone(ramp, 1));
  trunk.outline(INK);
  const hx = side ? cx + 11 : cx;
  const hy = Math.round((up ? 23 : 27) + dy);
  const head = part(ramp, [
    { x: hx, y: hy, rx: 7.6, ry: 7 },
    { x: hx + (side ? 3 : 0), y: hy + 3.4, rx: 6, ry: 4.4, z: 3 },
    ...(side
      ? [{ x: hx - 4, y: hy, rx: 2.4, ry: 2.8, z: 5 }]
      : [-1, 1].map((s) => ({ x: hx + s * 8, y: hy, rx: 2.6, ry: 3, z: -2 }))),
  ]);
  mossed(head, hy - 2, 8).outline(INK);
  if (!up) face(head, hx, hy, direction, p.mood, ramp);
  const other = side
    ? undefined
    : part(ramp, [
        ...chain(
          up ? cx - 17 : cx + 17,
          shoulder,
          up ? cx - 20 : cx + 20,
          shoulder + 16 + p.stride * 2,
          5.4,
          4.2,
          1,
        ),
        { x: up ? cx - 20 : cx + 20, y: shoulder + 19 + p.stride * 2, rx: 5, ry: 4.8, z: 4 },
      ]).outline(INK);
  if (up) {
    out.blit(stick, 0, 0).blit(arm, 0, 0);
    if (other !== undefined) out.blit(other, 0, 0);
    return out.blit(head, 0, 0).blit(hips, 0, 0).blit(trunk, 0, 0);
  }
  out.blit(hips, 0, 0).blit(trunk, 0, 0);
  if (other !== undefined) out.blit(other, 0, 0);
  return out.blit(head, 0, 0).blit(stick, 0, 0).blit(arm, 0, 0);
}

const rest = { hand: [-3, 18], angle: 34, carried: true } as const;
const TROLL: Beast<Bulk> = {
  idle: {
    fps: 3,
    loop: true,
    poses: [
      { ...rest, stride: 0 },
      { ...rest, stride: 0, dy: 1 },
      { ...rest, stride: 0, dy: 1, angle: 36 },
      { ...rest, stride: 0 },
    ],
  },
  walk: {
    fps: 6,
    loop: true,
    poses: [
      { ...rest, stride: 0.9 },
      { ...rest, stride: 0.1, dy: -1, angle: 40 },
      { ...rest, stride: -0.9, hand: [1, 18] },
      { ...rest, stride: -0.1, dy: -1, angle: 40 },
    ],
  },
  attack: {
    fps: 7,
    loop: false,
    poses: [
      { stride: -0.4, hand: [-4, -14], angle: -120, dx: -2, dy: -1 },
      { stride: -0.5, hand: [0, -18], angle: -95, dx: -2, dy: -2, mood: "roar" },
      { stride: 0.8, hand: [16, 14], angle: 40, dx: 3, dy: 2, mood: "roar" },
      { stride: 0.8, hand: [15, 18], angle: 48, dx: 3, dy: 3 },
    ],
  },
  hurt: {
    fps: 4,
    loop: false,
    poses: [{ stride: -0.4, hand: [-4, 14], angle: -100, dx: -3, mood: "hurt" }],
  },
  death: {
    fps: 5,
    loop: false,
    poses: [
      { ...rest, stride: 0, dy: 2, mood: "hurt" },
      { ...rest, stride: 0, dy: 6, mood: "roar", hand: [0, 16], angle: 40, carried: false },
      { ...rest, stride: 0, dy: 9, mood: "hurt", hand: [2, 14], angle: 20, carried: false },
      { ...rest, stride: 0, mood: "dead" },
    ],
  },
};

export function troll(ramp: readonly Colour[]): Clip[] {
  return clips(TROLL, (direction, pose) => draw(ramp, direction, pose), true);
}
