import {
  type ErrorAction,
  type ErrorCode,
  type ErrorPayload,
  errors,
  isErrorCode,
  RealmError,
} from "@realmwright/protocol";
import type { ConnectionEvent } from "./state-table.ts";

/** What a code that this version does not know is taken for. */
const codeByAction: Readonly<Record<ErrorAction, ErrorCode>> = {
  fix: "REQUEST_INVALID",
  retry: "RATE_LIMITED",
  reauthenticate: "TOKEN_INVALID",
  reconnect: "INTERNAL",
  "give-up": "JOIN_REFUSED",
};

/**
 * The error that a message carries. A code that is not in this version's catalogue, such as a game's own, becomes one with
 * the same action; the payload as it came is the `cause` then.
 */
export function errorOf(payload: ErrorPayload): RealmError {
  const { code, text, retryAfterMs, problems, refusal, type } = payload;
  const isKnown = isErrorCode(code);
  return new RealmError(isKnown ? code : (codeByAction[payload.action] ?? "INTERNAL"), {
    detail: isKnown ? text : `${code}: ${text}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(problems === undefined ? {} : { problems }),
    ...(refusal === undefined ? {} : { refusal }),
    type,
    ...(isKnown ? {} : { cause: payload }),
  });
}

/** The code that came with an error: the catalogue's or, of one that it does not have, the game's own. */
export function codeOf(error: RealmError): string {
  const { cause } = error;
  const isOwn = typeof cause === "object" && cause !== null && "code" in cause && "action" in cause;
  return isOwn && typeof cause.code === "string" ? cause.code : error.code;
}

/** The error that a close code stands for; codes that many errors share mean no more than a lost connection. */
export function errorOfClose(code: number): RealmError {
  const detail = `the connection was closed with code ${code}`;
  if (code >= 4000) {
    for (const [name, entry] of Object.entries(errors)) {
      if (entry.close === code) return new RealmError(name as ErrorCode, { detail });
    }
  }
  if (code === 1012) return new RealmError("SERVER_DRAINING", { detail });
  if (code === 1002) return new RealmError("PROTOCOL_UNSUPPORTED", { detail });
  return new RealmError("CONNECTION_LOST", { detail });
}

/** What the connection makes of an error that ended it. */
export function verdictOf(error: RealmError, hasMoreTokens: boolean): ConnectionEvent {
  switch (error.action) {
    case "retry":
    case "reconnect":
      return "dropped";
    case "reauthenticate":
      return hasMoreTokens ? "reauthenticate" : "refused";
    case "fix":
    case "give-up":
      return "refused";
  }
}
