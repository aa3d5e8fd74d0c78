import type { PredictOptions, RoomDefinition } from "@realmwright/core";
import type {
  ChatPayload,
  EntityDefinition,
  InputDefinition,
  Of,
  PatchOperation,
} from "@realmwright/protocol";
import type {
  EntityOf,
  EventOf,
  InputOf,
  PrivateOf,
  Seen,
  SeenEntity,
  SharedOf,
} from "../game-types.ts";
import type { Unsubscribe } from "../listeners.ts";
import type { Confirm } from "./input-desk.ts";
import type { DocumentName } from "./room-documents.ts";

/** A line of a room's chat. `seat` is who speaks, -1 the room itself; `time` is in milliseconds since 1970. */
export type ChatLine = Omit<ChatPayload, "m">;

/** Why a membership ended. */
export interface Left {
  /** LEFT, MOVED (through a door), KICKED, an error code of the catalogue, or the game's own. */
  readonly code: string;
}

/** What a room is doing, for debug overlays. */
export interface RoomStats {
  /** In sight. */
  readonly entities: number;
  /** How often the server's word changed what was predicted. */
  readonly corrections: number;
  /** Inputs that the server has not answered. */
  readonly openInputs: number;
  /** How far behind its arrival the others' state is shown. */
  readonly interpolationDelayMs: number;
  /** The tick that is shown of others, and the one that the server is at, estimated; with fractions. */
  readonly displayTick: number;
  readonly serverTick: number;
  /** The newest tick received, -1 before the first. */
  readonly tick: number;
}

/**
 * One membership in a room, from `join` to `onLeft`. It outlives its connection: after a reconnect the same room goes on,
 * its entities entering anew.
 */
export interface ClientRoom<R extends RoomDefinition = RoomDefinition> {
  /** The running room's id. */
  readonly id: string;
  /** The key under which the game lists this kind of room. */
  readonly name: string;
  /** Place in the room; -1 for a spectator. */
  readonly seat: number;
  readonly isSpectator: boolean;
  /** Steps per second. */
  readonly tickRate: number;
  /** Snapshots per second, at most. */
  readonly sendRate: number;
  /** True while the connection is there; false between its loss and its return, and after the end. */
  readonly isLive: boolean;
  /** Why the membership ended; undefined while it lasts. */
  readonly left: Left | undefined;
  /** The newest tick received, -1 before the first. */
  readonly tick: number;
  /** The documents as last received, frozen. */
  readonly document: { readonly shared: SharedOf<R>; readonly private: PrivateOf<R> };
  /** Everything in sight, by id, as last received. */
  readonly entities: ReadonlyMap<number, SeenEntity<EntityOf<R>>>;
  /** The entity that the player steers. Its `type` tells which kind it is; `own` answers it as one kind. */
  readonly self: SeenEntity<EntityOf<R>> | undefined;
  readonly stats: RoomStats;
  /** What the predicted step gets as its context; to be the same as the server's `room.stepContext`. */
  stepContext: unknown;

  /** Those of a type in sight, oldest first. The same list each time: do not change it, do not keep it. */
  all<E extends EntityOf<R>>(type: E): readonly SeenEntity<E>[];
  /** The entity of that type and id, if it is in sight. */
  get<E extends EntityOf<R>>(type: E, id: number): SeenEntity<E> | undefined;
  /** The entity that the player steers, if it is of that type. */
  own<E extends EntityOf<R>>(type: E): SeenEntity<E> | undefined;
  /** Whether the entity belongs to this player. */
  isOwn(entity: { readonly id: number }): boolean;
  /**
   * The entity as it is to be shown at the moment of the last `update`: one's own as predicted, others between two
   * snapshots. The same object each time, its fields changing; for an entity out of sight, the entity itself.
   */
  view<S extends Seen>(entity: S): S;
  /**
   * Moves on to now: steps what is predicted and sends its inputs. Call it once per rendered frame; bots call it once per
   * tick. `nowMs` is of the client's clock: `performance.now()`, on which frames' timestamps run too. Default: now.
   */
  update(nowMs?: number): void;
  /**
   * Sets the input that goes to the server every tick from here on, and that the own entity is predicted by. Nothing is
   * sent for the neutral one (all defaults) while it changes nothing. Throws INPUT_UNKNOWN and INPUT_INVALID.
   */
  input<I extends InputOf<R>>(input: I, data: Of<I>): void;
  /**
   * Sends an action and answers what became of it, also if nothing did. While the connection is away, the action waits.
   * Rejects with INPUT_UNKNOWN and INPUT_INVALID alone.
   */
  send<I extends InputOf<R>>(input: I, data: Of<I>): Promise<Confirm>;
  /** Calls back for each event of a kind, before the state of its tick is applied. */
  on<V extends EventOf<R>>(event: V, call: (data: Of<V>, tick: number) => void): Unsubscribe;
  /** Calls back for each entity of a type that comes in sight, and at once for those that are. */
  onEnter<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe;
  /** Calls back for each entity of a type that goes out of sight. It keeps its last values. */
  onLeave<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe;
  /** Calls back for each entity of a type of which a snapshot has changed something. */
  onUpdate<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe;
  /** Calls back with each new value of a document; with the patch too if that was what came. */
  onDocument<N extends DocumentName>(
    name: N,
    call: (
      value: N extends "shared" ? SharedOf<R> : PrivateOf<R>,
      patch: readonly PatchOperation[] | undefined,
    ) => void,
  ): Unsubscribe;
  onChat(call: (line: ChatLine) => void): Unsubscribe;
  /** Calls back once, when the membership ends. */
  onLeft(call: (left: Left) => void): Unsubscribe;
  /**
   * Says something to all in the room; false: it did not go out, since the connection is away or the membership over.
   * Throws CHAT_EMPTY and CHAT_TOO_LONG; what the room refuses comes to `onError`.
   */
  chat(text: string): boolean;
  /** Gives the place up, for good. `onLeft` follows. */
  leave(): void;
  /** Swaps the predicted step, after a change of the game's source. */
  replaceStep<E extends EntityDefinition, I extends InputDefinition, C>(
    step: PredictOptions<E, I, C>["step"],
  ): void;
}
