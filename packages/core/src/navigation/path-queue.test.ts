import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CollisionGrid } from "./collision-grid.ts";
import { PathCache } from "./path-cache.ts";
import { PathFinder } from "./path-finder.ts";
import { PathQueue } from "./path-queue.ts";
import type { PathResult } from "./path.ts";
import { gridOf } from "./testing/grids.ts";

const side = 10;
const world = fc.uint8Array({ minLength: side * side, maxLength: side * side, max: 9 }).map(
  (noise) =>
    new CollisionGrid(
      side,
      side,
      noise.map((n) => (n >= 7 ? 1 : 0)),
    ),
);
const coordinate = fc.integer({ min: -1, max: side });
const question = fc.record({
  fromX: coordinate,
  fromY: coordinate,
  toX: coordinate,
  toY: coordinate,
  priority: fc.integer({ min: 0, max: 3 }),
});

function drain(queue: PathQueue, budget: number): Map<number, PathResult> {
  const answers = new Map<number, PathResult>();
  for (let runs = 0; queue.size > 0; runs++) {
    expect(runs, "the queue must end").toBeLessThan(100_000);
    const used = queue.run(budget, (ticket, result) => answers.set(ticket, result));
    expect(used).toBeLessThanOrEqual(budget);
  }
  return answers;
}

