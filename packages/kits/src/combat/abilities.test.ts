import { describe, expect, it } from "vitest";
import { compileAbilities, type Ability } from "./abilities.ts";
import { compileEffects, standardEffects } from "./effects.ts";

const effects = compileEffects(standardEffects, 20);
const compile = (ability: Ability) => compileAbilities({ ability }, effects, 20)[0]!;

describe("compileAbilities", () => {
  it("knows whom an ability reaches from what it does", () => {
    expect(compile({ kind: "target", range: 5, damage: 1 }).reaches).toBe("enemy");
    expect(compile({ kind: "target", range: 5, effects: ["slow"] }).reaches).toBe("enemy");
    expect(compile({ kind: "target", range: 5, heal: 1 }).reaches).toBe("friend");
    expect(compile({ kind: "self", effects: ["haste"] }).reaches).toBe("friend");
    expect(compile({ kind: "self", damage: 1, reaches: "all" }).reaches).toBe("all");
  });

  it("counts in ticks and world units per tick", () => {
    const arrow = compile({ kind: "projectile", speed: 10, radius: 0.1, lifetimeMs: 990 });
    expect(arrow.speed).toBe(0.5);
    expect(arrow.lifetimeTicks).toBe(20);
    expect(arrow.range).toBe(10);
    const spell = compile({ kind: "self", castMs: 600, cooldownMs: 3001 });
    expect([spell.castTicks, spell.cooldownTicks]).toEqual([12, 61]);
  });

  it("opens a full circle", () => {
    const whirl = compile({ kind: "melee", range: 2, arcDegrees: 360, damage: 1 });
    expect(whirl.arcCosine).toBe(-1);
    expect(whirl.arcSine).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, Ability]>([
    ["no range", { kind: "melee", range: 0, arcDegrees: 90 }],
    ["no arc", { kind: "melee", range: 1, arcDegrees: 0 }],
    ["more than a full circle", { kind: "melee", range: 1, arcDegrees: 361 }],
    ["no speed", { kind: "projectile", speed: 0, radius: 1, lifetimeMs: 1 }],
    ["too much piercing", { kind: "projectile", speed: 1, radius: 1, lifetimeMs: 1, pierce: 16 }],
    ["no lifetime", { kind: "projectile", speed: 1, radius: 1, lifetimeMs: 0 }],
    ["an area without radius", { kind: "area", range: 1, radius: 0 }],
    ["an unknown effect", { kind: "self", effects: ["joy"] }],
    ["negative mana", { kind: "self", mana: -1 }],
    ["a cast of over a minute", { kind: "self", castMs: 60_001 }],
    ["damage that is no number", { kind: "self", damage: NaN }],
  ])("refuses %s", (_what, ability) => {
    expect(() => compile(ability)).toThrow(RangeError);
  });
});
