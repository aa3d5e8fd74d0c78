import type { Hot } from "../ports/hot.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { onlineTtlMs, roomPlayersKey } from "./layout.ts";

/**
 * Who is in which room: a set for each room of this node, set anew every 20 s, gone 60 s after the node is. What the hot
 * state has lost is back within a beat, and at once when it returns.
 */
export class RoomPlayers {
  readonly #hot: Hot;
  readonly #heartbeat: Heartbeat;
  readonly #rooms = new Map<string, Set<string>>();

  constructor(options: HeartbeatOptions) {
    this.#hot = options.hot;
    const failure = "the players of a room could not be written";
    this.#heartbeat = new Heartbeat(options, failure, () => this.#beat());
  }

  async enter(room: string, player: string): Promise<void> {
    const players = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, players.add(player));
    await this.#heartbeat.write(() => this.#write(room, [player]));
  }

  async leave(room: string, player: string): Promise<void> {
    if (this.#rooms.get(room)?.delete(player) !== true) return;
    await this.#heartbeat.write(() => this.#hot.sets.remove(roomPlayersKey(room), player));
  }

  /** The room is no more. */
  async end(room: string): Promise<void> {
    if (!this.#rooms.delete(room)) return;
    await this.#heartbeat.write(() => this.#hot.keys.delete(roomPlayersKey(room)));
  }

  /** Keys that are set end by themselves. */
  close(): void {
    this.#heartbeat.close();
  }

  async #beat(): Promise<void> {
    for (const [room, players] of this.#rooms) {
      if (this.#heartbeat.isClosed) return;
      if (players.size === 0) continue;
      if (!(await this.#heartbeat.write(() => this.#write(room, [...players])))) return;
    }
  }

  async #write(room: string, players: readonly string[]): Promise<void> {
    const key = roomPlayersKey(room);
    await Promise.all(players.map((player) => this.#hot.sets.add(key, player)));
    await this.#hot.keys.expire(key, onlineTtlMs);
  }
}
