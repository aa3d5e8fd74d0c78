import type { ServerResponse } from "node:http";
import { errors, RealmError, type ErrorCode } from "@realmwright/protocol";
import type { FastifyReply } from "fastify";
import { problemBody, problemHeaders, safeHeaders } from "../transports/refusal.ts";

/** What HTTP has a status for and the catalogue has no error of its own. */
export class StatusError extends Error {
  readonly statusCode: 406 | 415;

  constructor(statusCode: 406 | 415) {
    super(`answered with ${statusCode}`);
    this.name = "StatusError";
    this.statusCode = statusCode;
  }
}

/** Answers with an error. `status` differs from the catalogue's where HTTP has a better word. */
export async function sendProblem(
  reply: FastifyReply,
  error: RealmError,
  status: number = error.status,
): Promise<void> {
  reply.headers(problemHeaders(error));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  // what is left of a request is read to its end, so that the client comes to hear the answer
  if (reply.getHeader("connection") === "close") reply.removeHeader("connection");
  await reply.code(status).send(JSON.stringify(problemBody(error, status)));
}

/** The same where no route answers. */
export function writeProblem(
  response: ServerResponse,
  error: RealmError,
  status: number = error.status,
): void {
  const body = JSON.stringify(problemBody(error, status));
  const length = { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...safeHeaders, ...problemHeaders(error), ...length });
  response.end(body);
}

/** The catalogue's error for what went wrong in a request, and the status to answer with. */
export function asHttpError(error: unknown): { error: RealmError; status: number } {
  if (error instanceof RealmError) return { error, status: error.status };
  const status = statusOf(error);
  if (status === 413) return known("MESSAGE_TOO_LARGE", 413, error);
  if (status === 408) return known("REQUEST_INVALID", 408, error);
  if (status >= 400 && status < 500) return known("REQUEST_INVALID", status, error);
  return known("INTERNAL", errors.INTERNAL.status, error);
}

function known(
  code: ErrorCode,
  status: number,
  cause: unknown,
): { error: RealmError; status: number } {
  return { error: new RealmError(code, { cause }), status };
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : 500;
}
