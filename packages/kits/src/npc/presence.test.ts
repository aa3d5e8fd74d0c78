import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Presence } from "./presence.ts";

describe("Presence", () => {
  it("never says that the nearest player is farther than it is, and is less than two cells short", () => {
    const place = fc.record({
      x: fc.nat({ max: 14_999 }).map((n) => n / 100),
      y: fc.nat({ max: 8999 }).map((n) => n / 100),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), place, (players, at) => {
        const presence = new Presence(150, 90);
        for (const { x, y } of players) presence.mark(x, y);
        presence.spread();
        const true_ = Math.min(
          ...players.map(({ x, y }) => Math.max(Math.abs(x - at.x), Math.abs(y - at.y))),
        );
        const said = presence.distance(at.x, at.y);
        expect(said).toBeLessThanOrEqual(true_);
        expect(said).toBeGreaterThan(true_ - 16);
      }),
    );
  });

  it("knows that nobody is there, before and after", () => {
    const presence = new Presence(40, 40);
    presence.spread();
    expect(presence.distance(3, 3)).toBe(Infinity);
    presence.mark(3, 3);
    presence.spread();
    expect(presence.distance(3, 3)).toBe(0);
    presence.clear();
    presence.spread();
    expect(presence.distance(3, 3)).toBe(Infinity);
  });

  it("takes places off the map as its edge, and no number as nowhere", () => {
    const presence = new Presence(40, 40);
    presence.mark(-100, 1000);
    presence.spread();
    expect(presence.distance(0, 39)).toBe(0);
    presence.clear();
    presence.mark(NaN, 3);
    presence.spread();
    expect(presence.distance(0, 0)).toBe(Infinity);
  });
});
