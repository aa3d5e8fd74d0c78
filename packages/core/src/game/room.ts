import type {
  DocumentDefinition,
  EntityDefinition,
  EntityId,
  EventDefinition,
  Fields,
  Of,
  ValuesOf,
} from "@realmwright/protocol";
import type { Random } from "../random/random.ts";
import type { GameStorage } from "./storage.ts";

/** A live entity. Its fields are read and written in place; what changes is replicated at the end of the tick. */
export type Entity<E extends EntityDefinition = EntityDefinition> = Of<E> & EntityBase;

/** What every entity has. After `despawn` it must not be used: `alive` is false. */
export interface EntityBase {
  readonly id: EntityId;
  readonly type: EntityDefinition;
  readonly alive: boolean;
  /** Seat of the player that owns it, -1 for none. */
  readonly owner: number;
  /** Team number, 0 for none. */
  team: number;
}

/** How an entity starts. Fields left out get their schema's default. */
export type Spawn<E extends EntityDefinition> = Partial<Of<E>> & {
  /** Its owner; a player's first entity of the predicted type becomes `player.entity` and its viewpoint. */
  readonly owner?: { readonly seat: number };
  readonly team?: number;
  /** Who may see the entity at all. Default "near". */
  readonly audience?: "near" | "team" | "owner" | "seat";
  /** The seat that the audience "seat" means, of this entity and its fields. */
  readonly seat?: { readonly seat: number };
};

/** Who receives an event. */
export type EmitTarget =
  | { readonly near: EntityBase | Point }
  | { readonly team: number }
  | { readonly owner: EntityBase }
  | { readonly seat: { readonly seat: number } }
  | "all";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A member of a room, and the seat that it holds across reconnects. */
export interface Player<Private extends DocumentDefinition = DocumentDefinition> {
  /** Number of the seat, 0 upwards, unique in the room while the player is in it. */
  readonly seat: number;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly spectator: boolean;
  /** False while the connection is broken and the seat is kept. */
  readonly connected: boolean;
  /** Held by `room.hold`: it has its seat, but is no member yet and hears nothing. */
  readonly outside: boolean;
  /** The entity that the player steers. */
  readonly entity: EntityBase | undefined;
  /** 0 for none. Decides what the audience "team" shows. */
  team: number;
  readonly document: DocumentHandle<Private>;
}

/** A typed document, synchronised by patches. */
export interface DocumentHandle<D extends DocumentDefinition> {
  readonly value: Readonly<Of<D>>;
  /**
   * Changes a draft; the result is checked against the schema. Throws `DOCUMENT_INVALID`, or `LIMIT_REACHED` when it is too
   * large, and keeps the old value.
   */
  update(change: (draft: Of<D>) => void): void;
}

/** A refusal, made by `room.refuse`. */
export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly text: string | undefined;
}

/** An answer to an input that comes later, made by `room.later`. The first word counts. */
export interface Later {
  /** The input was taken. */
  take(): void;
  /** The input was not taken: by a code as for `room.refuse`. Throws `GAME_INVALID` for one that can not be. */
  refuse(code: string, text?: string): void;
}

/** What game code sees of its running room. */
export interface Room<
  Shared extends DocumentDefinition = DocumentDefinition,
  Private extends DocumentDefinition = DocumentDefinition,
  S extends Fields = Fields,
  C = unknown,
  T = unknown,
  L = unknown,
