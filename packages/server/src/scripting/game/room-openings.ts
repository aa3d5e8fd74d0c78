import { limits, RealmError } from "@realmwright/protocol";
import type { Lease } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { Subject } from "../../auth/subject.ts";
import { OpeningSlots, type OpeningSlotsOptions } from "./opening-slots.ts";
import type { GameRooms } from "./scripts.ts";

export interface RoomOpeningsOptions extends OpeningSlotsOptions {
  readonly log: Log;
}

/** A call that may open a room. */
export interface Opening {
  readonly account: string;
  /** Where it is kept that this call has opened its room; undefined without an idempotency key. */
  readonly mark: string | undefined;
  /** Its rooms are counted among those of the account. */
  readonly isCounted: boolean;
  /** What it counts as among the account's rooms, until the room has it. */
  slot: string | undefined;
  /** The script was ended: the call counts like a room that nobody comes to, until that lapses. */
  isSpent: boolean;
}

interface OpenedRoom {
  readonly account: string;
  readonly mark: string | undefined;
  /** Resolves once it is open; rejects with why it could not be. */
  ready: Promise<void>;
  isOpen: boolean;
  isMarked: boolean;
  lease: Lease | undefined;
  slot: string | undefined;
}

/** Roles that open rooms for others. */
const uncounted: ReadonlySet<Subject["role"]> = new Set(["service", "admin"]);
const leaseMs = 60_000;
/** Two beats may be lost before a lease ends. */
const beatMs = 20_000;
const nodeBytes = 12;

/** The rooms that scripts open: each on one node only, once for a call that is repeated, a few at a time for an account. */
export class RoomOpenings {
  readonly #options: RoomOpeningsOptions;
  readonly #slots: OpeningSlots;
  readonly #node: string;
  /** Rooms of this node by id, until their leases are given back. */
  readonly #rooms = new Map<string, OpenedRoom>();
  readonly #work = new Set<Promise<void>>();
  readonly #stopReturn: () => void;
  #cancelBeat: (() => void) | undefined;
  #isClosed = false;

  constructor(options: RoomOpeningsOptions) {
    this.#options = options;
    this.#slots = new OpeningSlots(options);
    this.#node = Buffer.from(options.random(nodeBytes)).toString("base64url");
    this.#stopReturn = options.hot.onReturn(() => this.#do(() => this.#beat()));
  }

  /** Before the script runs. Throws `ROOMS_OPENED`, and `HOT_UNAVAILABLE`. */
  async begin(
    { account, role }: Pick<Subject, "account" | "role">,
    idempotencyKey: string | undefined,
  ): Promise<Opening> {
    const isOnce = idempotencyKey !== undefined;
    const mark = isOnce ? `opened:${account}:${idempotencyKey}` : undefined;
    const isCounted = !uncounted.has(role);
    const isRepeated = await this.#isMarked(mark);
    const slot = isRepeated || !isCounted ? undefined : await this.#slots.take(account);
    return { account, mark, isCounted, slot, isSpent: false };
  }

  /**
   * Opens the room, unless this is a kept answer whose room was opened before. Throws `ROOM_EXISTS` where a room of this id
   * runs on any node, `HOT_UNAVAILABLE`, and what the rooms throw: nothing is opened then.
   */
  async open(
    rooms: GameRooms,
    kind: string,
    id: string,
    opening: Opening,
    isKept: boolean,
  ): Promise<void> {
    const isName = id.length <= limits.roomIdCharacters.value && id.isWellFormed();
    if (!isName) throw new RealmError("ROOM_ID_INVALID");
    const { account, mark } = opening;
    const known = this.#rooms.get(id);
    if (known !== undefined) {
      // whichever of the same calls comes first: the one that ran the script may come later
      if (mark !== undefined && known.mark === mark) return known.ready;
      if (isKept && (await this.#isMarked(mark))) return undefined;
      throw new RealmError("ROOM_EXISTS", { detail: id });
    }
    const room: OpenedRoom = {
      account,
      mark,
      ready: Promise.resolve(),
      isOpen: false,
      isMarked: false,
      lease: undefined,
      slot: undefined,
    };
    this.#rooms.set(id, room);
    room.ready = this.#open(room, id, opening, isKept, () => void rooms.open(kind, { id }));
    return room.ready;
  }

  /** After the script ran, whatever came of it. */
  async end({ account, slot, isSpent }: Opening): Promise<void> {
    if (slot !== undefined && !isSpent) await this.#quietly(() => this.#slots.free(account, slot));
  }

  /** Somebody has come to a room. */
  entered(id: string): void {
    const room = this.#rooms.get(id);
    if (room?.slot !== undefined) this.#do(() => this.#freeSlot(room));
  }

  /** A room has ended. @param gone resolves once nothing is left of it. */
  ended(id: string, gone: Promise<unknown> = Promise.resolve()): void {
    const room = this.#rooms.get(id);
    if (room?.isOpen !== true) return;
    this.#do(async () => {
      await Promise.all([room.ready, gone]);
      await this.#freeSlot(room);
      await this.#quietly(() => this.#mark(room));
      await this.#release(id, room);
    });
  }

