import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { clearWay, lineOfSight, raycast } from "./sight.ts";
import { gridOf } from "./testing/grids.ts";

/** Evenly spread over the range; fast-check's own doubles crowd around zero. */
const uniform = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.nat({ max: 1_000_000_000 })).map((n) => min + ((max - min) * n) / 1_000_000_000);

const side = 8;
/** Without bias, which would draw the same few numbers over and over and fill or empty whole grids. */
const noise = fc
  .noBias(fc.uint8Array({ minLength: side * side, maxLength: side * side, max: 9 }))
  .map(
    (values) =>
      new CollisionGrid(
        side,
        side,
        values.map((n) => (n === 9 ? 1 : 0)),
      ),
  );
/** Inside, outside, on borders and on corners. */
const coordinate = fc.oneof(
  { weight: 4, arbitrary: uniform(0, side) },
  fc.integer({ min: -1, max: side + 1 }),
  fc.integer({ min: 0, max: 2 * side }).map((n) => n / 2),
);

/** Whether the segment a to b comes nearer than `reach` to a blocked cell, by the distance between the two. */
function comesNear(
  grid: CollisionGrid,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  reach: number,
): boolean {
  for (let y = -1; y <= side; y++) {
    for (let x = -1; x <= side; x++) {
      if (grid.isBlocked(x, y) && distanceToCell(ax, ay, bx, by, x, y) < reach) return true;
    }
  }
  return false;
}

/** The distance from a point of the way to a cell is convex along the way: ternary search finds its minimum. */
function distanceToCell(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  x: number,
  y: number,
): number {
  const at = (t: number): number => {
    const [px, py] = [ax + (bx - ax) * t, ay + (by - ay) * t];
    const [dx, dy] = [px - Math.min(Math.max(px, x), x + 1), py - Math.min(Math.max(py, y), y + 1)];
    return Math.hypot(dx, dy);
  };
  let [low, high] = [0, 1];
  for (let i = 0; i < 100; i++) {
    const third = (high - low) / 3;
    if (at(low + third) < at(high - third)) high -= third;
    else low += third;
  }
  return at((low + high) / 2);
}

describe("lineOfSight", () => {
  const grid = gridOf(".....", "..#..", ".....");

  it("sees along free cells and not through blocked ones", () => {
    expect(lineOfSight(grid, 0.5, 0.5, 4.5, 0.5)).toBe(true);
    expect(lineOfSight(grid, 0.5, 1.5, 4.5, 1.5)).toBe(false);
    expect(lineOfSight(grid, 2.5, 0.5, 2.5, 2.5)).toBe(false);
    expect(lineOfSight(grid, 0.5, 0.5, 0.5, 0.5)).toBe(true);
  });

  it("needs both cells beside a corner that it passes exactly", () => {
    expect(lineOfSight(grid, 1.5, 0.5, 2.5, 1.5)).toBe(false);
    expect(lineOfSight(grid, 1.5, 1.5, 2.5, 0.5)).toBe(false);
    expect(lineOfSight(grid, 1.5, 1.5, 2.5, 2.5)).toBe(false);
    expect(lineOfSight(grid, 0.5, 0.5, 1.5, 1.5)).toBe(true);
  });

  it("does not see from or to walls, places outside and places that are none", () => {
    expect(lineOfSight(grid, 2.5, 1.5, 0.5, 0.5)).toBe(false);
    expect(lineOfSight(grid, 0.5, 0.5, 2.5, 1.5)).toBe(false);
    for (const x of [-0.1, 5, NaN, Infinity, -1e300]) {
      expect(lineOfSight(grid, 0.5, 0.5, x, 0.5)).toBe(false);
      expect(lineOfSight(grid, x, 0.5, 0.5, 0.5)).toBe(false);
    }
  });

  it("is the same in both directions", () => {
    fc.assert(
      fc.property(noise, coordinate, coordinate, coordinate, coordinate, (grid, ax, ay, bx, by) => {
        expect(lineOfSight(grid, ax, ay, bx, by)).toBe(lineOfSight(grid, bx, by, ax, ay));
      }),
      { numRuns: 2000 },
    );
  });

  it("sees nothing through the inside of a blocked cell, and everything that keeps clear of them", () => {
    let seen = 0;
    fc.assert(
      fc.property(noise, coordinate, coordinate, coordinate, coordinate, (grid, ax, ay, bx, by) => {
        const sees = lineOfSight(grid, ax, ay, bx, by);
        if (sees) seen++;
        if (!comesNear(grid, ax, ay, bx, by, 1e-9)) expect(sees).toBe(true);
        let inside = false;
        for (let i = 0; i <= 200; i++) {
          const [x, y] = [ax + ((bx - ax) * i) / 200, ay + ((by - ay) * i) / 200];
          // Off the borders, where rounding cannot tell the two cells apart.
          const onBorder = Math.abs(x - Math.round(x)) < 1e-9 || Math.abs(y - Math.round(y)) < 1e-9;
          if (!onBorder && grid.isBlockedAt(x, y)) inside = true;
        }
        if (inside) expect(sees).toBe(false);
      }),
      { numRuns: 1500 },
    );
    expect(seen).toBeGreaterThan(200);
  });
});

