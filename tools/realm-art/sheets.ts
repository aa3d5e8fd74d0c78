import * as icons from "./effects/icons.ts";
import * as skills from "./effects/skills.ts";
import * as ui from "./effects/interface.ts";
import * as strikes from "./effects/strikes.ts";
import { ghost } from "./figures/ghost.ts";
import { GOBLINS, LOOKS } from "./figures/looks.ts";
import { type Clip, person } from "./figures/people.ts";
import { type Look, PIVOT } from "./figures/rig.ts";
import { slime } from "./figures/slime.ts";
import { troll } from "./figures/troll.ts";
import { wolf } from "./figures/wolf.ts";
import { type Animation, type Atlas, pack, type Sprite } from "./lib/atlas.ts";
import type { Canvas } from "./lib/canvas.ts";
import {
  BLUE,
  type Colour,
  FOREST,
  GOLD,
  PURPLE,
  RED,
  ROSE,
  SAND,
  STONE,
  WATER,
} from "./lib/palette.ts";

/** An atlas with the pictures it names. */
export interface Sheet {
  atlas: Atlas;
  pictures: Record<string, Canvas>;
}

const SHEET_WIDTH = 630;

function animationsOf(clips: readonly Clip[]): Record<string, Animation> {
  return Object.fromEntries(
    clips.map((c) => [
      c.name,
      { frames: c.frames.map((_, i) => `${c.name}-${i}`), fps: c.fps, loop: c.loop },
    ]),
  );
}

/** One atlas for several looks of the same motions. */
function figures(
  looks: Readonly<Record<string, readonly Clip[]>>,
  pivot: { x: number; y: number },
): Sheet {
  const images: Record<string, string> = {};
  const pictures: Record<string, Canvas> = {};
  let frames: Atlas["frames"] = {};
  let animations: Atlas["animations"] = {};
  for (const [name, clips] of Object.entries(looks)) {
    const sprites = clips.flatMap((c) =>
      c.frames.map((picture, i): Sprite => ({ name: `${c.name}-${i}`, picture, pivot })),
    );
    const packed = pack(sprites, SHEET_WIDTH);
    images[name] = `${name}.png`;
    pictures[`${name}.png`] = packed.picture;
    frames = packed.frames;
    animations = animationsOf(clips);
  }
  return { atlas: { images, frames, animations }, pictures };
}

const hex = (c: Colour) =>
  `#${[c & 255, (c >> 8) & 255, (c >> 16) & 255].map((n) => n.toString(16).padStart(2, "0")).join("")}`;

function dyesOf(looks: Readonly<Record<string, Look>>): NonNullable<Atlas["dyes"]> {
  return Object.fromEntries(
    Object.entries(looks).map(([name, l]) => [
      name,
      {
        cloth: l.cloth.map(hex),
        hair: l.hair.map(hex),
        skin: l.skin.map(hex),
        trim: l.trim.map(hex),
        ...(l.cape === undefined ? {} : { cape: l.cape.map(hex) }),
      },
    ]),
  );
}

function people(looks: Readonly<Record<string, Look>>): Sheet {
  const sheet = figures(
    Object.fromEntries(Object.entries(looks).map(([n, l]) => [n, person(l)])),
    PIVOT,
  );
  return { ...sheet, atlas: { ...sheet.atlas, dyes: dyesOf(looks) } };
}

const DARK_FUR = [0, 0, 1, 2, 3].map((i) => STONE[i] ?? 0);
const VIOLET = [
  PURPLE[0] ?? 0,
  PURPLE[0] ?? 0,
  PURPLE[1] ?? 0,
  PURPLE[2] ?? 0,
  PURPLE[3] ?? 0,
  STONE[5] ?? 0,
];
const SPECTRE = [
  BLUE[0] ?? 0,
  BLUE[1] ?? 0,
  BLUE[2] ?? 0,
  BLUE[3] ?? 0,
  WATER[4] ?? 0,
  WATER[5] ?? 0,
];
const BERRY = [RED[0] ?? 0, ROSE[0] ?? 0, ROSE[0] ?? 0, ROSE[1] ?? 0, RED[4] ?? 0, STONE[5] ?? 0];
const HONEY = [GOLD[0] ?? 0, GOLD[0] ?? 0, GOLD[1] ?? 0, GOLD[2] ?? 0, GOLD[3] ?? 0, GOLD[4] ?? 0];

interface Strip {
  fps: number;
  loop: boolean;
  frames: readonly Canvas[];
  pivot: readonly [number, number];
}

function times(n: number, draw: (frame: number) => Canvas): readonly Canvas[] {
  return Array.from({ length: n }, (_, i) => draw(i));
}

