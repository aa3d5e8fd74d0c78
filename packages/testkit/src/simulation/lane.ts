import type { Random } from "@realmwright/core";
import type { VirtualClock } from "@realmwright/server/internal";
import type { NetworkConditions } from "./conditions.ts";

interface Item {
  readonly bytes: number;
  readonly arrive: () => void;
  atMs: number;
}

/** Least time after which a sender that keeps order sends a lost message again; it doubles with each further loss. */
const resendMs = 200;
const resendMsMax = 3200;
/** How much later a message comes that others overtake. */
const overtakenMs = 20;

/**
 * One direction of one connection: what goes in comes out later. In order, each once and all of it, as by TCP; or, with
 * `order` "none", as datagrams do: some never, some twice, some behind later ones.
 */
export class Lane {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #conditions: NetworkConditions;
  readonly #keepsOrder: boolean;
  /** On their way; where order is kept, the next one to arrive first. */
  #items: Item[] = [];
  #bytes = 0;
  #freeAtMs = 0;
  #isCut = false;
  /** Rises when what is on its way is planned anew, so that what was planned before is known. */
  #plan = 0;

  constructor(
    clock: VirtualClock,
    random: Random,
    conditions: NetworkConditions,
    order: "kept" | "none" = "kept",
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#conditions = conditions;
    this.#keepsOrder = order === "kept";
  }

  /** Bytes on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  carry(bytes: number, arrive: () => void): void {
    if (this.#isCut) return;
    const { lossRate, duplicateRate } = this.#conditions;
    if (this.#keepsOrder) {
      this.#put(bytes, arrive);
      return;
    }
    const copies = this.#falls(lossRate) ? 0 : this.#falls(duplicateRate) ? 2 : 1;
    for (let i = 0; i < copies; i++) this.#put(bytes, arrive);
  }

  /** What is on its way is lost, and so is all that follows. */
  cut(): void {
    this.#isCut = true;
    this.#plan++;
    this.#items = [];
    this.#bytes = 0;
  }

  /** What a stall has held back goes on its way again. */
  release(): void {
    const items = this.#items;
    this.#plan++;
    this.#items = [];
    this.#bytes = 0;
    this.#freeAtMs = 0;
    for (const { bytes, arrive } of items) this.#put(bytes, arrive);
  }

  #put(bytes: number, arrive: () => void): void {
    const item = { bytes, arrive, atMs: this.#passed(bytes) + this.#travel() };
    this.#bytes += bytes;
    this.#items.push(item);
    if (!this.#keepsOrder) this.#await(item);
    else {
      item.atMs = Math.max(item.atMs, this.#items.at(-2)?.atMs ?? 0);
      if (this.#items.length === 1) this.#await(item);
    }
  }

  /** When the last of so many bytes has entered the way, which takes one message after another. */
  #passed(bytes: number): number {
    const startMs = Math.max(this.#clock.nowMs(), this.#freeAtMs);
    this.#freeAtMs = startMs + (bytes / this.#conditions.bytesPerSecond) * 1000;
    return this.#freeAtMs;
  }

  #travel(): number {
    const { delayMs, jitterMs, lossRate, reorderRate } = this.#conditions;
    let ms = delayMs + (jitterMs > 0 ? jitterMs * this.#random.unit() : 0);
    if (this.#falls(reorderRate)) ms += delayMs + overtakenMs;
    if (!this.#keepsOrder) return ms;
    for (let waitMs = resendMs; waitMs <= resendMsMax && this.#falls(lossRate); waitMs *= 2) {
      ms += waitMs + delayMs;
    }
    return ms;
  }

  #falls(rate: number): boolean {
    return rate > 0 && this.#random.chance(rate);
  }

  #await(item: Item): void {
    const plan = this.#plan;
    this.#clock.at(item.atMs, () => {
      if (plan === this.#plan && !this.#conditions.isStalled) this.#deliver(item);
    });
  }

  #deliver(item: Item): void {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#bytes -= item.bytes;
    const plan = this.#plan;
    // what comes on its way meanwhile awaits itself, if it is the only one
    const next = this.#items[0];
    item.arrive();
    if (this.#keepsOrder && next !== undefined && plan === this.#plan) this.#await(next);
  }
}
