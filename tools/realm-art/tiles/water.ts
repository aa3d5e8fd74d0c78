import { Canvas } from "../lib/canvas.ts";
import { SHADOW_FAINT, tone, WATER, WOOD } from "../lib/palette.ts";
import { noise2 } from "../lib/random.ts";
import { type Corners, depthAt, mask, TILE } from "./corners.ts";

export const WATER_FRAMES = 4;
export const WATER_FRAME_MS = 220;

/** Glints on open water: (x, y, length) and the frame in which each is longest. */
const GLINTS: readonly (readonly (readonly [number, number, number, number])[])[] = [
  [],
  [[6, 6, 5, 1]],
  [
    [2, 3, 4, 0],
    [10, 11, 5, 2],
  ],
  [
    [1, 12, 4, 2],
    [9, 4, 3, 0],
    [12, 13, 3, 3],
  ],
];

/**
 * A frame of water with its shore: an earth bank below land to the north, foam along the rest.
 * The foam breathes with the frames.
 */
export function waterOverlay(corners: Corners, variant: number, frame: number): Canvas {
  const edge = { wobble: 0.26, seed: 4242 };
  const inside = mask(corners, edge);
  const out = new Canvas(TILE, TILE);
  const up = (x: number, y: number, n: number) => {
    for (let i = 1; i <= n; i++) if (!inside(x, y - i)) return i;
    return 99;
  };
  const near = (x: number, y: number, r: number) =>
    !inside(x - r, y) || !inside(x + r, y) || !inside(x, y + r) || !inside(x, y - r);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      if (!inside(x, y)) {
        if (
          near(x, y, 1) &&
          (inside(x, y + 1) || inside(x, y - 1) || inside(x + 1, y) || inside(x - 1, y))
        ) {
          out.set(x, y, SHADOW_FAINT);
        }
        continue;
      }
      let c = tone(WATER, 2);
      const slopeX = depthAt(corners, x + 2, y, edge) - depthAt(corners, x - 2, y, edge);
      const slopeY = depthAt(corners, x, y + 2, edge) - depthAt(corners, x, y - 2, edge);
      const above = slopeY > Math.abs(slopeX) * 0.5 || corners === 15 ? up(x, y, 8) : 99;
      const breath = [0, 0.06, 0.1, 0.06][frame] ?? 0;
      if (above <= 4) {
        c = tone(WOOD, above === 1 ? 4 : above <= 3 ? 2 : 1);
        if (above === 2 && noise2(x / 2, 0, 77, 8) > 0.55) c = tone(WOOD, 3);
      } else if (above === 5) c = tone(WATER, 4);
      else if (above <= 7) c = tone(WATER, 1);
      else if (near(x, y, 1)) c = tone(WATER, 5);
      else if (near(x, y, 2))
        c = tone(WATER, noise2(x / 2 + frame, y / 2, 5, 8) > 0.45 + breath ? 4 : 3);
      else if (near(x, y, 3))
        c = tone(WATER, noise2(x / 2 - frame, y / 2, 6, 8) > 0.6 - breath ? 3 : 2);
      out.set(x, y, c);
    }
  }
  for (const [x, y, length, best] of GLINTS[variant % GLINTS.length] ?? []) {
    const phase = (frame - best + WATER_FRAMES) % WATER_FRAMES;
    const shown = [length, length - 1, 0, length - 2][phase] ?? 0;
    for (let i = 0; i < shown; i++) {
      const px = x + i + (phase === 1 ? 1 : 0);
      if (inside(px, y) && inside(px, y - 7) && !near(px, y, 3)) {
        out.set(px, y, tone(WATER, 3));
        if (i === 1 && phase === 0) out.set(px, y, tone(WATER, 4));
      }
    }
  }
  return out;
}

/** Deeper water in the middle of a pond, without glints of its own. */
export function deepOverlay(corners: Corners, frame: number): Canvas {
  const edge = { wobble: 0.5, seed: 99 };
  const out = new Canvas(TILE, TILE);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      const shift = [0, 1, 0, -1][frame] ?? 0;
      const depth = depthAt(corners, x + (y % 4 < 2 ? shift : 0), y, edge);
      const dithered = depth > 0.4 && (x + y) % 2 === 0 && y % 2 === 0;
      if (depth > 0.58 || dithered) out.set(x, y, tone(WATER, 1));
    }
  }
  return out;
}
