import type {
  DocumentDefinition,
  EntityDefinition,
  EventDefinition,
  Fields,
  InputDefinition,
  Of,
  ValuesOf,
} from "@realmwright/protocol";
import type { ServedAuthorityMode } from "./authority-mode.ts";
import type { Files } from "./files.ts";
import type { Later, Player, Refusal, Room } from "./room.ts";

/** What one client sees of a room's entities. Distances are in the units of the position fields. */
export interface InterestOptions {
  /** Entities nearer than this become visible. */
  readonly enter: number;
  /** Entities farther than this stop being visible; 1.15 to 1.25 times `enter` is sound. */
  readonly leave: number;
  /** At most this many entities, the nearest first; pinned ones do not count. 1 to 1,023. Default 100. */
  readonly nearest?: number;
  /** Least time that an entity stays visible once it is, in milliseconds. Default 1,000. */
  readonly dwellMs?: number;
  /** Entities beyond 0.6 and 0.85 of `enter` are updated with every 2nd and every 4th send. Default true. */
  readonly tiers?: boolean;
  /** Bytes of snapshots that a client may be sent per second, at most 262,144 in each send. Default 65,536. */
  readonly bytesPerSecond?: number;
}

/** Prediction of the player's own entity: client and server run the same step. */
export interface PredictOptions<
  E extends EntityDefinition = EntityDefinition,
  I extends InputDefinition = InputDefinition,
  C = unknown,
> {
  readonly entity: E;
  readonly input: I;
  /**
   * Applies one input to one entity for `dt` seconds. Pure: no clock, no randomness, nothing outside its arguments
   * (`context` is what both sides agreed on, for example the collision grid).
   */
  step(entity: Of<E>, input: Of<I>, dt: number, context: C): void;
}

/** One function for each input, by its wire name. Not remapped by `as`: the compiler would not infer parameters then. */
export type Handlers<I extends Record<string, InputDefinition>, R, P> = {
  [N in I[keyof I]["name"]]?: (
    room: R,
    player: P,
    data: Of<Extract<I[keyof I], { readonly name: N }>>,
  ) => void | Refusal | Later;
};

/**
 * A kind of room. Hooks run inside the room's tick, one after another; one that throws ends its room alone.
 *
 * @typeParam S fields of `room.state`; @typeParam C context of the predicted step; @typeParam T loaded content;
 * @typeParam L what `setup` returns.
 */
export interface RoomOptions<
  E extends Record<string, EntityDefinition>,
  I extends Record<string, InputDefinition>,
  V extends Record<string, EventDefinition>,
  Shared extends DocumentDefinition,
  Private extends DocumentDefinition,
  S extends Fields,
  X extends Fields,
  C,
  T,
  L,
> {
  readonly entities?: E;
  readonly inputs?: I;
  readonly events?: V;
  readonly documents?: { readonly shared?: Shared; readonly private?: Private };
  /** Slow, unreplicated state that survives a checkpoint: `room.state`. */
  readonly state?: S;
  /** Steps per second, 1 to 128. Default 20. */
  readonly tickRate?: number;
  /** Snapshots per second, a divisor of the tick rate. Default: the greatest one that is at most 20. */
  readonly sendRate?: number;
  /** Players at once, spectators apart. 1 to 1,000. Default 100. */
  readonly maxPlayers?: number;
  /** Spectators at once. 0 to 1,000. Default 100. */
  readonly maxSpectators?: number;
  /** Entities at once, 1 to 65,535. Default 4,096. */
  readonly maxEntities?: number;
  /** Who decides: the server simulates inputs. Other modes are not served. */
  readonly authority?: ServedAuthorityMode;
  /** Without it every member sees every entity (at most 1,023). */
  readonly interest?: InterestOptions;
  readonly predict?: PredictOptions<EntityDefinition, InputDefinition, C>;
  /** How long a dropped player's seat is kept, in milliseconds. Default 30,000. */
  readonly graceMs?: number;
  /** Made when the server starts and kept while nobody is in it. Default false: made by the first join, closed when empty. */
  readonly permanent?: boolean;
  /** Options that a join may carry, validated. */
  readonly joinOptions?: X;

  /** Loads what all rooms of this kind share (maps, tables), once per start or reload. */
  load?(files: Files): T | Promise<T>;
  /** Rebuilds what a checkpoint does not carry; runs for new and restored rooms, before any other hook. Its result is `room.local`. */
  setup?(room: Room<Shared, Private, S, C, T, undefined>): L;
  /** Runs once in the life of a room. */
  create?(room: Room<Shared, Private, S, C, T, L>): void;
  /** May refuse by `return room.refuse(code)`. Runs for players and spectators before they get a seat. */
  admit?(room: Room<Shared, Private, S, C, T, L>, applicant: Applicant<X>): void | Refusal;
  join?(
    room: Room<Shared, Private, S, C, T, L>,
    player: Player<Private>,
    options: ValuesOf<X>,
  ): void;
  /** A spectator came. The other hooks of joining and leaving run for players only. */
  spectate?(
    room: Room<Shared, Private, S, C, T, L>,
    spectator: Player<Private>,
    options: ValuesOf<X>,
  ): void;
  /** The connection broke; the seat is kept for `graceMs`. */
  drop?(room: Room<Shared, Private, S, C, T, L>, player: Player<Private>): void;
  reconnect?(room: Room<Shared, Private, S, C, T, L>, player: Player<Private>): void;
  /** The player left for good, was removed, went through a door, or the grace time ended. Its entities go after this hook. */
  leave?(room: Room<Shared, Private, S, C, T, L>, player: Player<Private>, code: string): void;
  tick?(room: Room<Shared, Private, S, C, T, L>, dt: number): void;
  /** May change or refuse a chat line. */
  chat?(
    room: Room<Shared, Private, S, C, T, L>,
    player: Player<Private>,
    text: string,
  ): string | Refusal;
  dispose?(room: Room<Shared, Private, S, C, T, L>): void;
  /** Inputs by their wire name. The predicted input needs none. */
  readonly on?: Handlers<I, Room<Shared, Private, S, C, T, L>, Player<Private>>;
  /** Named timers, started by `room.after`. They survive a checkpoint. */
  readonly timers?: Record<string, (room: Room<Shared, Private, S, C, T, L>, data: never) => void>;
}

