import type { RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import { unavailable } from "../store-errors.ts";

/** Lets one at a time use a connection, in the order in which they came. */
export class ConnectionLock {
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly #waiting = new Set<() => void>();
  #isTaken = false;
  #hasEnded = false;

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  /** Resolves when the connection is the caller's. Throws `STORE_UNAVAILABLE` after `waitMs`. */
  async take(): Promise<void> {
    if (this.#hasEnded) throw ended();
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        withdraw();
        if (this.#hasEnded) reject(ended());
        else resolve();
      };
      const withdraw = this.#clock.at(this.#clock.nowMs() + this.#waitMs, () => {
        this.#waiting.delete(next);
        reject(unavailable(`The connection was not free within ${this.#waitMs} ms.`));
      });
      this.#waiting.add(next);
    });
  }

  /** Nobody gets the connection any more; throws if it is not free in time. */
  async end(): Promise<void> {
    await this.take();
    this.#hasEnded = true;
    for (const next of this.#waiting) next();
  }

  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#isTaken = false;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function ended(): RealmError {
  return unavailable("The store is closed.");
}
