import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

/** How often the store is asked. */
const ASK_MS = 2000;

/** Whether the store answered when it was asked last. */
export class Readiness {
  isReady = true;
  readonly #store: Store;
  readonly #clock: Clock;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#plan();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
  }

  #plan(): void {
    this.#cancel = this.#clock.at(this.#clock.nowMs() + ASK_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.isReady = await this.#store.isReady();
    if (!this.#isClosed) this.#plan();
  }
}
