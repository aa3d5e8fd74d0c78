import { randomBytes } from "node:crypto";
import { defineGame, room } from "@realmwright/core";
import {
  createLog,
  createServer,
  openBackend,
  type Backend,
  type BackendOptions,
  type Server,
} from "@realmwright/server";
import { limitValues, systemClock } from "@realmwright/server/internal";

export interface RunningOptions extends Pick<BackendOptions, "deliverReset" | "hashing"> {
  /** Of the database, as `openBackend` takes it. */
  readonly url: string;
  readonly secret: Uint8Array;
  /** Sources by name. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly limits?: Parameters<typeof limitValues>[0];
  /** Clients say in X-Forwarded-For where they are. */
  readonly isProxied?: boolean;
}

/** A server with accounts, objects and scripts, listening on a port of its own. */
export interface Running {
  readonly server: Server;
  readonly backend: Backend;
  close(): Promise<void>;
}

const gameName = "bench";
const hall = room({ entities: {}, tickRate: 10, maxPlayers: 8 });

/** Starts it in this process, as the command `start` would. */
export async function startServer(options: RunningOptions): Promise<Running> {
  const { deliverReset, hashing, isProxied = false, limits, secret, url } = options;
  const log = createLog({ level: "error" });
  const backend = await openBackend({
    game: gameName,
    secret,
    database: { url },
    scripts: true,
    clock: systemClock(),
    random: (length) => randomBytes(length),
    log,
    limits: limitValues(limits),
    ...(hashing === undefined ? {} : { hashing }),
    ...(deliverReset === undefined ? {} : { deliverReset }),
  });
  const problems = await backend.scripts?.load(new Map(Object.entries(options.scripts)));
  if (problems?.length !== 0) throw new Error(JSON.stringify(problems));
  const server = createServer({
    game: defineGame({ name: gameName, rooms: { hall } }),
    secret,
    http: { port: 0, proxyHops: isProxied ? 1 : 0 },
    log,
    services: backend.services,
    ...(limits === undefined ? {} : { limits }),
  });
  await server.start();
  return {
    server,
    backend,
    async close() {
      await server.stop();
      await backend.close();
    },
  };
}
