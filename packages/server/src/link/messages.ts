import type { InterestOptions } from "@realmwright/core";
import type { Frame, FrameEvent, Mirror } from "@realmwright/core/internal";
import type { EntityId, ErrorPayload, RoomDescriptor } from "@realmwright/protocol";
import type { CompiledRoom } from "@realmwright/protocol/internal";

/*
 * Everything that an edge and a host say to each other. All of it is plain data, but for what `attach` and `frame` hand
 * over by reference inside one thread; a bus link sends those two as bytes and rebuilds them at the other end.
 *
 * A session is one live connection. The edge names it (128 random bits, so that names never meet) and a connection that
 * resumes is a new session which takes over the memberships of the old one.
 */

/** One input, decoded and checked by the edge against the room's schema; entity handles are already ids. */
export interface InputItem {
  /** Sequence number of the seat, from 1 upwards, one series over all kinds of inputs. */
  readonly seq: number;
  /** Index of the input in the compiled room. */
  readonly input: number;
  /** The tick that the player was seeing, times 256; -1 when the client does not say. */
  readonly view: number;
  readonly value: object;
}

/** What an edge must know of a kind of room to serve it. */
export interface RoomKind {
  readonly name: string;
  readonly descriptor: RoomDescriptor;
  /** Steps and snapshots per second. */
  readonly tickRate: number;
  readonly sendRate: number;
  readonly interest?: InterestOptions;
  /** Name of the predicted input, when the room has one. Its items get no confirm; `served` answers them. */
  readonly predictedInput?: string;
}

/** A value of a document with its version, which rises by one with each change. */
export interface DocumentState {
  readonly version: number;
  readonly value: object;
}

export type EdgeToHost =
  | {
      /**
       * A connection has authenticated. Answered by `opened` or `denied`. With a valid `resume` secret of the same
       * account, `joined` (with `resumed`) follows for each membership that is still kept.
       */
      readonly type: "open";
      readonly session: string;
      readonly account: string;
      readonly name: string;
      readonly role: string;
      /** Id of the login session by which it came, where logins are kept. */
      readonly login?: string;
      /** Endings of logins that the host knew of when the token began to be looked at. */
      readonly endings?: number;
      readonly resume?: string;
    }
  | {
      /** Answered by `joined` or `refused` with the same `request`. */
      readonly type: "join";
      readonly session: string;
      /** A number that the edge chooses, unique among the session's open requests. */
      readonly request: number;
      /** Name of a kind of room, or the id of a running one; the empty string means the game's entry room. */
      readonly room: string;
      readonly spectate: boolean;
      readonly options?: Readonly<Record<string, unknown>>;
      readonly reservation?: string;
    }
  | {
      /**
       * Inputs of one seat, in order. Ignored when the session does not hold the seat, so inputs that cross a `left` on
       * the way are harmless.
       */
      readonly type: "input";
      readonly session: string;
      readonly room: string;
      readonly seat: number;
      /**
       * Tick of the `joined` that it is about: somebody who has left and come back may have the same seat. The same in
       * `leave` and `chat`.
       */
      readonly since?: number;
      readonly items: readonly InputItem[];
    }
  | {
      /** The player leaves for good: no grace time. Answered by `left`. */
      readonly type: "leave";
      readonly session: string;
      readonly room: string;
      readonly seat: number;
      readonly since?: number;
    }
  | {
      /** The connection is gone; its seats are kept for their grace time. A client that says goodbye sends `leave` first. */
      readonly type: "drop";
      readonly session: string;
    }
  | {
      readonly type: "chat";
      readonly session: string;
      readonly room: string;
      readonly seat: number;
      readonly since?: number;
      readonly text: string;
    }
  | {
      /** The mirror of this room has a gap (`FRAME_GAP`); answered by a keyframe. Sent by the bus link itself. */
      readonly type: "repair";
      readonly room: string;
    };

