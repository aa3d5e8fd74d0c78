import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { Store } from "../ports/store.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import type { Migration } from "./migrations/migration.ts";
import { migrations } from "./migrations/migrations.ts";
import { Migrator } from "./migrator.ts";
import { connectStore } from "./open-store.ts";
import { onEachDatabase, type TestDatabase } from "./testing/on-each-database.ts";
import { testOptions } from "./testing/test-options.ts";

const names = migrations.map(({ name }) => name);
const dying = fileURLToPath(new URL("testing/migrate-and-die.ts", import.meta.url));

async function tables(store: Store): Promise<unknown[]> {
  const asked =
    store.dialect === "sqlite"
      ? sql<{ name: string }>`select name from sqlite_schema where type = 'table' order by 1`
      : sql<{
          name: string;
        }>`select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  return (await asked.execute(store.db)).rows.map(({ name }) => name);
}

/** A store whose schema was left as it is. */
async function bare(database: TestDatabase): Promise<Store> {
  return connectStore(testOptions(await database.url()));
}

function noteOf(store: Store, name: string): Promise<unknown> {
  return sql`insert into realmwright_migrations values (${name}, 1)`.execute(store.db);
}

onEachDatabase((database) => {
  describe("[S-STO5] the schema", () => {
    test("goes up, says where it is, goes down to nothing and up again", async () => {
      const store = await bare(database);
      const migrator = new Migrator(store, systemClock());
      expect(await migrator.status()).toEqual(
        names.map((name) => ({ name, appliedMs: undefined, isKnown: true })),
      );
      expect(await tables(store)).toEqual([]);
      expect(await migrator.up()).toEqual(names);
      const whole = await tables(store);
      expect(await migrator.up()).toEqual([]);
      expect((await migrator.status()).every(({ appliedMs }) => appliedMs! > 1e12)).toBe(true);
      for (const name of names.toReversed()) expect(await migrator.down()).toBe(name);
      expect(await migrator.down()).toBeUndefined();
      expect(await tables(store)).toEqual(["realmwright_migrations"]);
      expect(await migrator.up()).toEqual(names);
      expect(await tables(store)).toEqual(whole);
      await store.close();
    });

    test.runIf(database.isShared)("is brought up once by many that start together", async () => {
      const url = await database.url();
      const stores = await Promise.all(Array.from({ length: 5 }, () => database.open({ url })));
      expect(await tables(stores[0]!)).toContain("players");
    });

    test.runIf(database.isShared)(
      "can be brought up after a kill before any of its statements",
      async () => {
        let url = "";
        for (let at = 1; ; at++) {
          url = await database.url();
          const { signal, status, stderr } = spawnSync(
            process.execPath,
            ["--conditions=@realmwright/source", dying, url, String(at)],
            { encoding: "utf8" },
          );
          if (signal !== "SIGKILL") {
            expect([status, stderr, at > 5 * names.length]).toEqual([0, "", true]);
            break;
          }
          const store = await database.open({ url });
          expect(await tables(store)).toContain("matches");
          await store.close();
        }
      },
      120_000,
    );

    test("a step that fails leaves nothing of itself", async () => {
      const store = await bare(database);
      const failing: Migration = {
        name: "0001-failing",
        up: async (db) => {
          await sql`create table half (id integer)`.execute(db);
          throw new Error("no");
        },
        down: () => Promise.resolve(),
      };
      await expect(new Migrator(store, systemClock(), [failing]).up()).rejects.toThrow("no");
      expect(await tables(store)).not.toContain("half");
      await store.close();
    });
  });

  describe("[S-STO6] a schema", () => {
    test("of a newer program is refused, and nothing is changed", async () => {
      const store = await database.open();
      const migrator = new Migrator(store, systemClock());
      await noteOf(store, "9999-later");
      const newer = {
        code: "STORE_SCHEMA_NEWER",
        message: expect.stringContaining("9999-later") as unknown,
      };
      await expect(migrator.check()).rejects.toMatchObject(newer);
      await expect(migrator.up()).rejects.toMatchObject(newer);
      await expect(migrator.down()).rejects.toMatchObject(newer);
      expect((await migrator.status()).at(-1)).toEqual({
        name: "9999-later",
        appliedMs: 1,
        isKnown: false,
      });
    });

    test.runIf(database.isShared)("of a newer program is refused at the start", async () => {
      const url = await database.url();
      await noteOf(await database.open({ url }), "9999-later");
      const newer = { code: "STORE_SCHEMA_NEWER", action: "give-up" };
      await expect(database.open({ url })).rejects.toMatchObject(newer);
      await expect(database.open({ url, migrate: false })).rejects.toMatchObject(newer);
    });

    test("that lacks steps is refused by who may not do them", async () => {
      const open = database.open({ migrate: false });
      await expect(open).rejects.toMatchObject({
        code: "STORE_SCHEMA_OLDER",
        message: expect.stringContaining(names[0]!) as unknown,
      });
    });
  });
});
