import { expect, test } from "vitest";
import { KeyedLimit } from "./keyed-limit.ts";

const remembered = 10_000;

test("a key may do it so often in a minute, whatever others do", () => {
  const limit = new KeyedLimit(3);
  const takes = (key: string, nowMs: number) =>
    Array.from({ length: 4 }, () => limit.take(key, nowMs));
  expect(takes("a", 0)).toEqual([0, 0, 0, 20_000]);
  expect(takes("b", 0)).toEqual([0, 0, 0, 20_000]);
  expect(takes("a", 20_000)).toEqual([0, 20_000, 20_000, 20_000]);
});

test("the key after the last that is remembered forgets one, the least recently used", () => {
  const limit = new KeyedLimit(1);
  for (let key = 0; key < remembered; key++) expect(limit.take(`${key}`, 0)).toBe(0);
  // whoever is refused is in use too
  expect(limit.take("0", 0)).toBe(60_000);
  expect(limit.take("new", 0)).toBe(0);
  for (const key of ["0", "2", "3", `${remembered - 1}`, "new"]) {
    expect([key, limit.take(key, 0)]).toEqual([key, 60_000]);
  }
  expect(limit.take("1", 0)).toBe(0);
  // and in its place the next: all others were asked about since, but this one
  expect(limit.take("4", 0)).toBe(0);
});

test("who goes on trying is not forgotten for others that come and go", () => {
  const limit = new KeyedLimit(1);
  expect(limit.take("attacker", 0)).toBe(0);
  const waits = new Set<number>();
  for (let key = 0; key < 2 * remembered; key++) {
    limit.take(`${key}`, 0);
    if (key % 100 === 0) waits.add(limit.take("attacker", 0));
  }
  expect([...waits]).toEqual([60_000]);
});
