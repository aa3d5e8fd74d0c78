import { describe, expect, it } from "vitest";
import { capacity } from "./capacity.ts";
import type { Trial } from "./stage.ts";

const sound: Trial = {
  players: 0,
  p50: 40,
  p95: 60,
  p99: 80,
  bytesPerSecond: 3_500,
  updatesPerSecond: 20,
  present: 0.99,
  cpuMicroseconds: 30,
  serverCpu: 0.5,
  serverLagMs: 2,
  clientCpu: 0.3,
  clientLagMs: 2,
  blind: 0,
  lost: 0,
};

/** The largest room when trials of more than 1,000 players give this. */
function largest(beyond: Partial<Trial>): Promise<number> {
  return capacity(800, 4_000, (players) =>
    Promise.resolve({ ...sound, players, ...(players > 1_000 ? beyond : {}) }),
  );
}

describe("the largest room", () => {
  it("is the most that there may be when all trials are sound", async () => {
    expect(await largest({})).toBe(4_000);
  });

  it.each<Partial<Trial>>([
    { p95: 101 },
    { p95: NaN },
    { present: 0.94 },
    { present: NaN },
    { updatesPerSecond: 17.9 },
    { blind: 1 },
    { lost: 1 },
  ])("ends where trials give %o", async (beyond) => {
    const players = await largest(beyond);
    expect(players).toBeGreaterThan(900);
    expect(players).toBeLessThanOrEqual(1_000);
  });
});
