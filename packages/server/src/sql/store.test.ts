import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { Store } from "../ports/store.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import { isUniqueViolation } from "./store-errors.ts";
import { onEachDatabase } from "./testing/on-each-database.ts";

const player = (username: string) => ({ id: randomUUID(), username, email: null, metadata: null });

async function names(store: Store): Promise<string[]> {
  const rows = await store.db
    .selectFrom("players")
    .select("username")
    .orderBy("username")
    .execute();
  return rows.map(({ username }) => username);
}

onEachDatabase((database) => {
  describe("[S-STO1] values", () => {
    test("are read as they were written, whichever the database", async () => {
      const store = await database.open();
      const [a, b] = [randomUUID(), randomUUID()];
      const match = {
        id: a,
        game_id: "duel",
        room_id: "r1",
        players: [a, b],
        winner: null,
        started_at: "2026-11-21T14:13:16.120Z",
        ended_at: null,
        metadata: JSON.stringify({ map: "tøwn", rounds: [1, 2.5] }),
      };
      const row = await store.db
        .insertInto("matches")
        .values(match)
        .returningAll()
        .executeTakeFirstOrThrow();
      const { players, metadata, ...plain } = match;
      expect(row).toMatchObject(plain);
      expect(JSON.parse(row.players)).toEqual(players);
      expect(JSON.parse(row.metadata ?? "")).toEqual(JSON.parse(metadata));
    });

    test("integers are numbers up to 2^53, and none beyond is read", async () => {
      const store = await database.open();
      const read = async (text: string) =>
        (await sql<{ n: number }>`select cast(${text} as bigint) as n`.execute(store.db)).rows[0]
          ?.n;
      expect(await read("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
      await expect(read("9007199254740993")).rejects.toThrow(RangeError);
    });

    test("counts of changed rows, and keys that are taken, are told", async () => {
      const store = await database.open();
      await store.db
        .insertInto("players")
        .values([player("ada"), player("bob")])
        .execute();
      const { numUpdatedRows } = await store.db
        .updateTable("players")
        .set({ metadata: "{}" })
        .executeTakeFirst();
      expect(numUpdatedRows).toBe(2n);
      const twice = store.db.insertInto("players").values(player("ada")).execute();
      await expect(twice).rejects.toSatisfy(isUniqueViolation);
      const none = store.db
        .insertInto("matches")
        .values({} as never)
        .execute();
      await expect(none).rejects.not.toSatisfy(isUniqueViolation);
    });
  });

  describe("[S-STO2] a transaction", () => {
    test("is done whole or not at all", async () => {
      const store = await database.open();
      const failed = store.transaction(async (tx) => {
        await tx.insertInto("players").values(player("ada")).execute();
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect(await names(store)).toEqual([]);
      // A statement that fails takes the transaction with it, and the store goes on.
      const refused = store.transaction(async (tx) => {
        await tx.insertInto("players").values(player("bob")).execute();
        await tx.insertInto("players").values(player("bob")).execute();
      });
      await expect(refused).rejects.toSatisfy(isUniqueViolation);
      expect(await names(store)).toEqual([]);
      await store.transaction((tx) => tx.insertInto("players").values(player("cy")).execute());
      expect(await names(store)).toEqual(["cy"]);
    });

    const additions = async (alone: readonly string[]) => {
      const store = await database.open();
      const ada = player("ada");
      await store.db.insertInto("players").values(ada).execute();
      await store.db
        .insertInto("scores")
        .values({ game_id: "g", player_id: ada.id, score: 0 })
        .execute();
      const add = () =>
        store.transaction(async (tx) => {
          const { score } = await tx.selectFrom("scores").select("score").executeTakeFirstOrThrow();
          await tx
            .updateTable("scores")
            .set({ score: score + 1 })
            .execute();
        }, alone);
      const done = await Promise.allSettled(Array.from({ length: 12 }, add));
      const { score } = await store.db
        .selectFrom("scores")
        .select("score")
        .executeTakeFirstOrThrow();
      const refused = done.flatMap((one) =>
        one.status === "rejected" ? [one.reason as unknown] : [],
      );
      expect(score).toBe(12 - refused.length);
      return { score, refused };
    };

    test("loses no addition to others at the same time", async () => {
      const { score, refused } = await additions([]);
      expect(score).toBeGreaterThan(0);
      for (const error of refused) expect(error).toMatchObject({ code: "STORE_BUSY" });
    });

    test("waits for those that are alone with the same, whatever else they name", async () => {
      expect(await additions(["scores", "ada", "scores"])).toEqual({ score: 12, refused: [] });
    });
  });

  describe("[S-STO4] a store", () => {
    test("is ready until it is closed, and closes twice", async () => {
      const store = await database.open();
      expect(await store.isReady()).toBe(true);
      await store.close();
      await store.close();
      expect(await store.isReady()).toBe(false);
      await expect(names(store)).rejects.toThrow(/./u);
    });

    test("tells who waits too long for a connection", async () => {
      const store = await database.open({ connections: 1, waitMs: 50 });
      let end = (): void => undefined;
      const held = store.transaction(
        () =>
          new Promise<void>((resolve) => {
            end = resolve;
          }),
      );
      await expect(names(store)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      end();
      await held;
      expect(await names(store)).toEqual([]);
    });
  });

  describe.runIf(database.dialect === "postgres")("[S-STO4] a lost connection", () => {
    const end = sql`select pg_terminate_backend(pg_backend_pid())`;

    test("ends what ran on it, and is replaced", async () => {
      const store = await database.open({ connections: 1 });
      const lost = store.transaction(async (tx) => {
        await tx.insertInto("players").values(player("ada")).execute();
        await end.execute(tx);
      });
      await expect(lost).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      await expect(end.execute(store.db)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      expect(await names(store)).toEqual([]);
    });

    test("is no matter to the others, not even while it is idle", async () => {
      const log = new RecordedLog();
      const store = await database.open({ connections: 2, log });
      await Promise.all([names(store), names(store)]);
      const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      await others.execute(store.db);
      await until(() => log.of("warn").length > 0);
      for (const { data } of log.of("warn")) {
        expect(data["error"]).toMatchObject({ code: "57P01", severity: "FATAL" });
        // pg puts the whole connection into the error, with the login
        expect(data["error"]).not.toHaveProperty("client");
      }
      expect(await Promise.all([names(store), names(store)])).toEqual([[], []]);
    });

    test("is told as no answer by a store that reaches nobody", async () => {
      const nobody = "host=127.0.0.1 port=1 user=realm password=hunter2 dbname=realm";
      const refused = database.open({ url: nobody });
      await expect(refused).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", status: 503 });
    });
  });

  describe("[S-STO8] the tables of games", () => {
    test("the upsert keeps one score for each player and game", async () => {
      const store = await database.open();
      const ada = player("ada");
      await store.db.insertInto("players").values(ada).execute();
      const update = (score: number) =>
        store.db
          .insertInto("scores")
          .values({ game_id: "duel", player_id: ada.id, score })
          .onConflict((on) =>
            on
              .columns(["game_id", "player_id"])
              .doUpdateSet({ score: (of) => of.ref("excluded.score") }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
      const first = await update(7);
      expect(first.id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u);
      expect(first.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
      expect(await update(9)).toEqual({ ...first, score: 9 });
    });

    test.each([
      ["a name of 51 characters", { username: "x".repeat(51) }],
      ["no name", { username: null as never }],
      ["metadata that are no JSON", { metadata: "{" }],
      ["an id that is none", { id: "7" }],
    ])("%s is refused", async (_, wrong) => {
      const store = await database.open();
      const whole = { ...player("x".repeat(50)), metadata: "{}" };
      await store.db.insertInto("players").values(whole).execute();
      const refused = store.db
        .insertInto("players")
        .values({ ...player("b"), ...wrong })
        .execute();
      await expect(refused).rejects.toThrow(/./u);
    });

    test("a score needs its player", async () => {
      const store = await database.open();
      const lost = { game_id: "g", player_id: randomUUID(), score: 1 };
      await expect(store.db.insertInto("scores").values(lost).execute()).rejects.toThrow(
        /foreign key/iu,
      );
    });
  });

  describe("[S-STO3] what is acknowledged", () => {
    test.runIf(database.isShared)("is there for whoever opens the database next", async () => {
      const url = await database.url();
      const store = await database.open({ url });
      await store.db.insertInto("players").values(player("ada")).execute();
      await store.close();
      expect(await names(await database.open({ url }))).toEqual(["ada"]);
    });

    test("is on the disk with `full`, the default, and may wait there with `normal`", async () => {
      const asked =
        database.dialect === "sqlite" ? sql`pragma synchronous` : sql`show synchronous_commit`;
      const of = async (durability?: "full" | "normal") => {
        const store = await database.open(durability === undefined ? {} : { durability });
        const { rows } = await asked.execute(store.db);
        return Object.values(rows[0] as Record<string, unknown>)[0];
      };
      const [full, normal] = database.dialect === "sqlite" ? [2, 1] : ["on", "off"];
      expect([await of(), await of("full"), await of("normal")]).toEqual([full, full, normal]);
    });
  });

  describe("[S-STO2] conflicts", () => {
    test.runIf(database.dialect === "postgres")(
      "are tried again three times, with pauses that grow, then told",
      async () => {
        const clock = new VirtualClock();
        const store = await database.open({ url: await database.url(), clock });
        const triedAt: number[] = [];
        const conflict = store.transaction(async (tx) => {
          triedAt.push(clock.nowMs());
          await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(tx);
        });
        let failure: unknown;
        void conflict.catch((error: unknown) => {
          failure = error;
        });
        await until(() => {
          clock.advance(1);
          return failure !== undefined;
        });
        expect(failure).toMatchObject({ code: "STORE_BUSY", retryAfterMs: 200 });
        expect(triedAt).toHaveLength(4);
        const pausesMs = triedAt.slice(1).map((atMs, i) => atMs - triedAt[i]!);
        for (const [i, leastMs] of [10, 20, 40].entries()) {
          expect(pausesMs[i]).toBeGreaterThanOrEqual(leastMs);
        }
      },
    );
  });
});
