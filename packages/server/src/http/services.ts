import type { TicketTaker, TokenVerifier } from "../auth/token-verifier.ts";
import type { GameStorage } from "@realmwright/core";
import type { Subject } from "../auth/subject.ts";
import type { Attendance } from "../host/attendance.ts";
import type { RoomSummary } from "../host/host.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { GuestLogin } from "../auth/guest-login.ts";
import type { LiveLogins } from "../services/accounts/live-logins.ts";
import type { AnyOperation } from "../services/operation.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { SessionIdentity } from "../session/session-state.ts";
import type { SubjectOf } from "./operations.ts";
import {
  callScript,
  guestLogin,
  liveKitToken,
  type LiveKitToken,
  type RunScript,
} from "./seed-operations.ts";

/** What a composition root adds to a server: its services, as far as clients see them. */
export interface ServerServices {
  /** Served over HTTP, beside those that are always there. */
  readonly operations?: readonly AnyOperation[];
  /** Who somebody is. Default: guests, known by their token alone. */
  readonly identity?: ServerIdentity;
  /** Default: as `identity` says, or for guests. */
  readonly subjectOf?: SubjectOf;
  /** Is told who is here. */
  readonly attendance?: Attendance;
  /** Behind `room.storage`. */
  readonly storage?: GameStorage;
  /** Whether what the server needs is there: the store, for example. Default: nothing is needed. */
  readonly isReady?: () => boolean;
  /** Is given the server once its rooms run, before anybody connects. */
  readonly attach?: (server: RunningServer) => void;
  /** Behind `POST /api/rpc`. */
  readonly runScript?: RunScript;
  /** Behind `GET /auth/token?room=`. */
  readonly liveKitToken?: LiveKitToken;
}

/** Who somebody is, as far as connections ask. */
export interface ServerIdentity {
  readonly verifier: TokenVerifier & {
    readonly verify: SubjectOf;
    /** Who holds a session, as of now. Rejects when its login has ended. */
    readonly current: (identity: SessionIdentity) => Promise<Subject>;
  };
  readonly tickets: TicketTaker;
}

/** What services may ask of the server that they stand behind. */
export interface RunningServer {
  /** Whose connections are to be closed when logins end. */
  readonly logins: LiveLogins;
  readonly rooms: {
    /** Opens a room of a kind under an id. Throws `ROOM_EXISTS`, `ROOM_UNKNOWN`, `SERVER_FULL` and what the room begins with. */
    open(kind: string, options: { readonly id: string }): RoomSummary;
    /** Whether an account has a seat in a running room. */
    isMember(account: string, room: string): boolean;
  };
  readonly metrics: Metrics;
}

/** All operations of a server. Those that are given win over those that are always there. */
export function operationsOf(
  services: ServerServices,
  login: GuestLogin,
  limits: LimitValues,
): readonly AnyOperation[] {
  const given = services.operations ?? [];
  const taken = new Set(
    given.flatMap(({ route, aliases = [] }) => [route, ...aliases].map(({ path }) => path)),
  );
  const usual = [
    ...(services.identity === undefined ? [guestLogin(login, limits.loginsPerMinute)] : []),
    callScript(services.runScript),
    liveKitToken(services.liveKitToken),
  ];
  return [...given, ...usual.filter(({ route }) => !taken.has(route.path))];
}
