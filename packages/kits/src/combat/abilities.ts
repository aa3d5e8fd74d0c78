import { cosine, sine } from "@realmwright/core";
import { ticksOf } from "../ticks.ts";
import type { CompiledEffect } from "./effects.ts";

/** What interrupts a cast before it is complete. A stun and death always do. */
export type Interruption = "moving" | "hit";

interface AbilityBase {
  /** From use to effect; 0 or left out is at once. Mana is paid and the cooldown starts when the cast is complete. */
  readonly castMs?: number;
  /** Default: nothing interrupts it. */
  readonly breaksOn?: readonly Interruption[];
  readonly cooldownMs?: number;
  readonly mana?: number;
  /** False: neither waits for the global cooldown nor starts it. Default true. */
  readonly globalCooldown?: boolean;
  readonly damage?: number;
  /** Hit points given. */
  readonly heal?: number;
  /** Names of effects that it puts on whom it reaches. */
  readonly effects?: readonly string[];
  /** Whom it reaches: "enemy" (default when it does damage), "friend" (the caster included, default else) or "all". */
  readonly reaches?: "enemy" | "friend" | "all";
}

/** Something a fighter can do. Lengths are world units. */
export type Ability = AbilityBase &
  (
    | {
        /** All bodies in an arc before the fighter that it has in sight. Aimed by a direction. */
        readonly kind: "melee";
        readonly range: number;
        /** Whole opening of the arc, above 0 to 360. */
        readonly arcDegrees: number;
      }
    | {
        /** A body that flies straight. Aimed by a direction. */
        readonly kind: "projectile";
        /** Per second. */
        readonly speed: number;
        readonly radius: number;
        readonly lifetimeMs: number;
        /** Bodies that it flies through before it stops at one; 0 (default) to 15. */
        readonly pierce?: number;
        /** Where it ends it reaches all bodies this near instead of the one body that stopped it. */
        readonly splash?: number;
      }
    /** The fighter itself. */
    | { readonly kind: "self" }
    /** One entity in sight. Aimed by a target. */
    | { readonly kind: "target"; readonly range: number }
    /** All bodies about a point in sight that see it. Aimed by a point. */
    | { readonly kind: "area"; readonly range: number; readonly radius: number }
  );

/** More would not fit the `casting` field. */
const abilitiesMax = 62;

/** An ability in ticks and without gaps. */
export interface CompiledAbility {
  readonly index: number;
  readonly name: string;
  readonly kind: Ability["kind"];
  readonly castTicks: number;
  readonly castMs: number;
  readonly breaksOnMoving: boolean;
  readonly breaksOnHit: boolean;
  readonly cooldownTicks: number;
  readonly mana: number;
  readonly globalCooldown: boolean;
  readonly damage: number;
  readonly heal: number;
  readonly effects: readonly CompiledEffect[];
  readonly reaches: "enemy" | "friend" | "all";
  readonly range: number;
  /** Of the half angle of the arc. */
  readonly arcCosine: number;
  readonly arcSine: number;
  readonly radius: number;
  /** World units per tick. */
  readonly speed: number;
  readonly lifetimeTicks: number;
  readonly pierce: number;
  readonly splash: number;
}

/** Throws RangeError for abilities that make no sense. */
export function compileAbilities(
  abilities: Readonly<Record<string, Ability>>,
  effects: readonly CompiledEffect[],
  tickRate: number,
): readonly CompiledAbility[] {
  const names = Object.keys(abilities);
  if (names.length > abilitiesMax) {
    throw new RangeError(`${names.length} abilities; a game may have ${abilitiesMax}`);
  }
  return names.map((name, index) => {
    return compileAbility(index, name, abilities[name]!, effects, tickRate);
  });
}

function compileAbility(
  index: number,
  name: string,
  ability: Ability,
  effects: readonly CompiledEffect[],
  tickRate: number,
): CompiledAbility {
  const { castMs = 0, cooldownMs = 0, mana = 0, damage = 0, heal = 0, breaksOn = [] } = ability;
  const wrong = (what: string): RangeError => new RangeError(`ability "${name}": ${what}`);
  if (!(castMs >= 0 && castMs <= 60_000)) throw wrong("castMs must be from 0 to 60,000");
  if (!(cooldownMs >= 0 && mana >= 0 && damage >= 0 && heal >= 0)) {
    throw wrong("an amount is negative");
  }
  const put = (ability.effects ?? []).map((wanted) => {
    const effect = effects.find((known) => known.name === wanted);
    if (effect === undefined) throw wrong(`there is no effect "${wanted}"`);
    return effect;
  });
  const harms = damage > 0 || put.some((effect) => effect.harmful);
  const shape = shapeOf(ability, tickRate);
  if (shape.problem !== undefined) throw wrong(shape.problem);
  return {
    index,
    name,
    kind: ability.kind,
    castTicks: ticksOf(castMs, tickRate),
    castMs,
    breaksOnMoving: breaksOn.includes("moving"),
    breaksOnHit: breaksOn.includes("hit"),
    cooldownTicks: ticksOf(cooldownMs, tickRate),
    mana,
    globalCooldown: ability.globalCooldown ?? true,
    damage,
    heal,
    effects: put,
    reaches: ability.reaches ?? (harms ? "enemy" : "friend"),
    ...shape,
  };
}

interface Shape {
  range: number;
  arcCosine: number;
  arcSine: number;
  radius: number;
  speed: number;
  lifetimeTicks: number;
  pierce: number;
  splash: number;
  problem?: string;
}

function shapeOf(ability: Ability, tickRate: number): Shape {
  const shape: Shape = {
    range: 0,
    arcCosine: 1,
    arcSine: 0,
    radius: 0,
    speed: 0,
    lifetimeTicks: 0,
    pierce: 0,
    splash: 0,
  };
  switch (ability.kind) {
    case "melee": {
      const { range, arcDegrees } = ability;
      if (!(range > 0)) return { ...shape, problem: "range must be above 0" };
      if (!(arcDegrees > 0 && arcDegrees <= 360)) {
        return { ...shape, problem: "arcDegrees must be above 0, at most 360" };
      }
      const half = (arcDegrees / 360) * Math.PI;
      const arcSine = Math.max(0, sine(half));
      return { ...shape, range, arcCosine: cosine(half), arcSine };
    }
    case "projectile": {
      const { speed, radius, lifetimeMs, pierce = 0, splash = 0 } = ability;
      if (!(speed > 0 && lifetimeMs > 0)) {
        return { ...shape, problem: "speed and lifetimeMs must be above 0" };
      }
      if (!(radius >= 0 && splash >= 0)) return { ...shape, problem: "a radius is negative" };
      if (!(pierce >= 0 && pierce <= 15)) return { ...shape, problem: "pierce must be 0 to 15" };
      const lifetimeTicks = ticksOf(lifetimeMs, tickRate);
      const perTick = speed / tickRate;
      const range = perTick * lifetimeTicks;
      return { ...shape, range, radius, speed: perTick, lifetimeTicks, pierce, splash };
    }
    case "self":
      return shape;
    case "target":
      if (!(ability.range > 0)) return { ...shape, problem: "range must be above 0" };
      return { ...shape, range: ability.range };
    case "area": {
      const { range, radius } = ability;
      if (!(range >= 0 && radius > 0)) return { ...shape, problem: "radius must be above 0" };
      return { ...shape, range, radius };
    }
  }
}
