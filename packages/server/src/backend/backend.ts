import type { FetchImplementation } from "jose";
import type { TokenRules } from "../auth/access-token.ts";
import type { ForeignIssuer } from "../auth/foreign-issuer.ts";
import type { PasswordDeskOptions } from "../auth/password-desk.ts";
import { newUuid } from "../auth/refresh-token.ts";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { openRedisHot } from "../hot/redis/redis-hot.ts";
import type { RunningServer, ServerServices } from "../http/services.ts";
import { jobs } from "../jobs/jobs.ts";
import { upkeep } from "../jobs/upkeep.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import { sureLog } from "../logging/sure-log.ts";
import type { Log } from "../ports/log.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { ScriptEngine } from "../ports/script-engine.ts";
import type { Store } from "../ports/store.ts";
import { EmbeddedEngine } from "../scripting/embedded-engine.ts";
import { GameScripts } from "../scripting/game/game-scripts.ts";
import { ScriptedRooms } from "../scripting/rooms/scripted-rooms.ts";
import { scriptOperations } from "../scripting/game/operations.ts";
import { openRedisEngine } from "../scripting/redis/redis-engine.ts";
import { createIdentity, type Identity } from "../services/accounts/identity.ts";
import type { DeliverReset } from "../services/accounts/password-changes.ts";
import { Objects } from "../services/objects/objects.ts";
import { gameStorage } from "../services/objects/game-storage.ts";
import { eraseObjects } from "../services/objects/store.ts";
import { objectOperations } from "../services/objects/operations.ts";
import { limitValues, type LimitValues } from "../session/limit-values.ts";
import { openStore } from "../sql/open-store.ts";
import { HotAttendance } from "./hot-attendance.ts";
import { LoginWatch } from "./login-watch.ts";
import { Readiness } from "./readiness.ts";

