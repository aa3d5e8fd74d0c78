import { RealmError, type ErrorCode } from "@realmwright/protocol";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { z } from "zod";
import type { GuestLogin } from "../auth/guest-login.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import {
  clientAddress,
  isHostAllowed,
  isOriginAllowed,
  type PeerRules,
} from "../transports/peers.ts";
import { safeHeaders } from "../transports/refusal.ts";
import { AddressLimit } from "./address-limit.ts";
import type { HttpExtension } from "./extension.ts";
import type { FileDesk } from "./files.ts";
import {
  patientServerOptions,
  plainServerOptions,
  refuseGarbage,
  refuseOddities,
} from "./plain-server.ts";
import { asHttpError, sendProblem } from "./problem.ts";

/** Set by an edge thread on requests that it hands on: the address of its client. */
export const peerHeader = "x-realmwright-peer";

/** What the health routes report. */
export interface Health {
  /** The event loop has turned of late. */
  isLive(): boolean;
  /** Rooms run and players may come. */
  isReady(): boolean;
}

export interface AppOptions {
  readonly peers: PeerRules;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitValues;
  readonly login: GuestLogin;
  readonly files: FileDesk;
  readonly health: Health;
  /** The metrics page: its media type and text. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly extension: HttpExtension | undefined;
  /** Edge threads stand between it and its clients and see to their times. */
  readonly isInner?: boolean;
  /** Told about each request and connection that is refused. */
  readonly refused: (code: ErrorCode) => void;
}

const guestRequest = z.strictObject({ name: z.string().optional() });

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
  // every path may be read, so what has no route was meant to be written
  app.setNotFoundHandler(() => {
    throw new RealmError("METHOD_REFUSED");
  });

  health(app, options);
  guests(app, options);
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

function health(app: FastifyInstance, options: AppOptions): void {
  const say = async (reply: FastifyReply, isGood: boolean): Promise<void> => {
    reply.header("cache-control", "no-store").type("text/plain; charset=utf-8");
    await reply.code(isGood ? 200 : 503).send(isGood ? "ok\n" : "no\n");
  };
  app.get("/livez", (_request, reply) => say(reply, options.health.isLive()));
  app.get("/readyz", (_request, reply) => say(reply, options.health.isReady()));
  app.get("/metrics", async (_request, reply) => {
    const { type, text } = await options.metrics();
    await reply.header("cache-control", "no-store").type(type).send(text);
  });
}

function guests(app: FastifyInstance, options: AppOptions): void {
  const { clock, limits, login, peers } = options;
  const perAddress = new AddressLimit(limits.loginsPerMinute);
  app.post("/guest-login", async (request, reply) => {
    const waitMs = perAddress.take(addressOf(request, peers), clock.nowMs());
    if (waitMs > 0) throw new RealmError("RATE_LIMITED", { retryAfterMs: waitMs });
    const body = guestRequest.safeParse(request.body ?? {});
    if (!body.success) {
      const problems = body.error.issues.slice(0, limits.problems).map((issue) => ({
        path: issue.path.map((part) => `/${String(part)}`).join(""),
        expected: issue.message,
        got: "something else",
      }));
      throw new RealmError("REQUEST_INVALID", { problems });
    }
    await reply.header("cache-control", "no-store").send(await login.login(body.data.name));
  });
  app.get("/guest-login", (_request, reply) => {
    reply.header("allow", "POST");
    throw new RealmError("METHOD_REFUSED");
  });
}

/** Address of the client; an edge thread that hands a request on says it in a header, over a socket of its own. */
function addressOf(request: FastifyRequest, peers: PeerRules): string {
  const { remoteAddress } = request.raw.socket;
  const { [peerHeader]: peer, "x-forwarded-for": forwarded } = request.headers;
  const direct = remoteAddress ?? (typeof peer === "string" ? peer : undefined);
  return clientAddress(direct, forwarded, peers.proxyHops);
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
    .header("access-control-allow-methods", "GET, HEAD, POST")
    .header("access-control-allow-headers", "content-type")
    .header("access-control-max-age", "600");
}

/** The path alone: queries may hold secrets and are neither logged nor matched. */
function pathOf(request: FastifyRequest): string {
  const query = request.url.indexOf("?");
  return query === -1 ? request.url : request.url.slice(0, query);
}
