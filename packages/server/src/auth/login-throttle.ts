import { RealmError } from "@realmwright/protocol";
import type { Clock } from "../ports/clock.ts";
import { addressKey } from "../transports/peers.ts";

/** How many attempts may fail at once, and how long the next one waits at most. */
interface Patience {
  readonly free: number;
  readonly mostMs: number;
}

/** One address at one account. */
const pair: Patience = { free: 5, mostMs: 900_000 };
/** One address, whatever the account. Many players may stand behind it. */
const address: Patience = { free: 50, mostMs: 60_000 };
/** One account from everywhere; asked only of an address that has failed there itself. */
const account: Patience = { free: 20, mostMs: 60_000 };

const FORGET_MS = 900_000;
const FIRST_WAIT_MS = 1000;
const TALLIES_MAX = 20_000;

interface Tally {
  failures: number;
  lastMs: number;
}

/**
 * Slows guessing down: after some failures the wait doubles with each. A failure costs the address that made it; however
 * much others guess at an account, its owner gets a first attempt at once from any address of its own.
 */
export class LoginThrottle {
  readonly #clock: Pick<Clock, "nowMs">;
  /** Oldest first; the one touched last is at the end. */
  readonly #tallies = new Map<string, Tally>();

  constructor(clock: Pick<Clock, "nowMs">) {
    this.#clock = clock;
  }

  /**
   * Begins an attempt: it counts as failed until `succeeded`, so that many at once gain nothing. Throws `LOGINS_SLOWED`
   * with the wait.
   */
  attempt(name: string, from: string): void {
    const keys = keysOf(name, from);
    const waitMs = Math.max(
      this.#waitMs(keys.pair, pair),
      this.#waitMs(keys.address, address),
      this.#failures(keys.pair) > 0 ? this.#waitMs(keys.account, account) : 0,
    );
    if (waitMs > 0) throw new RealmError("LOGINS_SLOWED", { retryAfterMs: Math.ceil(waitMs) });
    for (const key of Object.values(keys)) this.#add(key, 1);
  }

  /** The attempt was right: nothing is held against this address at this account. */
  succeeded(name: string, from: string): void {
    const keys = keysOf(name, from);
    this.#tallies.delete(keys.pair);
    this.#add(keys.address, -1);
    this.#add(keys.account, -1);
  }

  /** The attempt came to nothing through no fault of its own, for example because the server was busy. */
  withdrawn(name: string, from: string): void {
    for (const key of Object.values(keysOf(name, from))) this.#add(key, -1);
  }

  #failures(key: string): number {
    const tally = this.#tallies.get(key);
    if (tally === undefined) return 0;
    if (this.#clock.nowMs() - tally.lastMs < FORGET_MS) return tally.failures;
    this.#tallies.delete(key);
    return 0;
  }

  #waitMs(key: string, { free, mostMs }: Patience): number {
    const failures = this.#failures(key);
    const tally = this.#tallies.get(key);
    if (tally === undefined || failures < free) return 0;
    const delayMs = Math.min(mostMs, FIRST_WAIT_MS * 2 ** (failures - free));
    return Math.max(0, tally.lastMs + delayMs - this.#clock.nowMs());
  }

  #add(key: string, by: number): void {
    const failures = this.#failures(key) + by;
    const lastMs =
      by > 0 ? this.#clock.nowMs() : (this.#tallies.get(key)?.lastMs ?? this.#clock.nowMs());
    this.#tallies.delete(key);
    if (failures > 0) this.#tallies.set(key, { failures, lastMs });
    if (this.#tallies.size <= TALLIES_MAX) return;
    const [oldest] = this.#tallies.keys();
    if (oldest !== undefined) this.#tallies.delete(oldest);
  }
}

function keysOf(name: string, from: string): { pair: string; address: string; account: string } {
  const at = addressKey(from);
  return { pair: `p ${at} ${name}`, address: `a ${at}`, account: `n ${name}` };
}
