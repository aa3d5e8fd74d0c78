import type { ErrorCode } from "@realmwright/protocol";
import { isRole, type LoginMark, type Subject } from "../auth/subject.ts";

/*
 *                  auth             opened              drain
 *   connecting ─────────► authenticating ─────► joined ───────► draining
 *       │                       │                 │                │
 *       └───────────────────────┴──── close ──────┴────────────────┘
 *                                       ▼
 *                                     closed
 *
 *   connecting      the socket is open and has said nothing
 *   authenticating  its token is being checked, then the host opens the session
 *   joined          the session is open and may be in rooms
 *   draining        the same, but the server is going down: nobody joins rooms any more
 *   closed          final; the socket may still be closing
 */

/** Who holds an open session. */
export interface SessionIdentity {
  readonly account: string;
  readonly name: string;
  /** As it was when the connection came. */
  readonly role: string;
  readonly isGuest?: boolean;
  /** Id of the login session: what a logout ends. Undefined where logins are not kept. */
  readonly session?: string;
  /** What the login is to be compared with later. Undefined where logins are not kept. */
  readonly mark?: LoginMark;
  /** How many endings of logins the host knew of when its token began to be looked at. */
  readonly endings?: number;
}

/** Who holds a session on a server that keeps no logins: whoever came by its token. */
export function sessionSubject({
  account,
  name,
  role,
  isGuest,
  session,
}: SessionIdentity): Subject {
  return {
    account,
    name,
    role: isRole(role) ? role : "player",
    isGuest: isGuest ?? true,
    session: session ?? "",
  };
}

/** Only the fields that a state has. */
export type SessionState =
  | { readonly name: "connecting"; readonly deadlineMs: number }
  | {
      readonly name: "authenticating";
      readonly deadlineMs: number;
      /** Correlation id of the auth message. */
      readonly id: number | undefined;
      /** Known once the token has been checked. */
      readonly identity: SessionIdentity | undefined;
    }
  | { readonly name: "joined"; readonly identity: SessionIdentity }
  | { readonly name: "draining"; readonly identity: SessionIdentity }
  | { readonly name: "closed" };

/** What a client may send. */
export type ClientMessageType =
  | "auth"
  | "ping"
  | "pong"
  | "join"
  | "leave"
  | "input"
  | "ack"
  | "chat"
  | "rpc";

/** What a state does with a message: takes it, drops it without a word, or refuses it with an error. */
export type Reception = "take" | "drop" | ErrorCode;

/** Every state decides about every message. An error in the first two states closes the connection. */
export const receptions: Readonly<
  Record<SessionState["name"], Readonly<Record<ClientMessageType, Reception>>>
> = {
  connecting: {
    auth: "take",
    ping: "AUTH_REQUIRED",
    pong: "AUTH_REQUIRED",
    join: "AUTH_REQUIRED",
    leave: "AUTH_REQUIRED",
    input: "AUTH_REQUIRED",
    ack: "AUTH_REQUIRED",
    chat: "AUTH_REQUIRED",
    rpc: "AUTH_REQUIRED",
  },
  authenticating: {
    auth: "MESSAGE_OUT_OF_ORDER",
    ping: "AUTH_REQUIRED",
    pong: "AUTH_REQUIRED",
    join: "AUTH_REQUIRED",
    leave: "AUTH_REQUIRED",
    input: "AUTH_REQUIRED",
    ack: "AUTH_REQUIRED",
    chat: "AUTH_REQUIRED",
    rpc: "AUTH_REQUIRED",
  },
  joined: {
    auth: "MESSAGE_OUT_OF_ORDER",
    ping: "take",
    pong: "drop",
    join: "take",
    leave: "take",
    input: "take",
    ack: "take",
    chat: "take",
    rpc: "take",
  },
  draining: {
    auth: "MESSAGE_OUT_OF_ORDER",
    ping: "take",
    pong: "drop",
    join: "SERVER_DRAINING",
    leave: "take",
    input: "take",
    ack: "take",
    chat: "take",
    rpc: "take",
  },
  closed: {
    auth: "drop",
    ping: "drop",
    pong: "drop",
    join: "drop",
    leave: "drop",
    input: "drop",
    ack: "drop",
    chat: "drop",
    rpc: "drop",
  },
};
