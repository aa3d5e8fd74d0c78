import fc from "fast-check";
import { expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

test("C-CON4 waits double up to their ceiling", () => {
  const backoff = new Backoff(() => 1, { firstMs: 100, mostMs: 1000 });
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(backoff.attempts).toBe(6);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});

test("C-CON4 any share of the ceiling is as likely, and what the server asks for comes on top", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(100),
      fc.nat(60_000),
      (random, attempts, retryAfterMs) => {
        const backoff = new Backoff(() => random);
        for (let i = 0; i < attempts; i++) backoff.next();
        const wait = backoff.next(retryAfterMs);
        const ceiling = Math.min(10_000, 250 * 2 ** attempts);
        expect(wait).toBeCloseTo(retryAfterMs + random * ceiling, 6);
      },
    ),
  );
});
