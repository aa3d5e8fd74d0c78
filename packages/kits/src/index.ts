export type { Ability, Interruption } from "./combat/abilities.ts";
export type { Aim } from "./combat/casts.ts";
export { combat, Combat } from "./combat/combat.ts";
export type { ReviveOptions } from "./combat/combat.ts";
export type { Contribution } from "./combat/damage-log.ts";
export { standardEffects } from "./combat/effects.ts";
export type { Effect, Stacking, StandardEffects } from "./combat/effects.ts";
export type { Applied } from "./combat/effect-table.ts";
export {
  Blast,
  Cast,
  combatEvents,
  Death,
  EffectChange,
  Heal,
  Hit,
  Interrupt,
  Revive,
} from "./combat/events.ts";
export type { InterruptReason } from "./combat/events.ts";
export { combatFields, hasEffect, projectileFields } from "./combat/fields.ts";
export type {
  CombatFields,
  Fighter,
  FighterDefinition,
  ProjectileDefinition,
  ProjectileFields,
  SavedCooldown,
  SavedEffect,
} from "./combat/fields.ts";
export type {
  CombatOptions,
  DeathReport,
  FighterKind,
  Participant,
  Recovery,
} from "./combat/options.ts";
export { combatRefusals } from "./combat/refusals.ts";
export type { CombatRefusal } from "./combat/refusals.ts";
export type { KitRoom, Place, PlacedDefinition } from "./kit-room.ts";
export { npcFields } from "./npc/fields.ts";
export type { Mood, Npc, NpcDefinition, NpcFields } from "./npc/fields.ts";
export type { NpcAttack, NpcKind } from "./npc/kinds.ts";
export { npcs, Npcs } from "./npc/npcs.ts";
export type { NpcStats } from "./npc/npcs.ts";
export type { NpcArea, NpcOptions, NpcSwitches } from "./npc/options.ts";