describe("raycast", () => {
  const grid = gridOf(".....", "...#.", ".....");

  it("measures the way to the first blocked cell and says which side it met", () => {
    const hit = { cellX: 0, cellY: 0, normalX: 0, normalY: 0 };
    expect(raycast(grid, 0.5, 1.5, 7, 0, 10, hit)).toBeCloseTo(2.5, 12);
    expect(hit).toEqual({ cellX: 3, cellY: 1, normalX: -1, normalY: 0 });
    expect(raycast(grid, 3.5, 0.25, 0, 0.1, 10, hit)).toBeCloseTo(0.75, 12);
    expect(hit).toEqual({ cellX: 3, cellY: 1, normalX: 0, normalY: -1 });
  });

  it("meets the border of the grid, and nothing beyond its range", () => {
    expect(raycast(grid, 0.5, 0.5, 1, 0, 100)).toBe(4.5);
    expect(raycast(grid, 0.5, 0.5, 1, 0, 4.5)).toBe(4.5);
    expect(raycast(grid, 0.5, 0.5, 1, 0, 4.49)).toBe(Infinity);
    expect(raycast(grid, 1.5, 0.5, -3, 0, Infinity)).toBe(1.5);
  });

  it("does not slip through a corner between two blocked cells", () => {
    const diagonal = gridOf(".#", "#.");
    expect(raycast(diagonal, 0.5, 0.5, 1, 1, 10)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(raycast(diagonal, 1.5, 1.5, -1, -1, 10)).toBeCloseTo(Math.SQRT1_2, 12);
    for (const beside of [gridOf(".#.", "...", "..."), gridOf("...", "#..", "...")]) {
      expect(raycast(beside, 0.5, 0.5, 1, 1, 10)).toBeCloseTo(Math.SQRT1_2, 12);
    }
  });

  it("is 0 from inside a wall, and Infinity without direction or range", () => {
    expect(raycast(grid, 3.5, 1.5, 1, 0, 10)).toBe(0);
    for (const [dx, dy, range] of [
      [0, 0, 5],
      [NaN, 1, 5],
      [Infinity, 1, 5],
      [1, 0, -1],
      [1, 0, NaN],
    ] as const) {
      expect(raycast(grid, 0.5, 0.5, dx, dy, range)).toBe(Infinity);
    }
  });

  it("ends within the way where that goes through a wall, and not where it keeps clear", () => {
    const counts = { clear: 0, barred: 0 };
    fc.assert(
      fc.property(noise, coordinate, coordinate, coordinate, coordinate, (grid, ax, ay, bx, by) => {
        const length = Math.hypot(bx - ax, by - ay);
        if (length === 0 || grid.isBlockedAt(ax, ay)) return;
        const distance = raycast(grid, ax, ay, bx - ax, by - ay, length);
        if (deepIn(grid, ax, ay, bx, by)) {
          counts.barred++;
          expect(distance).toBeLessThan(length);
        } else if (!comesNear(grid, ax, ay, bx, by, 1e-9)) {
          counts.clear++;
          expect(distance).toBe(Infinity);
        }
      }),
      { numRuns: 3000 },
    );
    expect(counts.clear).toBeGreaterThan(300);
    expect(counts.barred).toBeGreaterThan(300);
  });

  function deepIn(grid: CollisionGrid, ax: number, ay: number, bx: number, by: number): boolean {
    for (let i = 0; i <= 1000; i++) {
      const [x, y] = [ax + ((bx - ax) * i) / 1000, ay + ((by - ay) * i) / 1000];
      const onBorder = Math.abs(x - Math.round(x)) < 1e-6 || Math.abs(y - Math.round(y)) < 1e-6;
      if (!onBorder && grid.isBlockedAt(x, y)) return true;
    }
    return false;
  }
});

describe("clearWay", () => {
  it("keeps the body's radius from walls", () => {
    const grid = gridOf(".....", ".....", "..#..");
    expect(clearWay(grid, 0.5, 1.5, 4.5, 1.5, 0.5)).toBe(true);
    expect(clearWay(grid, 0.5, 1.6, 4.5, 1.6, 0.5)).toBe(false);
    expect(clearWay(grid, 0.5, 1.6, 4.5, 1.6, 0.3)).toBe(true);
    expect(clearWay(grid, 0.5, 0.5, 0.5, 0.5, 0.4)).toBe(true);
    expect(clearWay(grid, 0.5, 0.5, NaN, 0.5, 0.4)).toBe(false);
  });

  it("agrees with the distance between the way and the walls", () => {
    const counts = { clear: 0, barred: 0 };
    const inside = uniform(0.5, side - 0.5);
    const radii = uniform(0.05, 0.5);
    fc.assert(
      fc.property(noise, inside, inside, inside, inside, radii, (grid, ax, ay, bx, by, radius) => {
        if (comesNear(grid, ax, ay, ax, ay, radius)) return;
        if (comesNear(grid, ax, ay, bx, by, radius + 1e-5)) {
          if (!comesNear(grid, ax, ay, bx, by, radius - 1e-5)) return;
          counts.barred++;
          expect(clearWay(grid, ax, ay, bx, by, radius)).toBe(false);
        } else {
          counts.clear++;
          expect(clearWay(grid, ax, ay, bx, by, radius)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
    expect(counts.clear).toBeGreaterThan(30);
    expect(counts.barred).toBeGreaterThan(300);
  });
});
