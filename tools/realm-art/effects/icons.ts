import { Canvas } from "../lib/canvas.ts";
import {
  type Colour,
  GOLD,
  GRASS,
  INK,
  PURPLE,
  RED,
  ROSE,
  SAND,
  STONE,
  tone,
  WATER,
  WHITE,
  WOOD,
} from "../lib/palette.ts";

const KEY: Readonly<Record<string, Colour>> = {
  y: tone(GOLD, 3),
  Y: tone(GOLD, 4),
  o: tone(GOLD, 2),
  g: tone(GRASS, 5),
  G: tone(GRASS, 7),
  f: tone(GRASS, 3),
  w: WHITE,
  b: tone(WATER, 3),
  B: tone(WATER, 4),
  n: tone(WATER, 2),
  p: tone(PURPLE, 2),
  P: tone(PURPLE, 3),
  q: tone(PURPLE, 1),
  r: tone(RED, 2),
  R: tone(RED, 3),
  t: tone(RED, 4),
  d: tone(RED, 1),
  s: tone(STONE, 4),
  S: tone(STONE, 5),
  a: tone(STONE, 2),
  m: tone(ROSE, 1),
  u: tone(WOOD, 4),
  v: tone(WOOD, 2),
  i: INK,
  e: tone(SAND, 2),
};

const BUFFS: Readonly<Record<string, readonly string[]>> = {
  haste: [
    "......yyy...",
    ".....yYy....",
    "....yYy.....",
    "...yYYyyy...",
    "..yyyYYy....",
    "....yYy.....",
    "...yYy......",
    "..yYy.......",
    "..yy........",
  ],
  regeneration: [
    "....GGG.....",
    "....GgG.....",
    "....GgG.....",
    ".GGGGgGGGG..",
    ".GgggggggG..",
    ".GGGGgGGGG..",
    "....GgG.....",
    "....GgG.....",
    "....fff.....",
  ],
  slow: [
    "..bbbbbb....",
    ".bBBBBBnb...",
    "bBwBbbBBnb..",
    "bBbbBBbBnb..",
    "bBbBnBbBnb..",
    "bnbBbbbBnb..",
    "bnnBBBBnbBBB",
    ".bnnnnnnBwBn",
    "bbbbbbbbbbbb",
  ],
  poison: [
    ".....p......",
    "....pPp.....",
    "...pPPp.....",
    "...pPppp....",
    "..pPpppp....",
    "..pPppppq...",
    "..ppwpwpq...",
    "...pppqq....",
    "....qqq.....",
  ],
  burn: [
    "....r.......",
    "....rr..r...",
    "..r.rRr.r...",
    "..rrRRrrr...",
    "..rRoRRRr...",
    "..rRooRoR...",
    "..RoyyooR...",
    "..rRyYyoR...",
    "...rRyRr....",
  ],
  shield: [
    ".sSSSSSSs...",
    ".SwwbbbbS...",
    ".SwbbbbnS...",
    ".SbbwwbnS...",
    ".SbbwwbnS...",
    ".SbbbbbnS...",
    "..SbbbnS....",
    "...SbnS.....",
    "....SS......",
  ],
  stun: [
    "..y.....y...",
    ".yYy...yYy..",
    "..y..y..y...",
    "....yYy.....",
    "..sssysss...",
    ".s......es..",
    "..ssssss....",
    "............",
    "............",
  ],
};

/** A buff's picture of 16 × 16 on a dark round plate. */
export function buff(name: keyof typeof BUFFS): Canvas {
  const c = new Canvas(16, 16);
  const mark = new Canvas(16, 16).ascii(2, 3, BUFFS[name] ?? [], KEY);
  c.rect(1, 0, 14, 16, INK)
    .rect(0, 1, 16, 14, INK)
    .rect(1, 1, 14, 14, tone(STONE, 0))
    .rect(1, 1, 14, 1, tone(STONE, 1));
  return c.blit(mark, 1, 0);
}
export const BUFF_NAMES = Object.keys(BUFFS);

