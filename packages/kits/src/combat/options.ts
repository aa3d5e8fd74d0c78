import type { CollisionGrid } from "@realmwright/core";
import type { EntityBase } from "@realmwright/core";
import type { EntityId } from "@realmwright/protocol";
import type { Ability } from "./abilities.ts";
import type { Effect } from "./effects.ts";
import type { Fighter, FighterDefinition, ProjectileDefinition } from "./fields.ts";

/** What a living fighter gets back by itself. */
export interface Recovery {
  readonly manaPerSecond?: number;
  readonly hpPerSecond?: number;
  /** Hit points come back only when the last hit, given or taken, is so long ago. Default 0. */
  readonly restMs?: number;
}

/** An entity type that fights. */
export interface FighterKind {
  readonly type: FighterDefinition;
  readonly recovery?: Recovery;
}

/** One who earned credit for a death. */
export interface Participant {
  /** Id of the attacker, 0 for what is no one's: poison without a giver, or attackers beyond twelve. */
  readonly by: EntityId;
  /** None when it is gone. */
  readonly entity: Fighter | undefined;
  /** Damage that counts at the time of death. */
  readonly damage: number;
  /** Part of all damage that counts, 0 to 1. */
  readonly share: number;
}

/** How a fighter died. */
export interface DeathReport {
  readonly victim: Fighter;
  /** Who hit last, if it is still there. */
  readonly killer: Fighter | undefined;
  /** Id of who hit last, 0 for no one. */
  readonly by: EntityId;
  /** All whose damage counts, the killer included; the largest part first. */
  readonly participants: readonly Participant[];
}

export interface CombatOptions<A extends string = string, F extends string = string> {
  readonly fighters: readonly FighterKind[];
  /** Needed when an ability is a projectile. */
  readonly projectile?: ProjectileDefinition;
  readonly abilities: Readonly<Record<A, Ability>>;
  readonly effects?: Readonly<Record<F, Effect>>;
  /** What weapons and glances do not pass: often the walking grid, without water. */
  readonly sight: CollisionGrid;
  /** Waiting time after any ability. Default 0. */
  readonly globalCooldownMs?: number;
  /** Added to ranges, for what moved while the input travelled. Default 0.5. */
  readonly rangeTolerance?: number;
  /** How far a caster may be from where the cast began, where moving breaks it. Default 0.1. */
  readonly moveTolerance?: number;
  /** Largest `bodyRadius` in use. Default 1.5. */
  readonly bodyRadiusMax?: number;
  /** How long one who was revived cannot be hurt; attacking ends it. Default 3,000. */
  readonly protectionMs?: number;
  /** An attacker's credit halves whenever it did not hit for so long. Default 30,000. */
  readonly creditHalfLifeMs?: number;

  /**
   * Whether `by` may harm `target`; never asked for a fighter and itself. `by` is the attacker, or its projectile when
   * the attacker is gone. Default: their teams differ, or are 0.
   */
  readonly hostile?: (by: EntityBase, target: Fighter) => boolean;
  /** Whether nobody may be harmed at a place. Default: nowhere. */
  readonly isSafe?: (x: number, y: number) => boolean;
  /** Whether a fighter has an ability. Default: all have all. */
  readonly knows?: (fighter: Fighter, ability: A) => boolean;
  /** The damage formula: from an ability's or effect's amount to what shields and hit points take. Default: the amount. */
  readonly damage?: (amount: number, victim: Fighter, by: Fighter | undefined) => number;
  /** After hit points were lost, before death. */
  readonly onDamage?: (victim: Fighter, by: EntityId, damage: number) => void;
  readonly onDeath?: (report: DeathReport) => void;
}
