import type { Canvas } from "./canvas.ts";
import { type Colour, tone } from "./palette.ts";

/** An ellipsoid seen from above the horizon: its middle, its radii, and how near it is. */
export interface Blob {
  x: number;
  y: number;
  rx: number;
  ry: number;
  /** Height of the middle towards the viewer; the nearest surface is seen. */
  z?: number;
  /** Depth radius; by default the mean of the others. */
  rz?: number;
}

export interface ShadeOptions {
  ramp: readonly Colour[];
  /** The darkest and the brightest index of the ramp to use. */
  from?: number;
  to?: number;
  /** Added to the brightness (0 to 1) at a pixel: texture. */
  texture?: (x: number, y: number) => number;
  /** Shifts all brightness. */
  bias?: number;
  /** How much darker it gets in the folds where two bodies meet. */
  seams?: number;
}

const LIGHT = normal(-0.5, -0.72, 0.62);

function normal(x: number, y: number, z: number): readonly [number, number, number] {
  const n = Math.hypot(x, y, z) || 1;
  return [x / n, y / n, z / n];
}

/** Draws solid round bodies, lit from the top left in the steps of a ramp. */
export function shade(canvas: Canvas, blobs: readonly Blob[], options: ShadeOptions): Canvas {
  const { ramp, from = 1, to = ramp.length - 1, texture, bias = 0, seams = 0 } = options;
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      let nearest = -Infinity;
      let second = -Infinity;
      let light = 0;
      for (const b of blobs) {
        const u = (x - b.x) / b.rx;
        const v = (y - b.y) / b.ry;
        const d = u * u + v * v;
        if (d > 1) continue;
        const w = Math.sqrt(1 - d);
        const rz = b.rz ?? (b.rx + b.ry) / 2;
        const z = (b.z ?? 0) + w * rz;
        if (z <= nearest) {
          second = Math.max(second, z);
          continue;
        }
        second = nearest;
        nearest = z;
        const [nx, ny, nz] = normal(u / b.rx, v / b.ry, w / rz);
        light = nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2];
      }
      if (nearest === -Infinity) continue;
      const fold = Math.max(0, 1 - (nearest - second) / 2.5) * seams;
      const lit = 0.5 + 0.5 * light + bias - fold + (texture?.(x, y) ?? 0);
      canvas.set(
        x,
        y,
        tone(ramp, from + Math.max(0, Math.min(1, (lit - 0.12) / 0.8)) * (to - from)),
      );
    }
  }
  return canvas;
}
