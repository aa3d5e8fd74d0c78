import { CollisionGrid, type Of } from "realmwright";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadRealmMap } from "../content/realm-map.ts";
import { playerBody, step, walkingSpeed, type Player } from "../shared.ts";
import { files } from "./stage.ts";

type PlayerFields = Of<typeof Player>;

const open = new CollisionGrid(64, 64);
const at = (x: number, y: number, speed = 100): PlayerFields =>
  ({ x, y, speed, heading: 0 }) as PlayerFields;
const dt = 1 / 20;

describe("the step", () => {
  it("walks five tiles per second in every direction", () => {
    for (const [dx, dy] of [
      [1, 0],
      [0, -1],
      [Math.SQRT1_2, Math.SQRT1_2],
      [-0.6, 0.8],
      [1, 1],
      [-1, 1],
    ] as const) {
      const player = at(32, 32);
      for (let i = 0; i < 20; i++) step(player, { dx, dy }, dt, open);
      expect(Math.hypot(player.x - 32, player.y - 32)).toBeCloseTo(walkingSpeed, 3);
      expect(player.heading).toBeCloseTo(Math.atan2(dy, dx), 9);
    }
  });

  it("walks slowly where the stick is pushed a little", () => {
    const player = at(32, 32);
    for (let i = 0; i < 20; i++) step(player, { dx: 0.5, dy: 0 }, dt, open);
    expect(player.x).toBeCloseTo(34.5, 9);
  });

  it("is quicker by haste, slower by frost, and still for the stunned and the dead", () => {
    const ways = [140, 60, 0].map((speed) => {
      const player = at(32, 32, speed);
      for (let i = 0; i < 20; i++) step(player, { dx: 1, dy: 0 }, dt, open);
      return player.x - 32;
    });
    expect(ways[0]).toBeCloseTo(7, 9);
    expect(ways[1]).toBeCloseTo(3, 9);
    expect(ways[2]).toBe(0);
  });

  it("stands still and keeps its heading without an input, or with one that is no number", () => {
    for (const [dx, dy] of [
      [0, 0],
      [NaN, 0],
      [0, NaN],
    ] as const) {
      const player = { ...at(32, 32), heading: 1.5 };
      step(player, { dx, dy }, dt, open);
      expect([player.x, player.y, player.heading]).toEqual([32, 32, 1.5]);
    }
  });

  it("never stands in what is blocked, on the game's own maps, whatever one does", async () => {
    for (const name of ["town", "forest"]) {
      const { grid, spawns } = await loadRealmMap(files, `maps/${name}.tmj`);
      const start = spawns.get("start")!;
      const side = fc.integer({ min: -127, max: 127 }).map((n) => n / 127);
      const push = fc.record({ dx: side, dy: side, ticks: fc.integer({ min: 1, max: 60 }) });
      let moved = 0;
      fc.assert(
        fc.property(fc.array(push, { minLength: 20, maxLength: 60 }), (pushes) => {
          const player = at(start.x, start.y, 140);
          for (const { dx, dy, ticks } of pushes) {
            for (let i = 0; i < ticks; i++) {
              const { x, y } = player;
              step(player, { dx, dy }, dt, grid);
              moved += Math.hypot(player.x - x, player.y - y);
              expect(grid.isBlockedAt(player.x, player.y)).toBe(false);
              for (const [ox, oy] of [
                [1, 0],
                [-1, 0],
                [0, 1],
                [0, -1],
              ] as const) {
                const r = playerBody.radius - 1e-3;
                expect(grid.isBlockedAt(player.x + ox * r, player.y + oy * r)).toBe(false);
              }
            }
          }
        }),
        { numRuns: 30 },
      );
      expect(moved).toBeGreaterThan(1000);
    }
  });
});
