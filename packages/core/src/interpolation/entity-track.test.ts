import { entity, t } from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../random/random.ts";
import { EntityTrack } from "./entity-track.ts";
import { type TrackOptions, trackPlan } from "./track-plan.ts";

const Walker = entity("walker", {
  x: t.position({ min: 0, max: 1024, step: 1 / 256 }),
  y: t.position({ min: 0, max: 1024, step: 1 / 256 }),
  heading: t.angle(12),
  hp: t.uint(100),
  mood: t.enum(["calm", "angry"]),
  mount: t.optional(t.position({ min: 0, max: 8, step: 1 / 8 })),
  name: t.string(24),
});
const type = compileRoom({ entities: { Walker } }).entities[0]!;
const x = 0;
const heading = 2;
const hp = 3;
const mood = 4;
const mount = 5;

const sixty: TrackOptions = { tickRate: 60, sendRate: 20, extrapolate: true };

function values(
  px: number,
  py = 0,
  angle = 0,
  points = 100,
  angry = 0,
  seat = Number.NaN,
): Float64Array {
  return Float64Array.of(px, py, angle, points, angry, seat);
}

interface Shown {
  readonly numbers: Float64Array;
  readonly blobs: unknown[];
  at(tick: number, streamTick?: number): Float64Array;
}

function shown(track: EntityTrack): Shown {
  const numbers = new Float64Array(type.fixed.length);
  const blobs: unknown[] = [];
  return {
    numbers,
    blobs,
    at(tick, streamTick = track.newestTick) {
      track.read(tick, streamTick, numbers, blobs);
      return numbers;
    },
  };
}

/**
 * Replays a path through a track: sampled where it changed, every `period` ticks, arriving with a random delay in order,
 * and shown at about 60 frames per second `delayTicks` behind.
 */
function follow(
  path: (tick: number) => number,
  seed: number,
  options: { ticks: number; period: number; delayTicks: number; jitterTicks: number },
  check: (shownX: number, tick: number, spacing: number) => void,
): void {
  const random = new Random(seed);
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  const arrivals: { tick: number; at: number; isSent: boolean }[] = [];
  let arrival = 0;
  let sent = Number.NaN;
  for (let tick = 0; tick < options.ticks; tick += 3) {
    arrival = Math.max(arrival, tick + random.between(0, options.jitterTicks));
    const isSent = tick % options.period === 0 && path(tick) !== sent;
    if (isSent) sent = path(tick);
    arrivals.push({ tick, at: arrival, isSent });
  }
  let next = 0;
  let stream = -1;
  for (let now = 0; now < options.ticks; now += 0.8 + random.between(0, 0.4)) {
    while (next < arrivals.length && arrivals[next]!.at <= now) {
      const { tick, isSent } = arrivals[next]!;
      if (isSent) track.push(tick, values(path(tick)), ["ann"]);
      stream = tick;
      next++;
    }
    const tick = now - options.delayTicks;
    if (tick >= 0) check(view.at(tick, stream)[x]!, tick, track.spacing);
  }
  expect(next).toBeGreaterThan(options.ticks / 4);
}

test("C-INT4 on a straight line at constant speed what is shown is exact and never runs backwards", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0.01, max: 0.5, noNaN: true }), (seed, speed) => {
      let before = 0;
      follow(
        (tick) => tick * speed,
        seed,
        { ticks: 600, period: 3, delayTicks: 7, jitterTicks: 4 },
        (at, tick) => {
          expect(at).toBeGreaterThanOrEqual(before - 1e-9);
          expect(at).toBeCloseTo(tick * speed, 9);
          before = at;
        },
      );
    }),
    { numRuns: 30 },
  );
});

test("C-INT8 late snapshots are bridged by moving on, still never backwards", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      let before = 0;
      let worst = 0;
      // shown 4 ticks behind while snapshots come up to 12 ticks late
      follow(
        (tick) => tick * 0.1,
        seed,
        { ticks: 900, period: 3, delayTicks: 4, jitterTicks: 12 },
        (at, tick) => {
          expect(at).toBeGreaterThanOrEqual(before - 1e-9);
          before = at;
          if (tick > 60) worst = Math.max(worst, Math.abs(at - tick * 0.1));
        },
      );
      expect(worst).toBeLessThan(0.15);
    }),
    { numRuns: 30 },
  );
});

