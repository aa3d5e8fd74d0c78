// Shortest paths against the published lengths of the MovingAI benchmarks: eight directions, cost 1 and √2, a diagonal
// only between free cells. The last column of a scenario is the optimal length, in some files rounded to five places.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CollisionGrid, PathFinder, PathQueue } from "@realmwright/core";
import type { PathResult } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { sharedData } from "./shared-data.ts";

interface Scenario {
  readonly row: number;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  readonly length: number;
}

/** Text with a header of four lines (type, height, width, "map") before the rows; `.` is ground, `T` and `@` not. */
function readGrid(path: string): CollisionGrid {
  const [, height = "", width = "", , ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split(/\r?\n/);
  const cells = Uint8Array.from(rows.join(""), (char) => (char === "." ? 0 : 1));
  return new CollisionGrid(Number(width.split(" ")[1]), Number(height.split(" ")[1]), cells);
}

/** Columns: bucket, map, width, height, start x and y, goal x and y, optimal length. */
function readScenarios(path: string, grid: CollisionGrid): Scenario[] {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  return lines.map((line, row) => {
    const [width, height, fromX, fromY, toX, toY, length] = line.split("\t").slice(2).map(Number);
    expect([width, height]).toEqual([grid.width, grid.height]);
    return { row, fromX: fromX!, fromY: fromY!, toX: toX!, toY: toY!, length: length! };
  });
}

/** The length as its steps add up; NaN for a step that is none. */
function walk(grid: CollisionGrid, cells: Uint32Array): number {
  let length = 0;
  for (let i = 1; i < cells.length; i++) {
    const [x, y] = [cells[i - 1]! % grid.width, Math.floor(cells[i - 1]! / grid.width)];
    const [dx, dy] = [(cells[i]! % grid.width) - x, Math.floor(cells[i]! / grid.width) - y];
    const isStep = Math.max(Math.abs(dx), Math.abs(dy)) === 1;
    const isFree =
      !grid.isBlocked(x + dx, y + dy) && !grid.isBlocked(x + dx, y) && !grid.isBlocked(x, y + dy);
    if (!isStep || !isFree) return NaN;
    length += dx !== 0 && dy !== 0 ? Math.SQRT2 : 1;
  }
  return length;
}

function expectOptimal(grid: CollisionGrid, scenario: Scenario, path: PathResult): void {
  const { row, length, fromX, fromY, toX, toY } = scenario;
  const tolerance = Math.max(1e-3, 5e-6 * length);
  expect(Math.abs(path.length - length), `row ${row}: ${path.length}`).toBeLessThanOrEqual(
    tolerance,
  );
  expect(path.cells[0]).toBe(fromY * grid.width + fromX);
  expect(path.cells.at(-1)).toBe(toY * grid.width + toX);
  expect(walk(grid, path.cells)).toBeCloseTo(path.length, 9);
}

const folder = sharedData("paths");

describe.skipIf(folder === undefined).each([
  ["arena.map", "arena.map.scen", 160],
  ["random-32-32-20.map", "random-32-32-20-random-1.scen", 409],
])("%s", (mapName, scenarioName, count) => {
  const path = (name: string): string => join(folder ?? "", name);

  it(`has the optimal length in all ${count} rows of ${scenarioName}`, () => {
    const grid = readGrid(path(mapName));
    const scenarios = readScenarios(path(scenarioName), grid);
    expect(scenarios).toHaveLength(count);
    const finder = new PathFinder(grid);
    for (const scenario of scenarios) {
      const { fromX, fromY, toX, toY } = scenario;
      expectOptimal(grid, scenario, finder.find(fromX, fromY, toX, toY));
    }
  });

  it("has it by the queue too, in slices of 50 expansions", () => {
    const grid = readGrid(path(mapName));
    const scenarios = readScenarios(path(scenarioName), grid);
    const queue = new PathQueue(grid, { requestsMax: scenarios.length, cacheMax: 16 });
    const byTicket = new Map(
      scenarios.map((s) => [queue.request(s.fromX, s.fromY, s.toX, s.toY, s.row % 3), s]),
    );
    let answered = 0;
    while (queue.size > 0) {
      const used = queue.run(50, (ticket, result) => {
        expectOptimal(grid, byTicket.get(ticket)!, result);
        answered++;
      });
      expect(used).toBeLessThanOrEqual(50);
    }
    expect(answered).toBe(count);
  });
});
