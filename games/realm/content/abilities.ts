import { standardEffects, type Ability, type Effect } from "realmwright/kits";

/** Status effects, in the order of the bits of an entity's `effects`. */
export const effects = {
  haste: standardEffects.haste,
  slow: standardEffects.slow,
  regeneration: { ...standardEffects.regeneration, heal: 5 },
  poison: { ...standardEffects.poison, damage: 2 },
  stun: { ...standardEffects.stun, durationMs: 900 },
  shield: { ...standardEffects.shield, shield: 40 },
  burn: { durationMs: 3000, intervalMs: 1000, damage: 4, harmful: true },
} as const satisfies Record<string, Effect>;

export type EffectName = keyof typeof effects;
export const effectNames: readonly EffectName[] = Object.keys(effects) as EffectName[];

/** What players can do. */
const playerAbilities = {
  sword: { kind: "melee", range: 1.5, arcDegrees: 110, damage: 10, cooldownMs: 450 },
  bow: {
    kind: "projectile",
    speed: 13,
    radius: 0.12,
    lifetimeMs: 800,
    damage: 9,
    cooldownMs: 800,
  },
  fireball: {
    kind: "projectile",
    castMs: 600,
    cooldownMs: 3000,
    mana: 25,
    breaksOn: ["moving"],
    speed: 10,
    radius: 0.25,
    lifetimeMs: 1100,
    splash: 1.6,
    damage: 26,
    effects: ["burn"],
  },
  heal: {
    kind: "target",
    range: 7,
    heal: 25,
    mana: 30,
    cooldownMs: 6000,
    effects: ["regeneration"],
  },
  haste: { kind: "self", mana: 20, cooldownMs: 12_000, effects: ["haste"] },
  shield: { kind: "self", mana: 25, cooldownMs: 15_000, effects: ["shield"] },
  frost: {
    kind: "area",
    range: 7,
    radius: 2.5,
    castMs: 400,
    cooldownMs: 8000,
    mana: 35,
    damage: 12,
    effects: ["slow"],
  },
} as const satisfies Record<string, Ability>;

/** What monsters can do, one each. Their winding up stands in the table of monsters. */
const monsterAbilities = {
  ooze: { kind: "melee", range: 1.1, arcDegrees: 120, damage: 5 },
  bite: { kind: "melee", range: 1.2, arcDegrees: 90, damage: 9 },
  club: { kind: "melee", range: 1.3, arcDegrees: 100, damage: 12 },
  chill: { kind: "melee", range: 1.4, arcDegrees: 100, damage: 12, effects: ["slow"] },
  smash: { kind: "melee", range: 2.6, arcDegrees: 100, damage: 24, effects: ["stun"] },
} as const satisfies Record<string, Ability>;

/** All abilities, in the order of the numbers in events, projectiles and `casting`. */
export const abilities = { ...playerAbilities, ...monsterAbilities };

export type PlayerAbility = keyof typeof playerAbilities;
export type MonsterAbility = keyof typeof monsterAbilities;
export type AbilityName = keyof typeof abilities;

export const abilityNames: readonly AbilityName[] = Object.keys(abilities) as AbilityName[];

/** The level from which on a player has an ability. */
export const unlockLevels: Readonly<Record<PlayerAbility, number>> = {
  sword: 1,
  bow: 1,
  fireball: 1,
  heal: 1,
  haste: 1,
  shield: 2,
  frost: 3,
};

export function isPlayerAbility(name: string): name is PlayerAbility {
  return Object.hasOwn(unlockLevels, name);
}
