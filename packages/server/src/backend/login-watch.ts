import type { LoginsEnded } from "../auth/logins-ended.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import {
  accountsEndedAfter,
  endedAmong,
  type LiveLogins,
} from "../services/accounts/live-logins.ts";

const CHANNEL = "accounts:ended";
/** How often the store is asked for endings that nobody told: commands, and nodes that could not. */
const LOOK_MS = 1000;
/** How far the clocks of nodes may be apart. */
const CLOCKS_MS = 10_000;

/** How often an account that is suspected is looked up: its token may have been looked at by what was known before. */
const LOOKS = 3;

export interface LoginWatchOptions {
  readonly store: Store;
  readonly hot: Hot;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among those that share the hot state. */
  readonly node: string;
  /** What is known of the account's logins is to be forgotten. */
  readonly forget: (account: string) => void;
}

/**
 * Carries the ends of logins to the connections that they opened, on every node within 2 s. Nodes tell each other through
 * the hot state, and each asks the store every second for accounts whose logins ended: by a command, or on a node that could
 * not tell. What others say is a reason to ask the store, no more: an account may have logged in again meanwhile.
 */
export class LoginWatch {
  readonly #options: LoginWatchOptions;
  /** Accounts whose end was seen in the store, with the time of it, as long as the store is asked for it. */
  readonly #seen = new Map<string, number>();
  /** Accounts to look up, with how often. */
  readonly #suspects = new Map<string, number>();
  #live: LiveLogins | undefined;
  #cancel: () => void = () => undefined;
  #stopReturn: () => void = () => undefined;
  #unsubscribe: () => Promise<void> = () => Promise.resolve();
  #isClosed = false;

  constructor(options: LoginWatchOptions) {
    this.#options = options;
  }

  /** Begins to listen. Rejects with `HOT_UNAVAILABLE`. */
  async start(): Promise<void> {
    const { hot } = this.#options;
    this.#unsubscribe = await hot.channels.subscribe(CHANNEL, (message) => this.#heard(message));
    this.#stopReturn = hot.onReturn(() => {
      for (const { account } of this.#live?.all() ?? []) this.#suspect(account);
    });
    this.#plan();
  }

  /** Whose connections are to be closed. Once. */
  attach(live: LiveLogins): void {
    this.#live = live;
  }

  /** Something ended here, and is stored. Never throws. */
  publish(event: LoginsEnded): void {
    const { hot, log, node } = this.#options;
    this.#live?.end(event);
    const news = JSON.stringify({ node, account: event.account });
    hot.channels.publish(CHANNEL, news).catch((error: unknown) => {
      log.warn("Other nodes were not told that a login ended; they find out by the store.", {
        error,
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    this.#stopReturn();
    await this.#unsubscribe().catch((error: unknown) => {
      this.#options.log.debug("a subscription could not be ended", { error });
    });
  }

  #heard(message: Uint8Array): void {
    // nobody else writes there; what is no JSON is logged by the channel
    const { node, account } = JSON.parse(Buffer.from(message).toString()) as Record<string, string>;
    if (node === this.#options.node || account === undefined) return;
    this.#suspect(account);
    void this.#look();
  }

  #suspect(account: string): void {
    this.#options.forget(account);
    this.#suspects.set(account, LOOKS);
  }

  #plan(): void {
    const { clock } = this.#options;
    this.#cancel = clock.at(clock.nowMs() + LOOK_MS, () => {
      void this.#lookAround().finally(() => {
        if (!this.#isClosed) this.#plan();
      });
    });
  }

  async #lookAround(): Promise<void> {
    if (this.#live === undefined || this.#live.all().length === 0) return;
    try {
      await this.#ask();
    } catch (error) {
      this.#options.log.warn("Ends of logins could not be asked for.", { error });
    }
    await this.#look();
  }

  /** Suspects accounts with an end in the store that was not seen. */
  async #ask(): Promise<void> {
    const { clock, store } = this.#options;
    const afterMs = clock.wallMs() - CLOCKS_MS;
    for (const { id, ended_ms: endedMs } of await accountsEndedAfter(store, afterMs)) {
      if (this.#seen.get(id) === endedMs) continue;
      this.#seen.set(id, endedMs);
      this.#suspect(id);
    }
    for (const [id, endedMs] of this.#seen) if (endedMs <= afterMs) this.#seen.delete(id);
  }

  /** Ends those connections of suspects whose logins have ended, as the store says. */
  async #look(): Promise<void> {
    const { clock, log, store } = this.#options;
    const all = this.#live?.all() ?? [];
    const logins = all.filter(({ account }) => this.#suspects.has(account));
    if (this.#isClosed) return;
    try {
      const ended = logins.length === 0 ? [] : await endedAmong({ store, clock }, logins);
      for (const event of ended) this.#live?.end(event);
      for (const [account, looks] of this.#suspects) {
        if (looks <= 1) this.#suspects.delete(account);
        else this.#suspects.set(account, looks - 1);
      }
    } catch (error) {
      log.warn("Whether logins have ended could not be looked up.", { error });
    }
  }
}