  /** The server has stopped: gives all leases back. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopReturn();
    this.#cancelBeat?.();
    await Promise.all(this.#work);
    await Promise.all([...this.#rooms].map(([id, room]) => this.#release(id, room)));
  }

  async #open(
    room: OpenedRoom,
    id: string,
    opening: Opening,
    isKept: boolean,
    open: () => void,
  ): Promise<void> {
    const { mark } = room;
    try {
      const other = await this.#lease(room, `room:${id}`);
      // looked up under the lease: who had it before has written it by now
      const isDone = isKept && (await this.#isMarked(mark));
      if (!isDone && room.lease !== undefined) {
        if (opening.isCounted) opening.slot ??= await this.#slots.take(room.account);
        open();
        room.isOpen = true;
      } else if (!isDone && !(mark !== undefined && other === mark)) {
        throw new RealmError("ROOM_EXISTS", { detail: id });
      }
    } finally {
      if (!room.isOpen) await this.#release(id, room);
    }
    if (!room.isOpen) return;
    room.slot = opening.slot;
    opening.slot = undefined;
    await this.#quietly(() => this.#mark(room));
    this.#beatLater();
  }

  /** Gets the lease, or answers for which call another node has it. */
  async #lease(room: OpenedRoom, name: string): Promise<string | undefined> {
    const { leases } = this.#options.hot;
    room.lease = await leases.acquire(name, `${this.#node}:${room.mark ?? ""}`, leaseMs);
    if (room.lease !== undefined) return undefined;
    const held = await leases.holder(name);
    const [node, ...call] = held?.holder.split(":") ?? [];
    // this node's, with no room: its answer or its end did not come through
    if (held !== undefined && node === this.#node && (await leases.renew(held, leaseMs))) {
      room.lease = held;
    }
    return call.join(":");
  }

  async #isMarked(mark: string | undefined): Promise<boolean> {
    return mark !== undefined && (await this.#options.hot.keys.get(mark)) !== undefined;
  }

  async #mark(room: OpenedRoom): Promise<void> {
    if (room.mark === undefined || room.isMarked) return;
    const ttlMs = limits.idempotencyKeptMs.value;
    await this.#options.hot.keys.set(room.mark, "1", { ttlMs });
    room.isMarked = true;
  }

  async #freeSlot(room: OpenedRoom): Promise<void> {
    const { account, slot } = room;
    room.slot = undefined;
    if (slot !== undefined) await this.#quietly(() => this.#slots.free(account, slot));
  }

  async #release(id: string, room: OpenedRoom): Promise<void> {
    const { lease } = room;
    room.lease = undefined;
    if (lease !== undefined) await this.#quietly(() => this.#options.hot.leases.release(lease));
    if (this.#rooms.get(id) === room) this.#rooms.delete(id);
  }

  #beatLater(): void {
    if (this.#cancelBeat !== undefined || this.#isClosed) return;
    const { clock } = this.#options;
    this.#cancelBeat = clock.at(clock.nowMs() + beatMs, () => {
      this.#cancelBeat = undefined;
      if (this.#rooms.size > 0) this.#beatLater();
      this.#do(() => this.#beat());
    });
  }

  async #beat(): Promise<void> {
    for (const [id, room] of this.#rooms) {
      if (!room.isOpen || this.#isClosed) continue;
      const isDone = await this.#quietly(async () => {
        await this.#renew(id, room);
        await this.#mark(room);
      });
      if (!isDone) return;
    }
  }

  async #renew(id: string, room: OpenedRoom): Promise<void> {
    const { hot, log } = this.#options;
    const { lease } = room;
    if (lease !== undefined && (await hot.leases.renew(lease, leaseMs))) return;
    const isOver = (): boolean => this.#rooms.get(id) !== room;
    if (isOver()) return;
    room.lease = undefined;
    await this.#lease(room, `room:${id}`);
    if (isOver()) await this.#release(id, room);
    else if (room.lease === undefined) log.warn("another node has this room too", { room: id });
  }

  #do(work: () => Promise<void>): void {
    const doing = work().finally(() => this.#work.delete(doing));
    this.#work.add(doing);
  }

  /** False: it failed. Leases and slots end by themselves, and the next beat mends the rest. */
  async #quietly(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#options.log.warn("what is known of opened rooms could not be written", { error });
      return false;
    }
  }
}
