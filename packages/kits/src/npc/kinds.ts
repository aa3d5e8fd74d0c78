import { ticksOf } from "../ticks.ts";

/** A blow in reach of its target. What it does is up to the game's `attack` hook. */
export interface NpcAttack {
  /** Distance between the centres at which it begins the blow. */
  readonly range: number;
  /** From the beginning of the blow to the hook. Default 0. */
  readonly windupMs?: number;
  /** From one hook to the beginning of the next blow. */
  readonly cooldownMs: number;
}

/** A kind of creature. Lengths are tiles. */
export interface NpcKind {
  /** Per second, when it chases. */
  readonly speed: number;
  /** Per second, when it strolls. Default: half of `speed`. */
  readonly strollSpeed?: number;
  /** Of the body that walks, at most 0.5: wider ones would not fit through gaps of one cell. Default 0.35. */
  readonly radius?: number;
  /** It goes for hostile ones that it sees this near. 0: only for who hurts it. Default 0. */
  readonly aggroRadius?: number;
  /** Farther from home it gives up, goes home and is whole again. Default 16. */
  readonly leashRadius?: number;
  /** How far from home it strolls when it has no area. Default 4. */
  readonly strollRadius?: number;
  /** Shortest and longest rest between strolls. Default 1,500 to 6,000. */
  readonly restMs?: readonly [number, number];
  readonly attack?: NpcAttack;
  /** It runs away, once in its life, when this part of its health or less is left. Default 0: never. */
  readonly fleeBelow?: number;
  /** Default 4,000. */
  readonly fleeMs?: number;
  /** Idle ones of its kind this near join when it finds an enemy. Default 0. */
  readonly callRadius?: number;
  /** From death to the next one in the same area. Default 15,000. */
  readonly respawnMs?: number;
}

/** A kind in ticks and without gaps. Speeds are per tick. */
export interface CompiledKind {
  readonly index: number;
  readonly name: string;
  readonly speed: number;
  readonly strollSpeed: number;
  /** As `moveBody` wants it. */
  readonly shape: { readonly radius: number };
  readonly aggroRadius: number;
  readonly leashRadius: number;
  readonly strollRadius: number;
  readonly restTicksMin: number;
  readonly restTicksMax: number;
  /** 0: it does not attack */
  readonly attackRange: number;
  readonly windupTicks: number;
  readonly cooldownTicks: number;
  readonly fleeBelow: number;
  readonly fleeTicks: number;
  readonly callRadius: number;
  readonly respawnTicks: number;
}

/** Throws RangeError for kinds that make no sense. */
export function compileKinds(
  kinds: Readonly<Record<string, NpcKind>>,
  tickRate: number,
): readonly CompiledKind[] {
  const names = Object.keys(kinds);
  if (names.length > 256) throw new RangeError(`${names.length} kinds; a room may have 256`);
  return names.map((name, index) => compileKind(index, name, kinds[name]!, tickRate));
}

function compileKind(index: number, name: string, kind: NpcKind, tickRate: number): CompiledKind {
  const { speed, radius = 0.35, leashRadius = 16, aggroRadius = 0, attack } = kind;
  const [restMin, restMax] = kind.restMs ?? [1500, 6000];
  const wrong = (what: string): RangeError => new RangeError(`kind "${name}": ${what}`);
  if (!(speed >= 0 && speed < 100)) throw wrong("speed must be from 0 to 100");
  if (!(radius > 0 && radius <= 0.5)) throw wrong("radius must be above 0, at most 0.5");
  if (!(leashRadius > 0 && aggroRadius >= 0)) throw wrong("a radius is negative");
  if (attack && !(attack.range > 0)) throw wrong("attack.range must be above 0");
  if (!(restMin >= 0 && restMax >= restMin)) throw wrong("restMs must be the shortest and longest");
  return {
    index,
    name,
    speed: speed / tickRate,
    strollSpeed: (kind.strollSpeed ?? speed / 2) / tickRate,
    shape: { radius },
    aggroRadius,
    leashRadius,
    strollRadius: kind.strollRadius ?? 4,
    restTicksMin: ticksOf(restMin, tickRate),
    restTicksMax: ticksOf(restMax, tickRate),
    attackRange: attack?.range ?? 0,
    windupTicks: ticksOf(attack?.windupMs ?? 0, tickRate),
    cooldownTicks: ticksOf(attack?.cooldownMs ?? 0, tickRate),
    fleeBelow: kind.fleeBelow ?? 0,
    fleeTicks: ticksOf(kind.fleeMs ?? 4000, tickRate),
    callRadius: kind.callRadius ?? 0,
    respawnTicks: ticksOf(kind.respawnMs ?? 15_000, tickRate),
  };
}