export interface BackendOptions {
  /** Name of the game, for which tokens are. */
  readonly game: string;
  /** Signs access tokens: at least 32 random bytes that nobody else knows, the same on every node. */
  readonly secret: Uint8Array;
  readonly database: {
    /** `sqlite:path`, `sqlite::memory:`, `postgres://…` or libpq's `host=… user=… dbname=…`. */
    readonly url: string;
    /** Connections to PostgreSQL. Default 10. */
    readonly connections?: number;
    /** Default "full": what was acknowledged survives a loss of power. */
    readonly durability?: "full" | "normal";
    /** Whether missing steps of the schema are done. Default true. */
    readonly migrate?: boolean;
  };
  /** Default: in this process's memory. */
  readonly redis?: { readonly url: string; readonly prefix?: string };
  /** Whether scripts run: inside Redis where there is one, else in a worker of this process. Default false. */
  readonly scripts?: boolean;
  /** Whose tokens are taken besides our own. Default none. */
  readonly issuers?: readonly ForeignIssuer[];
  /** What fetches the issuers' keys. Default the platform's. */
  readonly fetch?: FetchImplementation;
  /** Whether players may come without an account. Default true. */
  readonly guests?: boolean;
  /** A guest who was not seen for so long is deleted. Default as long as a refresh token lasts. */
  readonly guestIdleMs?: number;
  /** Without it passwords can not be reset. */
  readonly deliverReset?: DeliverReset;
  readonly hashing?: Omit<PasswordDeskOptions, "random">;
  readonly limits?: LimitValues;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

/** What a server stands on besides its rooms: the store, the hot state, and the services on top of them. */
export interface Backend {
  readonly store: Store;
  readonly hot: Hot;
  readonly identity: Identity;
  readonly objects: Objects;
  /** The game's scripts, none of them loaded yet; undefined where they do not run. */
  readonly scripts: GameScripts | undefined;
  /** Rooms that are scripts. */
  readonly scriptedRooms: ScriptedRooms | undefined;
  /** For `createServer`. */
  readonly services: ServerServices;
  /** Once the server is stopped. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the store and the hot state, brings the schema up, and puts the services together. Rejects with `STORE_…` and
 * `HOT_UNAVAILABLE`, and then nothing is left open; throws TypeError for a secret that is too short.
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  const close = async (): Promise<void> => {
    // in the opposite order: the later stand on the earlier
    for (const one of opened.toReversed()) await one.close();
  };
  try {
    const { clock, database, random, redis } = options;
    const log = sureLog(options.log);
    const store = keep(await openStore({ ...database, clock, log, random }));
    const hot = keep(
      redis === undefined
        ? createMemoryHot({ clock, log })
        : await openRedisHot({ ...redis, clock, log, randomBytes: random }),
    );
    const engine =
      options.scripts === true ? keep(await openEngine({ ...options, log })) : undefined;
    return await compose({ ...options, log }, { store, hot, engine }, keep, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function openEngine(options: BackendOptions): Promise<ScriptEngine> {
  const { clock, limits = limitValues(), log, random, redis } = options;
  if (redis === undefined) return EmbeddedEngine.start({ clock, log, limits });
  return openRedisEngine({ ...redis, clock, log, limits, randomBytes: random });
}

async function compose(
  options: BackendOptions,
  on: { readonly store: Store; readonly hot: Hot; readonly engine: ScriptEngine | undefined },
  keep: <T extends { close(): Promise<void> }>(one: T) => T,
  close: () => Promise<void>,
): Promise<Backend> {
  const { clock, game, log, random, limits = limitValues() } = options;
  const { store, hot, engine } = on;
  const watch = keep(
    new LoginWatch({
      store,
      hot,
      clock,
      log,
      node: newUuid(random),
      forget: (account) => identity.verifier.ended({ account }),
    }),
  );
  const rules: TokenRules = { secret: options.secret, issuer: "realmwright", audience: game };
  const identity = createIdentity({
    store,
    hot,
    clock,
    random,
    log,
    rules,
    limits,
    events: watch,
    erasers: [eraseObjects],
    ...chosen(options, "issuers", "fetch", "guests", "guestIdleMs", "deliverReset", "hashing"),
  });
  const objects = new Objects(store, { clock, random });
  await watch.start();
  const readiness = keep(new Readiness(store, clock));
  let server: RunningServer | undefined;
  const scripts =
    engine &&
    keep(
      new GameScripts({
        engine,
        hot,
        clock,
        random,
        log,
        game,
        limits,
        rooms: () => server?.rooms,
      }),
    );
  const scriptedRooms = scripts && keep(new ScriptedRooms({ scripts, log, game }));
  const rooms = scripts && {
    entered: (room: string) => scripts.openings.entered(room),
    ended: (room: string) => scripts.openings.ended(room, scriptedRooms?.gone(room)),
  };
  const attendance = keep(new HotAttendance({ hot, clock, log, rooms }));
  const attach = (running: RunningServer): void => {
    server = running;
    watch.attach(running.logins);
    const recurring = keep(jobs({ hot, clock, random, log, metrics: running.metrics }));
    for (const job of upkeep({ identity, objects })) recurring.add(job);
  };
  const services: ServerServices = {
    operations: [
      ...identity.operations,
      ...objectOperations(objects),
      ...(scripts === undefined ? [] : scriptOperations(scripts)),
    ],
    identity: { verifier: identity.verifier, tickets: identity.tickets },
    attendance,
    storage: gameStorage(objects),
    isReady: () => readiness.isReady,
    ...(scripts === undefined ? {} : { runScript: scripts.run }),
    attach,
  };
  let closing: Promise<void> | undefined;
  return {
    store,
    hot,
    identity,
    objects,
    scripts,
    scriptedRooms,
    services,
    close: () => (closing ??= close()),
  };
}

/** Of an object those members that are there. */
function chosen<T extends object, K extends keyof T>(of: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]])),
  ) as Pick<T, K>;
}
