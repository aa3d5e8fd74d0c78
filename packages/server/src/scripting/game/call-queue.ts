import { RealmError } from "@realmwright/protocol";
import type { ScriptLimits } from "../../ports/script-engine.ts";

interface Account {
  readonly waiting: (() => void)[];
  underWay: number;
}

/**
 * Calls of scripts by accounts. Those of one account wait in a line of its own, and the lines are served in turn: one who
 * asks for much waits for itself. What rooms call does not come here, and finds few calls before it in the engine.
 */
export class CallQueue {
  readonly #limits: ScriptLimits;
  /** Accounts with calls, those that are to be served next first. */
  readonly #accounts = new Map<string, Account>();
  #underWay = 0;
  #waiting = 0;

  constructor(limits: ScriptLimits) {
    this.#limits = limits;
  }

  /** Accounts that have calls. */
  get accountCount(): number {
    return this.#accounts.size;
  }

  /** Does the work when it is this account's turn. Rejects with `SCRIPT_BUSY` where too much waits, and as the work does. */
  async run<T>(account: string, work: () => Promise<T>): Promise<T> {
    const own = this.#accounts.get(account) ?? { waiting: [], underWay: 0 };
    if (own.underWay >= this.#limits.scriptCallsPerAccount || !this.#hasRoom) {
      const isFull = own.waiting.length >= this.#limits.scriptCallsWaitingPerAccount;
      if (isFull || this.#waiting >= this.#limits.scriptCallsWaiting)
        throw new RealmError("SCRIPT_BUSY");
      this.#accounts.set(account, own);
      this.#waiting++;
      await new Promise<void>((resolve) => void own.waiting.push(resolve));
    } else {
      this.#accounts.set(account, own);
      this.#begin(own);
    }
    try {
      return await work();
    } finally {
      this.#underWay--;
      own.underWay--;
      if (own.underWay === 0 && own.waiting.length === 0) this.#accounts.delete(account);
      this.#serve();
    }
  }

  get #hasRoom(): boolean {
    return this.#underWay < this.#limits.scriptCallsAtOnce;
  }

  #begin(account: Account): void {
    this.#underWay++;
    account.underWay++;
  }

  #serve(): void {
    const most = this.#limits.scriptCallsPerAccount;
    for (const [name, account] of this.#accounts) {
      if (!this.#hasRoom || this.#waiting === 0) return;
      if (account.underWay >= most) continue;
      const next = account.waiting.shift();
      if (next === undefined) continue;
      this.#waiting--;
      this.#begin(account);
      // behind all others: a map keeps the order in which its keys came
      this.#accounts.delete(name);
      this.#accounts.set(name, account);
      next();
    }
  }
}
