import { Canvas } from "../lib/canvas.ts";
import { type Colour, GOLD, INK, STONE, tone, WHITE, WOOD } from "../lib/palette.ts";
import type { Facing } from "./faces.ts";
import { type HeadName, HEADS } from "./heads.ts";

export const FRAME = { width: 48, height: 44 } as const;
/** Between the feet. */
export const PIVOT = { x: 24, y: 36 } as const;
/** The left and the top of the square of 32 pixels in which a person is drawn. */
const LEFT = 8;
const TOP = 8;

export interface Look {
  skin: readonly Colour[];
  hair: readonly Colour[];
  cloth: readonly Colour[];
  trim: readonly Colour[];
  boots: readonly Colour[];
  legs: readonly Colour[];
  head: HeadName;
  /** What the cloth of the head is made of, if not of the body's. */
  hat?: readonly Colour[];
  metal?: readonly Colour[];
  body: "tunic" | "armour" | "robe" | "apron";
  weapon: "sword" | "bow" | "staff" | "dagger" | "hammer" | "spear" | "club" | "none";
  shield?: boolean;
  cape?: readonly Colour[];
  /** Pixels by which the body is shorter. */
  squat?: number;
  eyes?: Colour;
}

/** Where everything is in one frame. Facing sideways means to the right. */
export interface Pose {
  /** The legs' stride: -1 to 1, and how far one foot is lifted. */
  stride: number;
  lift: number;
  /** The body's move against the feet. */
  dx: number;
  dy: number;
  /** Hand of the weapon against the shoulder, and the weapon's angle (0 right, 90 down). */
  hand: readonly [number, number];
  angle: number;
  /** The other hand. */
  off: readonly [number, number];
  eyes: "open" | "closed";
  /** Both knees on the ground. */
  kneel?: boolean;
  /** Light about the hands, for spells. */
  glow?: number;
}

type Key = Readonly<Record<string, Colour>>;

function keyOf(look: Look): Key {
  const metal = look.metal ?? STONE;
  const hat = look.hat ?? look.cloth;
  const of = (r: readonly Colour[], mid: number) => tone(r, mid);
  const mid = (r: readonly Colour[]) => (r.length > 4 ? Math.floor(r.length / 2) : 2);
  return {
    S: of(look.skin, 2),
    s: of(look.skin, 1),
    L: of(look.skin, 3),
    H: of(look.hair, mid(look.hair)),
    h: of(look.hair, mid(look.hair) - 1),
    l: of(look.hair, mid(look.hair) + 1),
    C: of(hat, mid(hat)),
    c: of(hat, mid(hat) - 1),
    k: of(hat, mid(hat) + 1),
    M: of(metal, metal.length - 2),
    m: of(metal, metal.length - 3),
    n: of(metal, metal.length - 1),
    T: of(look.trim, mid(look.trim)),
    t: of(look.trim, mid(look.trim) - 1),
    W: WHITE,
    w: of(STONE, 4),
    X: INK,
  };
}

/** The colours of a cloth, dark to light, with its middle where the palette has it. */
function three(r: readonly Colour[]): readonly [Colour, Colour, Colour] {
  const mid = r.length > 4 ? Math.floor(r.length / 2) : 2;
  return [tone(r, mid - 1), tone(r, mid), tone(r, mid + 1)];
}

function leg(
  c: Canvas,
  x: number,
  top: number,
  foot: number,
  toe: number,
  look: Look,
  far: boolean,
): void {
  const [dark, mid] = three(look.legs);
  const [bootDark, boot, bootLight] = three(look.boots);
  for (let y = top; y <= foot; y++) {
    const shift = Math.round((toe * (y - top)) / Math.max(1, foot - top));
    if (y > foot - 3) {
      c.rect(x + shift, y, 3, 1, far ? bootDark : boot).set(x + shift + 2, y, bootDark);
      if (y === foot - 2 && !far) c.set(x + shift, y, bootLight);
    } else c.rect(x + shift, y, 3, 1, far ? dark : mid).set(x + shift + 2, y, dark);
  }
}

