import { createHash } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import { loginCountsKey, loginTimesKey } from "../hot/layout.ts";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { attemptScript, takeBackScript } from "../hot/tally-scripts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hot, HotReply, HotScript } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
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
const TALLIES_MAX = 50_000;
/** Nobody waits longer for a count, */
const ANSWER_MS = 250;
/** and after one that did not come nobody waits at all for so long. */
const AWAY_MS = 2000;

const counters = [loginCountsKey, loginTimesKey] as const;

export interface LoginThrottleOptions {
  /** Where attempts are counted. */
  readonly hot: Hot;
  readonly clock: Clock;
  readonly log: Log;
  /** How many counts are kept. Default 50,000. */
  readonly talliesMax?: number;
}

/** An attempt that may be made. It counts as failed until one of these is said. */
export interface Attempt {
  /** It was right: nothing is held against this address at this account. */
  succeeded(): Promise<void>;
  /** It came to nothing through no fault of its own, for example because the server was busy. */
  withdrawn(): Promise<void>;
}

/**
 * Slows guessing down: after some failures the wait doubles with each. A failure costs the address that made it; however
 * much others guess at an account, its owner gets a first attempt at once from any address of its own.
 *
 * All nodes of a hot state count together. Where that does not answer, this process counts by itself: no login waits for it.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #shared: Hot;
  readonly #own: Hot;
  readonly #talliesMax: number;
  #awayUntilMs = -Infinity;

  constructor({ clock, hot, log, talliesMax = TALLIES_MAX }: LoginThrottleOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#shared = hot;
    this.#own = createMemoryHot({ clock, log });
    this.#talliesMax = talliesMax;
  }

  /**
   * Begins an attempt: it counts as failed from now on, so that many at once gain nothing. Rejects with `LOGINS_SLOWED`
   * and the wait.
   */
  async attempt(name: string, from: string): Promise<Attempt> {
    const names = namesOf(name, from);
    const now = Math.round(this.#clock.wallMs());
    const patience = [
      ...[names.pair, pair.free, pair.mostMs],
      ...[names.address, address.free, address.mostMs],
      ...[names.account, account.free, account.mostMs],
    ];
    const args = [now, FORGET_MS, FIRST_WAIT_MS, this.#talliesMax, ...patience].map(String);
    let on = this.#shared;
    let waitMs = await this.#ask(attemptScript, args);
    if (waitMs === undefined) {
      on = this.#own;
      waitMs = await on.run(attemptScript, counters, args);
    }
    if (Number(waitMs) > 0) throw new RealmError("LOGINS_SLOWED", { retryAfterMs: Number(waitMs) });
    const takeBack = (ofPair: "1" | "all"): Promise<void> =>
      this.#takeBack(on, [names.pair, ofPair, names.address, "1", names.account, "1"]);
    return { succeeded: () => takeBack("all"), withdrawn: () => takeBack("1") };
  }

  async #takeBack(on: Hot, args: readonly string[]): Promise<void> {
    if (on === this.#own) await on.run(takeBackScript, counters, args);
    else await this.#ask(takeBackScript, args);
  }

  /** Asks the hot state; undefined: it does not answer in time. */
  async #ask(script: HotScript, args: readonly string[]): Promise<HotReply | undefined> {
    if (!this.#shared.isReady() || this.#clock.nowMs() < this.#awayUntilMs) return undefined;
    let withdraw = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      withdraw = this.#clock.at(this.#clock.nowMs() + ANSWER_MS, () =>
        reject(new RealmError("HOT_UNAVAILABLE", { detail: `no answer in ${ANSWER_MS} ms` })),
      );
    });
    try {
      return await Promise.race([this.#shared.run(script, counters, args), late]);
    } catch (error) {
      this.#awayUntilMs = this.#clock.nowMs() + AWAY_MS;
      this.#log.warn("this process counts logins by itself: the hot state does not", { error });
      return undefined;
    } finally {
      withdraw();
    }
  }
}

/** What is counted. Digests: no name and no address stands in the hot state, and none is too long for it. */
function namesOf(name: string, from: string): { pair: string; address: string; account: string } {
  const at = addressKey(from);
  return { pair: digest("p", at, name), address: digest("a", at), account: digest("n", name) };
}

function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);
}
