import { limits } from "@realmwright/protocol";
import type { JoinRequest } from "./room-news.ts";

/** What happens to a room from outside, apart from inputs, which wait in their seats' queues. */
export type RoomCommand =
  | {
      readonly type: "join";
      readonly request: JoinRequest;
      readonly options: Record<string, unknown>;
    }
  | { readonly type: "drop"; readonly seat: number }
  | { readonly type: "reconnect"; readonly seat: number }
  | {
      readonly type: "leave";
      readonly seat: number;
      readonly code: string;
      readonly text?: string;
      readonly to?: string;
    }
  | { readonly type: "chat"; readonly seat: number; readonly text: string };

/**
 * What waits for a room's next tick, in order. Joins and chat lines are bounded; what ends or resumes a membership is
 * always taken, since there is at most one per session and turn.
 */
export class RoomInbox {
  readonly #commands: RoomCommand[] = [];
  #at = 0;
  #bounded = 0;

  get isEmpty(): boolean {
    return this.#at === this.#commands.length;
  }

  /** False: the inbox is full. */
  offer(command: RoomCommand): boolean {
    if (isBounded(command)) {
      if (this.#bounded >= limits.waitingPerRoom.value) return false;
      this.#bounded++;
    }
    this.#commands.push(command);
    return true;
  }

  /** Takes out the oldest. */
  take(): RoomCommand | undefined {
    const command = this.#commands[this.#at];
    if (command === undefined) {
      this.#commands.length = 0;
      this.#at = 0;
      return undefined;
    }
    this.#at++;
    if (isBounded(command)) this.#bounded--;
    return command;
  }
}

function isBounded(command: RoomCommand): boolean {
  return command.type === "join" || command.type === "chat";
}
