import { errors, RealmError, type ErrorCode } from "@realmwright/protocol";
import type { FastifyReply } from "fastify";

/** An error as HTTP tells it (RFC 9457): the catalogue's, with its code and what to do about it. */
export interface ProblemBody {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly action: string;
  readonly retryAfterMs?: number;
  readonly problems?: readonly { path: string; expected: string; got: string }[];
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
  };
}

/** Answers with an error. `status` differs from the catalogue's where HTTP has a better word. */
export async function sendProblem(
  reply: FastifyReply,
  error: RealmError,
  status: number = error.status,
): Promise<void> {
  if (error.retryAfterMs !== undefined) {
    reply.header("retry-after", Math.ceil(error.retryAfterMs / 1000));
  }
  reply.header("cache-control", "no-store");
  await reply
    .code(status)
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problemBody(error, status)));
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
