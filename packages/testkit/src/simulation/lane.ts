import type { Random } from "@realmwright/core";
import type { VirtualClock } from "@realmwright/server/internal";

/** How the way between clients and the server is. Changes count from the next message on. */
export interface NetworkConditions {
  /** One way, in milliseconds. */
  delayMs: number;
  /** What one message may take longer, at most; evenly spread. Order is kept, as by TCP. */
  jitterMs: number;
  /** True: nothing arrives, in either direction, until it is false again. Nobody is told. */
  isStalled: boolean;
  /** True: new connections are refused. */
  isDown: boolean;
}

interface Item {
  readonly bytes: number;
  readonly arrive: () => void;
}

/** One direction of one connection: what goes in comes out later, in order. */
export class Lane {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #conditions: NetworkConditions;
  #items: Item[] = [];
  #lastArrivalMs = 0;
  #isCut = false;
  /** Rises with each release, so that what was planned before is known. */
  #plan = 0;

  constructor(clock: VirtualClock, random: Random, conditions: NetworkConditions) {
    this.#clock = clock;
    this.#random = random;
    this.#conditions = conditions;
  }

  /** Bytes on their way. */
  get bytes(): number {
    return this.#items.reduce((sum, item) => sum + item.bytes, 0);
  }

  carry(bytes: number, arrive: () => void): void {
    if (this.#isCut) return;
    this.#items.push({ bytes, arrive });
    this.#schedule();
  }

  /** What is on its way is lost, and so is all that follows. */
  cut(): void {
    this.#isCut = true;
    this.#items = [];
  }

  /** What a stall has held back goes on its way again. */
  release(): void {
    this.#plan++;
    for (let i = 0; i < this.#items.length; i++) this.#schedule();
  }

  #schedule(): void {
    const { delayMs, jitterMs } = this.#conditions;
    const arrivalMs = this.#clock.nowMs() + delayMs + jitterMs * this.#random.unit();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, arrivalMs);
    const plan = this.#plan;
    this.#clock.at(this.#lastArrivalMs, () => {
      if (plan === this.#plan && !this.#conditions.isStalled) this.#items.shift()?.arrive();
    });
  }
}