function effects(): Sheet {
  const right = times(4, strikes.slash);
  const down = right.map((f) => f.turned());
  const left = down.map((f) => f.turned());
  const up = left.map((f) => f.turned());
  const once = (frames: readonly Canvas[], fps: number, x: number, y: number): Strip => ({
    fps,
    loop: false,
    frames,
    pivot: [x, y],
  });
  const looped = (frames: readonly Canvas[], fps: number, x: number, y: number): Strip => ({
    fps,
    loop: true,
    frames,
    pivot: [x, y],
  });
  const strips: Record<string, Strip> = {
    "slash-right": once(right, 18, 19, 24),
    "slash-down": once(down, 18, 24, 19),
    "slash-left": once(left, 18, 29, 24),
    "slash-up": once(up, 18, 24, 29),
    arrow: looped([strikes.arrow()], 1, 10, 4),
    fireball: looped(times(4, strikes.fireball), 12, 16, 8),
    ember: once(times(4, strikes.ember), 14, 4, 4),
    blast: once(times(6, strikes.blast), 14, 24, 24),
    spark: once(times(4, strikes.spark), 18, 16, 16),
    puff: once(times(6, strikes.puff), 12, 16, 18),
    "ice-sparkle": once(
      times(6, (f) => strikes.sparkle(f, "ice")),
      10,
      16,
      24,
    ),
    "heal-sparkle": once(
      times(6, (f) => strikes.sparkle(f, "heal")),
      10,
      16,
      24,
    ),
    "level-ring": once(
      times(6, (f) => strikes.ring(f, "level")),
      10,
      32,
      32,
    ),
    "heal-ring": once(
      times(6, (f) => strikes.ring(f, "heal")),
      10,
      32,
      32,
    ),
    "cast-ring": once(
      times(6, (f) => strikes.ring(f, "cast")),
      12,
      32,
      32,
    ),
    smoke: looped(times(6, strikes.smoke), 6, 8, 30),
    alert: looped(times(2, strikes.alert), 6, 8, 15),
    coin: looped(times(4, strikes.coin), 8, 6, 11),
    "potion-red": looped([strikes.potion(RED)], 1, 6, 13),
    "potion-blue": looped([strikes.potion(WATER)], 1, 6, 13),
    "shadow-small": looped([strikes.shadowBlob(14)], 1, 7, 3),
    "shadow-medium": looped([strikes.shadowBlob(20)], 1, 10, 4),
    "shadow-large": looped([strikes.shadowBlob(48)], 1, 24, 10),
    glow: looped([strikes.glow()], 1, 32, 32),
  };
  const sprites = Object.entries(strips).flatMap(([name, s]) =>
    s.frames.map((picture, i): Sprite => ({
      name: `${name}-${i}`,
      picture,
      pivot: { x: s.pivot[0], y: s.pivot[1] },
    })),
  );
  const { picture, frames } = pack(sprites, 512);
  const animations = Object.fromEntries(
    Object.entries(strips).map(([name, s]) => [
      name,
      { frames: s.frames.map((_, i) => `${name}-${i}`), fps: s.fps, loop: s.loop },
    ]),
  );
  return {
    atlas: { images: { effects: "effects.png" }, frames, animations },
    pictures: { "effects.png": picture },
  };
}

function interfaceSheet(): Sheet {
  const plain = (name: string, picture: Canvas): Sprite => ({
    name,
    picture,
    pivot: { x: Math.floor(picture.width / 2), y: Math.floor(picture.height / 2) },
  });
  const nine = (name: string, picture: Canvas, border: number): Sprite => ({
    name,
    picture,
    pivot: { x: 0, y: 0 },
    slice: { left: border, top: border, right: border, bottom: border },
  });
  const sprites: Sprite[] = [
    ...Object.entries(skills.SKILLS).map(([name, draw]) => plain(`skill-${name}`, draw())),
    plain("slot", skills.slot(false)),
    plain("slot-chosen", skills.chosenRim()),
    ...icons.BUFF_NAMES.map((n) => plain(`buff-${n}`, icons.buff(n))),
    ...icons.SIGN_NAMES.map((n) => plain(`icon-${n}`, icons.sign(n))),
    ...icons.MARKER_NAMES.map((n) => plain(`marker-${n}`, icons.marker(n))),
    nine("panel", ui.panel(), 12),
    nine("parchment", ui.parchment(), 12),
    nine("map-rim", ui.mapRim(), 8),
    ...(["up", "over", "down"] as const).map((s) => nine(`button-${s}`, ui.button(s), 8)),
    nine("bar", ui.barFrame(), 4),
    ...(["health", "mana", "experience"] as const).map((k) => nine(`bar-${k}`, ui.barFill(k), 0)),
    ...(["arrow", "attack", "talk"] as const).map((k): Sprite => ({
      name: `cursor-${k}`,
      picture: ui.cursor(k),
      pivot: k === "talk" ? { x: 5, y: 18 } : { x: 1, y: 1 },
    })),
  ];
  const { picture, frames } = pack(sprites, 256);
  return {
    atlas: { images: { ui: "ui.png" }, frames, animations: {} },
    pictures: { "ui.png": picture },
  };
}

/** Every atlas, by its name and folder. */
export function sheets(): Record<string, Sheet & { folder: string; about: string }> {
  return {
    people: {
      folder: "sprites",
      about: "players and townsfolk, 48 × 44, all looks in the same frames",
      ...people(LOOKS),
    },
    goblin: { folder: "sprites", about: "goblins, in the frames of people", ...people(GOBLINS) },
    slime: {
      folder: "sprites",
      about: "slimes, 32 × 32",
      ...figures(
        { slime: slime(WATER), "slime-berry": slime(BERRY), "slime-honey": slime(HONEY) },
        { x: 16, y: 28 },
      ),
    },
    wolf: {
      folder: "sprites",
      about: "wolves, 48 × 36",
      ...figures({ wolf: wolf(STONE.slice(0, 5)), "wolf-dark": wolf(DARK_FUR) }, { x: 24, y: 32 }),
    },
    ghost: {
      folder: "sprites",
      about: "ghosts, 40 × 44, half transparent",
      ...figures({ ghost: ghost(SPECTRE), "ghost-violet": ghost(VIOLET) }, { x: 20, y: 38 }),
    },
    troll: {
      folder: "sprites",
      about: "the stone troll, 104 × 88",
      ...figures({ troll: troll(SAND), "troll-moss": troll(FOREST.slice(1, 6)) }, { x: 52, y: 82 }),
    },
    effects: { folder: "effects", about: "blows, spells, shadows, pick-ups", ...effects() },
    ui: {
      folder: "ui",
      about: "skill and buff icons, bars, panels, pointers, minimap markers",
      ...interfaceSheet(),
    },
  };
}
