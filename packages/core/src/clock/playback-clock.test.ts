import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../random/random.ts";
import { PlaybackClock } from "./playback-clock.ts";

interface Run {
  readonly clock: PlaybackClock;
  /** Stream time shown less stream time now, by frame, in milliseconds. */
  readonly behind: number[];
  readonly shown: number[];
  /** Frames, after the first second, that showed a moment whose snapshot had not come. */
  late: number;
}

/** 20 sends per second at 60 ticks, frames at about 60 Hz, for a number of seconds. */
function run(
  seed: number,
  seconds: number,
  reliable: boolean,
  delayOf: (atMs: number) => number,
): Run {
  const random = new Random(seed);
  const clock = new PlaybackClock({ tickRate: 60, sendRate: 20, reliable });
  const result: Run = { clock, behind: [], shown: [], late: 0 };
  const arrivals: { tick: number; at: number }[] = [];
  let last = 0;
  for (let tick = 0; tick < seconds * 60; tick += 3) {
    const sent = (tick * 1000) / 60;
    last = Math.max(last, sent + delayOf(sent));
    arrivals.push({ tick, at: last });
  }
  let next = 0;
  for (let now = 0; now < seconds * 1000; now += 14 + random.between(0, 5)) {
    while (next < arrivals.length && arrivals[next]!.at <= now) {
      clock.arrived(arrivals[next]!.tick, now);
      next++;
    }
    if (next === 0) continue;
    const shown = clock.advance(now);
    result.shown.push(shown);
    result.behind.push(now - (shown * 1000) / 60);
    if (now > 1000 && shown > clock.newestTick) result.late++;
  }
  return result;
}

test("C-CLK3 an even stream is shown two intervals behind, and later only by its way", () => {
  const { clock, behind, late } = run(1, 20, true, () => 40);
  expect(clock.delayMs).toBe(100);
  expect(late).toBe(0);
  for (const ms of behind.slice(-500)) {
    // 40 ms of way, up to one frame until the arrival is noticed
    expect(ms).toBeGreaterThan(135);
    expect(ms).toBeLessThan(165);
  }
});

test("C-CLK2 time never runs backwards, and at most 2 % fast and 4 % slow", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 120 }), (seed, jitter) => {
      const random = new Random(seed);
      const clock = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: true });
      let arrival = 0;
      let tick = 0;
      let before = Number.NaN;
      for (let now = 0; now < 10_000; now += 16) {
        while (arrival <= now) {
          clock.arrived(tick, now);
          tick++;
          arrival = Math.max(arrival, tick * 50 + random.between(0, jitter));
        }
        const shown = clock.advance(now) * 50;
        const passed = shown - before;
        if (!Number.isNaN(before)) {
          expect(passed).toBeGreaterThanOrEqual(16 * 0.96 - 1e-9);
          expect(passed).toBeLessThanOrEqual(16 * 1.02 + 1e-9);
        }
        before = shown;
      }
      expect(tick).toBeGreaterThan(100);
    }),
    { numRuns: 30 },
  );
});

test("C-CLK3 jitter lengthens the delay until nearly every snapshot is there in time", () => {
  const random = new Random(3);
  const jittery = run(2, 60, true, () => 30 + random.between(0, 60));
  const even = run(2, 60, true, () => 30);
  expect(jittery.clock.delayMs).toBeGreaterThan(even.clock.delayMs);
  expect(jittery.late / jittery.shown.length).toBeLessThan(0.01);
});

test("C-CLK3 the delay follows its formulas", () => {
  const reliable = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: true });
  reliable.network(200, 10);
  reliable.arrived(0, 0);
  reliable.advance(0);
  // I + 2J + R/2
  expect(reliable.delayMs).toBe(50 + 20 + 100);
  reliable.network(4000, 500);
  reliable.advance(16);
  expect(reliable.delayMs).toBe(500);
  reliable.network(10, 0);
  reliable.advance(32);
  expect(reliable.delayMs).toBe(100);
  const datagrams = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: false });
  datagrams.network(4000, 500);
  datagrams.arrived(0, 0);
  datagrams.advance(0);
  expect(datagrams.delayMs).toBe(85);
});

test("of snapshots that come at once after a stall only the newest moves the clock", () => {
  const stall = { from: 10_000, to: 10_400 };
  const { behind } = run(4, 20, true, (at) =>
    at >= stall.from && at < stall.to ? stall.to - at + 40 : 40,
  );
  const before = behind[600]!;
  for (const ms of behind.slice(700)) expect(Math.abs(ms - before)).toBeLessThan(25);
});

test("C-CLK2 a stream that leaps is followed at once", () => {
  const clock = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: true });
  for (let i = 0; i < 40; i++) {
    clock.arrived(i, i * 50);
    clock.advance(i * 50);
  }
  for (let i = 0; i < 100; i++) {
    clock.arrived(10_000 + i, 2000 + i * 50);
    clock.advance(2000 + i * 50);
  }
  expect(clock.newestTick - clock.displayTick).toBeGreaterThan(1);
  expect(clock.newestTick - clock.displayTick).toBeLessThan(4);
});

test("the server's tick is the newest arrival and half a round trip", () => {
  const clock = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: true });
  expect(clock.serverTick(123)).toBe(0);
  clock.network(100, 0);
  clock.arrived(200, 5000);
  clock.advance(5000);
  expect(clock.serverTick(5000)).toBe(201);
  expect(clock.serverTick(5100)).toBe(203);
});

test("nothing is shown before the first snapshot, nor after a reset", () => {
  const clock = new PlaybackClock({ tickRate: 20, sendRate: 20, reliable: true });
  expect(clock.advance(1000)).toBe(0);
  clock.arrived(77, 1000);
  expect(clock.advance(1000)).toBeCloseTo(75, 9);
  clock.reset();
  expect(clock.advance(1016)).toBe(0);
  expect(clock.newestTick).toBe(-1);
  clock.arrived(5, 2000);
  expect(clock.advance(2000)).toBeCloseTo(3, 9);
});

test("C-CLK3 after a reset nothing is left of the stream before", () => {
  const options = { tickRate: 20, sendRate: 20, reliable: false };
  const clock = new PlaybackClock(options);
  const random = new Random(3);
  for (let tick = 0; tick < 200; tick++) {
    clock.arrived(tick, tick * 50 + random.between(0, 60));
    clock.advance(tick * 50 + 60);
  }
  expect(clock.delayMs).toBeGreaterThan(100);
  // one that has come and was not looked at yet
  clock.arrived(200, 10_010);
  clock.reset();
  expect([clock.newestTick, clock.displayTick, clock.delayMs]).toEqual([-1, 0, 100]);
  expect(clock.serverTick(10_020)).toBe(0);
  expect(clock.advance(10_020)).toBe(0);
  clock.arrived(5, 10_050);
  expect(clock.newestTick).toBe(5);
  expect(clock.advance(10_050)).toBeLessThan(5);
  expect(clock.advance(10_050)).toBeGreaterThan(0);
});
