import { limits } from "../limits.ts";
import {
  bool,
  column,
  data,
  json,
  judgedText,
  membership,
  number,
  optional,
  text,
  tick,
  uint,
} from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** Asks for a place in a room. */
export interface JoinPayload {
  /** a room's name (any instance will do) or its id (that very one) */
  readonly room: string;
  /** what the game wants to know */
  readonly options?: unknown;
  readonly spectate?: boolean;
  /** a reserved seat's id */
  readonly reservation?: string;
}

/** A membership begins: by a join, a door or a resume. */
export interface JoinedPayload {
  /** number of the membership on this connection */
  readonly m: number;
  /** the room's id */
  readonly room: string;
  /** the room's name, which is the key of its schema in `welcome.rooms` */
  readonly name: string;
  /** place in the room; -1 for a spectator */
  readonly seat: number;
  readonly spectator: boolean;
  readonly tick: number;
  /** steps per second */
  readonly tickRate: number;
  /** snapshots per second, at most */
  readonly sendRate: number;
  /** handle of one's own entity, 0 for none yet */
  readonly entity: number;
  /** the seat was held before, on another connection */
  readonly resumed: boolean;
  /** the membership that a door left behind */
  readonly from?: number;
  /** the newest input of this seat that the room has; the next one must be above */
  readonly inputSeq: number;
  readonly documents: { readonly shared?: unknown; readonly private?: unknown };
}

export interface LeavePayload {
  readonly m: number;
}

/** A membership ends. */
export interface LeftPayload {
  readonly m: number;
  /** LEFT, MOVED, KICKED or an error code */
  readonly code: string;
  /** the membership that takes its place, where a door was passed */
  readonly to?: number;
}

/** Reasons of `left` that are no errors: asked for, went through a door, sent out by the game. */
export const leaveCodes: readonly ["LEFT", "MOVED", "KICKED"] = ["LEFT", "MOVED", "KICKED"];

const join: ColumnsOf<JoinPayload> = {
  room: column(
    1,
    judgedText(limits.roomNameCharacters.value),
    "a room's name, or the id of one room",
  ),
  options: optional(2, json("any"), "what the game wants to know; at most 1 KiB"),
  spectate: optional(3, bool, "see only"),
  reservation: optional(4, text(64), "a reserved seat's id"),
};

const documents: ColumnsOf<{ shared?: unknown; private?: unknown }> = {
  shared: optional(1, data, "the document that all share"),
  private: optional(2, data, "one's own document"),
};

const joined: ColumnsOf<JoinedPayload> = {
  m: column(1, membership, "number of the membership on this connection"),
  room: column(2, text(64), "the room's id"),
  name: column(3, text(64), "the room's name: the key of its schema in `welcome.rooms`"),
  seat: column(4, { kind: "int", min: -1 }, "place in the room; -1 for a spectator"),
  spectator: column(5, bool, "sees only"),
  tick: column(6, tick, "the room's tick"),
  tickRate: column(7, number, "steps per second"),
  sendRate: column(8, number, "snapshots per second, at most"),
  entity: column(9, uint(), "handle of one's own entity; 0: none yet"),
  resumed: column(10, bool, "the seat was held before"),
  from: optional(11, membership, "the membership that a door left behind"),
  inputSeq: column(12, uint(), "the newest input of this seat that the room has"),
  documents: column(
    13,
    { kind: "record", name: "Documents", columns: documents },
    "the documents as they are",
  ),
};

const leave: ColumnsOf<LeavePayload> = { m: column(1, membership, "the membership to end") };

const left: ColumnsOf<LeftPayload> = {
  m: column(1, membership, "the membership that ended"),
  code: column(2, text(64), "`LEFT`, `MOVED` (a door), `KICKED`, or an error code"),
  to: optional(3, membership, "the membership that takes its place"),
};

export type RoomMessageType = "join" | "joined" | "leave" | "left";

export const roomMessages: readonly MessageSpec<RoomMessageType>[] = [
  {
    type: "join",
    number: 12,
    from: ["client"],
    about: "Asks for a place in a room. Answered by `joined` or `error` with the same id.",
    columns: join,
  },
  {
    type: "joined",
    number: 13,
    from: ["server"],
    about: "A membership begins: by a join, a door or a resume.",
    columns: joined,
  },
  {
    type: "leave",
    number: 14,
    from: ["client"],
    about: "Gives a membership up. Answered by `left`.",
    columns: leave,
  },
  {
    type: "left",
    number: 18,
    from: ["server"],
    about: "A membership has ended; its number may be given to another.",
    columns: left,
  },
];
