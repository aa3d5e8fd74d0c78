import { randomBytes, randomUUID } from "node:crypto";
import { defineGame, gameOwner, type GameStorage, room } from "@realmwright/core";
import { document, input, limits, t } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Subject } from "../../auth/subject.ts";
import type { Store } from "../../ports/store.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { HostBench } from "../../testing/host-bench.ts";
import { until } from "../../testing/until.ts";
import { gameStorage } from "./game-storage.ts";
import { Objects } from "./objects.ts";
import { addPlayers } from "./testing/add-players.ts";

const ada: Subject = {
  account: randomUUID(),
  name: "ada",
  role: "player",
  isGuest: false,
  session: "s",
};
const purse = { owner: ada.account, collection: "shop", key: "purse" } as const;

/** Takes ten pieces of gold for a thing, if they are there. */
async function pay(storage: GameStorage, owner: string): Promise<number | undefined> {
  const place = { owner, collection: "shop", key: "purse" } as const;
  const found = await storage.read(place);
  const gold = Number(found?.value["gold"] ?? 0) - 10;
  if (gold < 0) return undefined;
  const version = found?.version ?? null;
  await storage.batch([
    { op: "write", ...place, value: { gold }, version },
    { op: "write", owner, collection: "things", key: `t${gold}`, value: {}, writable: "nobody" },
  ]);
  return gold;
}

const Buy = input("buy", {});
const Bag = document("bag", { gold: t.uint(1000) });
const shop = room({
  inputs: { Buy },
  documents: { private: Bag },
  on: {
    buy: (at, player) => {
      const later = at.later();
      at.when(
        pay(at.storage, player.account),
        (gold) => {
          if (gold === undefined) later.refuse("TOO_POOR");
          else {
            player.document.update((bag) => void (bag.gold = gold));
            later.take();
          }
        },
        (error) => later.refuse((error as { code: string }).code),
      );
      return later;
    },
  },
});

