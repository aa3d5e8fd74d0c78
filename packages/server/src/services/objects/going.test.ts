import { randomBytes, randomUUID } from "node:crypto";
import { limits } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Subject } from "../../auth/subject.ts";
import type { Store } from "../../ports/store.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { Objects } from "./objects.ts";
import { nobody } from "./rules.ts";
import { eraseObjects } from "./store.ts";
import { addPlayers } from "./testing/add-players.ts";

function subject(role: Subject["role"] = "player"): Subject {
  const account = randomUUID();
  return { account, name: role, role, isGuest: false, session: randomUUID() };
}

onEachDatabase((database) => {
  const [ada, bob, service] = [subject(), subject(), subject("service")];
  const clock = new VirtualClock();
  let store: Store;
  let objects: Objects;

  beforeEach(async () => {
    store = await database.open();
    await addPlayers(store, ada, bob, service);
    objects = new Objects(store, { clock, random: (length) => randomBytes(length) });
  });

  const put = (by: Subject, owner: string, key: string) =>
    objects.batch(by, [{ op: "write", owner, collection: "saves", key, value: {} }], key);
  const owners = async () =>
    (await store.db.selectFrom("objects").select("owner").execute()).map(({ owner }) => owner);
  const answers = async () =>
    (await store.db.selectFrom("idempotency").select("account").execute()).map(
      ({ account }) => account,
    );

  describe("[S-OBJ8] who goes", () => {
    beforeEach(async () => {
      await put(ada, ada.account, "a");
      await put(ada, ada.account, "b");
      await put(bob, bob.account, "a");
      await put(service, ada.account, "granted");
      await put(service, nobody, "a");
    });

    test("takes along its objects and answers, and nobody else's", async () => {
      await store.transaction((tx) => eraseObjects(tx, [ada.account, randomUUID()]));
      expect((await owners()).toSorted()).toEqual([nobody, bob.account].toSorted());
      expect((await answers()).toSorted()).toEqual(
        [bob.account, service.account, service.account].toSorted(),
      );
    });

    test("takes nothing where the transaction fails", async () => {
      const failed = store.transaction(async (tx) => {
        await eraseObjects(tx, [ada.account, bob.account]);
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect([(await owners()).length, (await answers()).length]).toEqual([5, 5]);
    });
  });

  test("[S-JOB6] answers are forgotten two hundred at a time, those of the last day never", async () => {
    const row = (i: number, created_ms: number) => ({
      account: i % 2 === 0 ? ada.account : bob.account,
      key: `k${i}`,
      request: "r",
      response: "[]",
      created_ms,
    });
    const old = clock.wallMs() - limits.idempotencyKeptMs.value - 1;
    const rows = Array.from({ length: 300 }, (_, i) => row(i, old));
    rows.push(row(300, old + 1), row(301, clock.wallMs()));
    await store.db.insertInto("idempotency").values(rows).execute();
    expect(await objects.forgetAnswers()).toBe(true);
    expect(await answers()).toHaveLength(102);
    expect(await objects.forgetAnswers()).toBe(false);
    expect((await answers()).toSorted()).toEqual([ada.account, bob.account].toSorted());
    expect(await objects.forgetAnswers()).toBe(false);
  });
});
