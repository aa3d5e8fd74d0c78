import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosine, headingOf, sine, wrapAngle } from "./angle.ts";

/** The engine's own functions are the oracle: their error is below 1e-15 wherever these tests run. */
const within = (actual: number, expected: number, error: number): boolean =>
  Math.abs(actual - expected) <= error;

describe("sine and cosine", () => {
  it("are within 4e-16 of the engine's for angles up to a half turn", () => {
    let worst = 0;
    for (let i = -50_000; i <= 50_000; i++) {
      const angle = (i / 50_000) * Math.PI;
      worst = Math.max(worst, Math.abs(sine(angle) - Math.sin(angle)));
      worst = Math.max(worst, Math.abs(cosine(angle) - Math.cos(angle)));
    }
    expect(worst).toBeLessThanOrEqual(4e-16);
    expect(worst).toBeGreaterThan(0);
  });

  it("are within 1e-14 for angles up to 100,000", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), (angle) => {
        return (
          within(sine(angle), Math.sin(angle), 1e-14) &&
          within(cosine(angle), Math.cos(angle), 1e-14)
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it("hit the corners exactly", () => {
    expect(sine(0)).toBe(0);
    expect(cosine(0)).toBe(1);
    expect(sine(Math.PI / 2)).toBe(1);
    expect(cosine(Math.PI)).toBe(-1);
  });

  it("are NaN for what is not finite", () => {
    for (const angle of [NaN, Infinity, -Infinity]) {
      expect(sine(angle)).toBeNaN();
      expect(cosine(angle)).toBeNaN();
    }
  });
});

describe("headingOf", () => {
  it("is within 1e-15 of the engine's arc tangent in all directions", () => {
    let worst = 0;
    for (let i = 0; i < 100_000; i++) {
      const angle = (i / 50_000 - 1) * Math.PI;
      const [dx, dy] = [Math.cos(angle) * 7, Math.sin(angle) * 7];
      worst = Math.max(worst, Math.abs(headingOf(dx, dy) - Math.atan2(dy, dx)));
    }
    expect(worst).toBeLessThanOrEqual(1e-15);
  });

  it("agrees with the engine's for vectors of every size", () => {
    const side = fc.double({ min: -1e200, max: 1e200, noNaN: true }).map((n) => n + 0);
    fc.assert(
      fc.property(side, side, (dx, dy) => {
        fc.pre(dx !== 0 || dy !== 0);
        return within(headingOf(dx, dy), Math.atan2(dy, dx), 1e-15);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives the eight directions of a pad", () => {
    expect(headingOf(1, 0)).toBe(0);
    expect(headingOf(1, 1)).toBe(Math.PI / 4);
    expect(headingOf(0, 1)).toBe(Math.PI / 2);
    expect(headingOf(-1, 1)).toBe((Math.PI * 3) / 4);
    expect(headingOf(-1, 0)).toBe(Math.PI);
    expect(headingOf(-1, -1)).toBe((-Math.PI * 3) / 4);
    expect(headingOf(0, -1)).toBe(-Math.PI / 2);
    expect(headingOf(1, -1)).toBe(-Math.PI / 4);
  });

  it("is 0 for no direction and NaN for what is not finite", () => {
    expect(headingOf(0, 0)).toBe(0);
    expect(headingOf(NaN, 1)).toBeNaN();
    expect(headingOf(1, NaN)).toBeNaN();
    expect(headingOf(Infinity, Infinity)).toBeNaN();
  });

  it("undoes sine and cosine", () => {
    fc.assert(
      fc.property(fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), (angle) =>
        within(headingOf(cosine(angle), sine(angle)), angle, 1e-15),
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("wrapAngle", () => {
  it("keeps the direction and lands in [-PI, PI)", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (angle) => {
        const wrapped = wrapAngle(angle);
        expect(wrapped).toBeGreaterThanOrEqual(-Math.PI);
        expect(wrapped).toBeLessThan(Math.PI);
        return within(Math.cos(wrapped), Math.cos(angle), 1e-11);
      }),
      { numRuns: 5_000 },
    );
    expect(wrapAngle(Math.PI)).toBe(-Math.PI);
    expect(wrapAngle(-Math.PI)).toBe(-Math.PI);
  });
});