function legs(c: Canvas, facing: Facing, pose: Pose, look: Look): void {
  const top = TOP + 23 + pose.dy;
  const foot = TOP + 27;
  if (pose.kneel === true) {
    const [, boot] = three(look.boots);
    c.rect(LEFT + 12, foot - 2, 8, 3, three(look.legs)[0])
      .rect(LEFT + 11, foot - 1, 3, 2, boot)
      .rect(LEFT + 18, foot - 1, 3, 2, boot);
    return;
  }
  if (facing === "side") {
    const reach = Math.round(pose.stride * 3);
    const lifted = Math.round(pose.lift);
    leg(c, LEFT + 15, top, foot - (reach > 0 ? 1 : lifted), -reach, look, true);
    leg(c, LEFT + 14, top, foot - (reach < 0 ? 1 : 0), reach, look, false);
    const [, boot] = three(look.boots);
    c.set(LEFT + 14 + reach + 3, foot - (reach < 0 ? 1 : 0), boot);
    return;
  }
  const left = Math.round(pose.stride * 1.6);
  leg(c, LEFT + 12, top, foot - Math.max(0, -left) - (left > 0 ? 0 : pose.lift), 0, look, left < 0);
  leg(c, LEFT + 17, top, foot - Math.max(0, left) - (left < 0 ? 0 : pose.lift), 0, look, left > 0);
}

function torso(c: Canvas, facing: Facing, pose: Pose, look: Look): void {
  const [dark, mid, light] = three(look.cloth);
  const [trimDark, trim] = three(look.trim);
  const metal = look.metal ?? STONE;
  const x = LEFT + (facing === "side" ? 12 : 11) + pose.dx;
  const y = TOP + 16 + pose.dy;
  const w = facing === "side" ? 8 : 10;
  const steel = look.body === "armour";
  const shades = steel ? [tone(metal, 2), tone(metal, 3), tone(metal, 5)] : [dark, mid, light];
  const [d, m, l] = [shades[0] ?? dark, shades[1] ?? mid, shades[2] ?? light];
  c.rect(x + 1, y, w - 2, 8, m)
    .rect(x, y + 1, w, 6, m)
    .rect(x, y + 1, 1, 5, l)
    .rect(x + 1, y, 2, 1, l)
    .rect(x + w - 2, y + 1, 2, 6, d);
  if (steel) {
    c.rect(x + 2, y + 1, 2, 2, tone(metal, 4)).rect(x + 2, y + 4, w - 4, 1, d);
    c.rect(x + 1, y + 6, w - 2, 3, mid)
      .rect(x + w - 3, y + 6, 2, 3, dark)
      .rect(x + 1, y + 6, 1, 3, light);
    if (facing === "down") c.rect(x + 4, y + 1, 2, 7, mid).rect(x + 4, y + 1, 1, 7, light);
  }
  c.rect(x, y + 5, w, 1, trim).rect(x + w - 3, y + 5, 3, 1, trimDark);
  if (facing === "down") c.set(x + 4, y + 5, tone(GOLD, 3)).set(x + 5, y + 5, tone(GOLD, 2));
  if (look.body === "robe" || look.body === "apron") {
    const sway = Math.round(pose.stride);
    for (let j = 6; j < 12 - pose.dy; j++) {
      const flare = Math.floor((j - 5) / 3);
      const shift = j > 8 && facing === "side" ? -sway : 0;
      c.rect(x - flare + shift, y + j, w + flare * 2, 1, mid)
        .rect(x - flare + shift, y + j, 1, 1, light)
        .rect(x + w + flare - 3 + shift, y + j, 3, 1, dark);
      const fold = facing === "side" ? x + 3 : x + 3 + (sway > 0 ? 1 : 0);
      if (j > 6) c.set(fold + shift, y + j, dark).set(fold + 4 + shift, y + j, dark);
    }
    c.rect(x - 2, TOP + 27, w + 4, 1, dark);
    if (look.body === "robe") c.rect(x - 1, TOP + 26, w + 2, 1, trim);
    if (look.body === "apron" && facing !== "up") {
      const ax = facing === "side" ? x + 4 : x + 2;
      const aw = facing === "side" ? 4 : 6;
      c.rect(ax, y + 2, aw, 9 - pose.dy, WHITE)
        .rect(ax + aw - 1, y + 2, 1, 9 - pose.dy, tone(STONE, 4))
        .rect(ax, y + 5, aw, 1, tone(STONE, 4));
    }
    if (pose.kneel !== true) {
      const [bootDark, boot] = three(look.boots);
      const step = Math.round(pose.stride * 1.4);
      if (facing === "side")
        c.rect(LEFT + 13 + step, TOP + 27, 4, 1, boot).rect(
          LEFT + 17 + step,
          TOP + 27,
          1,
          1,
          bootDark,
        );
      else
        c.rect(LEFT + 12, TOP + 27, 3, step > 0 ? 2 : 1, boot).rect(
          LEFT + 17,
          TOP + 27,
          3,
          step < 0 ? 2 : 1,
          bootDark,
        );
    }
  }
}

