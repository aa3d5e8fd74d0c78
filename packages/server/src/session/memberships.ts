import type { Membership } from "../edge/membership.ts";

/** Numbers stay below this, so that each takes one byte in every encoding. */
const NUMBERS = 128;

/**
 * The rooms that one session is in. Numbers are given out in a circle, so that a message under the number of a membership
 * that has just ended is known as stale, and not taken for one to a newer membership.
 */
export class Memberships {
  /** A few at most; replaced and never changed, so that one may end while others are looked at. */
  #all: readonly Membership[] = [];
  #next = 0;
  #wasRound = false;

  /** As they are now; those that come later are not in it. */
  get all(): readonly Membership[] {
    return this.#all;
  }

  get size(): number {
    return this.#all.length;
  }

  get(m: number): Membership | undefined {
    // by hand: every input asks
    for (let i = 0; i < this.#all.length; i++) {
      const membership = this.#all[i]!;
      if (membership.m === m) return membership;
    }
    return undefined;
  }

  /** The living one; after its end the room may be joined again, though the number is still taken, until `remove`. */
  inRoom(room: string): Membership | undefined {
    return this.#all.find((membership) => membership.room.id === room && !membership.isOver);
  }

  /** Whether a membership of this number has been and is no more. */
  isStale(m: number): boolean {
    const wasGiven = m < NUMBERS && (this.#wasRound || m < this.#next);
    return wasGiven && this.get(m) === undefined;
  }

  /** A number for the next membership. */
  number(): number {
    let m = this.#next;
    while (this.get(m) !== undefined) m = this.#after(m);
    this.#next = this.#after(m);
    return m;
  }

  add(membership: Membership): void {
    this.#all = [...this.#all, membership];
  }

  remove(membership: Membership): void {
    this.#all = this.#all.filter((other) => other !== membership);
  }

  #after(m: number): number {
    this.#wasRound ||= m + 1 === NUMBERS;
    return (m + 1) % NUMBERS;
  }
}
