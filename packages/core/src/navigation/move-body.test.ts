import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { reachable } from "./flood.ts";
import type { BodyShape } from "./move-body.ts";
import { moveBody, TOUCHED_X, TOUCHED_Y } from "./move-body.ts";
import { gridOf } from "./testing/grids.ts";

/** Evenly spread over the range; fast-check's own doubles crowd around zero. */
const uniform = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.nat({ max: 1_000_000_000 })).map((n) => min + ((max - min) * n) / 1_000_000_000);

const round = (radius: number): BodyShape => ({ radius });
const box = (halfWidth: number, halfHeight: number): BodyShape => ({ halfWidth, halfHeight });

/** How far the body reaches into the nearest blocked cell; negative is the room between them. */
function overlap(grid: CollisionGrid, x: number, y: number, shape: BodyShape): number {
  let deepest = -Infinity;
  for (let cy = -2; cy < grid.height + 2; cy++) {
    for (let cx = -2; cx < grid.width + 2; cx++) {
      if (!grid.isBlocked(cx, cy)) continue;
      const gapX = Math.abs(x - Math.min(Math.max(x, cx), cx + 1));
      const gapY = Math.abs(y - Math.min(Math.max(y, cy), cy + 1));
      const depth =
        "radius" in shape
          ? shape.radius - Math.hypot(gapX, gapY)
          : Math.min(shape.halfWidth - gapX, shape.halfHeight - gapY);
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest;
}

const open = new CollisionGrid(20, 20);

describe("moveBody", () => {
  it("moves freely where nothing is in the way", () => {
    const body = { x: 5, y: 5, radius: 0.4 };
    expect(moveBody(open, body, 1.25, -2.5)).toBe(0);
    expect(body.x).toBeCloseTo(6.25, 12);
    expect(body.y).toBeCloseTo(2.5, 12);
  });

  it.each([
    ["a circle", round(0.4)],
    ["a box", box(0.4, 0.3)],
  ])("stops %s at a wall and slides along it", (_name, shape) => {
    const grid = gridOf("......", "......", "####..");
    const body = { x: 1, y: 1 };
    expect(moveBody(grid, body, 1.5, 3, shape)).toBe(TOUCHED_Y);
    expect(body.x).toBeCloseTo(2.5, 4);
    expect(body.y).toBeCloseTo(2 - ("radius" in shape ? 0.4 : 0.3), 5);
    expect(body.y).toBeLessThanOrEqual(2 - ("radius" in shape ? 0.4 : 0.3) + 1e-9);
  });

  it("slides along a wall of many cells without catching on their seams", () => {
    const grid = gridOf("....................", "....................", "####################");
    for (const shape of [round(0.45), box(0.45, 0.45)]) {
      const body = { x: 0.5, y: 1.2 };
      for (let i = 0; i < 300; i++) moveBody(grid, body, 0.06, 0.05, shape);
      expect(body.x).toBeCloseTo(0.5 + 300 * 0.06, 3);
    }
  });

  it("slides a box past the seam that its corner meets together with the wall", () => {
    const room = gridOf("######", "#....#", "#....#", "#....#", "#....#", "######");
    for (const [sx, sy] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ] as const) {
      // Its leading edge meets the wall when its leading corner stands exactly at a border of two cells.
      const body = { x: 3 + sx * 1.25, y: 3 + sy * 0.25, halfWidth: 0.25, halfHeight: 0.25 };
      expect(moveBody(room, body, sx * 0.75, sy * 0.75)).toBe(TOUCHED_X);
      expect(body.x).toBeCloseTo(3 + sx * 1.75, 5);
      expect(body.y).toBeCloseTo(3 + sy, 12);
    }
  });

  it("keeps the direction of a long motion after a round corner", () => {
    const grid = new CollisionGrid(20, 5);
    grid.set(4, 2, true);
    const body = { x: 1.5, y: 1.75, radius: 0.4 };
    moveBody(grid, body, 12, 0);
    expect(body.y).toBeGreaterThan(1.5);
    expect(body.x).toBeGreaterThan(13);
  });

  it("stops in a corner", () => {
    const grid = gridOf("....", "....", "..##", "..##");
    const body = { x: 3.2, y: 1.5, radius: 0.3 };
    expect(moveBody(grid, body, 5, 5)).toBe(TOUCHED_X | TOUCHED_Y);
    expect(body.x).toBeCloseTo(3.7, 5);
    expect(body.y).toBeCloseTo(1.7, 5);
  });

  it("lets a circle round a corner that stops a box", () => {
    const grid = gridOf("....", ".#..", "....");
    const circle = { x: 0.5, y: 0.75, radius: 0.4 };
    const square = { x: 0.5, y: 0.75, halfWidth: 0.4, halfHeight: 0.4 };
    for (let i = 0; i < 40; i++) moveBody(grid, circle, 0.05, 0);
    for (let i = 0; i < 40; i++) moveBody(grid, square, 0.05, 0);
    expect(circle.x).toBeGreaterThan(1.5);
    expect(square.x).toBeCloseTo(0.6, 5);
  });

  it("lets a body of width 1 through a gap of one cell", () => {
    const grid = gridOf(".....", "##.##", "##.##", ".....");
    for (const shape of [round(0.5), box(0.5, 0.5)]) {
      const body = { x: 2.5, y: 0.5 };
      moveBody(grid, body, 0, 3, shape);
      expect(body.y).toBeCloseTo(3.5, 5);
    }
  });

  it("does not pass between blocked cells that touch at a corner", () => {
    const grid = gridOf("..#", "...", "#..").cells;
    const diagonal = new CollisionGrid(3, 3, grid);
    diagonal.set(1, 0, true);
    diagonal.set(0, 1, true);
    for (const radius of [0.01, 0.2, 0.5]) {
      const body = { x: 0.5, y: 0.5, radius };
      moveBody(diagonal, body, 10, 10);
      expect(Math.floor(body.x) + Math.floor(body.y), `radius ${radius}`).toBe(0);
    }
  });

  it("keeps a body inside the grid, whatever the motion", () => {
    for (const far of [1e3, 1e9, 1e300, Number.MAX_VALUE]) {
      const body = { x: 10, y: 10, radius: 0.5 };
      moveBody(open, body, far, -far / 2);
      expect(body.x).toBeCloseTo(19.5, 5);
      expect(body.y).toBeCloseTo(0.5, 5);
    }
  });

  it("takes a motion that is not finite for none", () => {
    for (const [dx, dy] of [
      [NaN, 1],
      [1, NaN],
      [Infinity, 0],
      [0, -Infinity],
      [0, 0],
    ] as const) {
      const body = { x: 10, y: 10, radius: 0.5 };
      expect(moveBody(open, body, dx, dy)).toBe(0);
      expect(body).toEqual({ x: 10, y: 10, radius: 0.5 });
    }
  });

  it("does not move a body whose centre is in a wall or nowhere", () => {
    const grid = gridOf(".#.");
    for (const x of [1.5, -3, 99, NaN]) {
      const body = { x, y: 0.5, radius: 0.3 };
      expect(moveBody(grid, body, 1, 0)).toBe(0);
      expect(body.x).toBe(x);
    }
  });

  it("pushes out a body that overlaps a wall, and lets it slide on", () => {
    const grid = gridOf("......", "......", "######");
    for (const shape of [round(0.4), box(0.4, 0.4)]) {
      const body = { x: 1.5, y: 1.75 };
      moveBody(grid, body, 1, 0, shape);
      expect(body.x).toBeCloseTo(2.5, 5);
      expect(body.y).toBeCloseTo(1.6, 5);
    }
  });

  it("leaves a body alone that is too large for its place, but for what still leads out", () => {
    const grid = gridOf("####", "....", "####");
    const body = { x: 2, y: 1.5, radius: 0.9 };
    moveBody(grid, body, 0, 0.3);
    expect(body.y).toBe(1.5);
  });

  it("refuses a body without size", () => {
    for (const shape of [round(0), round(-1), round(NaN), box(0.5, 0), round(Infinity)]) {
      expect(() => moveBody(open, { x: 1, y: 1 }, 1, 0, shape)).toThrow(RangeError);
    }
  });

  const world = fc
    .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }))
    .chain(([width, height]) =>
      fc.record({
        grid: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 9 }).map(
          (noise) =>
            new CollisionGrid(
              width,
              height,
              noise.map((n) => (n >= 7 ? 1 : 0)),
            ),
        ),
        shape: fc.oneof(
          { weight: 5, arbitrary: uniform(0.01, 0.5).map(round) },
          // Hardly more than the distance that is kept from walls.
          { weight: 1, arbitrary: uniform(1.01e-6, 3e-6).map(round) },
          fc.tuple(uniform(0.01, 0.5), uniform(0.01, 0.5)).map(([w, h]) => box(w, h)),
        ),
        start: fc.nat({ max: width * height - 1 }),
        motions: fc.array(fc.tuple(motion(), motion()), { minLength: 1, maxLength: 30 }),
      }),
    )
    .map((setting) => {
      const { grid, start } = setting;
      grid.set(start % grid.width, Math.floor(start / grid.width), false);
      return setting;
    });

  function motion(): fc.Arbitrary<number> {
    return fc.oneof(
      { weight: 6, arbitrary: uniform(-0.3, 0.3) },
      { weight: 2, arbitrary: uniform(-30, 30) },
      { weight: 1, arbitrary: fc.constantFrom(0, 0.5, -0.5, 1, -1, 7, -7, 1e6, -1e6) },
    );
  }

  it("never ends in a wall, never overlaps one and never leaves its region", () => {
    let moved = 0;
    let touched = 0;
    fc.assert(
      fc.property(world, ({ grid, shape, start, motions }) => {
        const body = { x: (start % grid.width) + 0.5, y: Math.floor(start / grid.width) + 0.5 };
        const region = reachable(grid, body.x, body.y);
        for (const [dx, dy] of motions) {
          const { x, y } = body;
          if (moveBody(grid, body, dx, dy, shape) !== 0) touched++;
          if (body.x !== x || body.y !== y) moved++;
          expect(region[grid.cellAt(body.x, body.y)]).toBe(1);
          expect(overlap(grid, body.x, body.y, shape)).toBeLessThan(2e-6);
        }
      }),
      { numRuns: 3000 },
    );
    expect(moved).toBeGreaterThan(5000);
    expect(touched).toBeGreaterThan(5000);
  });

  it("gains no way by sliding, and ends alike each time", () => {
    fc.assert(
      fc.property(world, ({ grid, shape, start, motions }) => {
        const x = (start % grid.width) + 0.5;
        const y = Math.floor(start / grid.width) + 0.5;
        const body = { x, y };
        const again = { x, y };
        for (const [dx, dy] of motions) {
          const before = { ...body };
          expect(moveBody(grid, body, dx, dy, shape)).toBe(moveBody(grid, again, dx, dy, shape));
          expect(body).toEqual(again);
          const way = Math.hypot(body.x - before.x, body.y - before.y);
          expect(way).toBeLessThanOrEqual(Math.hypot(dx, dy) * (1 + 1e-9) + 1e-4);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("recovers from places that rounding has moved into a wall", () => {
    fc.assert(
      fc.property(world, uniform(-0.02, 0.02), (setting, shift) => {
        const { grid, shape, start, motions } = setting;
        const body = { x: (start % grid.width) + 0.5, y: Math.floor(start / grid.width) + 0.5 };
        for (const [dx, dy] of motions) {
          moveBody(grid, body, dx, dy, shape);
          body.x = Math.round(body.x * 32) / 32 + shift;
          if (grid.isBlockedAt(body.x, body.y)) return;
          const region = reachable(grid, body.x, body.y);
          moveBody(grid, body, dy, dx, shape);
          expect(region[grid.cellAt(body.x, body.y)]).toBe(1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
