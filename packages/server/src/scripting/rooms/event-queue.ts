import type { Later } from "@realmwright/core";
import { batchCharacters, type RoomEvent } from "./room-batch.ts";

/** Who an event is about. */
export interface EventMember {
  readonly seat: number;
  readonly account: string;
}

export interface QueuedEvent {
  readonly event: RoomEvent;
  readonly member?: EventMember;
  /** The answer of an input. */
  readonly later?: Later;
}

/** Events that must come to the script, however often a call fails. */
export function mustCome({ event }: QueuedEvent): boolean {
  return event.input !== true && event.on !== "tick";
}

const eventsMax = 256;
/** What takes back what: somebody who came and went while nobody heard of it was never there. */
const opposites: Readonly<Record<string, string>> = { leave: "join", reconnect: "drop" };

/** What has happened in a room and has not been told to its script. */
export class EventQueue {
  #events: QueuedEvent[] = [];

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  add(queued: QueuedEvent): void {
    const { event, member } = queued;
    const opposite = opposites[event.on];
    const at = this.#events.findLastIndex(
      (one) => one.member?.seat === member?.seat && one.event.on === opposite,
    );
    if (opposite === undefined || member === undefined || at < 0) {
      this.#events.push(queued);
      return;
    }
    this.#events = this.#events.filter(
      (one, i) => i < at || one.member?.seat !== member.seat || (event.on !== "leave" && i !== at),
    );
  }

  /** The next events of one call. */
  take(most: number = eventsMax): QueuedEvent[] {
    let characters = 0;
    let count = 0;
    for (const { event } of this.#events) {
      characters += JSON.stringify(event).length + 1;
      if (count > 0 && (count >= most || characters > batchCharacters)) break;
      count++;
    }
    return this.#events.splice(0, count);
  }

  /** Events that are to be told again, before all others. */
  putBack(events: readonly QueuedEvent[]): void {
    this.#events = [...events, ...this.#events];
  }

  /** Takes out what is left of the stay of one whom the script did not let in. */
  dropStay({ seat, account }: EventMember): void {
    const isOf = ({ member }: QueuedEvent): boolean =>
      member?.seat === seat && member.account === account;
    const end = this.#events.findIndex((one) => isOf(one) && one.event.on === "leave");
    this.#events = this.#events.filter((one, i) => (end >= 0 && i > end) || !isOf(one));
  }

  /** Takes out the inputs, which somebody waits for. */
  takeInputs(): QueuedEvent[] {
    const inputs = this.#events.filter(({ event }) => event.input === true);
    this.#events = this.#events.filter(({ event }) => event.input !== true);
    return inputs;
  }
}
