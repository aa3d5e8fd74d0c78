import { createHash, timingSafeEqual } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bearerToken } from "./headers.ts";
import { isFromThisMachine } from "./peer.ts";

/** What the health routes report. */
export interface Health {
  /** The event loop has turned of late. */
  isLive(): boolean;
  /** Rooms run and players may come. */
  isReady(): boolean;
}

export interface HealthOptions {
  readonly health: Health;
  /** The metrics page: its media type and text. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Who asks for metrics from another machine has this token. Without it nobody there may. */
  readonly metricsToken: string | undefined;
}

/** Routes for those who watch over a server. */
export function serveHealth(app: FastifyInstance, options: HealthOptions): void {
  const { health, metrics, metricsToken } = options;
  const say = async (reply: FastifyReply, isGood: boolean): Promise<void> => {
    reply.header("cache-control", "no-store").type("text/plain; charset=utf-8");
    await reply.code(isGood ? 200 : 503).send(isGood ? "ok\n" : "no\n");
  };
  app.get("/livez", (_request, reply) => say(reply, health.isLive()));
  app.get("/readyz", (_request, reply) => say(reply, health.isReady()));
  app.get("/metrics", async (request, reply) => {
    mustBeWatcher(request, metricsToken);
    const { type, text } = await metrics();
    await reply.header("cache-control", "no-store").type(type).send(text);
  });
}

function mustBeWatcher(request: FastifyRequest, token: string | undefined): void {
  if (isFromThisMachine(request.raw)) return;
  const given = bearerToken(request.headers);
  if (given === undefined) throw new RealmError("AUTH_REQUIRED");
  // hashes have one length, and comparing them says nothing of where they differ
  const isIt = token !== undefined && timingSafeEqual(digest(given), digest(token));
  if (!isIt) throw new RealmError("TOKEN_INVALID");
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
