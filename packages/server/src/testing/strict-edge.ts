import type { HostToEdge } from "../link/messages.ts";
import { FakeEdge } from "./host-bench.ts";

/** An edge that checks whether what it is told makes sense, message by message. */
export class StrictEdge extends FakeEdge {
  /** Seats by room, of each open session. */
  readonly sessions: Map<string, Map<string, number>> = new Map();
  /** The newest resume secret of each session that was ever open here. */
  readonly secrets: Map<string, string> = new Map();
  /** Messages that did not make sense. */
  readonly complaints: string[] = [];
  readonly #attached = new Set<string>();
  readonly #ticks = new Map<string, number>();

  override receive(message: HostToEdge): void {
    const problem = this.#check(message);
    if (problem !== undefined) this.complaints.push(`${message.type}: ${problem}`);
    super.receive(message);
  }

  /** The session's connection is gone, by this edge's own doing. */
  forget(session: string): void {
    this.sessions.delete(session);
  }

  #check(message: HostToEdge): string | undefined {
    switch (message.type) {
      case "opened":
        this.secrets.set(message.session, message.resumeSecret);
        this.sessions.set(message.session, new Map());
        return undefined;
      case "superseded":
        this.sessions.delete(message.session);
        return undefined;
      case "end":
        this.sessions.delete(message.session);
        this.say({ type: "drop", session: message.session });
        return undefined;
      case "attach":
        return this.#attach(message.room);
      case "detach":
        return this.#detach(message.room);
      case "frame":
        return this.#frame(message);
      case "joined":
        return this.#joined(message);
      case "left":
        return this.#left(message);
      case "chat":
        return this.#attached.has(message.room) ? undefined : "of a room that is not read";
      default:
        return undefined;
    }
  }

  #attach(room: string): string | undefined {
    if (this.#attached.has(room)) return "twice";
    this.#attached.add(room);
    this.#ticks.delete(room);
    return undefined;
  }

  #detach(room: string): string | undefined {
    return this.#attached.delete(room) ? undefined : "of a room that is not read";
  }

  #frame({ room, frame, mirror }: Extract<HostToEdge, { type: "frame" }>): string | undefined {
    const before = this.#ticks.get(room);
    this.#ticks.set(room, frame.tick);
    if (!this.#attached.has(room)) return "of a room that is not read";
    if (mirror.tick < frame.tick) return "that the mirror has not applied";
    if (before !== undefined && frame.tick !== before + 1) return `${frame.tick} after ${before}`;
    return undefined;
  }

  #joined(message: Extract<HostToEdge, { type: "joined" }>): string | undefined {
    const { room, seat, from, resumed } = message;
    const seats = this.sessions.get(message.session);
    // what crosses the end of a session on its way is harmless
    if (seats === undefined) return undefined;
    if (!this.#attached.has(room)) return "a room that is not read";
    if (seats.has(room) && !resumed) return "a room twice";
    if (from !== undefined && !seats.has(from)) return "from where it was not";
    if (this.mirrors.get(room)?.seats.has(seat) !== true) return "a seat that the mirror lacks";
    seats.set(room, seat);
    return undefined;
  }

  #left({ session, room, seat }: Extract<HostToEdge, { type: "left" }>): string | undefined {
    const seats = this.sessions.get(session);
    if (seats === undefined) return undefined;
    if (seats.get(room) !== seat) return "a seat that it did not hold";
    seats.delete(room);
    return undefined;
  }
}
