import type { Server, ServerOptions } from "node:http";
import type { Duplex } from "node:stream";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import type { LimitValues } from "../session/limit-values.ts";
import { refuseSocket } from "../transports/refusal.ts";
import { writeProblem } from "./problem.ts";

/** How often connections are looked at that take too long. */
const CHECK_MS = 250;
/** A connection that has asked nothing for so long is closed. */
const IDLE_MS = 65_000;

interface PlainServerOptions extends ServerOptions {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
}

/** How slow and how long-winded a client may be: whoever listens for HTTP keeps to these. */
export function plainServerOptions(limits: LimitValues): PlainServerOptions {
  return {
    headersTimeout: limits.httpHeadersMs,
    requestTimeout: limits.httpRequestMs,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: CHECK_MS,
    // the parser refuses this many
    maxHeaderSize: limits.httpHeaderBytes + 1,
    // answered as any other host name that is not served
    requireHostHeader: false,
  };
}

/** The same for a listener whose clients have kept to them already: it never closes a connection by itself. */
export function patientServerOptions(limits: LimitValues): PlainServerOptions {
  const never = { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 };
  // edge threads add headers of their own
  return { ...plainServerOptions(limits), ...never, maxHeaderSize: 2 * limits.httpHeaderBytes };
}

/** What Node would refuse without a word of ours is refused as everything else. */
export function refuseOddities(server: Server, refused: (code: ErrorCode) => void): void {
  server.on("checkExpectation", (_request, response) => {
    refused("REQUEST_INVALID");
    writeProblem(response, new RealmError("REQUEST_INVALID"), 417);
  });
  server.on("connect", (_request, socket) => {
    refused("METHOD_REFUSED");
    refuseSocket(socket, new RealmError("METHOD_REFUSED"));
  });
}

const statuses: ReadonlyMap<string, number> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
  ["HPE_HEADER_OVERFLOW", 431],
]);

/** For `clientError`: what came was no HTTP, or too slow. */
export function refuseGarbage(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  refused: (code: ErrorCode) => void,
): void {
  // more of what has been refused
  if (socket.writableEnded) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  refused("REQUEST_INVALID");
  const status = statuses.get(error.code ?? "") ?? 400;
  refuseSocket(socket, new RealmError("REQUEST_INVALID"), { status });
}
