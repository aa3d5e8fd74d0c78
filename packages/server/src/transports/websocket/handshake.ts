import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "@realmwright/protocol";
import type { Handshake } from "../../ports/transport.ts";

/** A subprotocol that begins so is no protocol but a connection ticket: browsers can set no other header. */
const ticketProtocol = "realm.ticket.";

/**
 * What an upgrade says besides asking for one: a ticket among the subprotocols, `?token=` and `?game_id=` in the query, its
 * page's origin. The query is never logged. Answers a code for what says something twice, or a token where none may be.
 */
export function readHandshake(
  request: IncomingMessage,
  rules: { readonly queryToken: boolean },
): Handshake | undefined | ErrorCode {
  const url = request.url ?? "";
  const at = url.indexOf("?");
  const query = new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
  const tokens = query.getAll("token");
  const rooms = query.getAll("game_id");
  const tickets = protocolsOf(request).filter((name) => name.startsWith(ticketProtocol));
  if (tokens.length + tickets.length > 1 || rooms.length > 1) return "REQUEST_INVALID";
  const [token] = tokens;
  const [room] = rooms;
  const ticket = tickets[0]?.slice(ticketProtocol.length);
  if (token !== undefined && !rules.queryToken) return "QUERY_TOKEN_OFF";
  if (token === undefined && room === undefined && ticket === undefined) return undefined;
  const { origin } = request.headers;
  return {
    ...(token === undefined ? {} : { token }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(origin === undefined ? {} : { origin }),
    ...(room === undefined || room === "" ? {} : { room }),
  };
}

function protocolsOf(request: IncomingMessage): readonly string[] {
  const { "sec-websocket-protocol": offered = "" } = request.headers;
  return offered.split(",").map((name) => name.trim());
}
