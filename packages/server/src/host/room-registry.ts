import { RealmError } from "@realmwright/protocol";
import type { HostedRoom } from "./hosted-room.ts";

/** What a join or a door asks for. */
export interface RoomWish {
  /** A room's id or the name of a kind of room. */
  readonly room: string;
  readonly account: string;
  readonly spectate: boolean;
  readonly reservation?: string | undefined;
  /** The room that the player comes from: a door never leads back into it. */
  readonly except?: string | undefined;
}

/** The running rooms of a host. */
export class RoomRegistry {
  /** In the order of their making. */
  readonly #byId = new Map<string, HostedRoom>();
  readonly #max: number;

  /** @param max rooms at once. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): HostedRoom | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<HostedRoom> {
    return this.#byId.values();
  }

  /** Rooms of one kind, in the order of their making. */
  named(name: string): HostedRoom[] {
    return [...this.#byId.values()].filter((room) => room.name === name);
  }

  /** Throws `SERVER_FULL` when one more room is one too many. */
  mustHaveSpace(): void {
    if (this.#byId.size >= this.#max) throw new RealmError("SERVER_FULL");
  }

  add(room: HostedRoom): void {
    this.#byId.set(room.id, room);
  }

  remove(room: HostedRoom): void {
    if (this.#byId.get(room.id) === room) this.#byId.delete(room.id);
  }

  /** A room of that kind that lets the account in: where it has a seat or a reservation, else the newest with space. */
  choose(name: string, wish: RoomWish): HostedRoom | undefined {
    const rooms = this.named(name).filter((room) => room.id !== wish.except);
    const { account, spectate, reservation } = wish;
    return (
      rooms.find((room) => room.authority.holds(account, spectate)) ??
      rooms.find((room) => reservation !== undefined && reservation.startsWith(`${room.id}:`)) ??
      rooms.findLast((room) => room.authority.hasSpace(spectate))
    );
  }
}
