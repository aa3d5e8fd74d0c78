import { RealmError } from "@realmwright/protocol";
import type { EdgeSide, FrameMessage, HostSide, LinkToEdge, LinkToHost } from "./link.ts";
import type { EdgeToHost, HostToEdge } from "./messages.ts";

/**
 * Joins a host and an edge in one thread. What the edge says reaches the host at once; what the host says waits for the
 * end of the host's turn, so that neither is ever called inside a call of its own. Frames are handed over by reference:
 * a room writes at most one per turn and reuses it two ticks later.
 */
export class LocalLink implements LinkToEdge {
  readonly address: string;
  readonly isLocal = true;
  readonly #host: HostSide;
  readonly #edge: EdgeSide;
  #waiting: HostToEdge[] = [];
  #delivering: HostToEdge[] = [];
  #isOpen = true;

  constructor(address: string, host: HostSide, edge: EdgeSide) {
    this.address = address;
    this.#host = host;
    this.#edge = edge;
  }

  /** The edge's end. */
  toHost(): LinkToHost {
    return {
      send: (message: EdgeToHost) => {
        if (this.#isOpen) this.#host.receive(this, message);
      },
      flush: () => undefined,
      close: () => {
        if (!this.#isOpen) return;
        this.#isOpen = false;
        this.#waiting.length = 0;
        this.#host.closed(this);
      },
    };
  }

  send(message: HostToEdge): void {
    if (this.#isOpen) this.#waiting.push(message);
  }

  frame(message: FrameMessage): void {
    this.send(message);
  }

  flush(): void {
    if (!this.#isOpen || this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = this.#delivering;
    this.#delivering = messages;
    for (const message of messages) this.#edge.receive(message);
    messages.length = 0;
    this.#edge.flush();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.flush();
    this.#isOpen = false;
    this.#edge.closed(new RealmError("SERVER_DRAINING"));
  }
}
