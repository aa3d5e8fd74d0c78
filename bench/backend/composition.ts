import { randomBytes } from "node:crypto";
import { defineGame, room } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import {
  createLog,
  createServer,
  objectOperations,
  Objects,
  openStore,
  type RunScript,
  type Server,
  type Store,
} from "@realmwright/server";
import {
  createIdentity,
  EmbeddedEngine,
  limitValues,
  systemClock,
  type Identity,
  type IdentityOptions,
} from "@realmwright/server/internal";

export interface BackendOptions {
  /** Of the database, as `openStore` takes it. */
  readonly url: string;
  readonly secret: Uint8Array;
  /** Sources by name; each gets the caller's account as its key. */
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
  const engine = await EmbeddedEngine.start({ clock, log, limits });
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
      operations: [...identity.operations, ...objectOperations(objects)],
      subjectOf: (token) => identity.verifier.verify(token),
      runScript: await runnerOf(engine, options.scripts ?? {}),
    },
  });
  await server.start();
  return {
    server,
    store,
    identity,
    async close() {
      await server.stop();
      await engine.close();
      await store.close();
    },
  };
}

async function runnerOf(
  engine: EmbeddedEngine,
  sources: Readonly<Record<string, string>>,
): Promise<RunScript> {
  const versions = new Map<string, number>();
  for (const [name, source] of Object.entries(sources)) {
    versions.set(name, (await engine.load(`${name}.lua`, source)).version);
  }
  return async ({ subject, script, args }) => {
    const version = versions.get(script);
    if (version === undefined) throw new RealmError("SCRIPT_UNKNOWN");
    const keys = [`counter:${subject.account}`];
    const outcome = await engine.call(`${script}.lua`, version, keys, [JSON.stringify(args)]);
    if (!outcome.ok) throw new RealmError("SCRIPT_FAILED", { detail: outcome.error });
    return JSON.parse(String(outcome.result)) as unknown;
  };
}