function arm(
  c: Canvas,
  x: number,
  y: number,
  hand: readonly [number, number],
  look: Look,
  far: boolean,
): void {
  const [dark, mid, light] = three(look.cloth);
  const hx = x + hand[0];
  const hy = y + hand[1];
  const sleeve = look.body === "armour" ? tone(look.metal ?? STONE, far ? 2 : 4) : far ? dark : mid;
  c.line(x, y, hx, hy, sleeve, 2);
  if (!far) c.rect(x, y, 2, 1, look.body === "armour" ? tone(look.metal ?? STONE, 5) : light);
  c.rect(hx, hy, 2, 2, tone(look.skin, far ? 1 : 2));
}

/** A blade, a shaft or a bow in a hand, pointing by an angle in degrees. */
function weapon(x: number, y: number, angle: number, look: Look, drawn: boolean): Canvas {
  const c = new Canvas(FRAME.width, FRAME.height);
  const a = (angle * Math.PI) / 180;
  const ux = Math.cos(a);
  const uy = Math.sin(a);
  const dot = (along: number, across: number, colour: Colour) =>
    c.set(
      Math.round(x + ux * along - uy * across),
      Math.round(y + uy * along + ux * across),
      colour,
    );
  const strip = (from: number, to: number, colour: Colour, across = 0) => {
    for (let s = from; s <= to; s += 0.5) dot(s, across, colour);
  };
  switch (look.weapon) {
    case "sword":
      strip(2, 10, tone(STONE, 4), 0.6);
      strip(2, 11, WHITE);
      strip(-2, 1, tone(WOOD, 3));
      for (let k = -2; k <= 2; k++) dot(1.6, k, tone(GOLD, 2));
      break;
    case "dagger":
      strip(1, 6, tone(STONE, 5));
      strip(1, 5, tone(STONE, 3), 0.7);
      for (let k = -1; k <= 1; k++) dot(0.6, k, tone(GOLD, 2));
      break;
    case "staff":
      strip(-8, 8, tone(WOOD, 4));
      strip(-8, 7, tone(WOOD, 2), 0.8);
      for (const [s, k] of [
        [9, -1],
        [9, 0],
        [9, 1],
        [10, 0],
        [10, -1],
        [10, 1],
        [11, 0],
      ] as const)
        dot(s, k, tone(look.trim, 3));
      dot(10, -0.4, WHITE);
      break;
    case "spear":
      strip(-8, 8, tone(WOOD, 4));
      strip(8, 12, tone(STONE, 5));
      strip(8, 10, tone(STONE, 3), 1);
      strip(8, 10, WHITE, -1);
      break;
    case "hammer":
      strip(-2, 6, tone(WOOD, 3));
      for (let k = -3; k <= 2; k++) strip(6, 9, tone(STONE, k < 0 ? 4 : 2), k);
      break;
    case "club":
      strip(-1, 4, tone(WOOD, 3));
      strip(4, 9, tone(WOOD, 3), 1);
      strip(4, 10, tone(WOOD, 4));
      strip(4, 9, tone(WOOD, 2), -1);
      dot(6, 1.6, tone(STONE, 5));
      dot(8, -1.6, tone(STONE, 5));
      break;
    case "bow": {
      for (let t = -1; t <= 1; t += 0.1) {
        const bend = (1 - t * t) * 3.4;
        dot(bend, t * 7, tone(WOOD, t < 0 ? 4 : 3));
        dot(bend - 0.9, t * 6.6, tone(WOOD, 2));
      }
      for (let t = -1; t <= 1; t += 0.12)
        dot(drawn ? -(1 - Math.abs(t)) * 4 : 0, t * 7, tone(STONE, 5));
      if (drawn) strip(-4, 6, tone(WOOD, 5));
      break;
    }
    case "none":
      break;
  }
  return c.outline(INK);
}

function shield(look: Look, facing: Facing, pose: Pose): Canvas {
  const c = new Canvas(FRAME.width, FRAME.height);
  const [dark, mid, light] = three(look.cloth);
  if (facing === "side") {
    const x = LEFT + 18 + pose.dx;
    const y = TOP + 17 + pose.dy;
    c.rect(x, y, 3, 8, mid)
      .rect(x, y, 1, 7, light)
      .rect(x + 2, y + 1, 1, 6, dark);
  } else {
    const x = LEFT + (facing === "down" ? 18 : 7) + pose.dx;
    const y = TOP + 17 + pose.dy + Math.min(0, pose.off[1] - 5);
    c.ascii(x, y, [".llll.", "lmmmmd", "lmGGmd", "lGGGGd", "lmGGmd", ".mmmd.", "..md.."], {
      l: light,
      m: mid,
      d: dark,
      G: tone(GOLD, 3),
    });
  }
  return c.outline(INK);
}

