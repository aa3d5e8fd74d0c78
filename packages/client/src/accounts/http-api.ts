import { type ErrorPayload, type Problem, RealmError } from "@realmwright/protocol";
import { errorOf } from "../connection/verdict.ts";
import type { AskHttp } from "../ports.ts";
import type { OperationInput, OperationName, OperationOutput } from "./operations.ts";
import { requestOf } from "./routes.ts";

export interface AskOptions {
  /** The access token. */
  readonly token?: string;
  /** Names this piece of work, so that the server does it once however often it is asked: up to 64 plain characters. */
  readonly key?: string;
}

/** A server's operations over HTTP. */
export class HttpApi {
  readonly #url: string;
  readonly #http: AskHttp;

  /** @param url of the server's WebSocket door. */
  constructor(url: string, http: AskHttp) {
    this.#url = url;
    this.#http = http;
  }

  /**
   * Asks once. Rejects with the server's error, with CONNECTION_LOST when nobody answers, and with INTERNAL or
   * REQUEST_INVALID for an answer that is none of ours.
   */
  async ask<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
    { token, key }: AskOptions = {},
  ): Promise<OperationOutput<N>> {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
    const request = { ...requestOf(this.#url, name, input), headers };
    const { status, body } = await this.#answer(request, name);
    if (status >= 200 && status < 300 && body !== undefined) return body;
    throw refusal(name, status, body);
  }

  async #answer(request: Parameters<AskHttp>[0], name: string): ReturnType<AskHttp> {
    try {
      return await this.#http(request);
    } catch (cause) {
      throw new RealmError("CONNECTION_LOST", { detail: `${name} was not answered`, cause });
    }
  }
}

/** The error of an answer: the server's own problem, or what the status of another program's page means. */
function refusal(name: string, status: number, body: unknown): RealmError {
  const payload = problemOf(body);
  if (payload !== undefined) return errorOf(payload);
  const detail = `${name} was answered with status ${status}`;
  if (status === 429) return new RealmError("RATE_LIMITED", { detail });
  return new RealmError(status >= 500 || status < 300 ? "INTERNAL" : "REQUEST_INVALID", { detail });
}

/** What a problem (RFC 9457) of our servers says; undefined for any other answer. */
function problemOf(body: unknown): ErrorPayload | undefined {
  if (!isRecord(body)) return undefined;
  const { code, title, action, retryAfterMs, problems } = body;
  if (typeof code !== "string" || typeof title !== "string" || typeof action !== "string") {
    return undefined;
  }
  return {
    code,
    text: title,
    action: action as ErrorPayload["action"],
    ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 ? { retryAfterMs } : {}),
    ...(Array.isArray(problems) ? { problems: problems.filter(isProblem) } : {}),
    ...refusalOf(body["refusal"]),
  };
}

/** A script's own code and text. */
function refusalOf(refusal: unknown): Pick<ErrorPayload, "refusal"> {
  if (!isRecord(refusal)) return {};
  const { code, text } = refusal;
  return typeof code === "string" && typeof text === "string" ? { refusal: { code, text } } : {};
}

function isProblem(value: unknown): value is Problem {
  if (!isRecord(value)) return false;
  return ["path", "expected", "got"].every((member) => typeof value[member] === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
