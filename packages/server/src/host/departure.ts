import type { Clock } from "../ports/clock.ts";
import type { RoomRegistry } from "./room-registry.ts";
import type { SessionDirectory } from "./session-directory.ts";

/** Waits, while a host drains, for its players and its rooms to go. Who changes either has it look. */
export class Departure {
  readonly #clock: Clock;
  readonly #sessions: SessionDirectory;
  readonly #rooms: RoomRegistry;
  #waits = new Map<() => void, () => boolean>();

  constructor(clock: Clock, sessions: SessionDirectory, rooms: RoomRegistry) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#rooms = rooms;
  }

  /** Resolves when nobody who is connected is in a room or about to be, and at the latest after so long. */
  quiet(ms: number): Promise<void> {
    const clock = this.#clock;
    return new Promise((resolve) => {
      const end = (): void => {
        this.#waits.delete(end);
        cancel();
        resolve();
      };
      const cancel = clock.at(clock.nowMs() + ms, end);
      this.#wait(() => !this.#isInUse, end);
    });
  }

  /** Resolves when there are no rooms. */
  emptied(): Promise<void> {
    return new Promise((resolve) => this.#wait(() => this.#rooms.size === 0, resolve));
  }

  look(): void {
    for (const [resolve, isOver] of this.#waits) {
      if (!isOver()) continue;
      this.#waits.delete(resolve);
      resolve();
    }
  }

  /** Nobody is waited for any more. */
  giveUp(): void {
    for (const resolve of this.#waits.keys()) resolve();
    this.#waits.clear();
  }

  #wait(isOver: () => boolean, resolve: () => void): void {
    this.#waits.set(resolve, isOver);
    this.look();
  }

  get #isInUse(): boolean {
    for (const { link, memberships, joining } of this.#sessions.all()) {
      if (link !== undefined && memberships.size + joining.size > 0) return true;
    }
    return false;
  }
}
