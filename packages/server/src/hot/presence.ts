import type { Hot } from "../ports/hot.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { onlineKey, onlineTtlMs } from "./layout.ts";

/**
 * Who is online: a key for each player on this node, set anew every 20 s, gone 60 s after the node is. A player who is on
 * two nodes and leaves one is offline until the other's next beat.
 */
export class Presence {
  readonly #hot: Hot;
  readonly #heartbeat: Heartbeat;
  /** Players by how often they are connected here. */
  readonly #players = new Map<string, number>();

  constructor(options: HeartbeatOptions) {
    this.#hot = options.hot;
    this.#heartbeat = new Heartbeat(options, "presence could not be written", () => this.#beat());
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
    await this.#heartbeat.write(() => this.#hot.keys.delete(onlineKey(player)));
  }

  /** On any node. Rejects with `HOT_UNAVAILABLE`. */
  async isOnline(player: string): Promise<boolean> {
    return (await this.#hot.keys.get(onlineKey(player))) !== undefined;
  }

  /** Keys that are set end by themselves. */
  close(): void {
    this.#heartbeat.close();
  }

  async #beat(): Promise<void> {
    // one after another in small groups: a beat of thousands leaves room for other calls
    const players = [...this.#players.keys()];
    for (let i = 0; i < players.length && !this.#heartbeat.isClosed; i += 100) {
      const group = players.slice(i, i + 100).filter((player) => this.#players.has(player));
      const done = await Promise.all(group.map((player) => this.#mark(player)));
      if (done.includes(false)) return;
    }
  }

  #mark(player: string): Promise<boolean> {
    return this.#heartbeat.write(() =>
      this.#hot.keys.set(onlineKey(player), "1", { ttlMs: onlineTtlMs }),
    );
  }
}
