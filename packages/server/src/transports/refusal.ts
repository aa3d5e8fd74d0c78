import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorCode, RealmError } from "@realmwright/protocol";

/** How long a refused peer may take to hear why. */
const FAREWELL_MS = 1000;

/** Headers of every answer, that cost no game anything. A stricter Content-Security-Policy is the game's own choice, by its page. */
export const safeHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
} as const;

/** An error as HTTP tells it (RFC 9457): the catalogue's, with its code and what to do about it. */
export interface ProblemBody {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly action: string;
  readonly retryAfterMs?: number;
  readonly problems?: readonly { path: string; expected: string; got: string }[];
  /** A script's own code and text. */
  readonly refusal?: { readonly code: string; readonly text: string };
}

export function problemBody(error: RealmError, status: number = error.status): ProblemBody {
  const { code, text, action, retryAfterMs, problems } = error.toPayload() as ReturnType<
    RealmError["toPayload"]
  > & { readonly code: ErrorCode };
  return {
    type: "about:blank",
    title: text,
    status,
    code,
    action,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(problems === undefined ? {} : { problems }),
    ...(error.refusal === undefined ? {} : { refusal: error.refusal }),
  };
}

/** Headers of an answer that is an error. */
export function problemHeaders(error: RealmError): Record<string, string> {
  const { retryAfterMs } = error;
  return {
    "cache-control": "no-store",
    "content-type": "application/problem+json; charset=utf-8",
    ...(retryAfterMs === undefined ? {} : { "retry-after": `${Math.ceil(retryAfterMs / 1000)}` }),
  };
}

/**
 * Answers with an error where there is no request to answer, and ends the connection. What the peer still sends is read and
 * thrown away, since a connection that is closed over unread bytes takes the answer with it; but not for long, and not at
 * all where there is no time for it.
 */
export function refuseSocket(
  socket: Duplex,
  error: RealmError,
  options: {
    readonly status?: number;
    readonly headers?: object;
    readonly isInHurry?: boolean;
  } = {},
): void {
  const { status = error.status, headers = {}, isInHurry = false } = options;
  const body = JSON.stringify(problemBody(error, status));
  const all = {
    connection: "close",
    ...safeHeaders,
    ...problemHeaders(error),
    ...headers,
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", ""].join("\r\n");
  const overdue = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once("close", () => clearTimeout(overdue));
  socket.once("error", () => socket.destroy());
  socket.once(isInHurry || socket.readableEnded ? "finish" : "end", () => socket.destroy());
  socket.end(head + body);
  socket.resume();
}
