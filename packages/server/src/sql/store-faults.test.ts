import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../ports/store.ts";
import { connectStore, openStore } from "./open-store.ts";
import { onPostgres } from "./testing/on-each-database.ts";
import { testOptions } from "./testing/test-options.ts";

const unavailable = { code: "STORE_UNAVAILABLE", status: 503 };

function add(store: Store, username: string, metadata = "{}"): Promise<unknown> {
  const player = { id: randomUUID(), username, email: null, metadata };
  return store.db.insertInto("players").values(player).execute();
}

async function names(store: Store): Promise<string[]> {
  const rows = await store.db
    .selectFrom("players")
    .select("username")
    .orderBy("username")
    .execute();
  return rows.map(({ username }) => username);
}

describe("[S-STO4] SQLite", () => {
  let folder: string;
  let url: string;
  const open: Store[] = [];
  const opened = async (at: string): Promise<Store> => {
    const store = await openStore(testOptions(at));
    open.push(store);
    return store;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "realm-faults-"));
    url = `sqlite:${join(folder, "game.db")}`;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  test("that is full takes nothing, keeps what it has, and goes on when there is room", async () => {
    const store = await opened(url);
    await add(store, "ada");
    // As a full disk: no page may be added.
    await sql`pragma max_page_count = 1`.execute(store.db);
    const large = JSON.stringify("x".repeat(100_000));
    await expect(add(store, "bob", large)).rejects.toMatchObject(unavailable);
    const whole = store.transaction(async (tx) => {
      await tx.updateTable("players").set({ username: "eve" }).execute();
      await tx.updateTable("players").set({ metadata: large }).execute();
    });
    await expect(whole).rejects.toMatchObject(unavailable);
    expect(await names(store)).toEqual(["ada"]);
    await sql`pragma max_page_count = 1000000`.execute(store.db);
    await add(store, "bob", large);
    expect(await names(store)).toEqual(["ada", "bob"]);
    const { rows } = await sql`pragma integrity_check`.execute(store.db);
    expect(rows).toMatchObject([{ integrity_check: "ok" }]);
  });

  test("that another program writes to all the time is busy, and free after it", async () => {
    const [one, other] = [await opened(url), await opened(url)];
    let end = (): void => undefined;
    let hasBegun = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    const held = one.transaction(async (tx) => {
      await tx.updateTable("players").set({ username: "eve" }).execute();
      hasBegun();
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await begun;
    const busy = { code: "STORE_BUSY", status: 503 };
    await expect(add(other, "bob")).rejects.toMatchObject(busy);
    await expect(other.transaction(() => Promise.resolve())).rejects.toMatchObject(busy);
    expect(await names(other)).toEqual([]);
    end();
    await held;
    await add(other, "bob");
    expect(await names(one)).toEqual(["bob"]);
  });

  test.each([
    ["a folder that is not there", "none/game.db"],
    ["a folder", "."],
  ])("in %s is not opened", async (_, path) => {
    await expect(opened(`sqlite:${join(folder, path)}`)).rejects.toMatchObject(unavailable);
  });

  test("refuses a file that is no database, and leaves it as it is", async () => {
    const file = join(folder, "text.db");
    const text = "a text that is longer than the header of a database of SQLite is".repeat(20);
    writeFileSync(file, text);
    await expect(opened(`sqlite:${file}`)).rejects.toMatchObject(unavailable);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

onPostgres((database) => {
  describe("[S-STO4] PostgreSQL", () => {
    test("ends a statement that takes too long, and its connection goes on", async () => {
      const store = await connectStore(
        { ...testOptions(await database.url()), connections: 1 },
        100,
      );
      const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`;
      const before = (await pid.execute(store.db)).rows[0];
      const slow = sql`select pg_sleep(60)`.execute(store.db);
      await expect(slow).rejects.toMatchObject(unavailable);
      expect((await pid.execute(store.db)).rows[0]).toEqual(before);
      await store.close();
    });
  });
});