test("C-INT4 on a curve the error is at most the sagitta of one interval", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 60, max: 600 }), (seed, period) => {
      const turn = (2 * Math.PI) / period;
      const path = (tick: number): number => 100 + 10 * Math.sin(tick * turn);
      // 3 ticks between samples: acceleration times the square of the interval, by 8
      const bound = (10 * turn * turn * 9) / 8 + 1e-9;
      follow(path, seed, { ticks: 1200, period: 3, delayTicks: 8, jitterTicks: 4 }, (at, tick) => {
        expect(Math.abs(at - path(tick))).toBeLessThanOrEqual(bound);
      });
    }),
    { numRuns: 30 },
  );
});

test("C-INT5 an entity that stood still starts one interval before its sample and not before", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 5, max: 100 }), (seed, pause) => {
      const cycle = (60 + pause) * 3;
      const path = (tick: number): number => {
        const cycles = Math.floor(tick / cycle);
        return (cycles * 180 + Math.min(tick % cycle, 180)) * 0.1;
      };
      follow(path, seed, { ticks: 2000, period: 3, delayTicks: 8, jitterTicks: 4 }, (at, tick) => {
        expect(Math.abs(at - path(tick))).toBeLessThanOrEqual(1e-9);
      });
    }),
    { numRuns: 30 },
  );
});

test("C-INT6 an entity of a slow tier is shown over its own spacing, smoothly and that much later", () => {
  for (const period of [6, 12, 24]) {
    const steps: number[] = [];
    let before = Number.NaN;
    follow(
      (tick) => tick * 0.1,
      9,
      { ticks: 2400, period, delayTicks: 8, jitterTicks: 4 },
      (at, tick, spacing) => {
        if (tick > 600) {
          expect(spacing).toBe(period);
          expect(at).toBeCloseTo((tick - (period - 3)) * 0.1, 6);
          steps.push(at - before);
        }
        before = at;
      },
    );
    expect(steps.length).toBeGreaterThan(1000);
    // frames are 0.8 to 1.2 ticks apart
    for (const step of steps) {
      expect(step).toBeGreaterThan(0.079);
      expect(step).toBeLessThan(0.121);
    }
  }
});

test("C-INT6 coming nearer and going farther changes the spacing without a jump", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  let before = 0;
  for (let tick = 0; tick < 1800; tick++) {
    const period = tick < 600 ? 3 : tick < 1200 ? 12 : 3;
    if (tick % period === 0) track.push(tick, values(tick * 0.1), ["ann"]);
    const at = view.at(tick - 8, tick - (tick % 3))[x]!;
    if (tick > 20) {
      expect(at - before).toBeGreaterThanOrEqual(-1e-9);
      expect(at - before).toBeLessThan(0.4);
    }
    before = at;
  }
  expect(track.spacing).toBe(3);
});

test("C-INT3 a jump larger than the threshold is not interpolated", () => {
  const track = new EntityTrack(trackPlan(type, { ...sixty, teleportDistance: 4 }));
  const view = shown(track);
  track.push(0, values(10), ["ann"]);
  track.push(3, values(10.5), ["ann"]);
  track.push(6, values(200), ["ann"]);
  track.push(9, values(200.5), ["ann"]);
  for (let tick = 3; tick <= 9; tick += 0.25) {
    const at = view.at(tick)[x]!;
    if (tick < 6) expect(at).toBe(10.5);
    else expect(at).toBeCloseTo(200 + ((tick - 6) / 3) * 0.5, 9);
  }
});

test("C-INT3 a larger distance over a longer gap is no jump", () => {
  const track = new EntityTrack(trackPlan(type, { ...sixty, teleportDistance: 4 }));
  const view = shown(track);
  for (let i = 0; i < 8; i++) track.push(i * 12, values(i * 12), ["ann"]);
  const seen = new Set<number>();
  for (let tick = 50; tick < 70; tick++) seen.add(view.at(tick)[x]!);
  expect(seen.size).toBeGreaterThan(15);
});

