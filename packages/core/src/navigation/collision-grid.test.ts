import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { gridOf } from "./testing/grids.ts";

describe("CollisionGrid", () => {
  it("is blocked everywhere outside, and for what is no cell", () => {
    const grid = new CollisionGrid(3, 2);
    expect(grid.isBlocked(0, 0)).toBe(false);
    expect(grid.isBlocked(2, 1)).toBe(false);
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [3, 0],
      [0, 2],
      [NaN, 0],
      [0, Infinity],
    ] as const) {
      expect(grid.isBlocked(x, y), `${x},${y}`).toBe(true);
      expect(grid.isBlockedAt(x, y), `${x},${y}`).toBe(true);
      expect(grid.cellAt(x, y), `${x},${y}`).toBe(-1);
    }
    expect(grid.isBlockedAt(2.999, 1.999)).toBe(false);
    expect(grid.cellAt(2.999, 1.999)).toBe(5);
    expect(grid.isBlockedAt(-0.001, 0)).toBe(true);
  });

  it("counts a version for each change, and only for changes", () => {
    const grid = gridOf("..", ".#");
    expect(grid.version).toBe(0);
    grid.set(1, 1, true);
    expect(grid.version).toBe(0);
    grid.set(0, 1, true);
    grid.set(1, 1, false);
    expect(grid.version).toBe(2);
    expect([...grid.cells]).toEqual([0, 0, 1, 0]);
  });

  it("refuses impossible sizes, contents and cells", () => {
    expect(() => new CollisionGrid(0, 1)).toThrow(RangeError);
    expect(() => new CollisionGrid(1.5, 1)).toThrow(RangeError);
    expect(() => new CollisionGrid(NaN, 1)).toThrow(RangeError);
    expect(() => new CollisionGrid(2, 2, new Uint8Array(3))).toThrow(RangeError);
    expect(() => new CollisionGrid(1, 1, Uint8Array.of(2))).toThrow(RangeError);
    expect(() => new CollisionGrid(1, 1).set(1, 0, true)).toThrow(RangeError);
  });
});
