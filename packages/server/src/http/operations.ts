import { RealmError, type ErrorCode, type Problem } from "@realmwright/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isOpen } from "../auth/authorize.ts";
import type { Subject } from "../auth/subject.ts";
import type { OperationDesk } from "../services/operation-desk.ts";
import type { AnyOperation, Call, Route } from "../services/operation.ts";
import { acceptsJson, bearerToken, idempotencyKey } from "./headers.ts";
import { placesOf, readInput } from "./operation-input.ts";
import { StatusError } from "./problem.ts";

/** Says who holds an access token. Rejects with one of `tokenRefusals`, or when that can not be found out. */
export type SubjectOf = (token: string) => Promise<Subject>;

/** What a verifier says of a token that is no good. */
export const tokenRefusals: readonly ErrorCode[] = [
  "TOKEN_INVALID",
  "TOKEN_EXPIRED",
  "SESSION_ENDED",
  "ACCOUNT_BANNED",
];

export interface OperationsOptions {
  readonly desk: OperationDesk;
  readonly subjectOf: SubjectOf;
  readonly addressOf: (request: FastifyRequest) => string;
}

/** Answers of operations are data: no browser shows them as a page. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Serves operations as routes, each on its path and its aliases. Throws TypeError where two want the same. */
export function serveOperations(app: FastifyInstance, options: OperationsOptions): void {
  const served = new Map<string, Set<string>>();
  for (const operation of options.desk.operations) {
    const door = new Door(operation, options);
    for (const route of [operation.route, ...(operation.aliases ?? [])]) {
      const others = served.get(route.path) ?? new Set();
      if (others.has(route.method)) {
        throw new TypeError(`${route.method} ${route.path} is served already (${operation.name})`);
      }
      served.set(route.path, others.add(route.method));
      door.open(app, route);
    }
  }
  for (const [path, of] of served) refuseOthers(app, path, of);
}

/** Lets callers in to one operation. */
class Door {
  readonly #operation: AnyOperation;
  readonly #options: OperationsOptions;
  readonly #calls = new WeakMap<FastifyRequest, Call>();

  constructor(operation: AnyOperation, options: OperationsOptions) {
    this.#operation = operation;
    this.#options = options;
  }

  open(app: FastifyInstance, route: Route): void {
    const places = placesOf(this.#operation, route);
    app.route({
      method: route.method,
      url: route.path,
      // before the body is read
      onRequest: async (request, reply) => {
        reply.header("cache-control", "no-store").header("content-security-policy", dataPolicy);
        this.#calls.set(request, await this.#admit(request));
      },
      handler: async (request, reply) => {
        await this.#answer(this.#calls.get(request)!, places, request, reply, route);
      },
    });
  }

  async #admit(request: FastifyRequest): Promise<Call> {
    const { headers } = request;
    if (!acceptsJson(headers.accept)) {
      throw new StatusError(406, notThat("accept: application/json"));
    }
    if ((headers["content-encoding"] ?? "identity") !== "identity") {
      throw new StatusError(415, notThat("no content-encoding"));
    }
    const { addressOf, desk } = this.#options;
    const call = await desk.admit(this.#operation, {
      address: addressOf(request),
      subject: () => this.#subject(request),
    });
    const key = idempotencyKey(headers);
    return key === undefined ? call : { ...call, idempotencyKey: key };
  }

  /** What nobody needs a token for can be asked with one that is no good, for example to get a better one. */
  async #subject(request: FastifyRequest): Promise<Subject | undefined> {
    try {
      const token = bearerToken(request.headers);
      return token === undefined ? undefined : await this.#options.subjectOf(token);
    } catch (error) {
      const isRefusal = error instanceof RealmError && tokenRefusals.includes(error.code);
      if (isRefusal && isOpen(this.#operation.action)) return undefined;
      throw error;
    }
  }

  async #answer(
    call: Call,
    places: ReturnType<typeof placesOf>,
    request: FastifyRequest,
    reply: FastifyReply,
    { status = 200 }: Route,
  ): Promise<void> {
    const operation = this.#operation;
    const input = readInput(operation, places, request);
    const output = await this.#options.desk.run(operation, call, input);
    reply.code(status);
    if (status === 204) await reply.send();
    else await reply.type("application/json; charset=utf-8").send(JSON.stringify(output));
  }
}

function notThat(expected: string): Problem {
  return { path: "", expected, got: "another" };
}

/** Says which methods a path has. */
function refuseOthers(app: FastifyInstance, path: string, served: ReadonlySet<string>): void {
  const allowed = [...served, ...(served.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  app.route({
    method: methods.filter((method) => !served.has(method)),
    url: path,
    onRequest: async (_request, reply) => {
      reply.header("allow", allowed);
      throw new RealmError("METHOD_REFUSED");
    },
    handler: () => undefined,
  });
  app.options(path, async (_request, reply) => {
    await reply.header("allow", allowed).code(204).send();
  });
}
