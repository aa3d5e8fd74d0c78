import { Canvas } from "../lib/canvas.ts";
import type { Facing } from "./faces.ts";
import { motions } from "./poses.ts";
import { figure, FRAME, type Look } from "./rig.ts";

export interface Clip {
  name: string;
  fps: number;
  loop: boolean;
  frames: Canvas[];
}

/** Lies on the ground: the figure turned a quarter, its middle where its feet were. */
function lying(look: Look, facing: Facing): Canvas {
  const bare: Look = { ...look, weapon: "none", shield: false };
  const up = figure(bare, facing, {
    stride: 0,
    lift: 0,
    dx: 0,
    dy: 0,
    hand: [-1, 4],
    angle: 0,
    off: [-1, 4],
    eyes: "closed",
  });
  const turned = facing === "side" ? up.turned().flipped() : up.turned();
  return new Canvas(FRAME.width, FRAME.height).blit(turned, facing === "side" ? -1 : 6, 8);
}

export const DIRECTIONS = ["down", "left", "right", "up"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** All clips of a person; to the left is the mirror of to the right. */
export function person(look: Look): Clip[] {
  return DIRECTIONS.flatMap((direction) => {
    const facing: Facing = direction === "left" || direction === "right" ? "side" : direction;
    return Object.entries(motions(look, facing)).map(([name, motion]) => {
      const frames = motion.poses.map((pose) => figure(look, facing, pose));
      if (name === "death") frames.push(lying(look, facing));
      return {
        name: `${name}-${direction}`,
        fps: motion.fps,
        loop: motion.loop,
        frames: direction === "left" ? frames.map((f) => f.flipped()) : frames,
      };
    });
  });
}
