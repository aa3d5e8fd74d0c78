import type { NpcKind } from "realmwright/kits";
import type { MonsterAbility } from "./abilities.ts";

/** A kind of monster: how it moves, and what it is worth at level 1. */
export interface MonsterKind extends NpcKind {
  readonly ability: MonsterAbility;
  readonly hp: number;
  readonly experience: number;
  /** Radius that weapons meet, in tiles. */
  readonly bodyRadius: number;
  /** Most coins that it leaves, for each level. */
  readonly coins: number;
  /** How often each of its pictures is taken, in the order of the manifest's. */
  readonly variants: readonly number[];
}

/** In the order of the numbers in `npcKind`. */
export const monsters = {
  slime: {
    ability: "ooze",
    hp: 24,
    experience: 8,
    bodyRadius: 0.4,
    coins: 2,
    variants: [2, 1, 1],
    speed: 2.2,
    strollSpeed: 0.9,
    radius: 0.35,
    aggroRadius: 4,
    leashRadius: 12,
    attack: { range: 0.95, windupMs: 450, cooldownMs: 1400 },
    respawnMs: 12_000,
  },
  wolf: {
    ability: "bite",
    hp: 44,
    experience: 16,
    bodyRadius: 0.45,
    coins: 2,
    variants: [4, 1],
    speed: 4.4,
    strollSpeed: 1.4,
    radius: 0.4,
    aggroRadius: 6.5,
    leashRadius: 18,
    callRadius: 6,
    attack: { range: 1.1, windupMs: 300, cooldownMs: 1100 },
    respawnMs: 20_000,
  },
  goblin: {
    ability: "club",
    hp: 60,
    experience: 22,
    bodyRadius: 0.4,
    coins: 4,
    variants: [6, 1],
    speed: 3.7,
    strollSpeed: 1.2,
    radius: 0.35,
    aggroRadius: 7,
    leashRadius: 16,
    callRadius: 5,
    fleeBelow: 0.2,
    fleeMs: 2500,
    attack: { range: 1.15, windupMs: 400, cooldownMs: 1200 },
    respawnMs: 25_000,
  },
  ghost: {
    ability: "chill",
    hp: 58,
    experience: 28,
    bodyRadius: 0.4,
    coins: 5,
    variants: [2, 1],
    speed: 3.1,
    strollSpeed: 1,
    radius: 0.35,
    aggroRadius: 7.5,
    leashRadius: 16,
    attack: { range: 1.25, windupMs: 500, cooldownMs: 1500 },
    respawnMs: 30_000,
  },
  troll: {
    ability: "smash",
    hp: 520,
    experience: 260,
    bodyRadius: 0.9,
    coins: 12,
    variants: [2, 1],
    speed: 3.5,
    strollSpeed: 0.9,
    radius: 0.5,
    aggroRadius: 8,
    leashRadius: 20,
    attack: { range: 2.1, windupMs: 850, cooldownMs: 1300 },
    respawnMs: 90_000,
  },
} as const satisfies Record<string, MonsterKind>;

export type MonsterName = keyof typeof monsters;
export const monsterNames: readonly MonsterName[] = Object.keys(monsters) as MonsterName[];

export function isMonsterName(name: unknown): name is MonsterName {
  return typeof name === "string" && Object.hasOwn(monsters, name);
}

/** Hit points of a monster of that level. */
export function monsterHp(kind: MonsterKind, level: number): number {
  return Math.round(kind.hp * (1 + 0.15 * (level - 1)));
}

/** Experience that a monster of that level is worth. */
export function monsterExperience(kind: MonsterKind, level: number): number {
  return Math.round(kind.experience * (1 + 0.2 * (level - 1)));
}

/** An index into weights. @param lot from 0 to less than 1. */
export function pickVariant(weights: readonly number[], lot: number): number {
  let left = lot * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return 0;
}
