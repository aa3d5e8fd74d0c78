import type { TicketTaker, TokenVerifier } from "../auth/token-verifier.ts";
import type { Attendance } from "../host/attendance.ts";
import type { GuestLogin } from "../auth/guest-login.ts";
import type { LiveLogins } from "../services/accounts/live-logins.ts";
import type { AnyOperation } from "../services/operation.ts";
import type { LimitValues } from "../session/limit-values.ts";
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
  /** Whether what the server needs is there: the store, for example. Default: nothing is needed. */
  readonly isReady?: () => boolean;
  /** Behind `POST /api/rpc`. */
  readonly runScript?: RunScript;
  /** Behind `GET /auth/token?room=`. */
  readonly liveKitToken?: LiveKitToken;
}

/** Who somebody is, as far as connections ask. */
export interface ServerIdentity {
  readonly verifier: TokenVerifier & { readonly verify: SubjectOf };
  readonly tickets: TicketTaker;
  /** Is told whose connections are to be closed when logins end. Once, before anybody connects. */
  attach(live: LiveLogins): void;
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
