import type { ServerResponse } from "node:http";
import { errors, RealmError, type ErrorCode, type Problem } from "@realmwright/protocol";
import type { FastifyReply } from "fastify";
import { problemBody, problemHeaders, safeHeaders } from "../transports/refusal.ts";

/** What HTTP has a status for and the catalogue has no error of its own. */
export class StatusError extends Error {
  readonly statusCode: 406 | 415;
  readonly problem: Problem;

  constructor(statusCode: 406 | 415, problem: Problem) {
    super(`answered with ${statusCode}`);
    this.name = "StatusError";
    this.statusCode = statusCode;
    this.problem = problem;
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
  if (status >= 400 && status < 500) {
    const problem = problemOf(error, status);
    const problems = problem === undefined ? {} : { problems: [problem] };
    return { error: new RealmError("REQUEST_INVALID", { cause: error, ...problems }), status };
  }
  return known("INTERNAL", errors.INTERNAL.status, error);
}

function known(
  code: ErrorCode,
  status: number,
  cause: unknown,
): { error: RealmError; status: number } {
  return { error: new RealmError(code, { cause }), status };
}

/** What was expected, of requests that do not come as far as a schema. */
function problemOf(error: unknown, status: number): Problem | undefined {
  if (error instanceof StatusError) return error.problem;
  const { code } = error as { readonly code?: unknown };
  if (status === 415)
    return { path: "", expected: "content-type: application/json", got: "another or none" };
  if (code === "FST_ERR_CTP_EMPTY_JSON_BODY") return { path: "", expected: "JSON", got: "nothing" };
  if (error instanceof SyntaxError || code === "FST_ERR_CTP_INVALID_JSON_BODY") {
    return { path: "", expected: "JSON", got: "a text that is none" };
  }
  return undefined;
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : 500;
}