> {
  readonly id: string;
  /** The key under which the game lists this kind of room. */
  readonly name: string;
  readonly tick: number;
  readonly tickRate: number;
  /** Seconds of room time: tick / tickRate. */
  readonly time: number;
  /** Seeded randomness; its state is part of a checkpoint. */
  readonly random: Random;
  readonly content: T;
  readonly local: L;
  /** What the predicted step gets as its context. */
  stepContext: C;
  readonly state: ValuesOf<S>;
  readonly document: DocumentHandle<Shared>;
  readonly players: ReadonlyMap<number, Player<Private>>;
  readonly spectators: ReadonlyMap<number, Player<Private>>;

  /** Throws `LIMIT_REACHED` at the room's limit and `GAME_INVALID` for fields of the wrong kind; nothing was spawned then. */
  spawn<E extends EntityDefinition>(type: E, init: Spawn<E>): Entity<E>;
  /** Takes effect at the end of the tick; the entity is dead at once. */
  despawn(entity: EntityBase): void;
  get<E extends EntityDefinition>(type: E, id: EntityId): Entity<E> | undefined;
  /** All living entities of a type, in a stable order, to be despawned while walking through. Do not keep it over ticks. */
  all<E extends EntityDefinition>(type: E): readonly Entity<E>[];
  /** Fills `out` with entities of a type within `radius` of a point, in no particular order, and returns their number. */
  near<E extends EntityDefinition>(
    type: E,
    x: number,
    y: number,
    radius: number,
    out: Entity<E>[],
  ): number;
  /**
   * Queues an event for this tick. Numbers out of range are clamped and what is too long is cut; data of another kind, or
   * with parts that are missing or unknown, throws `GAME_INVALID`. Throws `LIMIT_REACHED` above 4,096 events in a tick. To
   * a player that has left it does nothing.
   */
  emit<V extends EventDefinition>(event: V, data: Of<V>, to: EmitTarget): void;
  /** The player sees this entity wherever it is, until unpinned or despawned. */
  pin(player: Player, entity: EntityBase): void;
  unpin(player: Player, entity: EntityBase): void;
  /** What the player looks from. Default: its own entity. */
  setViewpoint(player: Player, at: EntityBase | Point): void;
  /**
   * Runs the timer of that name after so much room time. Returns its number, for `cancel`. Throws `LIMIT_REACHED` while
   * 4,096 timers wait.
   */
  after(delayMs: number, timer: string, data?: unknown): number;
  cancel(timer: number): void;
  refuse(code: string, text?: string): Refusal;
  /**
   * What a handler returns to answer its input later, in another tick. A player has at most 64 inputs waiting and open together;
   * one that leaves is not answered any more. A reload or restore answers those that are open with `ANSWER_LOST`.
   */
  later(): Later;
  /**
   * Waits for work outside of the room, and then runs `then`, or `failed` when it was rejected, within a tick of the room; a
   * rejection without `failed` is logged. They are hooks as any other: plain functions, and what they throw ends the room. Neither
   * runs when the room has ended or was reloaded meanwhile. Throws `LIMIT_REACHED` while 1,024 are waited for.
   */
  when<R>(work: PromiseLike<R>, then: (value: R) => void, failed?: (error: unknown) => void): void;
  /** Objects that last, beyond this room and this server. */
  readonly storage: GameStorage;
  /** Moves a player to another room on the same connection. `options` are the other room's join options. */
  transfer(player: Player, room: string, options?: Readonly<Record<string, unknown>>): void;
  /**
   * Holds a place for an account until it joins or `ttlMs` (default 15,000) ends. Returns the reservation's name. Throws
   * `ROOM_FULL` when no place is left.
   */
  reserve(account: string, ttlMs?: number): string;
  kick(player: Player, code?: string, text?: string): void;
  /**
   * To be called in `join` or `spectate`: the one who joins has its seat and waits outside, until `letIn` makes it a member or
   * `kick` refuses the join. Until then it sees no document or entity, can not chat or send inputs, and its join is unanswered,
   * over a reload too. Throws `GAME_INVALID` for one who is in already.
   */
  hold(player: Player): void;
  /** Makes a member of one who was held. For one who is in it does nothing. */
  letIn(player: Player): void;
  /** A chat line from the room itself. */
  say(text: string, to?: Player): void;
  /** No more joins, until opened. */
  lock(locked: boolean): void;
  /** Ends the room after this tick. */
  close(): void;
  readonly log: RoomLog;
}

/** The room's log lines carry its id and tick. */
export interface RoomLog {
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
}