export type HostToEdge =
  | {
      /**
       * The first message on every link, and again after a reload. After a reload `detach`, `attach` and `joined` follow
       * for every room and member of this edge: sockets and seats stay, everything read from a room starts anew.
       */
      readonly type: "descriptors";
      readonly game: string;
      readonly entry: string;
      readonly rooms: Readonly<Record<string, RoomKind>>;
      /** Changes whenever a descriptor does; 16 hexadecimal digits. */
      readonly hash: string;
      readonly reload: boolean;
    }
  | {
      readonly type: "opened";
      readonly session: string;
      /** Single use; a new one comes with every `opened`. */
      readonly resumeSecret: string;
      /** True when the secret was good. The memberships follow as `joined`. */
      readonly resumed: boolean;
    }
  | {
      /** The session may not open (`SERVER_DRAINING`, `SERVER_FULL`); the edge closes the connection. */
      readonly type: "denied";
      readonly session: string;
      readonly error: ErrorPayload;
    }
  | {
      /** From here on the edge reads this room. Comes before the room's first `frame` and `joined`. */
      readonly type: "attach";
      readonly room: string;
      readonly kind: RoomKind;
      readonly compiled: CompiledRoom;
      /** The room's mirror in this thread, kept up to date by whoever delivers the frames. Never written by the edge. */
      readonly mirror: Mirror;
    }
  | {
      /**
       * One tick of a room. The mirror has applied it already. Frame and message are reused: take what is needed before
       * returning. `frame.send` says that clients are due.
       */
      readonly type: "frame";
      readonly room: string;
      readonly frame: Frame;
      readonly mirror: Mirror;
    }
  | {
      /** The edge has no more members in this room, or the room is gone: forget it. `left` for all members came before. */
      readonly type: "detach";
      readonly room: string;
    }
  | {
      /**
       * The session holds a seat. Comes after the frame of `tick`, so the mirror shows what the documents say. Answers a
       * `join` (with its `request`), or comes by itself: after `opened` with `resumed`, through a door (with `from`; the
       * old membership's `left` follows), and after a reload.
       */
      readonly type: "joined";
      readonly session: string;
      readonly request?: number;
      readonly room: string;
      readonly name: string;
      readonly seat: number;
      readonly spectator: boolean;
      readonly tick: number;
      /** The entity that the player steers, 0 for none. */
      readonly entity: EntityId;
      readonly team: number;
      readonly resumed: boolean;
      /** Id of the room left behind by a door. */
      readonly from?: string;
      /** The newest sequence number taken from this seat; the client goes on from there. */
      readonly inputSeq: number;
      readonly documents: { readonly shared?: DocumentState; readonly private?: DocumentState };
      /** Events of `tick`, which passed before the edge knew the member; it picks those that are for this seat. */
      readonly events?: readonly FrameEvent[];
    }
  | {
      readonly type: "refused";
      readonly session: string;
      readonly request: number;
      readonly error: ErrorPayload;
    }
  | {
      /** The session's membership has ended. */
      readonly type: "left";
      readonly session: string;
      readonly room: string;
      readonly seat: number;
      /** From the catalogue (`LEFT`, `MOVED`, `KICKED`, `ROOM_CLOSED`, `ROOM_FAILED`, …) or the game's own. */
      readonly code: string;
      readonly text?: string;
      /** Id of the room at the other side of the door. */
      readonly to?: string;
    }
  | {
      /** A line for the edge's members of a room, or for one of them. */
      readonly type: "chat";
      readonly room: string;
      /** Who speaks; -1 is the room itself. */
      readonly seat: number;
      readonly name: string;
      readonly text: string;
      /** Wall clock, milliseconds since 1970. */
      readonly time: number;
      /** The only seat that receives it. */
      readonly to?: number;
    }
  | {
      /** A chat line was refused, by the room's hook or because the session does not hold the seat. */
      readonly type: "chatRefused";
      readonly session: string;
      readonly room: string;
      readonly error: ErrorPayload;
    }
  | {
      /** A newer connection has taken over: close this one with `SESSION_SUPERSEDED`. Its memberships are gone already. */
      readonly type: "superseded";
      readonly session: string;
    }
  | {
      /** The host ends the session (removed by the operator, drained): close the connection with this error. */
      readonly type: "end";
      readonly session: string;
      readonly error: ErrorPayload;
    }
  | {
      /** For every session of the edge, or one. */
      readonly type: "notice";
      readonly session?: string;
      readonly code: string;
      readonly text: string;
      readonly data?: Readonly<Record<string, unknown>>;
    };
