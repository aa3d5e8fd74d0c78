import type { ClientClock } from "../ports.ts";
import { RateMeter } from "../rate-meter.ts";

/** What went over a client's connections. */
export class Traffic {
  /** Attempts after the first. */
  reconnects = 0;
  readonly bytesIn: RateMeter = new RateMeter();
  readonly bytesOut: RateMeter = new RateMeter();
  readonly messagesIn: RateMeter = new RateMeter();
  readonly messagesOut: RateMeter = new RateMeter();
  readonly snapshots: RateMeter = new RateMeter();
  readonly #clock: ClientClock;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  received(bytes: number, messages: number): void {
    const now = this.#clock.nowMs();
    this.bytesIn.add(bytes, now);
    this.messagesIn.add(messages, now);
  }

  sent(bytes: number, messages: number): void {
    const now = this.#clock.nowMs();
    this.bytesOut.add(bytes, now);
    this.messagesOut.add(messages, now);
  }

  snapshot(): void {
    this.snapshots.add(1, this.#clock.nowMs());
  }
}
