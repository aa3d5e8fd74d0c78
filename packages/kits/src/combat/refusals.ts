/** Why a fighter may not do what it wants to. The keys are refusal codes of `confirm`. */
export const combatRefusals = {
  ABILITY_UNKNOWN: "You do not know this ability.",
  DEAD: "You are dead.",
  STUNNED: "You are stunned.",
  CASTING: "You are casting already.",
  NOT_READY: "Not ready yet.",
  NO_MANA: "Not enough mana.",
  SAFE_AREA: "No fighting here.",
  AIM_INVALID: "Aim at something.",
  TARGET_UNKNOWN: "There is no such target.",
  TARGET_DEAD: "The target is dead.",
  TARGET_INVALID: "Not on this target.",
  OUT_OF_RANGE: "Too far away.",
  NOT_IN_SIGHT: "Something is in the way.",
} as const;

export type CombatRefusal = keyof typeof combatRefusals;
