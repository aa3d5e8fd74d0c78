import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import { onlineBeatMs, onlineTtlMs, roomPlayersKey } from "./layout.ts";

/**
 * Who is in which room: a set for each room of this node, set anew every 20 s, gone 60 s after the node is. What the hot
 * state has lost is back within a beat, and at once when it returns.
 */
export class RoomPlayers {
  readonly #hot: Hot;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #rooms = new Map<string, Set<string>>();
  readonly #stopReturn: () => void;
  #cancelBeat: () => void;
  #isClosed = false;

  constructor({
    hot,
    clock,
    log,
  }: {
    readonly hot: Hot;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#hot = hot;
    this.#clock = clock;
    this.#log = log;
    this.#cancelBeat = this.#beatLater();
    this.#stopReturn = hot.onReturn(() => void this.#beat());
  }

  async enter(room: string, player: string): Promise<void> {
    const players = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, players.add(player));
    await this.#quietly(() => this.#write(room, [player]));
  }

  async leave(room: string, player: string): Promise<void> {
    if (this.#rooms.get(room)?.delete(player) !== true) return;
    await this.#quietly(() => this.#hot.sets.remove(roomPlayersKey(room), player));
  }

  /** The room is no more. */
  async end(room: string): Promise<void> {
    if (!this.#rooms.delete(room)) return;
    await this.#quietly(() => this.#hot.keys.delete(roomPlayersKey(room)));
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
    for (const [room, players] of this.#rooms) {
      if (this.#isClosed) return;
      if (players.size === 0) continue;
      if (!(await this.#quietly(() => this.#write(room, [...players])))) return;
    }
  }

  async #write(room: string, players: readonly string[]): Promise<void> {
    const key = roomPlayersKey(room);
    await Promise.all(players.map((player) => this.#hot.sets.add(key, player)));
    await this.#hot.keys.expire(key, onlineTtlMs);
  }

  /** False: it failed, and the next beat mends it. */
  async #quietly(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#log.warn("the players of a room could not be written", { error });
      return false;
    }
  }
}
