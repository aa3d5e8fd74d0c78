import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { reachable } from "./flood.ts";
import { PathFinder } from "./path-finder.ts";
import type { PathResult } from "./path.ts";
import { gridOf } from "./testing/grids.ts";
import { shortestLengths, walkedLength } from "./testing/shortest.ts";

const world = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 0, max: 6 }),
  )
  .chain(([width, height, density]) =>
    fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 9 }).map(
      (noise) =>
        new CollisionGrid(
          width,
          height,
          noise.map((n) => (n < density ? 1 : 0)),
        ),
    ),
  );

function findCells(finder: PathFinder, start: number, goal: number): PathResult {
  const { width } = finder.grid;
  return finder.find(
    start % width,
    Math.floor(start / width),
    goal % width,
    Math.floor(goal / width),
  );
}

describe("PathFinder", () => {
  it("goes straight, diagonally and nowhere", () => {
    const finder = new PathFinder(new CollisionGrid(5, 5));
    expect(finder.find(0.5, 0.5, 3.2, 0.9)).toEqual({
      status: "found",
      cells: Uint32Array.of(0, 1, 2, 3),
      length: 3,
    });
    expect(finder.find(0, 0, 2, 2)).toEqual({
      status: "found",
      cells: Uint32Array.of(0, 6, 12),
      length: 2 * Math.SQRT2,
    });
    expect(finder.find(1, 1, 1.9, 1.9)).toEqual({
      status: "found",
      cells: Uint32Array.of(6),
      length: 0,
    });
  });

  it("cuts no corner", () => {
    expect(new PathFinder(gridOf("..", "#.")).find(0, 0, 1, 1).length).toBe(2);
    expect(new PathFinder(gridOf(".#", "..")).find(0, 0, 1, 1).length).toBe(2);
    expect(new PathFinder(gridOf(".#", "#.")).find(0, 0, 1, 1).status).toBe("none");
    expect(new PathFinder(gridOf("...", ".#.", "...")).find(1, 0, 1, 2).length).toBe(4);
  });

  it("finds no path from, to and through walls, nor outside", () => {
    const finder = new PathFinder(gridOf("..#..", "..#.#"));
    const none = { status: "none", cells: new Uint32Array(0), length: Infinity };
    for (const x of [2, 3, -1, 5, NaN, Infinity, -1e300]) {
      expect(finder.find(0, 0, x, 0), `to ${x}`).toEqual(none);
      expect(finder.find(x, 0, 0, 0), `from ${x}`).toEqual(none);
    }
  });

  it("is as short as can be, by steps that may be taken, wherever a way leads", () => {
    let found = 0;
    let none = 0;
    fc.assert(
      fc.property(world, fc.nat(), (grid, n) => {
        const finder = new PathFinder(grid);
        const start = n % grid.cells.length;
        const lengths = shortestLengths(grid, start);
        for (let goal = 0; goal < grid.cells.length; goal++) {
          const path = findCells(finder, start, goal);
          if (lengths[goal] === Infinity) {
            none++;
            expect(path.status).toBe("none");
            continue;
          }
          found++;
          expect(path.status).toBe("found");
          expect(path.length).toBeCloseTo(lengths[goal]!, 9);
          expect(walkedLength(grid, path.cells, start, goal)).toBeCloseTo(path.length, 9);
        }
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(500);
    expect(none).toBeGreaterThan(500);
  });

  it("finds a way exactly to what a flood reaches", () => {
    fc.assert(
      fc.property(world, fc.nat(), (grid, n) => {
        const start = n % grid.cells.length;
        const flood = reachable(grid, start % grid.width, Math.floor(start / grid.width));
        const finder = new PathFinder(grid);
        for (let goal = 0; goal < grid.cells.length; goal++) {
          const isFound = findCells(finder, start, goal).status === "found";
          expect(isFound).toBe(flood[goal] === 1);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("gives the same path in slices, again, and from another finder", () => {
    fc.assert(
      fc.property(
        world,
        fc.nat(),
        fc.nat(),
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1 }),
        (grid, a, b, slices) => {
          const [start, goal] = [a % grid.cells.length, b % grid.cells.length];
          const [x, y] = [start % grid.width, Math.floor(start / grid.width)];
          const [toX, toY] = [goal % grid.width, Math.floor(goal / grid.width)];
          const finder = new PathFinder(grid);
          const whole = finder.find(x, y, toX, toY);
          finder.find(toX, toY, x, y);
          expect(finder.find(x, y, toX, toY)).toEqual(whole);
          const sliced = new PathFinder(grid);
          sliced.begin(x, y, toX, toY);
          for (let i = 0; sliced.result === undefined; i++) {
            const budget = i < slices.length ? slices[i]! : 5;
            expect(sliced.advance(budget)).toBeLessThanOrEqual(budget);
          }
          expect(sliced.result).toEqual(whole);
          expect(sliced.advance(100)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("chooses among equally short paths once and for all", () => {
    // Fixed, because server and clients of different versions of an engine must choose alike.
    const open = new PathFinder(new CollisionGrid(6, 6));
    expect([...open.find(0, 0, 4, 2).cells]).toEqual([0, 7, 14, 15, 16]);
    expect([...open.find(4, 2, 0, 0).cells]).toEqual([16, 9, 2, 1, 0]);
    expect([...open.find(5, 0, 0, 3).cells]).toEqual([5, 10, 15, 14, 13, 18]);
    const posts = new CollisionGrid(12, 12);
    for (let cell = 0; cell < 144; cell += 7) posts.set(cell % 12, Math.floor(cell / 12), true);
    const finder = new PathFinder(posts);
    // FNV-1a over all cells of the paths between all pairs.
    let hash = 0x811c_9dc5;
    for (let pair = 0; pair < 144 * 144; pair++) {
      for (const cell of findCells(finder, pair % 144, Math.floor(pair / 144)).cells) {
        hash = Math.imul(hash ^ cell, 0x0100_0193);
      }
    }
    expect(hash >>> 0).toBe(2024316456);
  });

  it("starts over when the grid changes during a search", () => {
    const grid = gridOf(".....", ".###.", ".....");
    const finder = new PathFinder(grid);
    finder.begin(0, 1, 4, 1);
    finder.advance(4);
    grid.set(2, 0, true);
    while (finder.result === undefined) finder.advance(1);
    expect(finder.result).toEqual(new PathFinder(grid).find(0, 1, 4, 1));
    expect([...finder.result.cells]).not.toContain(2);
    grid.set(2, 2, true);
    expect(finder.find(0, 1, 4, 1).status).toBe("none");
  });

  it("gives up at its limit, and not one expansion before", () => {
    const grid = new CollisionGrid(6, 1);
    expect(new PathFinder(grid, { expansionsMax: 6 }).find(0, 0, 5, 0).status).toBe("found");
    expect(new PathFinder(grid, { expansionsMax: 5 }).find(0, 0, 5, 0)).toEqual({
      status: "limit",
      cells: new Uint32Array(0),
      length: Infinity,
    });
    for (const expansionsMax of [0, -1, NaN]) {
      expect(() => new PathFinder(grid, { expansionsMax })).toThrow(RangeError);
    }
  });

  it("counts the expansions of restarts against the limit", () => {
    const grid = new CollisionGrid(40, 40);
    const finder = new PathFinder(grid, { expansionsMax: 30 });
    finder.begin(0, 0, 39, 39);
    for (let i = 0; finder.result === undefined; i++) {
      expect(i).toBeLessThan(100);
      finder.advance(3);
      grid.set(20, 0, i % 2 === 0);
    }
    expect(finder.result.status).toBe("limit");
  });

  it("has nothing to go on with before it was asked", () => {
    const finder = new PathFinder(new CollisionGrid(3, 3));
    expect(finder.advance(10)).toBe(0);
    expect(finder.result).toBeUndefined();
  });
});
