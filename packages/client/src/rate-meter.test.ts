import fc from "fast-check";
import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

test("C-STA1 a rate is what came in the last second, to a tenth", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ afterMs: fc.nat(400), amount: fc.nat(1000) }), { maxLength: 50 }),
      fc.nat(3000),
      (events, waitMs) => {
        const meter = new RateMeter();
        let now = 5000;
        const all: { at: number; amount: number }[] = [];
        for (const { afterMs, amount } of events) {
          now += afterMs;
          meter.add(amount, now);
          all.push({ at: now, amount });
        }
        now += waitMs;
        const since = (Math.floor(now / 100) - 9) * 100;
        const expected = all
          .filter(({ at }) => at >= since)
          .reduce((sum, { amount }) => sum + amount, 0);
        expect(meter.perSecond(now)).toBe(expected);
        expect(meter.total).toBe(all.reduce((sum, { amount }) => sum + amount, 0));
      },
    ),
  );
});
