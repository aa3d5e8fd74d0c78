import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Subject } from "../../auth/subject.ts";
import { sql } from "kysely";
import {
  onEachDatabase,
  onPostgres,
  type TestDatabase,
} from "../../sql/testing/on-each-database.ts";
import { codeOf, IdentityBench, password } from "../accounts/testing/identity-bench.ts";
import { gameStorage } from "./game-storage.ts";
import { Objects } from "./objects.ts";
import type { WriteOperation } from "./rules.ts";
import { eraseObjects } from "./store.ts";

const IDLE_MS = 1000;
const service = { name: "s", role: "service", isGuest: false, session: "s" } as const;

/** Accounts and objects on one store, as two nodes have them. */
async function world(database: TestDatabase) {
  const store = await database.open();
  const bench = new IdentityBench(store, { erasers: [eraseObjects], guestIdleMs: IDLE_MS });
  const { clock } = bench;
  const random = (length: number): Uint8Array => randomBytes(length);
  const objects = new Objects(store, { clock, random });
  const verified = (token: string): Promise<Subject> => bench.identity.verifier.verify(token);
  /** Of what is kept for accounts, that whose account has gone. */
  const left = async (): Promise<unknown[]> => {
    const players = await store.db.selectFrom("players").select("id").execute();
    const ids = new Set(players.map(({ id }) => id));
    const owned = await store.db.selectFrom("objects").select(["owner", "key"]).execute();
    const kept = await store.db.selectFrom("idempotency").select(["account", "key"]).execute();
    return [
      ...owned.filter(({ owner }) => !ids.has(owner)),
      ...kept.filter(({ account }) => !ids.has(account)),
    ];
  };
  return { bench, clock, left, objects, store, verified };
}

const save = (owner: string, key: string): WriteOperation => ({
  op: "write",
  owner,
  collection: "saves",
  key,
  value: { key },
});

