import { sql, type Kysely, type Transaction } from "kysely";
import { RealmError } from "@realmwright/protocol";
import type { Clock } from "../ports/clock.ts";
import type { Dialect, Store } from "../ports/store.ts";
import type { Tables } from "../ports/tables/tables.ts";
import type { Migration } from "./migrations/migration.ts";
import { migrations as all } from "./migrations/migrations.ts";
import { pause } from "./pause.ts";
import { isBusy } from "./store-errors.ts";

const WAIT_MS = 60_000;
const TRY_AGAIN_MS = 100;
/** Any number that others do not use for an advisory lock. */
const LOCK = 7_256_413_882_091;

interface MigrationsTable {
  name: string;
  applied_ms: number;
}

type MigrationTables = Tables & { readonly realmwright_migrations: MigrationsTable };

export interface MigrationStatus {
  readonly name: string;
  /** Undefined: not yet. */
  readonly appliedMs: number | undefined;
  /** False: it was made by a newer program. */
  readonly isKnown: boolean;
}

/**
 * Brings a database from one schema to another. Each step and its note are one transaction, under a lock of the database:
 * several programs may do it at the same time, and one that dies leaves whole steps only.
 */
export class Migrator {
  readonly #db: Kysely<MigrationTables>;
  readonly #dialect: Dialect;
  readonly #clock: Clock;
  readonly #migrations: readonly Migration[];

  constructor(
    store: Pick<Store, "db" | "dialect">,
    clock: Clock,
    migrations: readonly Migration[] = all,
  ) {
    this.#db = store.db.withTables<{ realmwright_migrations: MigrationsTable }>();
    this.#dialect = store.dialect;
    this.#clock = clock;
    this.#migrations = migrations;
  }

  /** All steps, those of a newer program last. Changes nothing. */
  async status(): Promise<readonly MigrationStatus[]> {
    const done = await this.#done(this.#db);
    const known = this.#migrations.map(({ name }) => ({
      name,
      appliedMs: done.get(name),
      isKnown: true,
    }));
    const names = new Set(known.map(({ name }) => name));
    const unknown = [...done].filter(([name]) => !names.has(name));
    return [...known, ...unknown.map(([name, appliedMs]) => ({ name, appliedMs, isKnown: false }))];
  }

  /** Throws `STORE_SCHEMA_NEWER` or `STORE_SCHEMA_OLDER` unless the schema is this program's. */
  async check(): Promise<void> {
    const done = await this.#done(this.#db);
    this.#refuseNewer(done);
    const missing = this.#migrations.filter(({ name }) => !done.has(name));
    if (missing.length === 0) return;
    throw new RealmError("STORE_SCHEMA_OLDER", {
      detail: `The database lacks ${missing.map(({ name }) => name).join(", ")}.`,
    });
  }

  /** Does all steps that are missing; answers their names. Throws `STORE_SCHEMA_NEWER`. */
  async up(): Promise<readonly string[]> {
    const names: string[] = [];
    const missing = (await this.status()).filter(({ appliedMs }) => appliedMs === undefined);
    if (missing.length === 0) await this.check();
    for (const migration of missing.length === 0 ? [] : this.#migrations) {
      const isDone = await this.#locked(async (tx) => {
        await sql`create table if not exists realmwright_migrations (
          name text primary key not null, applied_ms bigint not null)`.execute(tx);
        const done = await this.#done(tx);
        this.#refuseNewer(done);
        if (done.has(migration.name)) return false;
        await migration.up(tx as unknown as Kysely<unknown>, this.#dialect);
        const applied_ms = Math.round(this.#clock.wallMs());
        await tx
          .insertInto("realmwright_migrations")
          .values({ name: migration.name, applied_ms })
          .execute();
        return true;
      });
      if (isDone) names.push(migration.name);
    }
    return names;
  }

  /** Takes back the newest step, with the data in it; answers its name. Throws `STORE_SCHEMA_NEWER`. */
  async down(): Promise<string | undefined> {
    return this.#locked(async (tx) => {
      const done = await this.#done(tx);
      this.#refuseNewer(done);
      const last = this.#migrations.findLast(({ name }) => done.has(name));
      if (last === undefined) return undefined;
      await last.down(tx as unknown as Kysely<unknown>, this.#dialect);
      await tx.deleteFrom("realmwright_migrations").where("name", "=", last.name).execute();
      return last.name;
    });
  }

  #refuseNewer(done: ReadonlyMap<string, number>): void {
    const known = new Set(this.#migrations.map(({ name }) => name));
    const unknown = [...done.keys()].filter((name) => !known.has(name));
    if (unknown.length === 0) return;
    throw new RealmError("STORE_SCHEMA_NEWER", {
      detail: `The database has ${unknown.join(", ")}, which this version does not know.`,
    });
  }

  async #done(db: Kysely<MigrationTables>): Promise<ReadonlyMap<string, number>> {
    const exists =
      this.#dialect === "sqlite"
        ? sql`select 1 from sqlite_schema where name = 'realmwright_migrations'`
        : sql`select 1 where to_regclass('realmwright_migrations') is not null`;
    if ((await exists.execute(db)).rows.length === 0) return new Map();
    const rows = await db
      .selectFrom("realmwright_migrations")
      .selectAll()
      .orderBy("name")
      .execute();
    return new Map(rows.map(({ name, applied_ms }) => [name, applied_ms]));
  }

  /** Runs one transaction alone; waits a minute for others that do the same. */
  async #locked<T>(work: (tx: Transaction<MigrationTables>) => Promise<T>): Promise<T> {
    const giveUpMs = this.#clock.nowMs() + WAIT_MS;
    for (;;) {
      try {
        return await this.#db.transaction().execute(async (tx) => {
          if (this.#dialect === "postgres") await this.#lock(tx);
          return await work(tx);
        });
      } catch (error) {
        if (!isBusy(error) || this.#clock.nowMs() >= giveUpMs) throw error;
      }
      await pause(this.#clock, TRY_AGAIN_MS);
    }
  }

  async #lock(tx: Transaction<MigrationTables>): Promise<void> {
    const { rows } = await sql<{
      locked: boolean;
    }>`select pg_try_advisory_xact_lock(${sql.lit(LOCK)}) as locked`.execute(tx);
    if (rows[0]?.locked !== true) {
      throw new RealmError("STORE_BUSY", { detail: "Another program changes the schema." });
    }
  }
}
