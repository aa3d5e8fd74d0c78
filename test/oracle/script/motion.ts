import { worldHalf } from "../model/shapes.ts";

/** How an entity goes on by itself, from tick to tick. */
export type Motion =
  | "still"
  /** 0.4 of the walker's quantum per tick: seen from tick to tick it stands, seen from what was sent it moves. */
  | "creep"
  | "straight"
  | "wander"
  /** To and fro between two distances from where it began. */
  | "pace"
  /** Stands, and is elsewhere now and then. */
  | "hop";

export interface Place {
  readonly x: number;
  readonly y: number;
}

const creepStep = 0.4 / 64;
const edge = worldHalf - 1;

/** A number from 0 to 1 that depends on its arguments alone. */
function noise(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b + 0x7f4a_7c15, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a_2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** Where an entity is a tick later. */
export function moved(motion: Motion, tag: number, age: number, { x, y }: Place): Place {
  const angle = noise(tag, 1) * 2 * Math.PI;
  const speed = 0.05 + noise(tag, 2) * 0.6;
  switch (motion) {
    case "still":
      return { x, y };
    case "creep":
      return { x: bounded(x + (noise(tag, 3) < 0.5 ? creepStep : -creepStep)), y };
    case "straight": {
      // turns round now and then, so that it does not stay at the edge
      const way = noise(tag, Math.floor(age / 160)) < 0.5 ? speed : -speed;
      return { x: bounded(x + Math.cos(angle) * way), y: bounded(y + Math.sin(angle) * way) };
    }
    case "wander":
      return {
        x: bounded(x + (noise(tag, age * 2 + 11) - 0.5) * 2 * speed),
        y: bounded(y + (noise(tag, age * 2 + 12) - 0.5) * 2 * speed),
      };
    case "pace": {
      const way = Math.floor(age / 12) % 2 === 0 ? speed * 3 : -speed * 3;
      return { x: bounded(x + way), y };
    }
    case "hop":
      if (age % (20 + (tag % 30)) !== 0) return { x, y };
      return {
        x: bounded(x + (noise(tag, age) - 0.5) * 120),
        y: bounded(y + (noise(tag, age + 1) - 0.5) * 120),
      };
  }
}

function bounded(at: number): number {
  return Math.max(-edge, Math.min(edge, at));
}
