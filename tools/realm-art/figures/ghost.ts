import { Canvas } from "../lib/canvas.ts";
import { type Colour, INK, rgb, tone, WHITE } from "../lib/palette.ts";
import { hash2 } from "../lib/random.ts";
import { type Beast, clips } from "./beasts.ts";
import type { Clip, Direction } from "./people.ts";

interface Drift {
  /** Where in its sway it is, 0 to 1. */
  phase: number;
  lift: number;
  /** How far the arms reach out. */
  reach?: number;
  mood?: "calm" | "wail" | "hurt";
  /** How much has faded away. */
  faded?: number;
}

/** Draws a hooded spirit whose hem trails off into the air. */
function draw(ramp: readonly Colour[], direction: Direction, d: Drift): Canvas {
  const c = new Canvas(40, 44);
  const cx = 20;
  const top = 8 - d.lift;
  const turn = direction === "right" ? 1 : 0;
  const wave = (y: number, k: number) =>
    Math.sin(d.phase * Math.PI * 2 + y * 0.32 + k) * Math.max(0, (y - 12) / 12);
  for (let j = 0; j < 29; j++) {
    const half =
      j < 9
        ? Math.sqrt(Math.max(0, 1 - ((9 - j) / 9) ** 2)) * 7.6
        : 7.6 + Math.max(0, (j - 14) * 0.16);
    const mid = cx + wave(j, 0) * 1.6 - turn * Math.max(0, j - 14) * 0.25;
    for (let i = Math.round(mid - half); i < mid + half; i++) {
      const s = (i - mid) / half;
      const hem = 23 + Math.sin(i * 0.95 + d.phase * Math.PI * 2) * 2.4 + Math.sin(i * 0.41) * 2;
      if (j > hem) continue;
      let t = 4 - (s + 0.5) * 1.9 - Math.max(0, j - 15) * 0.13;
      if (j < 4) t += 0.5;
      if (Math.abs(Math.sin(i * 0.62 + 1)) > 0.93 && j > 14) t -= 1;
      c.set(i, Math.round(top + j), tone(ramp, Math.max(1, Math.min(5, t))));
    }
  }
  const reach = d.reach ?? 0;
  if (direction === "right") {
    const y = Math.round(top + 15 - reach * 2);
    c.line(cx - 1, y + 1, Math.round(cx + 4 + reach * 7), y, tone(ramp, 2), 3).line(
      cx - 1,
      y + 1,
      Math.round(cx + 4 + reach * 7),
      y,
      tone(ramp, 4),
      1,
    );
  } else if (direction !== "up") {
    for (const side of [-1, 1]) {
      const y = Math.round(top + 15 - reach * 3);
      c.line(
        cx + side * 6,
        y,
        Math.round(cx + side * (9 + reach * 2)),
        Math.round(y + 2 - reach * 3),
        tone(ramp, side < 0 ? 4 : 2),
        3,
      );
    }
  }
  c.outline(tone(ramp, 0));
  if (direction !== "up") {
    const fx = cx + turn * 3;
    for (let j = 4; j < 14; j++) {
      const half =
        Math.sqrt(Math.max(0, 1 - ((9 - j) / 5.4) ** 2)) * (direction === "right" ? 4 : 4.8);
      for (let i = Math.round(fx - half); i < fx + half; i++)
        c.set(i, Math.round(top + j), j < 6 ? tone(ramp, 0) : INK);
    }
    const y = Math.round(top + 8);
    const glow = rgb("#8bd9df");
    for (const ex of direction === "right" ? [fx, fx + 2] : [fx - 3, fx + 1]) {
      if (d.mood === "hurt") c.rect(ex, y + 1, 2, 1, glow);
      else c.rect(ex, y, direction === "right" ? 1 : 2, 2, glow).set(ex, y, WHITE);
    }
    if (d.mood === "wail") c.rect(fx - 1, y + 3, 2, 3, rgb("#4da9d0"));
  }
  const faded = d.faded ?? 0;
  return c.map((colour, x, y) => {
    if (faded > 0 && hash2(x, y, 3) < faded) return 0;
    const depth = (y - top - 17) / 12;
    const alpha = Math.round(Math.max(0.45, Math.min(0.94, 1 - depth * 0.55)) * 8) / 8;
    return ((Math.round(alpha * 255) << 24) | (colour & 0xffffff)) >>> 0;
  });
}

const drift = (over: Partial<Drift>): Drift => ({ phase: 0, lift: 3, ...over });
const GHOST: Beast<Drift> = {
  idle: {
    fps: 5,
    loop: true,
    poses: [
      drift({}),
      drift({ phase: 0.25, lift: 4 }),
      drift({ phase: 0.5, lift: 5 }),
      drift({ phase: 0.75, lift: 4 }),
    ],
  },
  walk: {
    fps: 7,
    loop: true,
    poses: [
      drift({ reach: 0.3 }),
      drift({ phase: 0.25, lift: 4, reach: 0.3 }),
      drift({ phase: 0.5, lift: 5, reach: 0.4 }),
      drift({ phase: 0.75, lift: 4, reach: 0.3 }),
    ],
  },
  attack: {
    fps: 9,
    loop: false,
    poses: [
      drift({ lift: 2, reach: -0.2 }),
      drift({ phase: 0.4, lift: 6, reach: 1, mood: "wail" }),
      drift({ phase: 0.7, lift: 5, reach: 0.8, mood: "wail" }),
    ],
  },
  hurt: { fps: 4, loop: false, poses: [drift({ phase: 0.5, lift: 2, mood: "hurt", faded: 0.12 })] },
  death: {
    fps: 7,
    loop: false,
    poses: [
      drift({ mood: "hurt", faded: 0.25 }),
      drift({ phase: 0.3, lift: 5, mood: "hurt", faded: 0.5 }),
      drift({ phase: 0.6, lift: 7, mood: "hurt", faded: 0.75 }),
      drift({ phase: 0.8, lift: 8, mood: "hurt", faded: 0.92 }),
    ],
  },
};

export function ghost(ramp: readonly Colour[]): Clip[] {
  return clips(GHOST, (direction, pose) => draw(ramp, direction, pose), true);
}
