import { Canvas } from "../lib/canvas.ts";
import { type Colour, INK, tone, WHITE } from "../lib/palette.ts";
import { shade } from "../lib/shade.ts";
import type { Clip, Direction } from "./people.ts";
import { clips, type Beast } from "./beasts.ts";

interface Jelly {
  /** How much wider and lower than at rest. */
  squash: number;
  hop?: number;
  mood?: "calm" | "bite" | "hurt" | "gone";
}

function draw(
  ramp: readonly Colour[],
  direction: Direction,
  { squash, hop = 0, mood = "calm" }: Jelly,
): Canvas {
  const c = new Canvas(32, 32);
  const rx = 8.6 * (1 + squash);
  const ry = 7.4 * (1 - squash);
  const foot = 27 - hop;
  const cy = foot - ry + 1;
  if (mood === "gone") {
    for (const [x, y, r] of [
      [15.5, 26, 7],
      [7, 27, 2],
      [24, 27, 2.4],
      [20, 24.5, 2],
    ] as const)
      c.ellipse(x, y, r, r * 0.3 + 0.6, tone(ramp, 2)).ellipse(
        x - 1,
        y - 0.4,
        r * 0.6,
        r * 0.16 + 0.3,
        tone(ramp, 4),
      );
    return c.outline(tone(ramp, 0));
  }
  shade(
    c,
    [
      { x: 15.5, y: cy, rx, ry },
      { x: 15.5, y: foot - 2.6, rx: rx * 1.08, ry: 3.2, z: -1 },
    ],
    { ramp, from: 1, to: 4, bias: -0.04 },
  );
  for (let x = 0; x < 32; x++) for (let y = Math.round(foot) + 1; y < 32; y++) c.set(x, y, 0);
  c.ellipse(15.5 + 1, cy + ry * 0.45, rx * 0.55, ry * 0.28, tone(ramp, 3));
  c.outline(tone(ramp, 0));
  const gx = Math.round(15.5 - rx * 0.45);
  const gy = Math.round(cy - ry * 0.5);
  c.rect(gx, gy, 3, 2, WHITE)
    .set(gx - 1, gy + 2, WHITE)
    .set(gx + 3, gy, tone(ramp, 5));
  if (direction === "up") return c;
  const turn = direction === "left" ? -3 : direction === "right" ? 3 : 0;
  const ey = Math.round(cy + ry * 0.02);
  for (const ex of [15 + turn - 3, 15 + turn + 3]) {
    if (mood === "hurt")
      c.set(ex - 1, ey, INK)
        .set(ex, ey + 1, INK)
        .set(ex + 1, ey, INK);
    else c.rect(ex, ey - 1, 2, 3, INK).set(ex, ey - 1, WHITE);
  }
  if (mood === "bite")
    c.rect(15 + turn - 1, ey + 3, 4, 2, INK)
      .set(15 + turn - 1, ey + 3, WHITE)
      .set(15 + turn + 2, ey + 3, WHITE);
  else c.rect(15 + turn, ey + 3, 2, 1, tone(ramp, 0));
  return c;
}

const SLIME: Beast<Jelly> = {
  idle: {
    fps: 4,
    loop: true,
    poses: [{ squash: 0 }, { squash: 0.05 }, { squash: 0.1 }, { squash: 0.05 }],
  },
  walk: {
    fps: 8,
    loop: true,
    poses: [
      { squash: 0.18 },
      { squash: -0.12, hop: 3 },
      { squash: -0.08, hop: 5 },
      { squash: -0.12, hop: 2 },
      { squash: 0.22 },
      { squash: 0.06 },
    ],
  },
  attack: {
    fps: 10,
    loop: false,
    poses: [
      { squash: 0.26 },
      { squash: -0.22, hop: 4, mood: "bite" },
      { squash: 0.12, mood: "bite" },
    ],
  },
  hurt: { fps: 4, loop: false, poses: [{ squash: 0.2, mood: "hurt" }] },
  death: {
    fps: 8,
    loop: false,
    poses: [
      { squash: 0.2, mood: "hurt" },
      { squash: 0.42, mood: "hurt" },
      { squash: 0, mood: "gone" },
    ],
  },
};

export function slime(ramp: readonly Colour[]): Clip[] {
  return clips(SLIME, (direction, pose) => draw(ramp, direction, pose), false);
}
