import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { moveBody } from "./move-body.ts";
import { PathFinder } from "./path-finder.ts";
import { smoothPath } from "./path.ts";
import { gridOf } from "./testing/grids.ts";

/** Evenly spread over the range; fast-check's own doubles crowd around zero. */
const uniform = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.nat({ max: 1_000_000_000 })).map((n) => min + ((max - min) * n) / 1_000_000_000);

describe("smoothPath", () => {
  it("is one straight piece where nothing is in the way, and two around a corner", () => {
    const grid = new CollisionGrid(30, 30);
    const path = new PathFinder(grid).find(1, 2, 28, 9);
    expect([...smoothPath(grid, path, 0.4)]).toEqual([1.5, 2.5, 28.5, 9.5]);
    const wall = gridOf(".....", ".###.", ".###.", ".....");
    const around = new PathFinder(wall).find(0, 3, 4, 0);
    expect([...smoothPath(wall, around, 0.4)]).toHaveLength(6);
  });

  it("is empty without a path, and a point for a path of one cell", () => {
    const grid = gridOf(".#.");
    expect(smoothPath(grid, new PathFinder(grid).find(0, 0, 2, 0), 0.4)).toHaveLength(0);
    expect([...smoothPath(grid, new PathFinder(grid).find(2, 0, 2, 0), 0.4)]).toEqual([2.5, 0.5]);
  });

  it("is never longer than the path, joins its ends, and a body can walk it without touching", () => {
    const side = 12;
    const world = fc.uint8Array({ minLength: side * side, maxLength: side * side, max: 9 }).map(
      (noise) =>
        new CollisionGrid(
          side,
          side,
          noise.map((n) => (n >= 8 ? 1 : 0)),
        ),
    );
    const cell = fc.nat({ max: side - 1 });
    let walked = 0;
    fc.assert(
      fc.property(
        world,
        cell,
        cell,
        cell,
        cell,
        uniform(0.05, 0.5),
        (grid, ax, ay, bx, by, radius) => {
          const path = new PathFinder(grid).find(ax, ay, bx, by);
          if (path.status !== "found") return;
          const points = smoothPath(grid, path, radius);
          expect([points[0], points[1]]).toEqual([ax + 0.5, ay + 0.5]);
          expect([points.at(-2), points.at(-1)]).toEqual([bx + 0.5, by + 0.5]);
          let length = 0;
          const body = { x: ax + 0.5, y: ay + 0.5, radius };
          for (let i = 2; i < points.length; i += 2) {
            const [dx, dy] = [points[i]! - points[i - 2]!, points[i + 1]! - points[i - 1]!];
            length += Math.hypot(dx, dy);
            expect(moveBody(grid, body, dx, dy)).toBe(0);
            expect(body.x).toBeCloseTo(points[i]!, 9);
            expect(body.y).toBeCloseTo(points[i + 1]!, 9);
            walked++;
          }
          expect(length).toBeLessThanOrEqual(path.length + 1e-9);
        },
      ),
      { numRuns: 1000 },
    );
    expect(walked).toBeGreaterThan(300);
  });
});
