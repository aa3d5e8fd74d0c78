import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import { onlineBeatMs, onlineKey, onlineTtlMs } from "./layout.ts";

export interface PresenceOptions {
  readonly hot: Hot;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Who is online: a key for each player on this node, set anew every 20 s, gone 60 s after the node is. A player who is on
 * two nodes and leaves one is offline until the other's next beat.
 */
export class Presence {
  readonly #hot: Hot;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Players by how often they are connected here. */
  readonly #players = new Map<string, number>();
  readonly #stopReturn: () => void;
  #cancelBeat: () => void;
  #isClosed = false;

  constructor({ hot, clock, log }: PresenceOptions) {
    this.#hot = hot;
    this.#clock = clock;
    this.#log = log;
    this.#cancelBeat = this.#beatLater();
    this.#stopReturn = hot.onReturn(() => void this.#beat());
  }

  /** A connection of this player came. The hot state being away is no error: the key is set when it is back. */
  async enter(player: string): Promise<void> {
    this.#players.set(player, (this.#players.get(player) ?? 0) + 1);
    await this.#mark(player);
  }

  /** One went. With the last one here the key goes. */
  async leave(player: string): Promise<void> {
    const count = this.#players.get(player);
    if (count === undefined) return;
    if (count > 1) {
      this.#players.set(player, count - 1);
      return;
    }
    this.#players.delete(player);
    await this.#quietly(() => this.#hot.keys.delete(onlineKey(player)));
  }

  /** On any node. Rejects with `HOT_UNAVAILABLE`. */
  async isOnline(player: string): Promise<boolean> {
    return (await this.#hot.keys.get(onlineKey(player))) !== undefined;
  }

  /** Keys that are set end by themselves. */
  close(): void {
    this.#isClosed = true;
    this.#cancelBeat();
    this.#stopReturn();
  }

  #beatLater(): () => void {
    return this.#clock.at(this.#clock.nowMs() + onlineBeatMs, () => {
      if (this.#isClosed) return;
      this.#cancelBeat = this.#beatLater();
      void this.#beat();
    });
  }

  async #beat(): Promise<void> {
    // one after another in small groups: a beat of thousands leaves room for other calls
    const players = [...this.#players.keys()];
    for (let i = 0; i < players.length && !this.#isClosed; i += 100) {
      const group = players.slice(i, i + 100).filter((player) => this.#players.has(player));
      const done = await Promise.all(group.map((player) => this.#mark(player)));
      if (done.includes(false)) return;
    }
  }

  #mark(player: string): Promise<boolean> {
    return this.#quietly(() => this.#hot.keys.set(onlineKey(player), "1", { ttlMs: onlineTtlMs }));
  }

  /** False: it failed, and the next beat mends it. */
  async #quietly(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#log.warn("presence could not be written", { error });
      return false;
    }
  }
}
