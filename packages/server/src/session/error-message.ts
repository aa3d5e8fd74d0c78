import { RealmError } from "@realmwright/protocol";
import type { ClientMessage, ErrorPayload, Message } from "@realmwright/protocol";
import type { Log } from "../ports/log.ts";

/** The answer to a message; what the error itself knows about it comes first. */
export function errorMessage(
  error: RealmError,
  to?: ClientMessage,
): Message<"error", ErrorPayload> {
  const id = error.id ?? to?.id;
  const payload = error.toPayload(error.type ?? to?.type);
  return { type: "error", ...(id === undefined ? {} : { id }), payload };
}

/** An error that is none of the catalogue's is ours: logged, and told as `INTERNAL`. */
export function asRealmError(error: unknown, log: Log): RealmError {
  if (error instanceof RealmError) return error;
  log.error("session failed", { error });
  return new RealmError("INTERNAL", { cause: error });
}
