import { longer } from "../columns.ts";

/** One attacker's part in a fight. */
export interface Contribution {
  /** Id of the attacker, 0 for no one's. */
  readonly by: number;
  readonly damage: number;
}

/** Attackers remembered for one victim; the damage of those beyond is kept as no one's. */
export const attackersMax = 12;

/**
 * Who did how much damage to whom, in typed arrays. An attacker's total halves with every whole half-life in which that
 * attacker did not hit, so that old scratches earn no credit.
 */
export class DamageLog {
  readonly #halfLifeTicks: number;
  #by: Int32Array;
  #total: Float64Array;
  #at: Float64Array;
  #others: Float64Array;
  #last: Int32Array;

  constructor(capacity: number, halfLifeTicks: number) {
    this.#halfLifeTicks = Math.max(1, halfLifeTicks);
    this.#by = new Int32Array(capacity * attackersMax);
    this.#total = new Float64Array(capacity * attackersMax);
    this.#at = new Float64Array(capacity * attackersMax);
    this.#others = new Float64Array(capacity);
    this.#last = new Int32Array(capacity);
  }

  grow(capacity: number): void {
    this.#by = longer(this.#by, capacity * attackersMax);
    this.#total = longer(this.#total, capacity * attackersMax);
    this.#at = longer(this.#at, capacity * attackersMax);
    this.#others = longer(this.#others, capacity);
    this.#last = longer(this.#last, capacity);
  }

  clear(slot: number): void {
    this.#by.fill(0, slot * attackersMax, (slot + 1) * attackersMax);
    this.#others[slot] = 0;
    this.#last[slot] = 0;
  }

  /** @param by id of the attacker, 0 for no one. */
  add(slot: number, by: number, damage: number, now: number): void {
    if (by === 0) {
      this.#others[slot]! += damage;
      return;
    }
    this.#last[slot] = by;
    const start = slot * attackersMax;
    let cell = -1;
    let smallest = start;
    for (let i = start; i < start + attackersMax; i++) {
      if (this.#by[i] === by) {
        this.#total[i] = this.#decayed(i, now) + damage;
        this.#at[i] = now;
        return;
      }
      if (this.#by[i] === 0) {
        if (cell < 0) cell = i;
      } else if (this.#decayed(i, now) < this.#decayed(smallest, now)) {
        smallest = i;
      }
    }
    if (cell < 0) {
      cell = smallest;
      this.#others[slot]! += this.#decayed(cell, now);
    }
    this.#by[cell] = by;
    this.#total[cell] = damage;
    this.#at[cell] = now;
  }

  /** Who hit last, 0 for no one yet. */
  lastHit(slot: number): number {
    return this.#last[slot]!;
  }

  /** What an attacker's damage counts for at that tick. */
  of(slot: number, by: number, now: number): number {
    const start = slot * attackersMax;
    for (let i = start; i < start + attackersMax; i++) {
      if (this.#by[i] === by && by !== 0) return this.#decayed(i, now);
    }
    return 0;
  }

  /** All that counts for half a point or more, the largest first; ties by id. What is no one's comes last. */
  contributions(slot: number, now: number): Contribution[] {
    const list: Contribution[] = [];
    const start = slot * attackersMax;
    for (let i = start; i < start + attackersMax; i++) {
      if (this.#by[i] === 0) continue;
      const damage = this.#decayed(i, now);
      if (damage >= 0.5) list.push({ by: this.#by[i]!, damage });
    }
    list.sort((a, b) => b.damage - a.damage || a.by - b.by);
    if (this.#others[slot]! > 0) list.push({ by: 0, damage: this.#others[slot]! });
    return list;
  }

  #decayed(cell: number, now: number): number {
    let total = this.#total[cell]!;
    let idle = now - this.#at[cell]!;
    while (idle >= this.#halfLifeTicks && total >= 0.5) {
      total /= 2;
      idle -= this.#halfLifeTicks;
    }
    return total;
  }
}
