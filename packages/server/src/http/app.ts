import { protocolVersion, RealmError, type ErrorCode } from "@realmwright/protocol";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { OperationDesk } from "../services/operation-desk.ts";
import { isHostAllowed, isOriginAllowed, type PeerRules } from "../transports/peers.ts";
import { safeHeaders } from "../transports/refusal.ts";
import { serveDocs } from "./docs.ts";
import type { HttpExtension } from "./extension.ts";
import type { FileDesk } from "./files.ts";
import { isAmbiguous } from "./headers.ts";
import { serveHealth, type HealthOptions } from "./health.ts";
import { openApiDocument } from "./openapi.ts";
import { serveOperations, type SubjectOf } from "./operations.ts";
import { addressOf } from "./peer.ts";
import {
  patientServerOptions,
  plainServerOptions,
  refuseGarbage,
  refuseOddities,
} from "./plain-server.ts";
import { asHttpError, sendProblem } from "./problem.ts";
import { takeJson } from "./json-body.ts";

export interface AppOptions extends HealthOptions {
  readonly peers: PeerRules;
  readonly log: Log;
  readonly limits: LimitValues;
  /** What services offer. */
  readonly desk: OperationDesk;
  readonly subjectOf: SubjectOf;
  readonly files: FileDesk;
  readonly extension: HttpExtension | undefined;
  /** Edge threads stand between it and its clients and see to their times. */
  readonly isInner?: boolean;
  /** Told about each request and connection that is refused. */
  readonly refused: (code: ErrorCode) => void;
}

/** The HTTP interface. It listens nowhere by itself. */
export function createApp(options: AppOptions): FastifyInstance {
  const { peers, log, limits, refused, isInner = false } = options;
  const refuse = async (
    failure: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> => {
    const { error, status } = asHttpError(failure);
    if (status >= 500) log.error("request failed", { path: pathOf(request), error: failure });
    refused(error.code);
    await sendProblem(reply, error, status);
  };
  const times = isInner ? patientServerOptions(limits) : plainServerOptions(limits);
  const app = fastify({
    logger: false,
    bodyLimit: limits.httpBodyBytes,
    requestTimeout: times.requestTimeout,
    keepAliveTimeout: times.keepAliveTimeout,
    forceCloseConnections: true,
    return503OnClosing: false,
    http: times,
    routerOptions: { ignoreTrailingSlash: false },
    clientErrorHandler(error, socket) {
      // what an edge thread breaks off is no garbage
      if (isInner) socket.destroy();
      else refuseGarbage(error, socket, refused);
    },
    async frameworkErrors(failure, request, reply) {
      reply.headers(safeHeaders);
      await refuse(failure, request, reply);
    },
  });
  refuseOddities(app.server, refused);

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(safeHeaders);
    if (isAmbiguous(request.raw)) throw new RealmError("REQUEST_INVALID");
    const { host, origin } = request.headers;
    if (!isHostAllowed(host, peers)) {
      throw new RealmError(host === undefined ? "REQUEST_INVALID" : "HOST_REFUSED");
    }
    if (options.extension?.handle?.(request.raw, reply.raw) === true) {
      reply.hijack();
      return;
    }
    if (isOriginAllowed(origin, host, peers)) allowOrigin(origin, host, reply);
    else if (request.method !== "GET" && request.method !== "HEAD") {
      throw new RealmError("ORIGIN_REFUSED");
    }
    if (Number(request.headers["content-length"] ?? 0) > limits.httpBodyBytes) {
      throw new RealmError("MESSAGE_TOO_LARGE");
    }
  });

  app.setErrorHandler(refuse);
  // nobody asks in plain text, and pages elsewhere could send it unasked
  app.removeContentTypeParser(["text/plain", "application/json"]);
  takeJson(app);
  // every path may be read, so what has no route was meant to be written
  app.setNotFoundHandler((request, reply) => {
    if (request.method === "GET" || request.method === "HEAD") throw new RealmError("NOT_FOUND");
    reply.header("allow", "GET, HEAD, OPTIONS");
    throw new RealmError("METHOD_REFUSED");
  });

  serveHealth(app, options);
  const { desk, subjectOf } = options;
  const where = (request: FastifyRequest): string => addressOf(request.raw, peers);
  serveOperations(app, { desk, subjectOf, addressOf: where });
  serveDocs(
    app,
    openApiDocument(desk.operations, {
      title: "Realmwright",
      version: String(protocolVersion),
      description:
        "Log in or come as a guest, and send the `token` of the answer as `Authorization: Bearer …` (here: Authorize). This document is at /openapi.json.",
    }),
  );
  app.options("/*", async (_request, reply) => {
    await reply.code(204).send();
  });
  app.get("/ws", async (_request, reply) => {
    reply.header("upgrade", "websocket");
    refused("REQUEST_INVALID");
    await sendProblem(reply, new RealmError("REQUEST_INVALID"), 426);
  });
  options.files.register(app);
  return app;
}

/** Pages of listed origins may read the answers. */
function allowOrigin(
  origin: string | undefined,
  host: string | undefined,
  reply: FastifyReply,
): void {
  reply.header("vary", "Origin");
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  reply
    .header("access-control-allow-origin", origin)
    .header("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
    .header("access-control-allow-headers", "authorization, content-type, idempotency-key")
    .header("access-control-expose-headers", "retry-after")
    .header("access-control-max-age", "600");
}

/** The path alone: queries may hold secrets and are neither logged nor matched. */
function pathOf(request: FastifyRequest): string {
  const query = request.url.indexOf("?");
  return query === -1 ? request.url : request.url.slice(0, query);
}
