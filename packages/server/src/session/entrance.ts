import {
  protocolVersion,
  RealmError,
  type AuthPayload,
  type ErrorCode,
} from "@realmwright/protocol";
import { protocolVersionMin } from "@realmwright/protocol/internal";
import type { EdgeContext } from "../edge/edge-context.ts";
import type { Handshake } from "../ports/transport.ts";
import type { LimitValues } from "./limit-values.ts";
import type { SessionIdentity } from "./session-state.ts";

/** What is wrong with an auth message, apart from its token. */
export function authRefusal(
  { protocol, resume = "" }: AuthPayload,
  limits: Pick<LimitValues, "resumeSecretCharacters">,
): ErrorCode | undefined {
  if (protocol < protocolVersionMin || protocol > protocolVersion) return "PROTOCOL_UNSUPPORTED";
  return resume.length > limits.resumeSecretCharacters ? "RESUME_INVALID" : undefined;
}

/** Who somebody is by what it said while it connected. Undefined: it will say so by an auth message. */
export function whose(
  { ticket, token, origin }: Handshake,
  { tickets, verifier }: Pick<EdgeContext, "tickets" | "verifier">,
): Promise<SessionIdentity> | undefined {
  if (ticket === undefined) return token === undefined ? undefined : verifier.verify(token);
  if (tickets !== undefined) return tickets.take(ticket, origin);
  return Promise.reject(new RealmError("TICKET_INVALID", { detail: "none are given" }));
}
