import { RealmError } from "@realmwright/protocol";
import type { ClientClock } from "./ports.ts";
import type { Membership } from "./room/membership.ts";

interface Request {
  readonly resolve: (room: Membership) => void;
  readonly reject: (error: RealmError) => void;
  readonly withdraw: () => void;
}

/** Joins that the server has not answered, by their correlation ids. */
export class JoinRequests {
  readonly #clock: ClientClock;
  readonly #timeoutMs: number;
  readonly #nextId: () => number;
  readonly #open = new Map<number, Request>();

  /** @param nextId gives an id that no other request of this client has. */
  constructor(clock: ClientClock, timeoutMs: number, nextId: () => number) {
    this.#nextId = nextId;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Joins not answered. */
  get size(): number {
    return this.#open.size;
  }

  begin(): { readonly id: number; readonly answer: Promise<Membership> } {
    const id = this.#nextId();
    const answer = new Promise<Membership>((resolve, reject) => {
      const withdraw = this.#clock.at(this.#clock.nowMs() + this.#timeoutMs, () => {
        this.reject(id, new RealmError("ANSWER_MISSING", { detail: "the join was not answered" }));
      });
      this.#open.set(id, { resolve, reject, withdraw });
    });
    return { id, answer };
  }

  resolve(id: number, room: Membership): void {
    this.#take(id)?.resolve(room);
  }

  /** False when nobody waits for that answer. */
  reject(id: number, error: RealmError): boolean {
    const request = this.#take(id);
    request?.reject(error);
    return request !== undefined;
  }

  rejectAll(error: RealmError): void {
    for (const id of [...this.#open.keys()]) this.reject(id, error);
  }

  #take(id: number): Request | undefined {
    const request = this.#open.get(id);
    this.#open.delete(id);
    request?.withdraw();
    return request;
  }
}
