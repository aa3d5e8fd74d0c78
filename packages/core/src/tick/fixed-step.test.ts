import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FixedStep } from "./fixed-step.ts";
import { roomRates } from "./rates.ts";

describe("FixedStep", () => {
  it("makes the first step due one step after the start", () => {
    const steps = new FixedStep({ rate: 20, startMs: 1000 });
    expect(steps.nextMs).toBe(1050);
    expect(steps.advance(1000)).toBe(0);
    expect(steps.advance(1049.9)).toBe(0);
    expect(steps.advance(1050)).toBe(1);
    expect(steps.nextMs).toBe(1100);
  });

  it("does not drift over a day at 60 steps per second", () => {
    const steps = new FixedStep({ rate: 60, startMs: 0.125 });
    const day = 24 * 3600 * 60;
    let taken = 0;
    for (let i = 1; i <= 6000; i++) taken += steps.advance(0.125 + (i * 1000) / 60);
    expect(taken).toBe(6000);
    const later = new FixedStep({ rate: 60, startMs: 0, catchUpMax: day });
    expect(later.advance((day * 1000) / 60)).toBe(day);
    expect(later.nextMs).toBeCloseTo(((day + 1) * 1000) / 60, 6);
  });

  it("catches up by three steps and drops the time of more", () => {
    const steps = new FixedStep({ rate: 10, startMs: 0 });
    expect(steps.advance(300)).toBe(3);
    expect(steps.dropped).toBe(0);
    expect(steps.advance(700)).toBe(3);
    expect(steps.dropped).toBe(1);
    expect(steps.nextMs).toBe(800);
    expect(steps.advance(60_000)).toBe(3);
    expect(steps.advance(60_000)).toBe(0);
    expect(steps.nextMs).toBeGreaterThan(60_000);
    expect(steps.nextMs).toBeLessThanOrEqual(60_100);
  });

  it("makes nothing due when time runs backwards, and goes on after", () => {
    const steps = new FixedStep({ rate: 10, startMs: 0 });
    expect(steps.advance(100)).toBe(1);
    expect(steps.advance(50)).toBe(0);
    expect(steps.advance(-10_000)).toBe(0);
    expect(steps.advance(200)).toBe(1);
    expect(steps.dropped).toBe(0);
  });

  it("steps taken and dropped always equal the time that went by, whatever the pattern of calls", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (rate, pauses) => {
          const steps = new FixedStep({ rate, startMs: 5 });
          let now = 5;
          let taken = 0;
          for (const pause of pauses) {
            now += pause;
            const due = steps.advance(now);
            expect(due).toBeGreaterThanOrEqual(0);
            expect(due).toBeLessThanOrEqual(3);
            taken += due;
            expect(steps.nextMs).toBeGreaterThan(now - 0.01);
            expect(steps.phase(now)).toBeGreaterThanOrEqual(0);
            expect(steps.phase(now)).toBeLessThanOrEqual(1);
          }
          const whole = ((now - 5) * rate) / 1000;
          expect(Math.abs(taken + steps.dropped - whole)).toBeLessThanOrEqual(1.001);
        },
      ),
    );
  });

  it("refuses rates that are not positive", () => {
    for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1001]) {
      expect(() => new FixedStep({ rate, startMs: 0 })).toThrow(
        expect.objectContaining({ code: "GAME_INVALID" }),
      );
    }
  });
});

describe("roomRates", () => {
  it("defaults to 20 steps, each sent", () => {
    expect(roomRates({})).toEqual({ tickRate: 20, sendRate: 20, sendEvery: 1 });
  });

  it("sends at the greatest divisor of the tick rate that is at most 20", () => {
    expect(roomRates({ tickRate: 60 })).toEqual({ tickRate: 60, sendRate: 20, sendEvery: 3 });
    expect(roomRates({ tickRate: 128 }).sendRate).toBe(16);
    expect(roomRates({ tickRate: 37 }).sendRate).toBe(1);
  });

  it("refuses rates at one beyond the limits and those that do not divide", () => {
    expect(roomRates({ tickRate: 1 }).tickRate).toBe(1);
    expect(roomRates({ tickRate: 128 }).tickRate).toBe(128);
    for (const rates of [
      { tickRate: 0 },
      { tickRate: 129 },
      { tickRate: 20.5 },
      { tickRate: 60, sendRate: 25 },
      { tickRate: 60, sendRate: 0 },
      { tickRate: 20, sendRate: 40 },
    ]) {
      expect(() => roomRates(rates)).toThrow(expect.objectContaining({ code: "GAME_INVALID" }));
    }
  });
});
