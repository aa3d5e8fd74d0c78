import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enemiesMax, Threat } from "./threat.ts";

describe("Threat", () => {
  it("sums up what each enemy did", () => {
    const deed = fc.record({
      id: fc.integer({ min: 1, max: enemiesMax }),
      amount: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 50 }), (deeds) => {
        const threat = new Threat();
        const expected = new Map<number, number>();
        for (const { id, amount } of deeds) {
          threat.add(id, amount);
          expected.set(id, (expected.get(id) ?? 0) + amount);
        }
        for (const [id, amount] of expected) expect(threat.of(id)).toBe(amount);
        const most = Math.max(...expected.values());
        const worst = [...expected].filter(([, amount]) => amount === most).map(([id]) => id);
        expect(threat.top(0)).toBe(Math.min(...worst));
      }),
    );
  });

  it("turns to another only when that one is hated clearly more", () => {
    const threat = new Threat();
    threat.add(1, 100);
    threat.add(2, 119);
    expect(threat.top(1)).toBe(1);
    expect(threat.top(0)).toBe(2);
    threat.add(2, 2);
    expect(threat.top(1)).toBe(2);
  });

  it("forgets the least hated when there are too many", () => {
    const threat = new Threat();
    for (let id = 1; id <= enemiesMax; id++) threat.add(id, id * 10);
    threat.add(50, 5);
    expect(threat.count).toBe(enemiesMax);
    expect(threat.of(1)).toBe(0);
    expect(threat.of(2)).toBe(20);
    expect(threat.of(50)).toBe(5);
  });

  it("takes no nonsense", () => {
    const threat = new Threat();
    threat.add(0, 10);
    threat.add(3, 0);
    threat.add(3, -5);
    threat.add(3, NaN);
    expect(threat.count).toBe(0);
    expect(threat.top(3)).toBe(0);
    threat.remove(9);
    threat.add(3, 1);
    threat.remove(3);
    expect(threat.top(3)).toBe(0);
  });
});
