import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAfter, nextSeq } from "./sequence.ts";

const highest = 0xffff_ffff;
const seq = fc.oneof(
  fc.integer({ min: 1, max: highest }),
  fc.constantFrom(1, 2, 0x7fff_ffff, 0x8000_0000, highest - 1, highest),
);

describe("P-ROOM13 sequence numbers come round", () => {
  test("a few steps on is after, and back is not, wherever one begins", () => {
    fc.assert(
      fc.property(seq, fc.integer({ min: 1, max: 200 }), (start, steps) => {
        let end = start;
        for (let i = 0; i < steps; i++) end = nextSeq(end);
        expect(isAfter(end, start)).toBe(true);
        expect(isAfter(start, end)).toBe(false);
        expect(end).toBeGreaterThan(0);
        expect(end).toBeLessThanOrEqual(highest);
      }),
    );
  });

  test("none is before every number, and no number after itself", () => {
    fc.assert(
      fc.property(seq, (one) => {
        expect(isAfter(one, 0)).toBe(true);
        expect(isAfter(0, one)).toBe(false);
        expect(isAfter(one, one)).toBe(false);
      }),
    );
    expect(isAfter(0, 0)).toBe(false);
  });

  test("half of the numbers ahead counts as before", () => {
    expect(isAfter(0x8000_0000, 1)).toBe(true);
    expect(isAfter(0x8000_0001, 1)).toBe(false);
    expect(nextSeq(highest)).toBe(1);
  });
});