/** One who asks to join. */
export interface Applicant<X extends Fields = Fields> {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly spectate: boolean;
  readonly options: ValuesOf<X>;
}

/** A room as `room()` makes it; what the type parameters say is kept for the client. */
export interface RoomDefinition<
  E extends Record<string, EntityDefinition> = Record<string, EntityDefinition>,
  I extends Record<string, InputDefinition> = Record<string, InputDefinition>,
  V extends Record<string, EventDefinition> = Record<string, EventDefinition>,
  Shared extends DocumentDefinition = DocumentDefinition,
  Private extends DocumentDefinition = DocumentDefinition,
  X extends Fields = Fields,
> {
  readonly kind: "room";
  readonly entities: E;
  readonly inputs: I;
  readonly events: V;
  readonly documents: {
    readonly shared: Shared | undefined;
    readonly private: Private | undefined;
  };
  readonly joinOptions: X | undefined;
  readonly options: AnyRoomOptions;
}

/** Room options as the server runs them, their types erased: schemas have checked what comes in. */
export type AnyRoomOptions = RoomOptions<
  Record<string, EntityDefinition>,
  Record<string, InputDefinition>,
  Record<string, EventDefinition>,
  DocumentDefinition,
  DocumentDefinition,
  Fields,
  Fields,
  unknown,
  unknown,
  unknown
>;

/** A game: its name and its rooms. */
export interface GameDefinition<
  R extends Record<string, RoomDefinition> = Record<string, RoomDefinition>,
> {
  readonly kind: "game";
  readonly name: string;
  readonly rooms: R;
  /** The room that a player who names none joins. */
  readonly entry: string;
}

type NoDocument = DocumentDefinition<"none", Record<never, never>>;
type NoFields = Record<never, never>;

/** Describes one kind of room. */
export function room<
  const E extends Record<string, EntityDefinition> = Record<never, never>,
  const I extends Record<string, InputDefinition> = Record<never, never>,
  const V extends Record<string, EventDefinition> = Record<never, never>,
  Shared extends DocumentDefinition = NoDocument,
  Private extends DocumentDefinition = NoDocument,
  S extends Fields = NoFields,
  X extends Fields = NoFields,
  PE extends EntityDefinition = EntityDefinition,
  PI extends InputDefinition = InputDefinition,
  C = undefined,
  T = undefined,
  L = undefined,
>(
  options: Omit<RoomOptions<E, I, V, Shared, Private, S, X, C, T, L>, "predict"> & {
    readonly predict?: PredictOptions<PE, PI, C>;
  },
): RoomDefinition<E, I, V, Shared, Private, X> {
  return {
    kind: "room",
    entities: options.entities ?? ({} as E),
    inputs: options.inputs ?? ({} as I),
    events: options.events ?? ({} as V),
    documents: { shared: options.documents?.shared, private: options.documents?.private },
    joinOptions: options.joinOptions,
    options: options as unknown as AnyRoomOptions,
  };
}

/** Describes a game. The first room is where players start, unless `entry` names another. */
export function defineGame<const R extends Record<string, RoomDefinition>>(game: {
  readonly name: string;
  readonly rooms: R;
  readonly entry?: keyof R & string;
}): GameDefinition<R> {
  const entry = game.entry ?? Object.keys(game.rooms)[0];
  if (entry === undefined) throw new TypeError(`Game "${game.name}" has no rooms; add one.`);
  return { kind: "game", name: game.name, rooms: game.rooms, entry };
}
