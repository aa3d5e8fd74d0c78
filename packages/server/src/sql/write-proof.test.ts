import { randomBytes, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { Store } from "../ports/store.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { onEachDatabase, onPostgres } from "./testing/on-each-database.ts";
import { WriteProof } from "./write-proof.ts";

const MINUTE_MS = 60_000;
const unavailable = { code: "STORE_UNAVAILABLE" };

async function add(store: Store, metadata = "{}"): Promise<void> {
  const id = randomUUID();
  const player = { id, username: `p-${id}`, email: null, metadata };
  await store.db.insertInto("players").values(player).execute();
}

/** Adds players until none fits. */
async function fill(store: Store): Promise<void> {
  for (;;) {
    try {
      await add(store, JSON.stringify("x".repeat(1000)));
    } catch (error) {
      expect(error).toMatchObject(unavailable);
      return;
    }
  }
}

onEachDatabase((database) => {
  test("[S-STO9] what is ready has been written to, and nothing is left of it", async () => {
    const clock = new VirtualClock();
    const store = await database.open({ clock });
    for (let i = 0; i < 3; i++) {
      expect(await store.isReady()).toBe(true);
      clock.advance(MINUTE_MS);
    }
    expect(await store.db.selectFrom("idempotency").selectAll().execute()).toEqual([]);
    await Promise.all([store.isReady(), store.isReady(), add(store)]);
    expect(await store.db.selectFrom("idempotency").selectAll().execute()).toEqual([]);
  });

  test.runIf(database.dialect === "sqlite")(
    "[S-STO9] one that is full is not ready, and is when there is room",
    async () => {
      const clock = new VirtualClock();
      const store = await database.open({ clock });
      expect(await store.isReady()).toBe(true);
      // As a full disk: no page may be added.
      await sql`pragma max_page_count = 1`.execute(store.db);
      await fill(store);
      expect(await store.isReady()).toBe(false);
      expect(await store.isReady()).toBe(false);
      await sql`pragma max_page_count = 1000000`.execute(store.db);
      expect(await store.isReady()).toBe(true);
      await add(store);
    },
  );

  test.runIf(database.dialect === "sqlite")(
    "[S-STO9] a proof that failed proves nothing for the next one, though nobody tells it",
    async () => {
      const clock = new VirtualClock();
      const store = await database.open({ clock });
      const proof = new WriteProof(store.db, { clock, random: (length) => randomBytes(length) });
      await sql`pragma max_page_count = 1`.execute(store.db);
      for (let i = 0; i < 3; i++) await expect(proof.give()).rejects.toThrow(/full/u);
      await sql`pragma max_page_count = 1000000`.execute(store.db);
      await proof.give();
    },
  );

  test.runIf(database.dialect === "sqlite")(
    "[S-STO9] one that is full is found so within a minute, though nobody writes",
    async () => {
      const clock = new VirtualClock();
      const store = await database.open({ clock });
      await sql`pragma max_page_count = 1`.execute(store.db);
      expect(await store.isReady()).toBe(false);
      await sql`pragma max_page_count = 1000000`.execute(store.db);
      expect(await store.isReady()).toBe(true);
      await sql`pragma max_page_count = 1`.execute(store.db);
      await store.transaction(async (tx) => {
        // what the proof had of it
        await sql`create table other as select hex(zeroblob(6000)) as x`.execute(tx);
      });
      clock.advance(MINUTE_MS - 1);
      expect(await store.isReady()).toBe(true);
      clock.advance(1);
      expect(await store.isReady()).toBe(false);
    },
  );

  test.runIf(database.dialect === "sqlite")(
    "[S-STO9] one that may only be read is not ready at once, and is again",
    async () => {
      const store = await database.open();
      expect(await store.isReady()).toBe(true);
      await sql`pragma query_only = 1`.execute(store.db);
      expect(await store.isReady()).toBe(false);
      await expect(add(store)).rejects.toMatchObject(unavailable);
      expect(await store.isReady()).toBe(false);
      await sql`pragma query_only = 0`.execute(store.db);
      expect(await store.isReady()).toBe(true);
    },
  );

  test.runIf(database.dialect === "sqlite" && database.isShared)(
    "[S-STO9] within a minute nothing is written, unless something has failed; others in the way are no reason",
    async () => {
      const clock = new VirtualClock();
      const url = await database.url();
      const store = await database.open({ url, clock });
      using beside = new DatabaseSync(url.slice("sqlite:".length));
      const version = (): unknown => beside.prepare("PRAGMA data_version").get();
      await store.isReady();
      const first = version();
      for (let i = 0; i < 29; i++) {
        clock.advance(2000);
        expect(await store.isReady()).toBe(true);
      }
      expect(version()).toEqual(first);
      clock.advance(2000);
      expect(await store.isReady()).toBe(true);
      const second = version();
      expect(second).not.toEqual(first);
      beside.exec("BEGIN IMMEDIATE");
      expect(await store.isReady()).toBe(true);
      beside.exec("ROLLBACK");
      await sql`pragma query_only = 1`.execute(store.db);
      await expect(add(store)).rejects.toMatchObject(unavailable);
      await sql`pragma query_only = 0`.execute(store.db);
      expect(await store.isReady()).toBe(true);
      expect(version()).not.toEqual(second);
    },
  );
});

onPostgres((database) => {
  describe("[S-STO9] a database of PostgreSQL that may only be read", () => {
    const beside = (statement: string): Promise<unknown> =>
      database.cluster().ask("postgres", statement);

    test("is not ready, as a standby is not, and is again by itself", async () => {
      const url = await database.url();
      const name = /realm\d+/u.exec(url)?.[0] ?? "";
      const store = await database.open({ url });
      expect(await store.isReady()).toBe(true);
      await beside(`alter database ${name} set default_transaction_read_only = on`);
      await beside(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
      await expect.poll(() => store.isReady(), { timeout: 15_000 }).toBe(false);
      await expect(add(store)).rejects.toMatchObject(unavailable);
      expect(await store.db.selectFrom("players").selectAll().execute()).toEqual([]);
      expect(await store.isReady()).toBe(false);
      // connections that were made meanwhile may still only read
      await Promise.all(
        Array.from({ length: 8 }, () => store.db.selectFrom("players").select("id").execute()),
      );
      await beside(`alter database ${name} reset default_transaction_read_only`);
      await expect.poll(() => store.isReady(), { timeout: 15_000 }).toBe(true);
      await expect
        .poll(
          () =>
            add(store).then(
              () => true,
              () => false,
            ),
          { timeout: 15_000 },
        )
        .toBe(true);
    });

    test("is not ready where a right is missing", async () => {
      const url = await database.url();
      const name = /realm\d+/u.exec(url)?.[0] ?? "";
      const store = await database.open({ url });
      expect(await store.isReady()).toBe(true);
      const ask = (statement: string): Promise<unknown> => database.cluster().ask(name, statement);
      await ask("create role visitor login");
      await ask("grant select on all tables in schema public to visitor");
      const visitor = await database.open({
        url: url.replace("realm@", "visitor@"),
        migrate: false,
      });
      expect(await visitor.isReady()).toBe(false);
      await ask("grant insert, delete on idempotency to visitor");
      expect(await visitor.isReady()).toBe(true);
    });
  });
});
