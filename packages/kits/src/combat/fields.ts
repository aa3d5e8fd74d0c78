import type { Entity } from "@realmwright/core";
import { t, type EntityDefinition, type Field } from "@realmwright/protocol";
import type { Place } from "../kit-room.ts";

/** Ticks as the schema holds them: 2^30 ticks are over a year at 30 Hz. */
export const tickMax: number = 2 ** 30;

/** One effect on a fighter, as `effectState` keeps it for checkpoints. */
export interface SavedEffect {
  effect: string;
  until: number;
  pulseAt: number;
  stacks: number;
  strength: number;
  shield: number;
  by: number;
}

/** When an ability may be used again, as `cooldownState` keeps it for checkpoints. */
export interface SavedCooldown {
  ability: string;
  readyAt: number;
}

/** Fields of an entity that fights. */
export type CombatFields = {
  /** Hit points; 0 is dead. */
  readonly hp: Field<number>;
  readonly hpMax: Field<number>;
  readonly mana: Field<number>;
  readonly manaMax: Field<number>;
  /** Effects that are on, as bits in the order of the effects table. See `hasEffect`. */
  readonly effects: Field<number>;
  /** Walking speed in percent of the usual; 0 while stunned or dead. The step multiplies by it. */
  readonly speed: Field<number>;
  /** Index of the ability that is being cast + 1, 0 for none. */
  readonly casting: Field<number>;
  /** Nothing hurts it before this tick. */
  readonly protectedUntil: Field<number>;
  readonly effectState: Field<SavedEffect[]>;
  readonly cooldownState: Field<SavedCooldown[]>;
  /** Radius of the body that weapons meet. Default 0.4. */
  readonly bodyRadius: Field<number>;
  /** Row in the kit's tables. */
  readonly fighter: Field<number>;
};

/** Spread into the fields of an entity that fights. Set `hp` and `hpMax` when it is spawned: 0 hit points is dead. */
export const combatFields: CombatFields = {
  hp: t.uint(4095),
  hpMax: t.uint(4095),
  mana: t.uint(1023).audience("owner"),
  manaMax: t.uint(1023).audience("owner"),
  effects: t.uint(2 ** 24 - 1),
  speed: t.uint(250).default(100).audience("owner"),
  casting: t.uint(63),
  protectedUntil: t.uint(tickMax).unreplicated(),
  effectState: t
    .list(
      t.object({
        effect: t.string(40),
        until: t.uint(tickMax),
        pulseAt: t.uint(tickMax),
        stacks: t.uint(255),
        strength: t.float(),
        shield: t.float(),
        by: t.entity(),
      }),
      24,
    )
    .unreplicated(),
  cooldownState: t
    .list(t.object({ ability: t.string(40), readyAt: t.uint(tickMax) }), 64)
    .unreplicated(),
  bodyRadius: t.float().default(0.4).unreplicated(),
  fighter: t.uint(65_535).unreplicated(),
};

/** Fields of an entity that flies. */
export type ProjectileFields = {
  /** Index of the ability that made it. */
  readonly ability: Field<number>;
  /** Direction of flight, in radians. */
  readonly heading: Field<number>;
  /** Who made it. */
  readonly by: Field<number>;
  readonly velocityX: Field<number>;
  readonly velocityY: Field<number>;
  readonly until: Field<number>;
  /** Bodies that it has hit already. */
  readonly struck: Field<number[]>;
};

/** Spread into the fields of the projectile entity, beside its `x` and `y`. */
export const projectileFields: ProjectileFields = {
  ability: t.uint(63).static(),
  heading: t.angle(8).static(),
  by: t.entity().static(),
  velocityX: t.float().unreplicated(),
  velocityY: t.float().unreplicated(),
  until: t.uint(tickMax).unreplicated(),
  struck: t.list(t.entity(), 16).unreplicated(),
};

/** Whether an effect is on: `index` counts in the order of the effects table. */
export function hasEffect(effects: number, index: number): boolean {
  return ((effects >> index) & 1) === 1;
}

/** An entity type that fights: `x`, `y` and `combatFields`. */
export type FighterDefinition = EntityDefinition<string, CombatFields & Place>;

/** An entity that fights. */
export type Fighter = Entity<FighterDefinition>;

/** An entity type that flies: `x`, `y` and `projectileFields`. */
export type ProjectileDefinition = EntityDefinition<string, ProjectileFields & Place>;
