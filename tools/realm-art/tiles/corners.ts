import { noise2 } from "../lib/random.ts";

/** Tiles are squares of this many pixels. */
export const TILE = 16;

/** Which corners of a tile a terrain covers: 1 north-west, 2 north-east, 4 south-west, 8 south-east. */
export type Corners = number;

/** How far the noise moves an edge, and which noise. */
export interface Edge {
  wobble: number;
  seed: number;
}

const unit = (t: number) => Math.max(0, Math.min(1, t));

/**
 * How far inside the terrain a point of a tile lies: 0.5 is the edge. The noise repeats with the
 * tile, so edges of neighbouring tiles meet.
 */
export function depthAt(corners: Corners, x: number, y: number, edge: Edge): number {
  const u = unit((x + 0.5) / TILE);
  const v = unit((y + 0.5) / TILE);
  const nw = corners & 1;
  const ne = (corners >> 1) & 1;
  const sw = (corners >> 2) & 1;
  const se = (corners >> 3) & 1;
  const f = (nw * (1 - u) + ne * u) * (1 - v) + (sw * (1 - u) + se * u) * v;
  if (f === 0 || f === 1) return f;
  return f + (noise2(x / 4, y / 4, edge.seed, 4) - 0.5) * edge.wobble;
}

/** Whether a pixel, up to a few outside of the tile, lies in the terrain. */
export function mask(corners: Corners, edge: Edge): (x: number, y: number) => boolean {
  if (corners === 15) return () => true;
  if (corners === 0) return () => false;
  return (x, y) => depthAt(corners, x, y, edge) > 0.5;
}
