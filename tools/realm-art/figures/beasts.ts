import type { Canvas } from "../lib/canvas.ts";
import { type Clip, type Direction, DIRECTIONS } from "./people.ts";

export interface Beat<P> {
  fps: number;
  loop: boolean;
  poses: readonly P[];
}

/** The motions of a creature; all creatures have these. */
export interface Beast<P> {
  idle: Beat<P>;
  walk: Beat<P>;
  attack: Beat<P>;
  hurt: Beat<P>;
  death: Beat<P>;
}

/** All clips of a creature in four directions; if mirrored, to the left is drawn from to the right. */
export function clips<P>(
  beast: Beast<P>,
  draw: (direction: Direction, pose: P) => Canvas,
  mirrored: boolean,
): Clip[] {
  return DIRECTIONS.flatMap((direction) =>
    Object.entries(beast).map(([name, beat]: [string, Beat<P>]) => ({
      name: `${name}-${direction}`,
      fps: beat.fps,
      loop: beat.loop,
      frames: beat.poses.map((pose) =>
        mirrored && direction === "left" ? draw("right", pose).flipped() : draw(direction, pose),
      ),
    })),
  );
}
