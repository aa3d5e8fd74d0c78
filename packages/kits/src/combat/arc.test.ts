import { cosine, sine } from "@realmwright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arcTouches } from "./arc.ts";

/** The distance from a point to a sector about the origin towards +x, by trying many points of the sector. */
function distanceByTrying(half: number, range: number, x: number, y: number): number {
  let nearest = Infinity;
  const rays = 360;
  for (let i = 0; i <= rays; i++) {
    const angle = -half + (2 * half * i) / rays;
    const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
    const along = Math.max(0, Math.min(range, x * ux + y * uy));
    nearest = Math.min(nearest, Math.hypot(x - ux * along, y - uy * along));
  }
  return nearest;
}

describe("arcTouches", () => {
  it("agrees with trying out the whole sector, for every opening", () => {
    let touching = 0;
    let apart = 0;
    const between = (min: number, max: number): fc.Arbitrary<number> =>
      fc.nat({ max: 100_000 }).map((n) => min + ((max - min) * n) / 100_000);
    fc.assert(
      fc.property(
        between(0.05, Math.PI),
        between(0.2, 3),
        between(-Math.PI, Math.PI),
        between(-4, 4),
        between(-4, 4),
        between(0.05, 1),
        (half, range, turn, x, y, radius) => {
          const distance = distanceByTrying(half, range, x, y);
          // Between two rays that were tried the sector may be nearer by the sagitta of the gap.
          fc.pre(Math.abs(distance - radius) > 0.01);
          const [tx, ty] = [x * cosine(turn) - y * sine(turn), x * sine(turn) + y * cosine(turn)];
          const touches = arcTouches(
            cosine(turn),
            sine(turn),
            cosine(half),
            Math.max(0, sine(half)),
            range,
            tx,
            ty,
            radius,
          );
          if (touches) touching++;
          else apart++;
          expect(touches).toBe(distance < radius);
        },
      ),
      { numRuns: 3000 },
    );
    expect(touching).toBeGreaterThan(100);
    expect(apart).toBeGreaterThan(100);
  });

  it("touches one who stands in the fighter, wherever the arc points", () => {
    for (const x of [-0.3, 0, 0.3]) expect(arcTouches(1, 0, 0.9, 0.43, 2, x, 0, 0.4)).toBe(true);
    expect(arcTouches(1, 0, 0.9, 0.43, 2, -0.5, 0, 0.4)).toBe(false);
  });

  it("reaches exactly to its range and the body's edge", () => {
    expect(arcTouches(1, 0, 0.5, 0.87, 2, 2.5, 0, 0.5)).toBe(true);
    expect(arcTouches(1, 0, 0.5, 0.87, 2, 2.5 + 1e-9, 0, 0.5)).toBe(false);
  });

  it("touches nothing at no place", () => {
    expect(arcTouches(1, 0, 0.5, 0.87, 2, NaN, 0, 0.5)).toBe(false);
    expect(arcTouches(NaN, 0, 0.5, 0.87, 2, 1, 0, 0.5)).toBe(false);
    expect(arcTouches(1, 0, 0.5, 0.87, 2, Infinity, 0, 0.5)).toBe(false);
  });
});
