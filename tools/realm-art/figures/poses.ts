import type { Facing } from "./faces.ts";
import type { Look, Pose } from "./rig.ts";

/** An animation: its poses and how fast they go by. */
export interface Motion {
  fps: number;
  loop: boolean;
  poses: readonly Pose[];
}

const at = (over: Partial<Pose>): Pose => ({
  stride: 0,
  lift: 0,
  dx: 0,
  dy: 0,
  hand: [0, 5],
  angle: 70,
  off: [0, 5],
  eyes: "open",
  ...over,
});

/** How a weapon is carried when nothing happens. */
function carried(look: Look, facing: Facing): Pick<Pose, "hand" | "angle"> {
  switch (look.weapon) {
    case "staff":
    case "spear":
      return { hand: facing === "side" ? [3, 4] : [-1, 4], angle: -90 };
    case "bow":
      return { hand: facing === "side" ? [2, 4] : [-1, 4], angle: facing === "side" ? 12 : 160 };
    case "sword":
      return { hand: facing === "side" ? [1, 5] : [-1, 5], angle: facing === "side" ? 40 : 125 };
    default:
      return { hand: facing === "side" ? [1, 5] : [-1, 5], angle: facing === "side" ? 25 : 120 };
  }
}

/** The motions of a person who faces one way. */
export function motions(look: Look, facing: Facing): Readonly<Record<string, Motion>> {
  const rest = carried(look, facing);
  const [hx, hy] = rest.hand;
  const sideways = facing === "side";
  const swing = (n: number): Partial<Pose> =>
    sideways
      ? {
          hand: [hx - n * 2, hy - Math.abs(n)],
          off: [n * 3, 5 - Math.abs(n)],
          angle: rest.angle - n * 8,
        }
      : { hand: [hx, hy - (n > 0 ? 1 : 0)], off: [0, n < 0 ? 4 : 5], angle: rest.angle + n * 6 };
  const shoots = look.weapon === "bow";
  const thrusts = look.weapon === "staff" || look.weapon === "spear";
  const forward = sideways ? { dx: 2 } : facing === "down" ? { dy: 1 } : { dy: -1 };
  const aim = sideways ? 0 : facing === "down" ? 90 : 270;
  /** Facing up, the rig mirrors angles: give what is seen. */
  const seen = (angle: number) => (facing === "up" ? 180 - angle : angle);
  const attack: readonly Pose[] = shoots
    ? [
        at({ hand: sideways ? [4, 2] : [4, 4], angle: seen(aim), off: [sideways ? 1 : 0, 3] }),
        at({
          hand: sideways ? [5, 1] : [5, 4],
          angle: seen(aim),
          off: [sideways ? -2 : 0, 2],
          glow: 1,
          dx: sideways ? -1 : 0,
        }),
        at({ hand: sideways ? [5, 1] : [5, 4], angle: seen(aim), off: [sideways ? -3 : 0, 2] }),
      ]
    : thrusts
      ? [
          at({
            hand: sideways ? [-2, 2] : [-1, 2],
            angle: seen(sideways ? -35 : aim === 90 ? 50 : 310),
            off: [2, 3],
            dx: sideways ? -1 : 0,
          }),
          at({
            hand: sideways ? [5, 2] : facing === "up" ? [-2, 0] : [3, 4],
            angle: seen(aim),
            off: [4, 3],
            ...forward,
            stride: sideways ? 0.8 : 0,
          }),
          at({
            hand: sideways ? [3, 4] : facing === "up" ? [-1, 3] : [2, 4],
            angle: seen(sideways ? 20 : aim),
            off: [2, 4],
            stride: sideways ? 0.4 : 0,
          }),
        ]
      : [
          at({
            hand: sideways ? [-3, -2] : [-1, -3],
            angle: seen(sideways ? -115 : facing === "down" ? -70 : -60),
            off: [sideways ? 3 : 0, 3],
            dx: sideways ? -1 : 0,
          }),
          at({
            hand: sideways ? [6, 1] : facing === "up" ? [-3, -4] : [3, 6],
            angle: seen(sideways ? -10 : facing === "down" ? 75 : 285),
            off: [-1, 3],
            ...forward,
            stride: sideways ? 0.9 : 0.5,
          }),
          at({
            hand: sideways ? [4, 5] : facing === "up" ? [14, -1] : [6, 5],
            angle: seen(sideways ? 65 : facing === "down" ? 30 : 225),
            off: [-1, 4],
            ...forward,
            stride: sideways ? 0.9 : 0.5,
          }),
        ];
  const kneel = at({ ...rest, dy: 3, kneel: true, eyes: "closed" });
  return {
    idle: {
      fps: 2,
      loop: true,
      poses: [at(rest), at({ ...rest, dy: 1, hand: [hx, hy - 1], off: [0, 4] })],
    },
    walk: {
      fps: 8,
      loop: true,
      poses: [
        at({ ...rest, ...swing(1), stride: 1 }),
        at({ ...rest, dy: -1, lift: 1 }),
        at({ ...rest, ...swing(-1), stride: -1 }),
        at({ ...rest, dy: -1, lift: 1 }),
      ],
    },
    attack: { fps: 10, loop: false, poses: attack },
    cast: {
      fps: 6,
      loop: false,
      poses: [
        at({ hand: sideways ? [2, 0] : [0, -1], angle: -90, off: [sideways ? 2 : 0, 0], glow: 1 }),
        at({
          hand: sideways ? [5, -1] : [-1, -4],
          angle: sideways ? -60 : -90,
          off: [sideways ? 4 : 1, -3],
          dy: -1,
          glow: 2,
        }),
      ],
    },
    hurt: {
      fps: 4,
      loop: false,
      poses: [
        at({
          hand: sideways ? [-2, 2] : [-2, 1],
          angle: rest.angle - 40,
          off: [sideways ? -1 : -2, 2],
          dx: sideways ? -2 : 0,
          dy: facing === "down" ? -1 : 0,
          eyes: "closed",
          stride: sideways ? -0.5 : 0,
        }),
      ],
    },
    death: { fps: 6, loop: false, poses: [kneel, { ...kneel, dy: 5, dx: sideways ? 2 : 0 }] },
  };
}
