import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { nearestFree, reachable } from "./flood.ts";
import { gridOf } from "./testing/grids.ts";

/** Evenly spread over the range; fast-check's own doubles crowd around zero. */
const uniform = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.nat({ max: 1_000_000_000 })).map((n) => min + ((max - min) * n) / 1_000_000_000);

const noise = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height, max: 1 })
      .map((cells) => new CollisionGrid(width, height, cells)),
  );

/** Spreads over the whole grid until nothing changes: slow, and different. */
function spread(grid: CollisionGrid, start: number): Uint8Array {
  const { width, cells } = grid;
  const seen = new Uint8Array(cells.length);
  if (cells[start] === 0) seen[start] = 1;
  for (let changed = true; changed;) {
    changed = false;
    for (let cell = 0; cell < cells.length; cell++) {
      if (cells[cell] !== 0 || seen[cell] === 1) continue;
      const x = cell % width;
      const touches =
        (x > 0 && seen[cell - 1] === 1) ||
        (x < width - 1 && seen[cell + 1] === 1) ||
        seen[cell - width] === 1 ||
        seen[cell + width] === 1;
      if (!touches) continue;
      seen[cell] = 1;
      changed = true;
    }
  }
  return seen;
}

describe("reachable", () => {
  it("does not wrap round the edges nor slip through corners", () => {
    const grid = gridOf("..#.", "###.", ".#..");
    expect([...reachable(grid, 0.5, 0.5)]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...reachable(grid, 3.5, 0.5)]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1]);
  });

  it("is empty from walls and from outside", () => {
    const grid = gridOf(".#");
    for (const x of [1.5, -0.5, 2, NaN]) expect([...reachable(grid, x, 0.5)]).toEqual([0, 0]);
  });

  it("is what spreading cell by cell finds", () => {
    fc.assert(
      fc.property(noise, fc.nat(), (grid, n) => {
        const cell = n % grid.cells.length;
        const found = reachable(grid, cell % grid.width, Math.floor(cell / grid.width));
        expect(found).toEqual(spread(grid, cell));
      }),
      { numRuns: 500 },
    );
  });
});

describe("nearestFree", () => {
  it("is the cell itself where that is free", () => {
    expect(nearestFree(gridOf("...", "..."), 1.9, 1.1, 5)).toBe(4);
  });

  it("goes by distance to the centres, then by index", () => {
    const grid = gridOf(".....", ".###.", ".###.", ".###.", ".....");
    expect(nearestFree(grid, 2.4, 2.5, 5)).toBe(10);
    expect(nearestFree(grid, 2.6, 2.5, 5)).toBe(14);
    expect(nearestFree(grid, 2.5, 2.5, 5)).toBe(2);
    expect(nearestFree(grid, 2.5, 2.5, 1.9)).toBe(-1);
    expect(nearestFree(grid, 2.5, 2.5, 2)).toBe(2);
  });

  it("can be kept to a region", () => {
    const grid = gridOf("..#..");
    expect(nearestFree(grid, 2.2, 0.5, 9)).toBe(1);
    expect(nearestFree(grid, 2.2, 0.5, 9, reachable(grid, 4.5, 0.5))).toBe(3);
  });

  it("finds the edge from far outside, and nothing from nowhere", () => {
    const grid = gridOf("...", "...");
    expect(nearestFree(grid, 1e9, 0.5, Infinity)).toBe(2);
    expect(nearestFree(grid, -5, -5, 9)).toBe(0);
    for (const x of [NaN, Infinity, -Infinity]) expect(nearestFree(grid, x, 0, 5)).toBe(-1);
    expect(nearestFree(grid, 1, 1, NaN)).toBe(-1);
    expect(nearestFree(grid, 1, 1, -1)).toBe(-1);
    expect(nearestFree(gridOf("##"), 0, 0, Infinity)).toBe(-1);
  });

  it("is what looking at every cell finds", () => {
    const place = uniform(-4, 13);
    fc.assert(
      fc.property(noise, place, place, uniform(0, 12), (grid, x, y, range) => {
        let best = -1;
        let bestSquare = range * range;
        for (let cell = grid.cells.length - 1; cell >= 0; cell--) {
          if (grid.cells[cell] !== 0) continue;
          const dx = (cell % grid.width) + 0.5 - x;
          const dy = Math.floor(cell / grid.width) + 0.5 - y;
          if (dx * dx + dy * dy > bestSquare) continue;
          best = cell;
          bestSquare = dx * dx + dy * dy;
        }
        expect(nearestFree(grid, x, y, range)).toBe(best);
      }),
      { numRuns: 1000 },
    );
  });
});