function cape(look: Look, facing: Facing, pose: Pose): Canvas {
  const c = new Canvas(FRAME.width, FRAME.height);
  if (look.cape === undefined) return c;
  const [dark, mid, light] = three(look.cape);
  const x = LEFT + 11 + pose.dx;
  const y = TOP + 16 + pose.dy;
  const wave = Math.round(pose.stride);
  if (facing === "up") {
    for (let j = 0; j < 10; j++) {
      const flare = Math.floor(j / 4);
      c.rect(x - flare, y + j, 10 + flare * 2, 1, mid)
        .rect(x - flare, y + j, 2, 1, light)
        .rect(x + 8 + flare, y + j, 2, 1, dark);
      if (j > 3) c.set(x + 3 + wave, y + j, dark).set(x + 6 + wave, y + j, dark);
    }
  } else if (facing === "side") {
    for (let j = 0; j < 10; j++) {
      const back = Math.floor(j / 3) + (j > 5 ? Math.abs(wave) : 0);
      c.rect(x - back, y + j, 4, 1, mid)
        .rect(x - back, y + j, 1, 1, light)
        .rect(x + 3 - back, y + j, 1, 1, dark);
    }
  } else c.rect(x - 1, y + 1, 12, 9, dark);
  return c.outline(INK);
}

/** Draws a person in a pose. */
export function figure(look: Look, facing: Facing, pose: Pose): Canvas {
  const out = new Canvas(FRAME.width, FRAME.height);
  const squat = look.squat ?? 0;
  const p: Pose = { ...pose, dy: pose.dy + squat };
  const shoulderY = TOP + 17 + p.dy;
  const nearX = LEFT + (facing === "side" ? 15 : facing === "down" ? 9 : 21) + p.dx;
  const farX = LEFT + (facing === "side" ? 17 : facing === "down" ? 21 : 9) + p.dx;
  const side = facing === "up" ? -1 : 1;
  const hand = [p.hand[0] * (facing === "side" ? 1 : side), p.hand[1]] as const;
  const held = weapon(
    nearX + hand[0] + 0.5,
    shoulderY + hand[1] + 0.5,
    facing === "up" ? 180 - p.angle : p.angle,
    look,
    p.glow !== undefined && look.weapon === "bow",
  );

  const body = new Canvas(FRAME.width, FRAME.height);
  if (look.body === "tunic" || look.body === "armour") legs(body, facing, p, look);
  if (facing === "side") arm(body, farX, shoulderY, [p.off[0], p.off[1]], look, true);
  torso(body, facing, p, look);
  if (facing !== "side")
    arm(body, farX, shoulderY, [p.off[0] * -side, p.off[1]], look, facing === "up");
  body.outline(INK);

  const near = new Canvas(FRAME.width, FRAME.height);
  arm(near, nearX, shoulderY, hand, look, false);
  near.outline(INK);

  const head = new Canvas(FRAME.width, FRAME.height);
  const picture = HEADS[look.head][facing];
  head.ascii(LEFT + 9 + p.dx, TOP + 4 + p.dy, picture, keyOf(look));
  const eye = look.eyes ?? INK;
  if (facing !== "up") {
    const y = TOP + 14 + p.dy;
    const front = HEADS[look.head].eyes ?? [4, 9];
    for (const column of facing === "side" ? [9] : front) {
      const x = LEFT + 9 + column + p.dx;
      if (p.eyes === "open") head.set(x, y, eye).set(x, y + 1, eye);
      else head.rect(column < 6 ? x - 1 : x, y + 1, 2, 1, INK);
    }
  }
  head.outline(INK);

  const guard =
    look.shield === true ? shield(look, facing, p) : new Canvas(FRAME.width, FRAME.height);
  const cloak = cape(look, facing, p);
  if (facing === "up") {
    out
      .blit(guard, 0, 0)
      .blit(held, 0, 0)
      .blit(near, 0, 0)
      .blit(body, 0, 0)
      .blit(cloak, 0, 0)
      .blit(head, 0, 0);
  } else if (facing === "down") {
    out
      .blit(cloak, 0, 0)
      .blit(body, 0, 0)
      .blit(head, 0, 0)
      .blit(guard, 0, 0)
      .blit(held, 0, 0)
      .blit(near, 0, 0);
  } else {
    out
      .blit(guard, 0, 0)
      .blit(cloak, 0, 0)
      .blit(body, 0, 0)
      .blit(head, 0, 0)
      .blit(held, 0, 0)
      .blit(near, 0, 0);
  }
  return out;
}
