import { Random } from "@realmwright/core";
import { VirtualClock } from "@realmwright/server/internal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type NetworkConditions, networkConditions } from "./conditions.ts";
import { Lane } from "./lane.ts";

interface Stage {
  readonly clock: VirtualClock;
  readonly lane: Lane;
  readonly conditions: NetworkConditions;
  /** What arrived, and when. */
  readonly arrived: { readonly n: number; readonly atMs: number }[];
  send(n: number, bytes?: number): void;
}

function stage(
  given: Partial<NetworkConditions>,
  order: "kept" | "none" = "kept",
  seed = 1,
): Stage {
  const clock = new VirtualClock();
  const conditions = networkConditions(given);
  const lane = new Lane(clock, new Random(seed), conditions, order);
  const arrived: { n: number; atMs: number }[] = [];
  const send = (n: number, bytes = 100): void =>
    lane.carry(bytes, () => arrived.push({ n, atMs: clock.nowMs() }));
  return { clock, lane, conditions, arrived, send };
}

const numbers = ({ arrived }: Stage): number[] => arrived.map(({ n }) => n);

test("what goes in comes out after the delay, and nothing inside the call", () => {
  const way = stage({ delayMs: 30 });
  way.send(1);
  expect([numbers(way), way.lane.bytes]).toEqual([[], 100]);
  way.clock.advance(29);
  expect(numbers(way)).toEqual([]);
  way.clock.advance(1);
  expect([way.arrived, way.lane.bytes]).toEqual([[{ n: 1, atMs: 30 }], 0]);
});

test("where order is kept everything comes once and in order, whatever the way is like", () => {
  const rate = fc.double({ min: 0, max: 0.9, noNaN: true });
  fc.assert(
    fc.property(fc.nat(), rate, rate, rate, (seed, lossRate, duplicateRate, reorderRate) => {
      const bad = { delayMs: 10, jitterMs: 50, lossRate, duplicateRate, reorderRate };
      const way = stage(bad, "kept", seed);
      for (let n = 0; n < 40; n++) {
        way.send(n);
        way.clock.advance(5);
      }
      way.clock.advance(1_000_000);
      expect(numbers(way)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    }),
  );
});

test("a loss holds up what follows by a retransmission", () => {
  const way = stage({ delayMs: 20, lossRate: 0.5 }, "kept", 3);
  for (let n = 0; n < 50; n++) way.send(n);
  way.clock.advance(100_000);
  const times = way.arrived.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeGreaterThanOrEqual(20 + 200);
});

test("datagrams get lost, come twice and overtake each other as often as they are told to", () => {
  const way = stage(
    { delayMs: 20, lossRate: 0.2, duplicateRate: 0.1, reorderRate: 0.1 },
    "none",
    7,
  );
  for (let n = 0; n < 2000; n++) {
    way.send(n);
    way.clock.advance(1);
  }
  way.clock.advance(1000);
  const came = numbers(way);
  const kinds = new Set(came);
  expect(2000 - kinds.size).toBeGreaterThan(300);
  expect(2000 - kinds.size).toBeLessThan(500);
  expect(came.length - kinds.size).toBeGreaterThan(90);
  const overtaken = came.filter((n, i) => i > 0 && n < came[i - 1]!);
  expect(overtaken.length).toBeGreaterThan(80);
});

test("no more bytes pass than the way is wide, one message behind the other", () => {
  const way = stage({ delayMs: 5, bytesPerSecond: 1000 });
  for (let n = 0; n < 5; n++) way.send(n, 100);
  expect(way.lane.bytes).toBe(500);
  way.clock.advance(10_000);
  expect(way.arrived.map(({ atMs }) => atMs)).toEqual([105, 205, 305, 405, 505]);
});

test("in a stall nothing arrives; afterwards everything does, in order", () => {
  const way = stage({ delayMs: 10 });
  way.send(1);
  way.conditions.isStalled = true;
  way.send(2);
  way.clock.advance(1000);
  expect([numbers(way), way.lane.bytes]).toEqual([[], 200]);
  way.conditions.isStalled = false;
  way.lane.release();
  way.send(3);
  way.clock.advance(10);
  expect(way.arrived).toEqual([1, 2, 3].map((n) => ({ n, atMs: 1010 })));
});

test("after a cut nothing arrives any more", () => {
  const way = stage({ delayMs: 10 });
  way.send(1);
  way.lane.cut();
  way.send(2);
  way.clock.advance(100);
  expect([numbers(way), way.lane.bytes, way.clock.waiting]).toEqual([[], 0, 0]);
});

test("what is sent while something arrives comes once", () => {
  const way = stage({});
  way.lane.carry(1, () => way.send(2));
  way.send(1);
  way.clock.advance(10);
  expect(numbers(way)).toEqual([1, 2]);
});
