import type { Attendance } from "../host/attendance.ts";
import { Presence, type PresenceOptions } from "../hot/presence.ts";
import { RoomPlayers } from "../hot/room-players.ts";

/** Keeps in the hot state who is online, and who is in which room of this node. */
export class HotAttendance implements Attendance {
  readonly #presence: Presence;
  readonly #players: RoomPlayers;

  constructor(options: PresenceOptions) {
    this.#presence = new Presence(options);
    this.#players = new RoomPlayers(options);
  }

  // both log what fails, and mend it with their next beat

  online(account: string): void {
    void this.#presence.enter(account);
  }

  offline(account: string): void {
    void this.#presence.leave(account);
  }

  entered(room: string, account: string): void {
    void this.#players.enter(room, account);
  }

  left(room: string, account: string): void {
    void this.#players.leave(room, account);
  }

  ended(room: string): void {
    void this.#players.end(room);
  }

  async close(): Promise<void> {
    this.#presence.close();
    this.#players.close();
  }
}
