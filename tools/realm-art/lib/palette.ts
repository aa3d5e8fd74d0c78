/**
 * The one palette of the world. A ramp goes from its outline colour to its brightest light, and
 * its hue drifts from blue in the shade to yellow in the sun.
 */

/** A colour as 0xAABBGGRR, the byte order of a PNG pixel read as a little-endian word. */
export type Colour = number;

export function rgb(hex: string, alpha = 255): Colour {
  const n = Number.parseInt(hex.slice(1), 16);
  return ((alpha << 24) | ((n & 255) << 16) | (n & 0xff00) | (n >> 16)) >>> 0;
}

const ramp = (...hex: string[]): readonly Colour[] => hex.map((h) => rgb(h));

export const NONE: Colour = 0;
export const INK = rgb("#1a1423");
export const WHITE = rgb("#fcf8ea");
/** What a soft shadow lays over the ground. */
export const SHADOW = rgb("#141030", 84);
export const SHADOW_FAINT = rgb("#141030", 44);

export const GRASS = ramp(
  "#1f3d3b",
  "#2b5b42",
  "#3f7d45",
  "#5b9b49",
  "#6aa74c",
  "#79b34f",
  "#a3cc5e",
  "#d3e583",
);
export const WOOD = ramp(
  "#321f2b",
  "#553033",
  "#7b483a",
  "#a56a45",
  "#c68f58",
  "#dcb377",
  "#f2d9a3",
);
export const STONE = ramp("#2b2c42", "#44485f", "#646b83", "#8a92a6", "#b4bac5", "#dcdfdf");
export const SAND = ramp("#4d4453", "#7a6e73", "#a3958c", "#c6b8a4", "#e2d7bd");
export const FOREST = ramp(
  "#11232f",
  "#183a3f",
  "#22544b",
  "#2a6151",
  "#33705a",
  "#4a8d68",
  "#74b07c",
);
export const WATER = ramp("#1b2a57", "#214b88", "#2d76b3", "#4da9d0", "#8bd9df", "#d6f4ec");
export const LOAM = ramp("#3c3338", "#5d4b44", "#7c6450", "#978060", "#b39d77", "#cdbb93");
export const RED = ramp("#4a1631", "#872238", "#c23b40", "#e56e4f", "#f5a673");
export const BLUE = ramp("#1f2450", "#334489", "#4b6cba", "#7aa0de");
export const PURPLE = ramp("#341d4b", "#5b3276", "#8d52a3", "#c489cf");
export const GOLD = ramp("#6d3524", "#b8672c", "#e8a03a", "#f9cf58", "#fdf0a2");
export const SKIN = ramp("#7b483a", "#bb7254", "#e9a97e", "#fbd3a8");
export const ROSE = ramp("#a5335f", "#e6688e");

/** The i-th colour of a ramp, clamped to its ends. */
export function tone(of: readonly Colour[], i: number): Colour {
  const n = Math.max(0, Math.min(of.length - 1, Math.round(i)));
  return of[n] ?? INK;
}

/** `top` laid over `under` by its own alpha. */
export function over(top: Colour, under: Colour): Colour {
  const a = top >>> 24;
  if (a === 255 || under >>> 24 === 0) return a === 0 ? under : top;
  if (a === 0) return under;
  const ua = under >>> 24;
  const out = a + (ua * (255 - a)) / 255;
  const channel = (shift: number) => {
    const t = (top >>> shift) & 255;
    const u = (under >>> shift) & 255;
    return Math.round((t * a + (u * ua * (255 - a)) / 255) / out);
  };
  return ((Math.round(out) << 24) | (channel(16) << 16) | (channel(8) << 8) | channel(0)) >>> 0;
}