describe("PathQueue", () => {
  it("answers every request as a finder of its own would, with and without cache, in any slices", () => {
    fc.assert(
      fc.property(
        world,
        fc.array(question, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(0, 1, 3, 100),
        (grid, questions, budget, cacheMax) => {
          const queue = new PathQueue(grid, { cacheMax });
          const asked = new Map(
            // Asked twice, so that the cache has something to do.
            [...questions, ...questions].map((q) => [
              queue.request(q.fromX, q.fromY, q.toX, q.toY, q.priority),
              q,
            ]),
          );
          const answers = drain(queue, budget);
          expect(answers.size).toBe(asked.size);
          for (const [ticket, q] of asked) {
            const alone = new PathFinder(grid).find(q.fromX, q.fromY, q.toX, q.toY);
            expect(answers.get(ticket!)).toEqual(alone);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("answers for the grid as it is when it answers", () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.tuple(question, fc.nat({ max: side * side - 1 })), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 30 }),
        (grid, steps, budget) => {
          const queue = new PathQueue(grid);
          const asked = new Map<number, (typeof steps)[number][0]>();
          for (const [q, cell] of steps) {
            asked.set(queue.request(q.fromX, q.fromY, q.toX, q.toY, q.priority)!, q);
            const [x, y] = [cell % side, Math.floor(cell / side)];
            grid.set(x, y, !grid.isBlocked(x, y));
            queue.run(budget, (ticket, result) => {
              const { fromX, fromY, toX, toY } = asked.get(ticket)!;
              expect(result).toEqual(new PathFinder(grid).find(fromX, fromY, toX, toY));
            });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("serves the highest priority first, then the oldest", () => {
    const queue = new PathQueue(new CollisionGrid(4, 4));
    const low = queue.request(0, 0, 3, 3, 1);
    const lower = queue.request(0, 0, 3, 2, 0);
    const high = queue.request(0, 0, 3, 1, 2);
    const second = queue.request(0, 0, 2, 3, 1);
    const order: number[] = [];
    queue.run(1000, (ticket) => order.push(ticket));
    expect(order).toEqual([high, low, second, lower]);
  });

  it("spends no more than its budget and goes on in the next run", () => {
    const queue = new PathQueue(new CollisionGrid(50, 50));
    queue.request(0, 0, 49, 49);
    const answers: PathResult[] = [];
    let runs = 0;
    for (; answers.length === 0; runs++) {
      expect(queue.run(10, (_ticket, result) => answers.push(result))).toBeLessThanOrEqual(10);
    }
    expect(answers[0]!.length).toBeCloseTo(49 * Math.SQRT2, 9);
    expect(runs).toBe(5);
  });

  it("forgets cancelled requests, waiting or under way", () => {
    const queue = new PathQueue(new CollisionGrid(50, 50));
    const [a, b, c] = [1, 2, 3].map((x) => queue.request(0, 0, 49, 40 + x)!);
    queue.run(5, () => expect.unreachable());
    expect(queue.cancel(a!)).toBe(true);
    expect(queue.cancel(c!)).toBe(true);
    expect(queue.cancel(a!)).toBe(false);
    expect(queue.cancel(99)).toBe(false);
    expect(queue.size).toBe(1);
    const answers = drain(queue, 50);
    expect([...answers.keys()]).toEqual([b]);
    expect(answers.get(b!)).toEqual(new PathFinder(new CollisionGrid(50, 50)).find(0, 0, 49, 42));
    expect(queue.cancel(b!)).toBe(false);
  });

  it("refuses requests beyond its limit, the one under way included", () => {
    const queue = new PathQueue(new CollisionGrid(30, 30), { requestsMax: 2 });
    expect(queue.request(0, 0, 29, 29)).toBe(1);
    queue.run(3, () => expect.unreachable());
    expect(queue.request(0, 0, 29, 28)).toBe(2);
    expect(queue.request(0, 0, 29, 27)).toBeUndefined();
    expect(queue.cancel(2)).toBe(true);
    expect(queue.request(0, 0, 29, 27)).toBe(3);
  });

  it("ends a run in which every delivery asks again", () => {
    const grid = gridOf("...", "...");
    const queue = new PathQueue(grid);
    let delivered = 0;
    queue.request(0, 0, 1, 1);
    const used = queue.run(100, () => {
      delivered++;
      // In the end all of these come from the cache.
      if (delivered < 1000) queue.request(delivered % 3, 0, delivered % 2, 1);
    });
    expect(used).toBeLessThanOrEqual(100);
    expect(delivered).toBeGreaterThan(50);
    expect(delivered).toBeLessThanOrEqual(100);
    expect(queue.size).toBe(1);
  });

  it("has taken a request out before its delivery, which may throw", () => {
    const queue = new PathQueue(new CollisionGrid(5, 5));
    queue.request(0, 0, 4, 4);
    const last = queue.request(0, 0, 4, 3);
    const boom = new Error("boom");
    expect(() =>
      queue.run(100, () => {
        throw boom;
      }),
    ).toThrow(boom);
    expect([...drain(queue, 100).keys()]).toEqual([last]);
  });
});

describe("PathCache", () => {
  const result = (length: number): PathResult => ({
    status: "found",
    cells: new Uint32Array(1),
    length,
  });

  it("drops what was used least recently", () => {
    const cache = new PathCache(new CollisionGrid(5, 5), 2);
    cache.put(0, 1, result(1));
    cache.put(0, 2, result(2));
    expect(cache.get(0, 1)?.length).toBe(1);
    cache.put(0, 3, result(3));
    expect(cache.size).toBe(2);
    expect(cache.get(0, 2)).toBeUndefined();
    expect(cache.get(0, 1)?.length).toBe(1);
    expect(cache.get(0, 3)?.length).toBe(3);
    cache.put(0, 3, result(4));
    expect(cache.size).toBe(2);
    expect(cache.get(0, 3)?.length).toBe(4);
  });

  it("is empty after a change of the grid", () => {
    const grid = new CollisionGrid(5, 5);
    const cache = new PathCache(grid, 10);
    cache.put(0, 1, result(1));
    grid.set(4, 4, true);
    expect(cache.get(0, 1)).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it("keeps nothing for places outside, and nothing at all with room for none", () => {
    const cache = new PathCache(new CollisionGrid(5, 5), 10);
    cache.put(1, -1, result(1));
    cache.put(-1, 1, result(1));
    expect(cache.size).toBe(0);
    expect(cache.get(0, 24)).toBeUndefined();
    const none = new PathCache(new CollisionGrid(5, 5), 0);
    none.put(0, 1, result(1));
    expect(none.size).toBe(0);
  });
});
