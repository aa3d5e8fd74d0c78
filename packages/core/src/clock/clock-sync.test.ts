import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../random/random.ts";
import { ClockSync } from "./clock-sync.ts";

test("C-CLK1 a symmetric way gives the exact offset", () => {
  const sync = new ClockSync();
  expect(sync.sample(1000, 5050, 1100)).toBe(true);
  expect(sync.rttMs).toBe(100);
  expect(sync.offsetMs).toBe(4000);
  expect(sync.remoteTime(2000)).toBe(6000);
});

test("C-CLK1 the offset is off by at most half the shortest round trip of the last eight", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(
        fc
          .record({ up: fc.double({ min: 0, max: 300 }), down: fc.double({ min: 0, max: 300 }) })
          .map(({ up, down }) => ({ up: up || 0, down: down || 0 })),
        { minLength: 1, maxLength: 40 },
      ),
      (offset, ways) => {
        const sync = new ClockSync();
        let now = 0;
        for (const { up, down } of ways) {
          sync.sample(now, now + up + offset, now + up + down);
          now += 1000;
        }
        const shortest = Math.min(...ways.slice(-8).map(({ up, down }) => up + down));
        expect(sync.minRttMs).toBeCloseTo(shortest, 6);
        expect(Math.abs(sync.offsetMs - offset)).toBeLessThanOrEqual(shortest / 2 + 1e-3);
      },
    ),
  );
});

test("jitter is 0 on an even way and tells the size of the changes on an uneven one", () => {
  const even = new ClockSync();
  const uneven = new ClockSync();
  const random = new Random(7);
  for (let i = 0; i < 200; i++) {
    even.sample(i * 1000, 0, i * 1000 + 80);
    uneven.sample(i * 1000, 0, i * 1000 + 80 + random.between(0, 60));
  }
  expect(even.jitterMs).toBe(0);
  expect(even.rttMs).toBe(80);
  // the mean difference of two numbers drawn from [0, 60) is 20
  expect(uneven.jitterMs).toBeGreaterThan(10);
  expect(uneven.jitterMs).toBeLessThan(30);
});

test("impossible pings are left out", () => {
  const sync = new ClockSync();
  expect(sync.sample(100, 0, 99)).toBe(false);
  expect(sync.sample(Number.NaN, 0, 99)).toBe(false);
  expect(sync.sample(0, Number.POSITIVE_INFINITY, 99)).toBe(false);
  expect(sync.sample(0, Number.NaN, 99)).toBe(false);
  expect(sync.sample(0, 0, Number.POSITIVE_INFINITY)).toBe(false);
  expect(sync.samples).toBe(0);
});

test("a reset forgets the other clock", () => {
  const sync = new ClockSync();
  sync.sample(0, 1_000_000, 10);
  sync.reset();
  sync.sample(0, 105, 10);
  expect(sync.offsetMs).toBe(100);
  expect(sync.jitterMs).toBe(0);
  expect(sync.samples).toBe(1);
});
