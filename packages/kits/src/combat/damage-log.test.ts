import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attackersMax, DamageLog } from "./damage-log.ts";

const sum = (log: DamageLog, row: number, now: number): number =>
  log.contributions(row, now).reduce((total, { damage }) => total + damage, 0);

describe("DamageLog", () => {
  it("accounts for all damage dealt, with any number of attackers", () => {
    const hit = fc.record({ by: fc.integer({ min: 0, max: 40 }), damage: fc.nat({ max: 500 }) });
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 200 }), (hits) => {
        const log = new DamageLog(2, 1_000_000);
        let total = 0;
        hits.forEach(({ by, damage }, tick) => {
          if (damage === 0) return;
          log.add(1, by, damage, tick);
          total += damage;
        });
        expect(sum(log, 1, hits.length)).toBe(total);
        expect(sum(log, 0, hits.length)).toBe(0);
        const named = log.contributions(1, hits.length).filter(({ by }) => by !== 0);
        expect(named.length).toBeLessThanOrEqual(attackersMax);
        expect(new Set(named.map(({ by }) => by)).size).toBe(named.length);
      }),
    );
  });

  it("keeps each attacker's exact share while there are no more than it has room for", () => {
    const hit = fc.record({
      by: fc.integer({ min: 1, max: attackersMax }),
      damage: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 100 }), (hits) => {
        const log = new DamageLog(1, 1_000_000);
        const expected = new Map<number, number>();
        hits.forEach(({ by, damage }, tick) => {
          log.add(0, by, damage, tick);
          expected.set(by, (expected.get(by) ?? 0) + damage);
        });
        const list = log.contributions(0, hits.length);
        expect(new Map(list.map(({ by, damage }) => [by, damage]))).toEqual(expected);
        expect(list.map(({ damage }) => damage)).toEqual(
          [...expected.values()].sort((a, b) => b - a),
        );
        expect(log.lastHit(0)).toBe(hits.at(-1)?.by ?? 0);
      }),
    );
  });

  it("forgets the smallest attacker first", () => {
    const log = new DamageLog(1, 1000);
    for (let by = 1; by <= attackersMax; by++) log.add(0, by, 10 + by, 0);
    log.add(0, 99, 1, 0);
    expect(log.of(0, 1, 0)).toBe(0);
    expect(log.of(0, 2, 0)).toBe(12);
    expect(log.of(0, 99, 0)).toBe(1);
    expect(log.contributions(0, 0).at(-1)).toEqual({ by: 0, damage: 11 });
  });

  it("halves an idle attacker's total at exactly each half-life", () => {
    const log = new DamageLog(1, 100);
    log.add(0, 7, 40, 50);
    expect(log.of(0, 7, 149)).toBe(40);
    expect(log.of(0, 7, 150)).toBe(20);
    expect(log.of(0, 7, 249)).toBe(20);
    expect(log.of(0, 7, 250)).toBe(10);
    log.add(0, 7, 5, 250);
    expect(log.of(0, 7, 349)).toBe(15);
    expect(log.contributions(0, 250 + 100 * 60)).toEqual([]);
  });

  it("starts clean after clear and after growing", () => {
    const log = new DamageLog(1, 100);
    log.add(0, 7, 40, 0);
    log.add(0, 0, 5, 0);
    log.grow(3);
    expect(log.of(0, 7, 0)).toBe(40);
    expect(log.contributions(2, 0)).toEqual([]);
    log.clear(0);
    expect(log.contributions(0, 0)).toEqual([]);
    expect(log.lastHit(0)).toBe(0);
  });
});
