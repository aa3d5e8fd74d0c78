import { event, t, type EventDefinition, type Field } from "@realmwright/protocol";

type Number = Field<number>;

/**
 * A fighter begins to cast, or acts at once (`ms` is 0): swings, shoots, heals. `heading` points where it aims, in
 * radians; 0 when at itself.
 */
export const Cast: EventDefinition<
  "cast",
  {
    readonly by: Number;
    readonly ability: Number;
    readonly ms: Number;
    readonly heading: Number;
  }
> = event("cast", {
  by: t.entity(),
  ability: t.uint(63),
  ms: t.uint(60_000),
  heading: t.angle(8),
});

/** A cast came to nothing. */
export const Interrupt: EventDefinition<
  "interrupt",
  { readonly by: Number; readonly ability: Number; readonly reason: Field<InterruptReason> }
> = event("interrupt", {
  by: t.entity(),
  ability: t.uint(63),
  reason: t.enum(["moved", "hit", "stunned", "died", "fizzled", "cancelled"]),
});

/** `fizzled`: when the cast was complete its target was gone, too far or out of sight, or the mana was. */
export type InterruptReason = "moved" | "hit" | "stunned" | "died" | "fizzled" | "cancelled";

/** An ability takes effect about a place: an area spell, or the end of a projectile with splash. */
export const Blast: EventDefinition<
  "blast",
  {
    readonly by: Number;
    readonly ability: Number;
    readonly x: Number;
    readonly y: Number;
    readonly radius: Number;
  }
> = event("blast", {
  by: t.entity(),
  ability: t.uint(63),
  x: t.float(),
  y: t.float(),
  radius: t.float(),
});

/** A fighter was hit. Both amounts may be 0: it was protected. `by` is 0 for no one. */
export const Hit: EventDefinition<
  "hit",
  {
    readonly target: Number;
    readonly by: Number;
    readonly damage: Number;
    readonly absorbed: Number;
  }
> = event("hit", {
  target: t.entity(),
  by: t.entity(),
  damage: t.uint(4095),
  absorbed: t.uint(4095),
});

/** A fighter was given hit points. */
export const Heal: EventDefinition<
  "heal",
  { readonly target: Number; readonly by: Number; readonly amount: Number }
> = event("heal", { target: t.entity(), by: t.entity(), amount: t.uint(4095) });

/** An effect began, was renewed, or (`ms` is 0) ended. */
export const EffectChange: EventDefinition<
  "effect",
  { readonly target: Number; readonly effect: Number; readonly ms: Number }
> = event("effect", { target: t.entity(), effect: t.uint(31), ms: t.uint(1_000_000) });

/** A fighter died. `by` is 0 when it was no one's doing. */
export const Death: EventDefinition<"death", { readonly target: Number; readonly by: Number }> =
  event("death", { target: t.entity(), by: t.entity() });

/** A fighter stands up again. */
export const Revive: EventDefinition<"revive", { readonly target: Number }> = event("revive", {
  target: t.entity(),
});

/** All of them, to spread into a room's `events`. */
export const combatEvents: {
  readonly Cast: typeof Cast;
  readonly Interrupt: typeof Interrupt;
  readonly Blast: typeof Blast;
  readonly Hit: typeof Hit;
  readonly Heal: typeof Heal;
  readonly EffectChange: typeof EffectChange;
  readonly Death: typeof Death;
  readonly Revive: typeof Revive;
} = { Cast, Interrupt, Blast, Hit, Heal, EffectChange, Death, Revive };
