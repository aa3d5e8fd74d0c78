import { sql } from "kysely";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Store } from "../ports/store.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { Migrator } from "./migrator.ts";
import { openPostgres } from "./postgres/open-postgres.ts";
import { SqlStore } from "./sql-store.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";

const WAIT_MS = 5000;
const STATEMENT_MS = 15_000;
const FOR_EVER = 0;
const CONNECTIONS = 10;

export interface StoreOptions {
  /** `sqlite:path`, `sqlite::memory:`, `postgres://…` or libpq's `host=… user=… dbname=…`. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /**
   * What is acknowledged survives the end of the process in any case; with `full`, the default, a loss of power too.
   * `normal` may lose the last moments then, and never breaks what is older.
   */
  readonly durability?: "full" | "normal";
  /** To PostgreSQL; 10 by default. SQLite has one. */
  readonly connections?: number;
  /** How long one waits for a connection; 5 s by default. */
  readonly waitMs?: number;
}

/**
 * Opens the store. Steps of the schema that are missing are done first, or with `migrate: false` refused by
 * `STORE_SCHEMA_OLDER`. Throws `STORE_SCHEMA_NEWER`, `STORE_URL_INVALID`, `STORE_UNAVAILABLE`.
 */
export async function openStore(
  options: StoreOptions & { readonly migrate?: boolean },
): Promise<Store> {
  const store = await connectStore(options);
  try {
    if (options.migrate === false) await new Migrator(store, options.clock).check();
    else await patiently(store, options, (migrator) => migrator.up());
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Opens a database only to look at its schema or to change it. */
export async function withMigrator<T>(
  options: StoreOptions,
  work: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  const store = await connectStore(options, FOR_EVER);
  try {
    return await work(new Migrator(store, options.clock));
  } finally {
    await store.close();
  }
}

/** On PostgreSQL steps of the schema may take longer than any other statement. */
function patiently<T>(
  store: SqlStore,
  options: StoreOptions,
  work: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  if (store.dialect === "postgres") return withMigrator(options, work);
  return work(new Migrator(store, options.clock));
}

/** A store whose schema nobody has looked at. */
export async function connectStore(
  options: StoreOptions,
  statementMs: number = STATEMENT_MS,
): Promise<SqlStore> {
  const { clock, log, durability = "full", waitMs = WAIT_MS } = options;
  const place = readDatabaseUrl(options.url);
  if (place.dialect === "sqlite") {
    const database = await openSqlite({ file: place.file, durability, waitMs, clock });
    return new SqlStore("sqlite", database, options);
  }
  const connections = options.connections ?? CONNECTIONS;
  const database = openPostgres({
    place: place.place,
    durability,
    connections,
    waitMs,
    statementMs,
    log,
  });
  return new SqlStore("postgres", database, options);
}

/** Logs in, asks one thing and leaves. Throws `STORE_URL_INVALID`, `STORE_UNAVAILABLE`; no error holds the password. */
export async function tryDatabase(options: StoreOptions): Promise<void> {
  const store = await connectStore({ ...options, connections: 1 }, options.waitMs);
  try {
    await sql`select 1`.execute(store.db);
  } finally {
    await store.close();
  }
}
