import type { Attendance } from "../host/attendance.ts";
import type { HeartbeatOptions } from "../hot/heartbeat.ts";
import { Presence } from "../hot/presence.ts";
import { RoomPlayers } from "../hot/room-players.ts";
import type { RoomOpenings } from "../scripting/game/room-openings.ts";

export interface HotAttendanceOptions extends HeartbeatOptions {
  /** Who else is told of rooms. */
  readonly rooms?: Pick<RoomOpenings, "entered" | "ended"> | undefined;
}

/** Keeps in the hot state who is online, and who is in which room of this node. */
export class HotAttendance implements Attendance {
  readonly #presence: Presence;
  readonly #players: RoomPlayers;
  readonly #rooms: HotAttendanceOptions["rooms"];

  constructor(options: HotAttendanceOptions) {
    this.#rooms = options.rooms;
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
    this.#rooms?.entered(room);
  }

  left(room: string, account: string): void {
    void this.#players.leave(room, account);
  }

  ended(room: string): void {
    void this.#players.end(room);
    this.#rooms?.ended(room);
  }

  async close(): Promise<void> {
    this.#presence.close();
    this.#players.close();
  }
}
