import { BLUE, type Colour, FOREST, GOLD, GRASS, LOAM, PURPLE, RED, rgb, SAND, SKIN, STONE, WATER, WOOD } from "../lib/palette.ts";
import type { Look } from "./rig.ts";

const BROWN = WOOD.slice(0, 4);
const BLOND = GOLD;
const BLACK: readonly Colour[] = [rgb("#1a1423"), rgb("#2b2c42"), rgb("#44485f"), rgb("#646b83")];
const GREY: readonly Colour[] = STONE.slice(1);
const AUBURN = RED.slice(0, 4);
const GREEN = GRASS.slice(1, 5);
const DARK_SKIN: readonly Colour[] = [rgb("#321f2b"), rgb("#553033"), rgb("#7b483a"), rgb("#a56a45")];
const TAN_SKIN: readonly Colour[] = [rgb("#553033"), rgb("#a56a45"), rgb("#c68f58"), rgb("#dcb377")];
const LEATHER = WOOD.slice(0, 5);
const base = { skin: SKIN, legs: LOAM, boots: BROWN, trim: LEATHER };

/** The people: four callings to play, and the folk of the town. */
export const LOOKS = {
  knight: { ...base, hair: BROWN, cloth: BLUE, trim: RED, legs: STONE.slice(0, 4), boots: STONE.slice(0, 4), head: "helm", body: "armour", weapon: "sword", shield: true },
  ranger: { ...base, hair: BLOND, cloth: GREEN, trim: LEATHER, head: "hood", body: "tunic", weapon: "bow", cape: FOREST.slice(1, 5) },
  mage: { ...base, skin: TAN_SKIN, hair: GREY, cloth: PURPLE, trim: GOLD, head: "wizard", body: "robe", weapon: "staff" },
  rogue: { ...base, hair: BLACK, cloth: BLACK, trim: RED, legs: BLACK, head: "mask", body: "tunic", weapon: "dagger", cape: RED.slice(0, 4) },
  cleric: { ...base, hair: BLOND, cloth: SAND, trim: GOLD, head: "long", body: "robe", weapon: "staff" },
  valkyrie: { ...base, hair: AUBURN, cloth: RED.slice(0, 4), trim: GOLD, legs: LOAM, head: "bun", body: "armour", weapon: "spear", shield: true },
  "villager-a": { ...base, hair: BROWN, cloth: RED.slice(0, 4), head: "short", body: "tunic", weapon: "none" },
  "villager-b": { ...base, hair: BLACK, skin: DARK_SKIN, cloth: SAND, legs: BROWN, head: "scarf", hat: SAND, body: "apron", weapon: "none" },
  "villager-c": { ...base, hair: GREY, cloth: GREEN, legs: BLUE, head: "straw", metal: GOLD, body: "tunic", weapon: "none" },
  "villager-d": { ...base, hair: AUBURN, cloth: WATER.slice(0, 4), head: "long", body: "apron", weapon: "none" },
  merchant: { ...base, skin: TAN_SKIN, hair: BLACK, cloth: PURPLE, head: "scarf", hat: RED.slice(0, 4), body: "apron", weapon: "none" },
  smith: { ...base, skin: DARK_SKIN, hair: BLACK, cloth: LEATHER, trim: RED, head: "bun", body: "tunic", weapon: "hammer" },
  elder: { ...base, hair: STONE, cloth: WATER.slice(0, 4), trim: GOLD, head: "elder", body: "robe", weapon: "staff" },
  guard: { ...base, hair: BROWN, cloth: RED.slice(0, 4), trim: BLUE, legs: STONE.slice(0, 4), boots: STONE.slice(0, 4), head: "helm", body: "armour", weapon: "spear" },
} as const satisfies Record<string, Look>;

export const GOBLINS = {
  goblin: { ...base, skin: GRASS.slice(2), hair: BROWN, cloth: LEATHER, trim: RED.slice(0, 4), legs: GRASS.slice(1, 5), head: "goblin", body: "tunic", weapon: "club", squat: 2, eyes: rgb("#fdf0a2") },
  "goblin-chief": { ...base, skin: FOREST.slice(3), hair: BROWN, cloth: PURPLE, trim: GOLD, legs: FOREST.slice(2, 6), head: "goblin", body: "tunic", weapon: "club", squat: 2, cape: RED.slice(0, 4), eyes: rgb("#fdf0a2") },
} as const satisfies Record<string, Look>;
