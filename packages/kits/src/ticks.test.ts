import { describe, expect, it } from "vitest";
import { ticksOf } from "./ticks.ts";

describe("ticksOf", () => {
  it("rounds up, whole ticks staying whole", () => {
    expect([0, 1, 50, 51, 100, 600].map((ms) => ticksOf(ms, 20))).toEqual([0, 1, 1, 2, 2, 12]);
    for (let ticks = 0; ticks < 5000; ticks++) {
      for (const rate of [20, 30, 60, 128])
        expect(ticksOf((ticks * 1000) / rate, rate)).toBe(ticks);
    }
  });
});
