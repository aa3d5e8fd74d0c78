import type { Seat } from "./seat.ts";

/** The seats of a room: players and spectators, in one series of numbers. */
export class Seats {
  readonly players: Map<number, Seat> = new Map();
  readonly spectators: Map<number, Seat> = new Map();
  /** Numbers given back in this tick: their last frame has yet to say that they are gone. */
  readonly #resting = new Set<number>();

  get size(): number {
    return this.players.size + this.spectators.size;
  }

  get(seat: number): Seat | undefined {
    return this.players.get(seat) ?? this.spectators.get(seat);
  }

  /** The seat that an account holds and is not about to lose. */
  held(account: string, spectate: boolean): Seat | undefined {
    for (const seat of (spectate ? this.spectators : this.players).values()) {
      if (seat.account === account && seat.departure === undefined) return seat;
    }
    return undefined;
  }

  /** The lowest number that is free. */
  freeNumber(): number {
    let number = 0;
    while (this.get(number) !== undefined || this.#resting.has(number)) number++;
    return number;
  }

  add(seat: Seat): void {
    (seat.spectator ? this.spectators : this.players).set(seat.seat, seat);
  }

  remove(seat: Seat): void {
    (seat.spectator ? this.spectators : this.players).delete(seat.seat);
    this.#resting.add(seat.seat);
  }

  /** The frame was written: numbers given back may be given out. */
  endTick(): void {
    this.#resting.clear();
  }

  /** Players first, each kind in the order in which they came. */
  *all(): Generator<Seat> {
    yield* this.players.values();
    yield* this.spectators.values();
  }
}