test("C-INT7 words, flags and counts change when their tick is shown", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.push(0, values(1, 0, 0, 100, 0), ["ann"]);
  track.push(3, values(2, 0, 0, 40, 1), ["bob"]);
  expect(view.at(2.9)[hp]).toBe(100);
  expect(view.numbers[mood]).toBe(0);
  expect(view.blobs[0]).toBe("ann");
  expect(view.at(3)[hp]).toBe(40);
  expect(view.numbers[mood]).toBe(1);
  expect(view.blobs[0]).toBe("bob");
});

test("C-INT7 angles turn the shorter way", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 6.283, noNaN: true }),
      fc.double({ min: -3.1, max: 3.1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (from, way, share) => {
        const turn = 2 * Math.PI;
        const to = (((from + way) % turn) + turn) % turn;
        const track = new EntityTrack(trackPlan(type, sixty));
        track.push(0, values(0, 0, from), [""]);
        track.push(3, values(0, 0, to), [""]);
        const at = shown(track).at(3 * share)[heading]!;
        // but for rounding
        expect(at).toBeGreaterThan(-1e-12);
        expect(at).toBeLessThan(turn + 1e-12);
        expect(Math.cos(at - (from + way * share))).toBeCloseTo(1, 9);
      },
    ),
  );
});

test("C-INT7 between a value and none there is nothing", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.push(0, values(0), [""]);
  track.push(3, values(0, 0, 0, 100, 0, 4), [""]);
  track.push(6, values(0, 0, 0, 100, 0, 6), [""]);
  expect(view.at(1.5)[mount]).toBeNaN();
  expect(view.at(4.5)[mount]).toBe(5);
});

test("C-INT8 what is not known is shown moving on for 250 ms and then frozen", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.push(0, values(0), [""]);
  track.push(3, values(0.3), [""]);
  expect(view.at(6)[x]).toBeCloseTo(0.6, 9);
  expect(view.at(18)[x]).toBeCloseTo(1.8, 9);
  expect(view.at(100)[x]).toBeCloseTo(1.8, 9);
});

test("C-INT8 an entity known to stand, or in a room where silence means standing, is not moved on", () => {
  const known = new EntityTrack(trackPlan(type, sixty));
  const silent = new EntityTrack(trackPlan(type, { ...sixty, extrapolate: false }));
  for (const track of [known, silent]) {
    track.push(0, values(0), [""]);
    track.push(3, values(0.3), [""]);
  }
  expect(shown(known).at(8, 6)[x]).toBe(0.3);
  expect(shown(silent).at(8, 3)[x]).toBe(0.3);
});

test("C-INT8 after moving on too far the truth is approached without a jump", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.push(0, values(0), [""]);
  track.push(3, values(0.3), [""]);
  let before = 0;
  for (let tick = 0; tick <= 15; tick++) before = view.at(tick)[x]!;
  expect(before).toBeCloseTo(1.5, 9);
  // it stood at 0.3 all the time
  for (let tick = 16; tick < 120; tick++) {
    const at = view.at(tick, 15)[x]!;
    expect(Math.abs(at - before)).toBeLessThan(0.15);
    before = at;
  }
  expect(before).toBeCloseTo(0.3, 3);
});

test("C-INT3 before the first sample's tick it is shown as it came, and a new one starts afresh", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.read(5, 5, view.numbers, view.blobs);
  expect(view.numbers[x]).toBe(0);
  track.push(30, values(7), ["ann"]);
  expect(view.at(20)[x]).toBe(7);
  expect(view.blobs[0]).toBe("ann");
  track.push(33, values(8), ["ann"]);
  track.reset();
  track.push(60, values(500), ["ann"]);
  expect(view.at(40)[x]).toBe(500);
});

test("hostile order: old samples are left out, the same tick is replaced, any number fits", () => {
  const track = new EntityTrack(trackPlan(type, sixty));
  const view = shown(track);
  track.push(10, values(1), [""]);
  track.push(7, values(99), [""]);
  expect(track.newestTick).toBe(10);
  track.push(10, values(2), [""]);
  expect(view.at(10)[x]).toBe(2);
  for (let i = 4; i < 500; i++) track.push(i * 3, values(i), [""]);
  expect(view.at(0)[x]).toBeGreaterThan(400);
  expect(view.at(499 * 3)[x]).toBe(499);
});
