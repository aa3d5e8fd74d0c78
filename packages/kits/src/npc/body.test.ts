import { describe, expect, it } from "vitest";
import { BodyPool } from "./body.ts";

describe("BodyPool", () => {
  it("makes no more bodies than ever live at once", () => {
    const pool = new BodyPool(true);
    const living = Array.from({ length: 30 }, () => pool.take());
    for (let i = 0; i < 1000; i++) {
      pool.give(living.shift()!);
      living.push(pool.take());
    }
    expect([pool.made, pool.reused]).toEqual([30, 1000]);
    expect(new Set(living.map(({ index }) => index)).size).toBe(30);
  });

  it("makes a new one each time when it does not pool, under a number that is free", () => {
    const pool = new BodyPool(false);
    const first = pool.take();
    pool.give(first);
    const second = pool.take();
    expect(second).not.toBe(first);
    expect(second.index).toBe(first.index);
    expect([pool.made, pool.reused]).toEqual([2, 0]);
  });
});
