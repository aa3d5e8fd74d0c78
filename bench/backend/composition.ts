import { randomBytes } from "node:crypto";
import { defineGame, room } from "@realmwright/core";
import {
  createLog,
  createServer,
  objectOperations,
  Objects,
  openStore,
  type Server,
  type Store,
} from "@realmwright/server";
import {
  createIdentity,
  createMemoryHot,
  EmbeddedEngine,
  GameScripts,
  limitValues,
  scriptOperations,
  systemClock,
  type Identity,
  type IdentityOptions,
} from "@realmwright/server/internal";

export interface BackendOptions {
  /** Of the database, as `openStore` takes it. */
  readonly url: string;
  readonly secret: Uint8Array;
  /** Sources by name. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly limits?: Parameters<typeof limitValues>[0];
  readonly hashing?: IdentityOptions["hashing"];
  readonly deliverReset?: IdentityOptions["deliverReset"];
  /** Clients say in X-Forwarded-For where they are. */
  readonly isProxied?: boolean;
}

/** A server with accounts, objects and scripts, listening on a port of its own. */
export interface Backend {
  readonly server: Server;
  readonly store: Store;
  readonly identity: Identity;
  close(): Promise<void>;
}

const gameName = "bench";
const hall = room({ entities: {}, tickRate: 10, maxPlayers: 8 });
const random = (length: number): Uint8Array => randomBytes(length);

/** Starts it in this process. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const clock = systemClock();
  const log = createLog({ level: "warn" });
  const limits = limitValues(options.limits);
  const store = await openStore({ url: options.url, clock, random, log });
  const hot = createMemoryHot({ clock, log });
  const engine = await EmbeddedEngine.start({ clock, log, limits });
  const scripts = new GameScripts({
    engine,
    hot,
    clock,
    random,
    log,
    game: gameName,
    limits,
    rooms: () => undefined,
  });
  const problems = await scripts.load(new Map(Object.entries(options.scripts ?? {})));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const { hashing, deliverReset, isProxied = false } = options;
  const identity = createIdentity({
    store,
    clock,
    random,
    log,
    limits,
    rules: { secret: options.secret, issuer: "realmwright", audience: gameName },
    ...(hashing === undefined ? {} : { hashing }),
    ...(deliverReset === undefined ? {} : { deliverReset }),
  });
  const objects = new Objects(store, { clock, random });
  const server = createServer({
    game: defineGame({ name: gameName, rooms: { hall } }),
    secret: options.secret,
    http: { port: 0, proxyHops: isProxied ? 1 : 0 },
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    services: {
      operations: [
        ...identity.operations,
        ...objectOperations(objects),
        ...scriptOperations(scripts),
      ],
      subjectOf: (token) => identity.verifier.verify(token),
      runScript: scripts.run,
    },
  });
  await server.start();
  return {
    server,
    store,
    identity,
    async close() {
      await server.stop();
      await scripts.close();
      await hot.close();
      await store.close();
    },
  };
}