onEachDatabase((database) => {
  describe("[S-OBJ9] of an account that has gone", () => {
    test("a token that was checked before writes nothing, nor does anybody for it", async () => {
      const { bench, left, objects, verified } = await world(database);
      const ada = await bench.register("ada");
      const bob = await verified((await bench.register("bob")).token);
      const gone = await verified(ada.token);
      await objects.batch(gone, [save(gone.account, "before")], "before");
      await bench.ask("delete", { password }, { token: ada.token });
      const write = save(gone.account, "after");
      expect(await codeOf(objects.batch(gone, [write]))).toBe("SESSION_ENDED");
      expect(await codeOf(objects.batch(gone, [write], "key"))).toBe("SESSION_ENDED");
      // not even an answer is kept, of what writes nothing
      const read = { ...write, op: "read" } as const;
      expect(await codeOf(objects.batch(gone, [read], "key"))).toBe("SESSION_ENDED");
      const bot: Subject = { ...service, account: bob.account };
      expect(await codeOf(objects.batch(bot, [write]))).toBe("ACCOUNT_UNKNOWN");
      expect(await codeOf(gameStorage(objects).batch([write]))).toBe("ACCOUNT_UNKNOWN");
      // and what else is in the batch is not done
      const both = [save(bob.account, "mine"), write];
      expect(await codeOf(objects.batch(bot, both))).toBe("ACCOUNT_UNKNOWN");
      expect(await objects.read(bob, save(bob.account, "mine"))).toBeUndefined();
      expect(await left()).toEqual([]);
    });

    test("nothing stays behind of writes that were under way, ever so many times", async () => {
      const { bench, left, objects, verified } = await world(database);
      let done = 0;
      for (let round = 0; round < 20; round++) {
        const { token, account } = await bench.register(`ada-${round}`);
        const subject = await verified(token);
        const writes = Array.from({ length: 12 }, (_, i) =>
          codeOf(
            objects.batch(subject, [save(account, `k${i}`)], i % 2 === 0 ? `${i}` : undefined),
          ),
        );
        const [going, ...codes] = await Promise.all([
          codeOf(bench.ask("delete", { password }, { token })),
          ...writes,
          codeOf(objects.batch({ ...service, account }, [save(account, "granted")])),
        ]);
        expect(going).toBe("done");
        for (const code of codes) expect(["done", "SESSION_ENDED"]).toContain(code);
        done += codes.filter((code) => code === "done").length;
      }
      expect(done).toBeGreaterThan(0);
      expect(await left()).toEqual([]);
    });

    test("a guest that is swept while it writes leaves nothing either", async () => {
      const { bench, clock, left, objects, verified } = await world(database);
      for (let round = 0; round < 20; round++) {
        const guests = await Promise.all([1, 2, 3].map(() => bench.ask("guest")));
        const subjects = await Promise.all(guests.map(({ token }) => verified(token)));
        clock.advance(IDLE_MS + 1);
        const writes = subjects.flatMap((subject) =>
          ["a", "b", "c"].map((key) =>
            codeOf(objects.batch(subject, [save(subject.account, key)], key)),
          ),
        );
        const sweeps = [bench.identity.sweep(), bench.restarted().identity.sweep()];
        for (const code of await Promise.all(writes)) {
          expect(["done", "SESSION_ENDED"]).toContain(code);
        }
        await Promise.all(sweeps);
      }
      expect(await left()).toEqual([]);
      expect(await bench.count("players")).toBe(0);
    });
  });

  test("[S-AUTH18] a guest that comes back while it is swept stays, or is gone", async () => {
    const { bench, clock, verified } = await world(database);
    for (let round = 0; round < 10; round++) {
      const { refreshToken } = await bench.ask("guest");
      clock.advance(IDLE_MS + 1);
      const coming = bench.ask("refresh", { refreshToken });
      const [came] = await Promise.allSettled([coming, bench.identity.sweep()]);
      const isHere = came.status === "fulfilled";
      expect(await bench.count("players")).toBe(isHere ? 1 : 0);
      if (isHere) expect((await verified(came.value.token)).account).toBe(came.value.account);
      else expect(came.reason).toMatchObject({ code: "REFRESH_INVALID" });
    }
  });
});

onPostgres((database) => {
  test("[S-OBJ9] a batch with a key waits for an account that is going, though it writes nothing of it", async () => {
    const { bench, left, objects, store, verified } = await world(database);
    const ada = await verified((await bench.register("ada")).token);
    const bob = await bench.register("bob");
    const held = Promise.withResolvers<void>();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const going = store.transaction(
      async (tx) => {
        held.resolve();
        await opened;
        await eraseObjects(tx, [ada.account]);
        await tx.deleteFrom("players").where("id", "=", ada.account).execute();
      },
      [ada.account],
    );
    await held.promise;
    let isOver = false;
    const read = { ...save(bob.account, "a"), op: "read" } as const;
    const late = codeOf(objects.batch(ada, [read], "key")).finally(() => {
      isOver = true;
    });
    const waiting = sql<{ pid: number }>`
      select pid from pg_locks where locktype = 'advisory' and not granted`;
    await expect
      .poll(async () => isOver || (await waiting.execute(store.db)).rows.length > 0)
      .toBe(true);
    open();
    await going;
    expect(await late).toBe("SESSION_ENDED");
    expect(await left()).toEqual([]);
  });

  test("[S-OBJ5] of one key twice at once the second waits, whosever objects they name", async () => {
    const { bench, objects, store, verified } = await world(database);
    const ada = await verified((await bench.register("ada")).token);
    const bob = await bench.register("bob");
    const read = { ...save(bob.account, "a"), op: "read" } as const;
    for (let i = 0; i < 10; i++) {
      const all = [1, 2, 3, 4].map(() => codeOf(objects.batch(ada, [read], `key-${i}`)));
      expect(await Promise.all(all)).toEqual(["done", "done", "done", "done"]);
    }
    expect(await store.db.selectFrom("idempotency").select("key").execute()).toHaveLength(10);
  });
});
