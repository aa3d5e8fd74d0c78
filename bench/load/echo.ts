import { Random } from "@realmwright/core";
import { headings } from "./scene.ts";

/** Headings that differ from the newest so many are told apart. */
const memory = 32;
/** Of an input: somebody turns round, else only a little. */
const turnChance = 0.05;

/** What one player steers, and how long it takes until the player sees it: the time from an input to what it did. */
export class Echo {
  /** Milliseconds, from sending an input to the arrival of the first message that shows its effect. */
  readonly latencies: number[] = [];
  readonly #random: Random;
  readonly #pending: { heading: number; sentMs: number }[] = [];
  readonly #recent: number[] = [];
  #heading = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** The next heading, one that was not steered a moment ago. */
  next(): number {
    const random = this.#random;
    let heading = random.chance(turnChance)
      ? random.integer(0, headings - 1)
      : (this.#heading + random.integer(1, 5)) % headings;
    while (this.#recent.includes(heading)) heading = (heading + 1) % headings;
    this.#heading = heading;
    this.#recent.push(heading);
    if (this.#recent.length > memory) this.#recent.shift();
    return heading;
  }

  sent(heading: number, nowMs: number): void {
    this.#pending.push({ heading, sentMs: nowMs });
  }

  /** The player's own entity shows this heading. Inputs before the one it is the effect of were overtaken by it. */
  seen(heading: number, nowMs: number): void {
    const place = this.#pending.findIndex((input) => input.heading === heading);
    for (const { sentMs } of this.#pending.splice(0, place + 1)) {
      this.latencies.push(nowMs - sentMs);
    }
  }

  forget(): void {
    this.latencies.length = 0;
  }

  /** Of each input that has waited for longer than `lostMs`: milliseconds that it has waited. */
  overdueMs(nowMs: number, lostMs: number): number[] {
    return this.#pending.map(({ sentMs }) => nowMs - sentMs).filter((ms) => ms > lostMs);
  }
}
