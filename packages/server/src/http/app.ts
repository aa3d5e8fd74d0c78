import { RealmError } from "@realmwright/protocol";
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
import { AddressLimit } from "./address-limit.ts";
import type { HttpExtension } from "./extension.ts";
import type { FileDesk } from "./files.ts";
import { asHttpError, problemBody, sendProblem } from "./problem.ts";

/** Set by an edge thread on requests that it hands on: the address of its client. */
export const peerHeader = "x-realmwright-peer";

/** How slow a client may be: whoever listens for HTTP keeps to these. */
export const httpTimeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
} as const;
export const requestsPerSocketMax = 1000;

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
}

const guestRequest = z.strictObject({ name: z.string().optional() });

/** The HTTP interface. It listens nowhere by itself. */
export function createApp(options: AppOptions): FastifyInstance {
  const { peers, log } = options;
  const app = fastify({
    logger: false,
    bodyLimit: options.limits.httpBodyBytes,
    requestTimeout: httpTimeouts.requestTimeout,
    keepAliveTimeout: httpTimeouts.keepAliveTimeout,
    maxRequestsPerSocket: requestsPerSocketMax,
    forceCloseConnections: true,
    return503OnClosing: false,
    http: { headersTimeout: httpTimeouts.headersTimeout },
    routerOptions: { ignoreTrailingSlash: false },
    clientErrorHandler(_error, socket) {
      // what came was no HTTP; there is no request to answer by other means
      if (!socket.writable) return;
      const body = JSON.stringify(problemBody(new RealmError("REQUEST_INVALID")));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    },
  });

  app.addHook("onRequest", async (request, reply) => {
    secure(reply);
    const { host, origin } = request.headers;
    if (!isHostAllowed(host, peers)) throw new RealmError("HOST_REFUSED");
    if (options.extension?.handle?.(request.raw, reply.raw) === true) {
      reply.hijack();
      return;
    }
    if (isOriginAllowed(origin, host, peers)) allowOrigin(origin, host, reply);
    else if (request.method !== "GET" && request.method !== "HEAD") {
      throw new RealmError("ORIGIN_REFUSED");
    }
  });

  app.setErrorHandler(async (failure, request, reply) => {
    const { error, status } = asHttpError(failure);
    if (status >= 500) log.error("request failed", { path: pathOf(request), error: failure });
    await sendProblem(reply, error, status);
  });
  // every path may be read, so what has no route was meant to be written
  app.setNotFoundHandler(async (_request, reply) => {
    await sendProblem(reply, new RealmError("METHOD_REFUSED"));
  });

  health(app, options);
  guests(app, options);
  app.options("/*", async (_request, reply) => {
    await reply.code(204).send();
  });
  app.get("/ws", async (_request, reply) => {
    reply.header("upgrade", "websocket");
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
  app.get("/guest-login", async (_request, reply) => {
    await sendProblem(reply.header("allow", "POST"), new RealmError("METHOD_REFUSED"));
  });
}

/** Address of the client; an edge thread that hands a request on says it in a header, over a socket of its own. */
function addressOf(request: FastifyRequest, peers: PeerRules): string {
  const { remoteAddress } = request.raw.socket;
  const { [peerHeader]: peer, "x-forwarded-for": forwarded } = request.headers;
  const direct = remoteAddress ?? (typeof peer === "string" ? peer : undefined);
  return clientAddress(direct, forwarded, peers.proxyHops);
}

/** Headers that cost no game anything. A stricter Content-Security-Policy is the game's own choice, by its page. */
function secure(reply: FastifyReply): void {
  reply
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .header(
      "content-security-policy",
      "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
    );
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
