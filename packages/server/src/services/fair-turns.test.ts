import { expect, test } from "vitest";
import { systemClock } from "../scheduler/system-clock.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { FairTurns } from "./fair-turns.ts";

/** What is done from one turn of the event loop to the next, turn by turn. */
async function turnsOf(isDone: () => boolean, done: unknown[]): Promise<unknown[][]> {
  const turns: unknown[][] = [];
  while (!isDone()) {
    await new Promise((resolve) => void setImmediate(resolve));
    turns.push(done.splice(0));
  }
  return turns;
}

test("[S-RPC8] accounts take turns, and each is served in the order of its asking", () => {
  const clock = new VirtualClock();
  const turns = new FairTurns(clock);
  const done: string[] = [];
  const add = (name: string) => turns.add(name[0]!, () => void done.push(name));
  for (const name of ["a1", "a2", "a3", "b1", "c1", "b2"]) add(name);
  expect(done).toEqual([]);
  clock.advance(0);
  expect(done).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  expect(turns.size).toBe(0);
});

test("[S-RPC8] who asks once waits for one of each other, however many those have asked for", () => {
  const clock = new VirtualClock();
  const turns = new FairTurns(clock);
  const done: string[] = [];
  for (let i = 0; i < 80; i++) turns.add("flood", () => void done.push("flood"));
  turns.add("ada", () => void done.push("ada"));
  clock.advance(0);
  expect(done.indexOf("ada")).toBe(1);
  expect(done).toHaveLength(81);
});

test("[S-RPC8] 16 begin in one turn of the loop at most, all of their first steps with them", async () => {
  const turns = new FairTurns(systemClock());
  const done: number[] = [];
  let last = 0;
  for (let i = 0; i < 80; i++) {
    turns.add(`account ${i % 3}`, () => {
      void Promise.resolve().then(() => done.push(++last));
    });
  }
  const each = (await turnsOf(() => last === 80, done)).map(({ length }) => length);
  expect(Math.max(...each)).toBeLessThanOrEqual(16);
  expect(each.reduce((sum, count) => sum + count)).toBe(80);
});

test("[S-RPC8] none begins after 4 ms of a turn", async () => {
  const real = systemClock();
  let nowMs = 0;
  const turns = new FairTurns({ ...real, nowMs: () => nowMs, at: (_, call) => real.at(0, call) });
  const done: number[] = [];
  let last = 0;
  for (let i = 0; i < 8; i++) {
    turns.add("ada", () => {
      // the work itself takes long, after it has waited once
      queueMicrotask(() => {
        nowMs += i < 4 ? 5 : 2;
        done.push(++last);
      });
    });
  }
  const each = (await turnsOf(() => last === 8, done)).filter(({ length }) => length > 0);
  expect(each).toEqual([[1], [2], [3], [4], [5, 6], [7, 8]]);
});

test("[S-RPC7] what is withdrawn is not begun, and what was begun can be withdrawn too", () => {
  const clock = new VirtualClock();
  const turns = new FairTurns(clock);
  const done: string[] = [];
  const add = (name: string) => turns.add("ada", () => void done.push(name));
  const [first, second] = [add("first"), add("second")];
  second();
  clock.advance(0);
  expect([done, turns.size]).toEqual([["first"], 0]);
  const third = add("third");
  first();
  second();
  expect(turns.size).toBe(1);
  third();
  expect(turns.size).toBe(0);
  clock.advance(0);
  expect(done).toEqual(["first"]);
});
