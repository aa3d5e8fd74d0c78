import type { GuestLogin } from "../auth/guest-login.ts";
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
  /** Default: guests, known by their token alone. */
  readonly subjectOf?: SubjectOf;
  /** Behind `POST /api/rpc`. */
  readonly runScript?: RunScript;
  /** Behind `GET /auth/token?room=`. */
  readonly liveKitToken?: LiveKitToken;
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
    guestLogin(login, limits.loginsPerMinute),
    callScript(services.runScript),
    liveKitToken(services.liveKitToken),
  ];
  return [...given, ...usual.filter(({ route }) => !taken.has(route.path))];
}
