import { ticksOf } from "../ticks.ts";

/** What a second application of an effect does while the first one lasts. */
export type Stacking =
  /** starts the duration anew */
  | "refresh"
  /** adds the duration to what is left, up to `durationMaxMs` */
  | "extend"
  /** one more stack, up to `stacksMax`, and starts the duration anew */
  | "stack"
  /** replaces a weaker one, refreshes an equal one, does nothing to a stronger one */
  | "strongest"
  /** nothing: the first one runs out */
  | "ignore";

/** A status effect. Amounts are for one stack of strength 1. */
export interface Effect {
  readonly durationMs: number;
  /** Default "refresh". */
  readonly stacking?: Stacking;
  /** For "stack". 1 to 255, default 5. */
  readonly stacksMax?: number;
  /** For "extend". Default: three times `durationMs`. */
  readonly durationMaxMs?: number;
  /** Time between pulses; the first comes after one interval. Without it the effect does not pulse. */
  readonly intervalMs?: number;
  /** Damage of one pulse. */
  readonly damage?: number;
  /** Hit points given by one pulse. */
  readonly heal?: number;
  /** Mana given by one pulse. */
  readonly mana?: number;
  /** Factor of the walking speed, 0 to 2.5; factors of several effects multiply. */
  readonly speed?: number;
  /** Neither walks nor acts; a cast breaks. */
  readonly stuns?: boolean;
  /** Damage taken up before hit points are lost; the effect ends when it is used up. */
  readonly shield?: number;
  /** Whether it is an attack: then safe areas and the hostility rule apply to it. */
  readonly harmful?: boolean;
}

export type StandardEffects = Readonly<
  Record<"haste" | "slow" | "regeneration" | "poison" | "stun" | "shield", Effect>
>;

/** Effects that most games want; spread them into your own and change what you like. */
export const standardEffects: StandardEffects = {
  haste: { durationMs: 6000, speed: 1.4 },
  slow: { durationMs: 3000, speed: 0.6, stacking: "strongest", harmful: true },
  regeneration: { durationMs: 8000, intervalMs: 1000, heal: 4 },
  poison: {
    durationMs: 6000,
    intervalMs: 1000,
    damage: 3,
    stacking: "stack",
    stacksMax: 5,
    harmful: true,
  },
  stun: { durationMs: 1200, stuns: true, stacking: "ignore", harmful: true },
  shield: { durationMs: 10_000, shield: 30, stacking: "strongest" },
};

/** More would not fit the bits of the `effects` field. */
const effectsMax = 24;

/** An effect in ticks and without gaps. */
export interface CompiledEffect {
  readonly index: number;
  readonly name: string;
  readonly durationTicks: number;
  readonly durationMaxTicks: number;
  readonly stacking: Stacking;
  readonly stacksMax: number;
  /** 0: does not pulse */
  readonly intervalTicks: number;
  readonly damage: number;
  readonly heal: number;
  readonly mana: number;
  readonly speed: number;
  readonly stuns: boolean;
  readonly shield: number;
  readonly harmful: boolean;
}

/** Throws RangeError for effects that make no sense. */
export function compileEffects(
  effects: Readonly<Record<string, Effect>>,
  tickRate: number,
): readonly CompiledEffect[] {
  const names = Object.keys(effects);
  if (names.length > effectsMax) {
    throw new RangeError(`${names.length} effects; a game may have ${effectsMax}`);
  }
  return names.map((name, index) => compileEffect(index, name, effects[name]!, tickRate));
}

function compileEffect(
  index: number,
  name: string,
  effect: Effect,
  tickRate: number,
): CompiledEffect {
  const { speed = 1, shield = 0, damage = 0, heal = 0, mana = 0, stacksMax = 5 } = effect;
  const wrong = (what: string): RangeError => new RangeError(`effect "${name}": ${what}`);
  if (!(effect.durationMs > 0)) throw wrong("durationMs must be above 0");
  if (!(speed >= 0 && speed <= 2.5)) throw wrong("speed must be from 0 to 2.5");
  if (!(damage >= 0 && heal >= 0 && mana >= 0 && shield >= 0)) throw wrong("an amount is negative");
  if (!(stacksMax >= 1 && stacksMax <= 255)) throw wrong("stacksMax must be from 1 to 255");
  const pulses = damage > 0 || heal > 0 || mana > 0;
  if (pulses !== (effect.intervalMs !== undefined)) {
    throw wrong("intervalMs and an amount per pulse belong together");
  }
  const durationTicks = ticksOf(effect.durationMs, tickRate);
  const durationMaxMs = effect.durationMaxMs ?? effect.durationMs * 3;
  return {
    index,
    name,
    durationTicks,
    durationMaxTicks: Math.max(durationTicks, ticksOf(durationMaxMs, tickRate)),
    stacking: effect.stacking ?? "refresh",
    stacksMax: effect.stacking === "stack" ? stacksMax : 1,
    intervalTicks: effect.intervalMs === undefined ? 0 : ticksOf(effect.intervalMs, tickRate),
    damage,
    heal,
    mana,
    speed,
    stuns: effect.stuns ?? false,
    shield,
    harmful: effect.harmful ?? false,
  };
}
