import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputQueue } from "./input-queue.ts";

const move = 0;
const other = 1;
const rate = 20;

function queue(): InputQueue {
  return new InputQueue(move, rate);
}

const item = (
  seq: number,
  input = move,
): { seq: number; input: number; view: number; value: object } => ({
  seq,
  input,
  view: -1,
  value: {},
});

/** Runs a tick and returns the numbers that were applied, with "neutral" at the end where it was due. */
function tick(of: InputQueue): (number | "neutral")[] {
  const done: (number | "neutral")[] = [];
  of.beginTick();
  let applied = 0;
  for (let next = of.take(applied); next !== undefined; next = of.take(applied)) {
    if (next.input === move) applied++;
    done.push(next.seq);
  }
  if (of.endTick(applied)) done.push("neutral");
  return done;
}

describe("InputQueue", () => {
  it("[S-INPUT1] goes on where the numbers come round", () => {
    const of = queue();
    const last = 0xffff_ffff;
    expect([last - 1, last, last, 1, last, 2, 0].map((seq) => of.offer(item(seq)))).toEqual([
      "queued",
      "queued",
      "waiting",
      "queued",
      "waiting",
      "queued",
      "stale",
    ]);
    expect([...tick(of), ...tick(of)]).toEqual([last - 1, last, 1, 2]);
    expect(of.takeServed()).toBe(2);
    expect(of.offer(item(last))).toBe("stale");
  });

  it("[S-CHK1] what was served is news again to the readers of a restored room", () => {
    const of = queue();
    of.offer(item(1));
    tick(of);
    expect([of.takeServed(), of.takeServed()]).toEqual([1, undefined]);
    for (const restored of [queue(), of]) {
      restored.restore(of.save());
      expect([restored.takeServed(), restored.takeServed()]).toEqual([1, undefined]);
    }
  });

  it("[S-INPUT1] takes each number once, and none that is not above all before it", () => {
    const of = queue();
    expect([1, 2, 2, 1, 5, 4, 5, 6].map((seq) => of.offer(item(seq)))).toEqual([
      "queued",
      "queued",
      "waiting",
      "waiting",
      "queued",
      "stale",
      "waiting",
      "queued",
    ]);
    expect(of.lastSeq).toBe(6);
  });

  it("[S-INPUT1] refuses numbers that are none", () => {
    const of = queue();
    for (const seq of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expect(of.offer(item(seq))).toBe("stale");
    }
    expect(of.length).toBe(0);
  });

  it("[S-INPUT2] holds as many inputs as its limit and not one more", () => {
    const of = queue();
    const max = limits.inboxPerSeat.value;
    for (let seq = 1; seq <= max; seq++) expect(of.offer(item(seq, other))).toBe("queued");
    expect(of.offer(item(max + 1, other))).toBe("full");
    expect(of.length).toBe(max);
    tick(of);
    expect(of.offer(item(max + 1, other))).toBe("stale");
    expect(of.offer(item(max + 2, other))).toBe("queued");
  });

  it("[S-INPUT3] applies at most three predicted inputs in a tick, in order", () => {
    const of = queue();
    tick(of);
    for (let seq = 1; seq <= 4; seq++) of.offer(item(seq));
    expect(tick(of)).toEqual([1, 2, 3]);
    expect(tick(of)).toEqual([4]);
  });

  it("[S-INPUT3] keeps other inputs in their place among the predicted ones", () => {
    const of = queue();
    for (const [seq, kind] of [
      [1, move],
      [2, other],
      [3, move],
      [4, move],
      [5, other],
      [6, move],
      [7, other],
    ] as const) {
      of.offer(item(seq, kind));
    }
    expect(tick(of)).toEqual([1, 2, 3, 4, 5]);
    expect(tick(of)).toEqual([6, 7]);
  });

  it("[S-INPUT4] lets nobody step more often than time goes by, beyond a second's worth", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 8 }), { minLength: 40, maxLength: 200 }), (arrivals) => {
        const of = queue();
        let seq = 0;
        let steps = 0;
        for (const count of arrivals) {
          for (let i = 0; i < count; i++) of.offer(item(++seq));
          steps += tick(of).length;
        }
        expect(steps).toBeLessThanOrEqual(arrivals.length + rate);
      }),
    );
  });

  it("[S-INPUT4] lets what there is no time for wait for the next tick", () => {
    const of = queue();
    for (let seq = 1; seq <= 8; seq++) of.offer(item(seq));
    // three steps to begin with, and one more with each tick
    expect(tick(of)).toEqual([1, 2, 3]);
    expect(tick(of)).toEqual([4, 5]);
    expect(tick(of)).toEqual([6]);
    expect(tick(of)).toEqual([7]);
    expect(tick(of)).toEqual([8]);
  });

  it("[S-INPUT4] applies late inputs in full when the network held them back for less than a second", () => {
    const of = queue();
    let seq = 0;
    const applied: (number | "neutral")[] = [];
    for (let t = 0; t < 60; t++) {
      // four ticks of silence, then five inputs at once
      if (t % 5 === 4) for (let i = 0; i < 5; i++) of.offer(item(++seq));
      applied.push(...tick(of));
    }
    expect(applied.filter((one) => one === "neutral")).toEqual([]);
    expect(applied.length).toBeGreaterThanOrEqual(seq - 6);
    expect(applied).toEqual(applied.toSorted((a, b) => Number(a) - Number(b)));
  });

  it("[S-INPUT4] passes over the oldest when a seat sends twice as fast as it may", () => {
    const of = queue();
    let seq = 0;
    for (let t = 0; t < 100; t++) {
      of.offer(item(++seq));
      of.offer(item(++seq));
      tick(of);
      expect(of.length).toBeLessThanOrEqual(8);
    }
    expect(seq - of.takeServed()!).toBeLessThanOrEqual(8);
  });

  it("[S-INPUT5] applies the neutral input from the sixth empty tick on, until inputs come again", () => {
    const of = queue();
    of.offer(item(1));
    expect(tick(of)).toEqual([1]);
    for (let empty = 1; empty <= 5; empty++) expect(tick(of)).toEqual([]);
    expect(tick(of)).toEqual(["neutral"]);
    expect(tick(of)).toEqual(["neutral"]);
    of.offer(item(2));
    expect(tick(of)).toEqual([2]);
    expect(tick(of)).toEqual([]);
  });

  it("[S-INPUT6] says once which predicted input was served last, those passed over or refused too", () => {
    const of = queue();
    of.offer(item(1));
    of.offer(item(2, other));
    tick(of);
    expect(of.takeServed()).toBe(1);
    expect(of.takeServed()).toBeUndefined();
    const max = limits.inboxPerSeat.value;
    for (let seq = 3; seq <= max + 4; seq++) of.offer(item(seq));
    for (let t = 0; t < max; t++) tick(of);
    expect(of.length).toBe(0);
    expect(of.takeServed()).toBe(max + 4);
  });

  it("[S-CHK1] goes on after a restore as if nothing had been", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 }),
        fc.nat({ max: 30 }),
        (arrivals, cut) => {
          const steady = queue();
          let moved = queue();
          let seq = 0;
          for (const [t, count] of arrivals.entries()) {
            if (t === cut) {
              const state = structuredClone(moved.save());
              moved = queue();
              moved.restore(state);
            }
            for (let i = 0; i < count; i++) {
              seq++;
              const kind = seq % 3 === 0 ? other : move;
              expect(moved.offer(item(seq, kind))).toBe(steady.offer(item(seq, kind)));
            }
            expect(tick(moved)).toEqual(tick(steady));
          }
        },
      ),
    );
  });
});
