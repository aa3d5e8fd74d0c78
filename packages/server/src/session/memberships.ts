import type { Membership } from "../edge/membership.ts";

/** Numbers stay below this, so that each takes one byte in every encoding. */
const NUMBERS = 128;

/**
 * The rooms that one session is in. Numbers are given out in a circle, so that a message under the number of a membership
 * that has just ended is known as stale, and not taken for one to a newer membership.
 */
export class Memberships {
  readonly #byNumber = new Map<number, Membership>();
  readonly #byRoom = new Map<string, Membership>();
  readonly #used = new Uint8Array(NUMBERS);
  #next = 0;

  get size(): number {
    return this.#byNumber.size;
  }

  get(m: number): Membership | undefined {
    return this.#byNumber.get(m);
  }

  inRoom(room: string): Membership | undefined {
    return this.#byRoom.get(room);
  }

  /** Whether a membership of this number has been and is no more. */
  isStale(m: number): boolean {
    return this.#used[m] === 1 && !this.#byNumber.has(m);
  }

  /** A number for the next membership. */
  number(): number {
    let m = this.#next;
    while (this.#byNumber.has(m)) m = (m + 1) % NUMBERS;
    this.#next = (m + 1) % NUMBERS;
    return m;
  }

  add(membership: Membership): void {
    this.#used[membership.m] = 1;
    this.#byNumber.set(membership.m, membership);
    this.#byRoom.set(membership.room.id, membership);
  }

  /** The room may be joined again from here on; the number is still taken, until `remove`. */
  leaveRoom(membership: Membership): void {
    const { id } = membership.room;
    if (this.#byRoom.get(id) === membership) this.#byRoom.delete(id);
  }

  remove(membership: Membership): void {
    this.leaveRoom(membership);
    if (this.#byNumber.get(membership.m) === membership) this.#byNumber.delete(membership.m);
  }

  [Symbol.iterator](): IterableIterator<Membership> {
    return this.#byNumber.values();
  }
}
