import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sweepHit } from "./sweep.ts";

const place = fc.integer({ min: -5000, max: 5000 }).map((mm) => mm / 1000);

describe("sweepHit", () => {
  it("agrees with walking the way in small steps", () => {
    let hits = 0;
    fc.assert(
      fc.property(
        place,
        place,
        place,
        place,
        place,
        place,
        fc.integer({ min: 100, max: 3000 }).map((mm) => mm / 1000),
        (x0, y0, x1, y1, cx, cy, radius) => {
          const steps = 4000;
          let first = Infinity;
          let nearest = Infinity;
          for (let i = 0; i <= steps; i++) {
            const part = i / steps;
            const distance = Math.hypot(x0 + (x1 - x0) * part - cx, y0 + (y1 - y0) * part - cy);
            nearest = Math.min(nearest, distance);
            if (distance <= radius && first === Infinity) first = part;
          }
          fc.pre(Math.abs(nearest - radius) > 0.01);
          const time = sweepHit(x0, y0, x1, y1, cx, cy, radius);
          if (first === Infinity) {
            expect(time).toBe(Infinity);
          } else {
            hits++;
            expect(Math.abs(time - first)).toBeLessThanOrEqual(1 / steps + 1e-9);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(hits).toBeGreaterThan(30);
  });

  it("never jumps over a body, however the way is cut into ticks", () => {
    const speed = fc.integer({ min: 10, max: 50_000 }).map((mm) => mm / 1000);
    const level = fc.integer({ min: -299, max: 299 }).map((mm) => mm / 1000);
    const ahead = fc.integer({ min: 301, max: 10_000 }).map((mm) => mm / 1000);
    fc.assert(
      fc.property(speed, ahead, level, (stride, cx, cy) => {
        const radius = 0.3;
        let hits = 0;
        for (let x = 0; x <= cx + radius; x += stride) {
          if (sweepHit(x, 0, x + stride, 0, cx, cy, radius) !== Infinity) hits++;
        }
        expect(hits).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("meets at once what it starts in, even standing still", () => {
    expect(sweepHit(1, 1, 9, 9, 1.2, 1, 0.5)).toBe(0);
    expect(sweepHit(1, 1, 1, 1, 1.2, 1, 0.5)).toBe(0);
    expect(sweepHit(1, 1, 1, 1, 3, 1, 0.5)).toBe(Infinity);
  });

  it("does not meet what lies behind it or beyond its end", () => {
    expect(sweepHit(0, 0, 5, 0, -2, 0, 0.5)).toBe(Infinity);
    expect(sweepHit(0, 0, 5, 0, 5.6, 0, 0.5)).toBe(Infinity);
    expect(sweepHit(0, 0, 5, 0, 5.5, 0, 0.5)).toBe(1);
  });

  it("meets nothing when a number is missing", () => {
    expect(sweepHit(NaN, 0, 5, 0, 2, 0, 0.5)).toBe(Infinity);
    expect(sweepHit(0, 0, NaN, 0, 2, 0, 0.5)).toBe(Infinity);
    expect(sweepHit(0, 0, 5, 0, NaN, 0, 0.5)).toBe(Infinity);
    expect(sweepHit(0, 0, 5, 0, 2, 0, NaN)).toBe(Infinity);
  });
});
