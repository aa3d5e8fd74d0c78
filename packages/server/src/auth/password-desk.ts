import { RealmError } from "@realmwright/protocol";
import type { RandomBytes } from "../ports/random-bytes.ts";
import {
  hashPassword,
  isOutdated,
  isPasswordOf,
  saltBytes,
  usualCost,
  type HashCost,
} from "./password-hash.ts";

export interface PasswordDeskOptions {
  readonly random: RandomBytes;
  /** Hashes made at the same time. Default 4, as many as Node has threads for them. */
  readonly atOnce?: number;
  /** Hashes that may wait; what comes on top is refused. Default 64. */
  readonly waiting?: number;
  readonly cost?: HashCost;
}

/** What a password turned out to be. */
export interface PasswordCheck {
  readonly isRight: boolean;
  /** The hash to store from now on: the old one was made at another cost. */
  readonly renewed?: string;
}

/** Hashes passwords, few at a time: a storm of logins costs a bounded part of the machine. */
export class PasswordDesk {
  readonly #random: RandomBytes;
  readonly #cost: HashCost;
  readonly #atOnce: number;
  readonly #waiting: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(options: PasswordDeskOptions) {
    this.#random = options.random;
    this.#cost = options.cost ?? usualCost;
    this.#atOnce = options.atOnce ?? 4;
    this.#waiting = options.waiting ?? 64;
  }

  /** Rejects with `LOGINS_BUSY` when too many wait. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => this.#hash(password));
  }

  /**
   * Whether it is the password of a stored hash. Without a hash (an unknown name, an account without a password) it does
   * the same work and says no. Rejects with `LOGINS_BUSY` when too many wait.
   */
  check(password: string, stored: string | undefined): Promise<PasswordCheck> {
    return this.#inTurn(async () => {
      if (stored === undefined) {
        await this.#hash(password);
        return { isRight: false };
      }
      const isRight = await isPasswordOf(password, stored);
      if (!isRight || !isOutdated(stored, this.#cost)) return { isRight };
      return { isRight, renewed: await this.#hash(password) };
    });
  }

  #hash(password: string): Promise<string> {
    return hashPassword(password, this.#random(saltBytes), this.#cost);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++;
    else if (this.#queue.length >= this.#waiting) throw new RealmError("LOGINS_BUSY");
    else {
      // whoever ends hands its place on, so that nobody overtakes the queue
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
