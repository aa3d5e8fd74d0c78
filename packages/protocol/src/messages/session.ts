import { limits } from "../limits.ts";
import type { RoomDescriptor } from "../schema/descriptor.ts";
import { bool, column, json, judgedText, number, optional, text, uint } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** The first message of a connection. */
export interface AuthPayload {
  /** a token of this server's game */
  readonly token: string;
  /** the protocol version that the client speaks */
  readonly protocol: number;
  /** the client's name and version, for logs */
  readonly client?: string;
  /** the secret of the session to go on with */
  readonly resume?: string;
}

/** Answers `auth`. Sent again when a development reload changes the rooms' schemas. */
export interface WelcomePayload {
  readonly session: string;
  readonly account: string;
  /** the player's name */
  readonly name: string;
  readonly protocol: number;
  /** secret that resumes this session once */
  readonly resume: string;
  /** whether the session named by `auth.resume` goes on, with its seats */
  readonly resumed: boolean;
  /** the server's clock in ms; an arbitrary origin */
  readonly time: number;
  /** schema of each room, by the room's name */
  readonly rooms: Readonly<Record<string, RoomDescriptor>>;
  /** changes when any of `rooms` does */
  readonly hash: string;
  /** limits that a client should keep to */
  readonly limits: Readonly<Record<string, number>>;
}

/** Asks the peer for a pong. */
export interface PingPayload {
  /** any whole number below 2^32, given back; below 2^21 it keeps a heartbeat within 4 bytes */
  readonly time: number;
}

export interface PongPayload {
  /** that of the ping */
  readonly time: number;
  /** the server's clock in ms; the server sends it, clients do not */
  readonly serverTime?: number;
}

const auth: ColumnsOf<AuthPayload> = {
  token: column(1, judgedText(limits.tokenCharacters.value), "a token of this server's game"),
  protocol: column(2, uint(), "protocol version that the client speaks"),
  client: optional(3, text(64), "the client's name and version, for logs"),
  resume: optional(
    4,
    judgedText(limits.resumeSecretCharacters.value),
    "secret of the session to go on with",
  ),
};

const welcome: ColumnsOf<WelcomePayload> = {
  session: column(1, text(64), "the session's id"),
  account: column(2, text(64), "the account's id"),
  name: column(3, text(64), "the player's name"),
  protocol: column(4, uint(), "protocol version that is spoken from here on"),
  resume: column(5, text(limits.resumeSecretCharacters.value), "resumes this session, once"),
  resumed: column(6, bool, "the old session goes on, with its seats"),
  time: column(7, number, "the server's clock in ms"),
  rooms: column(8, json("object"), "schema of each room, by the room's name"),
  hash: column(9, text(64), "changes when any of `rooms` does"),
  limits: column(10, json("object"), "limits that a client should keep to"),
};

const ping: ColumnsOf<PingPayload> = {
  time: column(1, uint(), "given back by the pong; below 2^21 it is small"),
};

const pong: ColumnsOf<PongPayload> = {
  time: column(1, uint(), "that of the ping"),
  serverTime: optional(2, number, "the server's clock in ms; from the server only"),
};

export type SessionMessageType = "auth" | "welcome" | "ping" | "pong";

export const sessionMessages: readonly MessageSpec<SessionMessageType>[] = [
  {
    type: "auth",
    number: 16,
    from: ["client"],
    about: "The first message of a connection. Answered by `welcome`, or by `error` and a close.",
    columns: auth,
  },
  {
    type: "welcome",
    number: 17,
    from: ["server"],
    about: "Answers `auth`; sent again when a development reload changes the rooms' schemas.",
    columns: welcome,
  },
  {
    type: "ping",
    number: 1,
    from: ["client", "server"],
    about: "Asks for a `pong`.",
    columns: ping,
  },
  {
    type: "pong",
    number: 2,
    from: ["client", "server"],
    about: "Answers a `ping`, with its `time`.",
    columns: pong,
  },
];

/** The `time` of a heartbeat for a clock in ms: whole, and small enough for 4 bytes of payload. */
export function heartbeatTime(nowMs: number): number {
  return Math.floor(nowMs) % 2 ** 21;
}
