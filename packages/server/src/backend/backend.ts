import type { FetchImplementation } from "jose";
import type { TokenRules } from "../auth/access-token.ts";
import type { ForeignIssuer } from "../auth/foreign-issuer.ts";
import type { PasswordDeskOptions } from "../auth/password-desk.ts";
import { newUuid } from "../auth/refresh-token.ts";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { openRedisHot } from "../hot/redis/redis-hot.ts";
import type { ServerIdentity, ServerServices } from "../http/services.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Store } from "../ports/store.ts";
import { createIdentity, type Identity } from "../services/accounts/identity.ts";
import type { DeliverReset } from "../services/accounts/password-changes.ts";
import { Objects } from "../services/objects/objects.ts";
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
  const { clock, database, log, random, redis } = options;
  const store = await openStore({ ...database, clock, log, random });
  try {
    const hot =
      redis === undefined
        ? createMemoryHot({ clock, log })
        : await openRedisHot({ ...redis, clock, log, randomBytes: random });
    try {
      return await compose(options, store, hot);
    } catch (error) {
      await hot.close();
      throw error;
    }
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function compose(options: BackendOptions, store: Store, hot: Hot): Promise<Backend> {
  const { clock, log, random, limits = limitValues() } = options;
  const watch = new LoginWatch({
    store,
    hot,
    clock,
    log,
    node: newUuid(random),
    forget: (account) => identity.verifier.ended({ account }),
  });
  const rules: TokenRules = {
    secret: options.secret,
    issuer: "realmwright",
    audience: options.game,
  };
  const identity = createIdentity({
    store,
    clock,
    random,
    log,
    rules,
    limits,
    events: watch,
    ...chosen(options, "issuers", "fetch", "guests", "guestIdleMs", "deliverReset", "hashing"),
  });
  const objects = new Objects(store, { clock, random });
  await watch.start();
  const attendance = new HotAttendance({ hot, clock, log });
  const readiness = new Readiness(store, clock);
  const serverIdentity: ServerIdentity = {
    verifier: identity.verifier,
    tickets: identity.tickets,
    attach: (live) => watch.attach(live),
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    readiness.close();
    attendance.close();
    await watch.close();
    await hot.close();
    await store.close();
  };
  return {
    store,
    hot,
    identity,
    objects,
    services: {
      operations: [...identity.operations, ...objectOperations(objects)],
      identity: serverIdentity,
      attendance,
      isReady: () => readiness.isReady,
    },
    close: () => (closing ??= close()),
  };
}

/** Of an object those members that are there. */
function chosen<T extends object, K extends keyof T>(of: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]])),
  ) as Pick<T, K>;
}