onEachDatabase((database) => {
  let store: Store;
  let objects: Objects;
  let storage: GameStorage;

  beforeEach(async () => {
    store = await database.open();
    await addPlayers(store, ada);
    const random = (length: number): Uint8Array => randomBytes(length);
    objects = new Objects(store, { clock: new VirtualClock(), random });
    storage = gameStorage(objects);
  });

  describe("[S-ROOM15] the game's storage", () => {
    test("reads, lists and writes what is anybody's and its own, with all rights", async () => {
      const own = { owner: gameOwner, collection: "shop", key: "prices" } as const;
      await storage.batch([
        { op: "write", ...own, value: { bread: 3 } },
        { op: "write", ...purse, value: { gold: 5 }, readable: "nobody", writable: "nobody" },
      ]);
      expect(await objects.read(ada, purse)).toBeUndefined();
      expect((await storage.read(purse))?.value).toEqual({ gold: 5 });
      expect((await storage.read(own))?.value).toEqual({ bread: 3 });
      expect(await storage.read({ ...own, key: "none" })).toBeUndefined();
      const done = await storage.batch([
        { op: "read", ...purse },
        { op: "delete", ...purse },
        { op: "delete", ...purse },
      ]);
      expect(done).toMatchObject([
        { op: "read", object: { value: { gold: 5 } } },
        { op: "delete", existed: true },
        { op: "delete", existed: false },
      ]);
    });

    test("lists by pages, twenty where no number is said", async () => {
      const places = Array.from({ length: 25 }, (_, i) => ({ ...purse, key: `k${100 + i}` }));
      await storage.batch(places.map((place) => ({ op: "write", ...place, value: {} })));
      const first = await storage.list(purse);
      expect(first.objects).toHaveLength(20);
      const { cursor } = first;
      const second = await storage.list(purse, { cursor, count: 100 });
      expect(second.objects.map(({ key }) => key)).toEqual([
        "k120",
        "k121",
        "k122",
        "k123",
        "k124",
      ]);
      expect(second.cursor).toBeUndefined();
    });

    test("does a batch whole or not at all, and once for its key, whoever's objects they are", async () => {
      const write = { op: "write", ...purse, value: { gold: 1 } } as const;
      const [one] = await storage.batch([write], "key-1");
      expect(await storage.batch([write], "key-1")).toEqual([one]);
      const other = storage.batch([{ ...write, value: { gold: 2 } }], "key-1");
      await expect(other).rejects.toMatchObject({ code: "KEY_REUSED" });
      const late = storage.batch([
        { op: "delete", ...purse },
        { ...write, key: "other", version: "gone" },
      ]);
      await expect(late).rejects.toMatchObject({ code: "OBJECT_CHANGED" });
      expect((await storage.read(purse))?.value).toEqual({ gold: 1 });
    });

    test("takes values as they are at the call", async () => {
      const value = { gold: 1, list: [1] };
      const written = storage.batch([{ op: "write", ...purse, value }]);
      value.gold = 99;
      value.list.push(2);
      await written;
      expect((await storage.read(purse))?.value).toEqual({ gold: 1, list: [1] });
    });

    test("refuses what can not be, and does nothing of it", async () => {
      const good = { op: "write", ...purse, value: {} } as const;
      const endless: Record<string, unknown> = {};
      endless["self"] = endless;
      const { value: most } = limits.objectBatch;
      const wrong: (() => Promise<unknown>)[] = [
        () => storage.read({ ...purse, owner: "ada" }),
        () => storage.read({ ...purse, owner: ada.account.toUpperCase() }),
        () => storage.read({ ...purse, collection: "a b" }),
        () => storage.read({ ...purse, key: "" }),
        () => storage.read({ ...purse, key: "x".repeat(limits.objectKeyCharacters.value + 1) }),
        () =>
          storage.list({ ...purse, collection: "x".repeat(limits.collectionCharacters.value + 1) }),
        () => storage.list(purse, { count: 0 }),
        () => storage.list(purse, { count: limits.objectPage.value + 1 }),
        () => storage.list(purse, { cursor: "?" }),
        () => storage.batch([]),
        () =>
          storage.batch(Array.from({ length: most + 1 }, (_, i) => ({ ...good, key: `k${i}` }))),
        () => storage.batch([good, { ...good, op: "drop" as "write" }]),
        () => storage.batch([good, { ...good, key: "b", value: { bad: Number.NaN } }]),
        () => storage.batch([good, { ...good, key: "b", value: { when: new Date(0) } }]),
        () => storage.batch([good, { ...good, key: "b", value: endless }]),
        () => storage.batch([good], "a key"),
      ];
      for (const call of wrong)
        await expect(call()).rejects.toMatchObject({ code: "REQUEST_INVALID" });
      expect((await storage.list(purse)).objects).toEqual([]);
    });

    test("serves a room, whose input is answered when the write is done", async () => {
      await storage.batch([{ op: "write", ...purse, value: { gold: 15 } }]);
      const game = defineGame({ name: "test", rooms: { shop } });
      const bench = await HostBench.start(game, "local", { storage });
      const edge = bench.edge();
      const { session } = bench.open(edge, ada.account);
      const { room: id, seat } = bench.join(edge, session, "shop");
      const confirms = (): object[] => edge.confirms.get(id) ?? [];
      for (const seq of [1, 2]) {
        const items = [{ seq, input: 0, view: -1, value: {} }];
        edge.say({ type: "input", session, room: id, seat, items });
        await until(() => {
          bench.run(60);
          return confirms().length === seq;
        });
      }
      expect(confirms()).toEqual([
        { seat, seq: 1, code: undefined },
        { seat, seq: 2, code: "TOO_POOR" },
      ]);
      expect((await storage.read(purse))?.value).toEqual({ gold: 5 });
      const things = await objects.list(
        ada,
        { owner: ada.account, collection: "things" },
        { count: 9 },
      );
      expect(things.objects).toMatchObject([{ key: "t5", writable: "nobody" }]);
    });

    test("hears that the database is gone", async () => {
      await store.close();
      await expect(storage.read(purse)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    });
  });
});
