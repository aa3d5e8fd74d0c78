import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileEffects, standardEffects, type CompiledEffect, type Effect } from "./effects.ts";
import { EffectTable, type EffectSink } from "./effect-table.ts";

const tickRate = 20;

function setUp(effects: Readonly<Record<string, Effect>>) {
  const compiled = compileEffects(effects, tickRate);
  const named = new Map(compiled.map((effect) => [effect.name, effect]));
  const log: string[] = [];
  const sink: EffectSink = {
    pulse: (row, effect, factor) => log.push(`${effect.name} of ${row} x${factor}`),
    ended: (row, effect) => log.push(`${effect.name} of ${row} ends`),
  };
  const table = new EffectTable(compiled, 4);
  const get = (name: string): CompiledEffect => named.get(name)!;
  return { compiled, get, log, sink, table };
}

describe("EffectTable", () => {
  it("lasts for exactly its duration", () => {
    const { get, log, sink, table } = setUp({ haste: { durationMs: 1000, speed: 1.5 } });
    expect(table.apply(1, get("haste"), 100, 0, 1)).toBe("added");
    expect(table.speed(1)).toBe(1.5);
    expect(table.speed(0)).toBe(1);
    expect(table.tick(1, 119, sink)).toBe(false);
    expect(table.has(1, 0)).toBe(true);
    expect(table.tick(1, 120, sink)).toBe(true);
    expect(table.has(1, 0)).toBe(false);
    expect(table.speed(1)).toBe(1);
    expect(log).toEqual(["haste of 1 ends"]);
  });

  it("pulses once per interval, the last time as it ends", () => {
    const { get, sink, table, log } = setUp({
      poison: { durationMs: 1000, intervalMs: 250, damage: 3 },
    });
    const pulses: number[] = [];
    table.apply(0, get("poison"), 10, 9, 2);
    const counting: EffectSink = {
      pulse: (row, effect, factor, by) => {
        pulses.push(now);
        expect([row, effect.name, factor, by]).toEqual([0, "poison", 2, 9]);
      },
      ended: (row, effect) => sink.ended(row, effect),
    };
    let now = 10;
    for (; now <= 40; now++) table.tick(0, now, counting);
    expect(pulses).toEqual([15, 20, 25, 30]);
    expect(log).toEqual(["poison of 0 ends"]);
  });

  it("refreshes without disturbing the rhythm of the pulses", () => {
    const { get, table } = setUp({
      regeneration: { durationMs: 1000, intervalMs: 500, heal: 1 },
    });
    const pulses: number[] = [];
    let now = 0;
    const sink: EffectSink = { pulse: () => pulses.push(now), ended: () => undefined };
    table.apply(0, get("regeneration"), 0, 0, 1);
    for (; now <= 60; now++) {
      if (now > 0 && now % 3 === 0 && now < 30) {
        expect(table.apply(0, get("regeneration"), now, 0, 1)).toBe("renewed");
      }
      table.tick(0, now, sink);
    }
    // The last refresh is at tick 27, so it ends with tick 47.
    expect(pulses).toEqual([10, 20, 30, 40]);
  });

  it("extends up to its longest duration", () => {
    const { get, table } = setUp({
      haste: { durationMs: 1000, durationMaxMs: 2500, stacking: "extend", speed: 1.2 },
    });
    const ends = [0, 0, 5, 5].map((now) => {
      table.apply(0, get("haste"), now, 0, 1);
      return table.until(0, 0);
    });
    expect(ends).toEqual([20, 40, 55, 55]);
    expect(table.speed(0)).toBe(1.2);
  });

  it("stacks up to its limit and starts anew each time", () => {
    const { get, log, sink, table } = setUp({
      poison: { durationMs: 1000, intervalMs: 500, damage: 1, stacking: "stack", stacksMax: 3 },
    });
    for (let i = 0; i < 5; i++) table.apply(0, get("poison"), i, 0, 1);
    expect(table.stacks(0, 0)).toBe(3);
    expect(table.until(0, 0)).toBe(24);
    table.tick(0, 10, sink);
    expect(log).toEqual(["poison of 0 x3"]);
  });

  it("multiplies the speed once per stack", () => {
    const { get, table } = setUp({
      chill: { durationMs: 1000, speed: 0.5, stacking: "stack", stacksMax: 4 },
      haste: { durationMs: 1000, speed: 2 },
    });
    table.apply(0, get("chill"), 0, 0, 1);
    table.apply(0, get("chill"), 0, 0, 1);
    table.apply(0, get("haste"), 0, 0, 1);
    expect(table.speed(0)).toBe(0.5);
  });

  it("lets the strongest win", () => {
    const { get, table } = setUp({ slow: { ...standardEffects.slow } });
    expect(table.apply(0, get("slow"), 0, 1, 2)).toBe("added");
    expect(table.apply(0, get("slow"), 5, 2, 1)).toBe("ignored");
    expect(table.until(0, 0)).toBe(60);
    expect(table.apply(0, get("slow"), 6, 3, 2)).toBe("renewed");
    expect(table.apply(0, get("slow"), 7, 4, 3)).toBe("renewed");
    expect(table.save(0)).toEqual([
      { effect: "slow", until: 67, pulseAt: 0, stacks: 1, strength: 3, shield: 0, by: 4 },
    ]);
  });

  it("ignores a second stun, so that nobody is held for ever", () => {
    const { get, table, sink } = setUp({ stun: standardEffects.stun });
    table.apply(0, get("stun"), 0, 0, 1);
    expect(table.apply(0, get("stun"), 20, 0, 5)).toBe("ignored");
    expect(table.isStunned(0)).toBe(true);
    expect(table.speed(0)).toBe(0);
    table.tick(0, 24, sink);
    expect(table.isStunned(0)).toBe(false);
  });

  it("takes damage up to what the shield holds, and ends with it", () => {
    const { get, log, sink, table } = setUp({
      shield: { durationMs: 1000, shield: 30 },
      ward: { durationMs: 1000, shield: 10 },
    });
    table.apply(0, get("shield"), 0, 0, 1);
    table.apply(0, get("ward"), 0, 0, 1);
    expect(table.shield(0)).toBe(40);
    expect(table.absorb(0, 25, sink)).toBe(0);
    expect(log).toEqual([]);
    expect(table.absorb(0, 8, sink)).toBe(0);
    expect(log).toEqual(["shield of 0 ends"]);
    expect(table.absorb(0, 10, sink)).toBe(3);
    expect(table.shield(0)).toBe(0);
    expect(table.bits(0)).toBe(0);
    expect(table.absorb(0, 10, sink)).toBe(10);
  });

  it("survives being saved and restored, as long as the game still has the effect", () => {
    const { get, table, sink } = setUp(standardEffects);
    table.apply(2, get("poison"), 3, 7, 2);
    table.apply(2, get("poison"), 5, 8, 1);
    table.apply(2, get("shield"), 5, 8, 1);
    table.absorb(2, 12, sink);
    const saved = table.save(2);

    const reordered = { shield: standardEffects.shield, poison: standardEffects.poison };
    const other = setUp(reordered);
    other.table.restore(0, [...saved, { ...saved[0]!, effect: "curse" }]);
    const byName = (a: { effect: string }, b: { effect: string }) => (a.effect < b.effect ? -1 : 1);
    expect(other.table.save(0).sort(byName)).toEqual([...saved].sort(byName));
    expect(other.table.shield(0)).toBe(18);
  });

  it("holds any sequence of effects against a slow and simple model", () => {
    const effects = {
      haste: { durationMs: 400, speed: 1.5 },
      slow: { durationMs: 600, speed: 0.5, stacking: "extend", durationMaxMs: 900 },
      poison: { durationMs: 500, stacking: "stack", stacksMax: 3, intervalMs: 100, damage: 1 },
      stun: { durationMs: 300, stuns: true, stacking: "ignore" },
    } as const satisfies Record<string, Effect>;
    const names = Object.keys(effects) as (keyof typeof effects)[];
    const step = fc.record({ wait: fc.nat({ max: 6 }), name: fc.constantFrom(...names) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { get, table } = setUp(effects);
        let pulsed = 0;
        let expectedPulses = 0;
        const sink: EffectSink = {
          pulse: (_row, _effect, factor) => (pulsed += factor),
          ended: () => undefined,
        };
        const model = new Map<string, { until: number; stacks: number; since: number }>();
        let now = 0;
        const pass = (): void => {
          now++;
          table.tick(0, now, sink);
          for (const [name, one] of model) {
            if (name === "poison" && (now - one.since) % 2 === 0) expectedPulses += one.stacks;
            if (now >= one.until) model.delete(name);
          }
        };
        for (const { wait, name } of steps) {
          for (let i = 0; i < wait; i++) pass();
          table.apply(0, get(name), now, 0, 1);
          const effect = get(name);
          const one = model.get(name);
          const end = now + effect.durationTicks;
          if (!one) model.set(name, { until: end, stacks: 1, since: now });
          else if (name === "haste") one.until = end;
          else if (name === "slow") {
            one.until = Math.min(one.until + effect.durationTicks, now + effect.durationMaxTicks);
          } else if (name === "poison") {
            one.until = end;
            one.stacks = Math.min(3, one.stacks + 1);
          }
          for (const known of names) {
            expect(table.has(0, get(known).index)).toBe(model.has(known));
            expect(table.stacks(0, get(known).index)).toBe(model.get(known)?.stacks ?? 0);
            expect(table.until(0, get(known).index)).toBe(model.get(known)?.until ?? 0);
          }
          const speed = (model.has("haste") ? 1.5 : 1) * (model.has("slow") ? 0.5 : 1);
          expect(table.speed(0)).toBe(model.has("stun") ? 0 : speed);
        }
        expect(pulsed).toBe(expectedPulses);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps its rows apart and whole when it grows", () => {
    const { get, table } = setUp(standardEffects);
    table.apply(3, get("haste"), 0, 0, 1);
    const before = table.save(3);
    table.grow(64);
    expect(table.save(3)).toEqual(before);
    expect(table.bits(63)).toBe(0);
    table.apply(63, get("stun"), 0, 0, 1);
    expect(table.save(3)).toEqual(before);
  });
});

describe("compileEffects", () => {
  it.each<[string, Effect]>([
    ["no duration", { durationMs: 0 }],
    ["a duration that is no number", { durationMs: NaN }],
    ["a negative speed", { durationMs: 1, speed: -1 }],
    ["too much speed", { durationMs: 1, speed: 3 }],
    ["negative damage", { durationMs: 1, intervalMs: 1, damage: -1 }],
    ["damage without an interval", { durationMs: 1, damage: 1 }],
    ["an interval without an amount", { durationMs: 1, intervalMs: 5 }],
    ["no stacks", { durationMs: 1, stacking: "stack", stacksMax: 0 }],
  ])("refuses %s", (_what, effect) => {
    expect(() => compileEffects({ effect }, tickRate)).toThrow(RangeError);
  });

  it("takes as many as the field has bits, and no more", () => {
    const many = (count: number): Record<string, Effect> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, { durationMs: 50 }]));
    expect(compileEffects(many(24), tickRate)).toHaveLength(24);
    expect(() => compileEffects(many(25), tickRate)).toThrow(RangeError);
  });

  it("rounds times up to whole ticks", () => {
    const [effect] = compileEffects({ e: { durationMs: 101, speed: 2 } }, tickRate);
    expect(effect!.durationTicks).toBe(3);
    expect(compileEffects({ e: { durationMs: 100, speed: 2 } }, tickRate)[0]!.durationTicks).toBe(
      2,
    );
  });
});
