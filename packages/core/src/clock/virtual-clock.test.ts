import { expect, test } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

test("what is due is called in order, each at its own time, and not before", () => {
  const clock = new VirtualClock(5000);
  const calls: string[] = [];
  clock.at(30, () => calls.push(`c ${clock.nowMs()}`));
  clock.at(10, () => {
    calls.push(`a ${clock.nowMs()}`);
    clock.at(20, () => calls.push(`b ${clock.nowMs()}`));
  });
  const withdraw = clock.at(15, () => calls.push("never"));
  withdraw();
  withdraw();
  expect(clock.nextMs).toBe(10);
  clock.advance(9);
  expect(calls).toEqual([]);
  clock.advance(21);
  expect(calls).toEqual(["a 10", "b 20", "c 30"]);
  expect(clock.waiting).toBe(0);
  expect(clock.nextMs).toBe(Infinity);
  expect(clock.wallMs()).toBe(5030);
});

test("what hangs on promises happens at its own time", async () => {
  const clock = new VirtualClock();
  const calls: number[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  clock.at(10, () => {
    void Promise.resolve().then(() => clock.at(clock.nowMs() + 5, () => calls.push(clock.nowMs())));
  });
  await clock.pass(100, settle);
  expect(calls).toEqual([15]);
  expect(clock.nowMs()).toBe(100);
});

test("a stalled clock calls late, once", () => {
  const clock = new VirtualClock();
  const calls: number[] = [];
  clock.at(10, () => calls.push(clock.nowMs()));
  clock.stall(50);
  expect(calls).toEqual([]);
  clock.advance(0);
  expect(calls).toEqual([50]);
});