const SMALL: Readonly<Record<string, readonly string[]>> = {
  heart: [
    ".rrr.rrr.",
    "rRtRrRRRd",
    "rtwRRRRRd",
    "rRRRRRRRd",
    "rRRRRRRrd",
    ".rRRRRrd.",
    "..rRRrd..",
    "...rrd...",
    "....d....",
  ],
  "heart-half": [
    ".rrr.aaa.",
    "rRtRr...a",
    "rtwRR...a",
    "rRRRR...a",
    "rRRRR...a",
    ".rRRR..a.",
    "..rRR.a..",
    "...rra...",
    "....a....",
  ],
  "heart-empty": [
    ".aaa.aaa.",
    "a...a...a",
    "a.......a",
    "a.......a",
    "a.......a",
    ".a.....a.",
    "..a...a..",
    "...a.a...",
    "....a....",
  ],
  mana: [
    "....B....",
    "...BBn...",
    "...Bbn...",
    "..Bwbbn..",
    ".BwbbbbnB".slice(0, 8) + ".",
    ".Bwbbbbn.",
    ".Bbbbbnn.",
    "..bbbnn..",
    "...nnn...",
  ],
  "mana-empty": [
    "....a....",
    "...a.a...",
    "...a.a...",
    "..a...a..",
    ".a.....a.",
    ".a.....a.",
    ".a.....a.",
    "..a...a..",
    "...aaa...",
  ],
  chat: [
    ".sssssss.",
    "sSSSSSSSs",
    "sSaSaSaSs",
    "sSSSSSSSs",
    ".sssSSss.",
    "....sSs..",
    ".....s...",
    "",
    "",
  ],
  "sound-on": [
    "...s..b..",
    "..ss...b.",
    "sssS.b.b.",
    "sSSS..bb.",
    "sSSS..bb.",
    "sssS.b.b.",
    "..ss...b.",
    "...s..b..",
    "",
  ],
  "sound-off": [
    "...s.....",
    "..ss.....",
    "sssS.r.r.",
    "sSSS.rrr.",
    "sSSS..r..",
    "sssS.rrr.",
    "..ss.r.r.",
    "...s.....",
    "",
  ],
  skull: [
    ".sSSSSs..",
    "sSSSSSSs.",
    "SiiSSiiS.",
    "SiiSSiiS.",
    "sSSiiSSs.",
    ".sSSSSs..",
    ".SiSiSs..",
    "..s.s....",
    "",
  ],
  star: [
    "....Y....",
    "...yYy...",
    "...yYy...",
    "YYYYYYyyo",
    ".yYYyyyo.",
    "..yYyyo..",
    "..yyyyo..",
    ".yyo.yyo.",
    ".yo...oo.",
  ],
};

/** Small signs for bars and lists, 11 × 11 with their line. */
export function sign(name: keyof typeof SMALL): Canvas {
  return new Canvas(11, 11).ascii(1, 1, SMALL[name] ?? [], KEY).outline(INK);
}
export const SIGN_NAMES = Object.keys(SMALL);

const MARKERS: Readonly<Record<string, readonly string[]>> = {
  you: ["..w..", ".www.", "wwYww", ".YYY.", ".Y.Y."],
  player: [".BB..", "BwbB.", "BbbB.", ".BB.."],
  npc: [".GG..", "GwgG.", "GggG.", ".GG.."],
  monster: [".RR..", "RtrR.", "RrrR.", ".RR.."],
  boss: ["r.r.r", "rrrrr", "rwrwr", "rrrrr", ".rrr."],
  door: [".yyy.", "yYoyy", "yo.oy", "yo.oy", "yo.oy"],
  sign: ["uuuuu", "uYYYu", "uuuuu", "..v..", "..v.."],
};

/** What the minimap shows, 7 × 7. */
export function marker(name: keyof typeof MARKERS): Canvas {
  return new Canvas(7, 7).ascii(1, 1, MARKERS[name] ?? [], KEY).outline(INK);
}
export const MARKER_NAMES = Object.keys(MARKERS);
