import { t, type ValuesOf } from "realmwright";
import { levelMax } from "../content/levels.ts";
import { looks } from "../shared.ts";

const character = {
  level: t.uint(levelMax),
  experience: t.uint(100_000),
  hp: t.uint(4095),
  mana: t.uint(1023),
  kills: t.uint(1_000_000_000),
  deaths: t.uint(1_000_000_000),
  damage: t.uint(1_000_000_000),
  coins: t.uint(1_000_000_000),
};

/** What a player brings along through a door. */
export type Character = ValuesOf<typeof character>;

/** One who comes for the first time. */
export const newcomer: Character = {
  level: 1,
  experience: 0,
  hp: 4095,
  mana: 1023,
  kills: 0,
  deaths: 0,
  damage: 0,
  coins: 0,
};

/**
 * Options of a join. A client chooses its look. The rest is for doors and counts only with the server's own secret
 * (`passageSecret`), which no client ever sees.
 */
export const joinOptions = {
  look: t.enum(looks).default("knight"),
  secret: t.string(40).default(""),
  spawn: t.string(40).default("start"),
  character: t.object(character).default(newcomer),
};

export type JoinOptions = ValuesOf<typeof joinOptions>;
