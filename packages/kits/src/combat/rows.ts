import { longer } from "../columns.ts";
import type { Fighter } from "./fields.ts";

/**
 * One row for each fighter, in typed arrays: its cast, cooldowns and fractions of points. A fighter gets its row when
 * the kit first meets it. The busy ones (casting, under effects or recovering) are listed apart, for the tick.
 */
export class Rows {
  readonly #abilities: number;
  readonly #onGrow: (capacity: number) => void;
  readonly #free: number[] = [];
  #capacity: number;
  #high = 0;
  #busyCount = 0;
  #busy: Int32Array;
  /** Place in `#busy` + 1, 0 when it is not there. */
  #busyAt: Int32Array;

  readonly entities: (Fighter | undefined)[] = [];
  /** Index of the ability that is being cast, -1 for none. */
  castOf: Int8Array;
  castEnd: Float64Array;
  castX: Float64Array;
  castY: Float64Array;
  aimTarget: Int32Array;
  aimX: Float64Array;
  aimY: Float64Array;
  globalReadyAt: Float64Array;
  foughtAt: Float64Array;
  /** What has come back of a point, times the tick rate: sums of whole numbers stay exact. */
  hpPart: Float64Array;
  manaPart: Float64Array;
  #readyAt: Float64Array;

  constructor(capacity: number, abilities: number, onGrow: (capacity: number) => void) {
    this.#abilities = Math.max(1, abilities);
    this.#capacity = capacity;
    this.#onGrow = onGrow;
    this.#busy = new Int32Array(capacity);
    this.#busyAt = new Int32Array(capacity);
    this.castOf = new Int8Array(capacity).fill(-1);
    this.castEnd = new Float64Array(capacity);
    this.castX = new Float64Array(capacity);
    this.castY = new Float64Array(capacity);
    this.aimTarget = new Int32Array(capacity);
    this.aimX = new Float64Array(capacity);
    this.aimY = new Float64Array(capacity);
    this.globalReadyAt = new Float64Array(capacity);
    this.foughtAt = new Float64Array(capacity);
    this.hpPart = new Float64Array(capacity);
    this.manaPart = new Float64Array(capacity);
    this.#readyAt = new Float64Array(capacity * this.#abilities);
  }

  /** Rows that were ever in use. */
  get high(): number {
    return this.#high;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The row of a fighter that has one, else -1. */
  find(entity: Fighter): number {
    const row = entity.fighter;
    return this.entities[row]?.id === entity.id ? row : -1;
  }

  /** Gives a fighter a row, as good as new. */
  take(entity: Fighter): number {
    const row = this.#free.pop() ?? this.#high++;
    if (row >= this.#capacity) this.#grow();
    this.entities[row] = entity;
    entity.fighter = row;
    this.castOf[row] = -1;
    this.globalReadyAt[row] = 0;
    // Long ago: who has just come is rested.
    this.foughtAt[row] = -(2 ** 30);
    this.hpPart[row] = 0;
    this.manaPart[row] = 0;
    this.#readyAt.fill(0, row * this.#abilities, (row + 1) * this.#abilities);
    return row;
  }

  release(row: number): void {
    this.rest(row);
    this.entities[row] = undefined;
    this.#free.push(row);
  }

  readyAt(row: number, ability: number): number {
    return this.#readyAt[row * this.#abilities + ability]!;
  }

  setReadyAt(row: number, ability: number, tick: number): void {
    this.#readyAt[row * this.#abilities + ability] = tick;
  }

  get busyCount(): number {
    return this.#busyCount;
  }

  busyRow(at: number): number {
    return this.#busy[at]!;
  }

  wake(row: number): void {
    if (this.#busyAt[row] !== 0) return;
    this.#busy[this.#busyCount++] = row;
    this.#busyAt[row] = this.#busyCount;
  }

  /** Takes a row from the busy ones; the last of them takes its place. */
  rest(row: number): void {
    const at = this.#busyAt[row]! - 1;
    if (at < 0) return;
    const last = this.#busy[--this.#busyCount]!;
    this.#busy[at] = last;
    this.#busyAt[last] = at + 1;
    this.#busyAt[row] = 0;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    this.#capacity = capacity;
    this.#busy = longer(this.#busy, capacity);
    this.#busyAt = longer(this.#busyAt, capacity);
    this.castOf = longer(this.castOf, capacity, -1);
    this.castEnd = longer(this.castEnd, capacity);
    this.castX = longer(this.castX, capacity);
    this.castY = longer(this.castY, capacity);
    this.aimTarget = longer(this.aimTarget, capacity);
    this.aimX = longer(this.aimX, capacity);
    this.aimY = longer(this.aimY, capacity);
    this.globalReadyAt = longer(this.globalReadyAt, capacity);
    this.foughtAt = longer(this.foughtAt, capacity);
    this.hpPart = longer(this.hpPart, capacity);
    this.manaPart = longer(this.manaPart, capacity);
    this.#readyAt = longer(this.#readyAt, capacity * this.#abilities);
    this.#onGrow(capacity);
  }
}
