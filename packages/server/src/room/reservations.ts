/** A place that is held for an account. */
export interface Reservation {
  readonly name: string;
  readonly account: string;
  /** The tick at which it is no more. */
  readonly endTick: number;
}

/** Places held for accounts that are on their way. An account has at most one; a new one takes over from it. */
export class Reservations {
  readonly #byAccount = new Map<string, Reservation>();
  #next = 1;

  get size(): number {
    return this.#byAccount.size;
  }

  has(account: string): boolean {
    return this.#byAccount.has(account);
  }

  /** @param room its id, part of the reservation's name. */
  add(room: string, account: string, endTick: number): string {
    const name = `${room}:${this.#next++}`;
    this.#byAccount.set(account, { name, account, endTick });
    return name;
  }

  /** Whether the account may come by a reservation of that name: none is named, or it is its own. */
  fits(account: string, name: string | undefined): boolean {
    return name === undefined || this.#byAccount.get(account)?.name === name;
  }

  /** The account has come. */
  use(account: string): void {
    this.#byAccount.delete(account);
  }

  expire(tick: number): void {
    for (const [account, { endTick }] of this.#byAccount) {
      if (tick >= endTick) this.#byAccount.delete(account);
    }
  }

  save(): { next: number; held: readonly Reservation[] } {
    return { next: this.#next, held: [...this.#byAccount.values()] };
  }

  restore(state: { next: number; held: readonly Reservation[] }): void {
    this.#next = state.next;
    for (const held of state.held) this.#byAccount.set(held.account, held);
  }
}
