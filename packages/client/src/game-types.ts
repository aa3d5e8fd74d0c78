import type { GameDefinition, PredictOptions, RoomDefinition } from "@realmwright/core";
import type {
  DocumentDefinition,
  EntityDefinition,
  EventDefinition,
  Fields,
  InputDefinition,
  Of,
  ValuesOf,
} from "@realmwright/protocol";

/** Names of a game's rooms. */
export type RoomName<G extends GameDefinition> = keyof G["rooms"] & string;

/** Any room of a game, as one definition: what one of them has, it has. */
export type AnyRoom<G extends GameDefinition> = G["rooms"][RoomName<G>];

type Values<R> = R[keyof R];

/** Entity definitions of a room. */
export type EntityOf<R extends RoomDefinition> =
  R extends RoomDefinition<infer E> ? Extract<Values<E>, EntityDefinition> : never;

/** Input definitions of a room. */
export type InputOf<R extends RoomDefinition> =
  R extends RoomDefinition<Record<string, EntityDefinition>, infer I>
    ? Extract<Values<I>, InputDefinition>
    : never;

/** Event definitions of a room. */
export type EventOf<R extends RoomDefinition> = Extract<Values<R["events"]>, EventDefinition>;

type Document<D> = D extends DocumentDefinition ? Of<D> : never;

/** Value of a room's shared document. */
export type SharedOf<R extends RoomDefinition> = Document<NonNullable<R["documents"]["shared"]>>;

/** Value of a player's own document. */
export type PrivateOf<R extends RoomDefinition> = Document<NonNullable<R["documents"]["private"]>>;

/** What a join may carry. */
export type JoinOptionsOf<R extends RoomDefinition> =
  NonNullable<R["joinOptions"]> extends infer X extends Fields ? Partial<ValuesOf<X>> : never;

/** What every entity in sight has besides its fields. */
export interface Seen<N extends string = string> {
  /** This client's number for it; what fields of type entity hold. */
  readonly id: number;
  /** The name of its definition. */
  readonly type: N;
  /** False once it has gone out of sight. It keeps its last values. */
  readonly alive: boolean;
}

/** An entity in sight, its fields as last received. Unreplicated fields, and those for other eyes, are undefined. */
export type SeenEntity<E extends EntityDefinition = EntityDefinition> = E extends EntityDefinition
  ? Readonly<Of<E>> & Seen<E["name"]>
  : never;

/** What a client shares with the server of one kind of room. */
export interface RoomHalf {
  /** The player's own entity is moved at once by the server's own step. */
  readonly predict?: PredictOptions<EntityDefinition, InputDefinition, never>;
  /** The step needs a context: nothing is predicted until `room.stepContext` is set. Default false. */
  readonly needsContext?: boolean;
}

/** The half of a game that is also in the client: what is not a type. Rooms that predict nothing may be left out. */
export interface GameHalf {
  readonly rooms: Readonly<Record<string, RoomHalf>>;
}
