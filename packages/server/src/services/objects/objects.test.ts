import { randomBytes, randomUUID } from "node:crypto";
import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Role, Subject } from "../../auth/subject.ts";
import type { Store } from "../../ports/store.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { Objects } from "./objects.ts";
import { nobody, type ObjectOperation, type WriteOperation } from "./rules.ts";
import { addPlayers } from "./testing/add-players.ts";

function subject(role: Role = "player"): Subject {
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

  const place = (key: string, owner = ada.account) => ({ owner, collection: "saves", key });
  const write = (key: string, more: Partial<WriteOperation> = {}): WriteOperation => ({
    op: "write",
    ...place(key),
    value: {},
    ...more,
  });
  async function put(by: Subject, one: WriteOperation): Promise<string> {
    const [done] = await objects.batch(by, [one]);
    if (done?.op !== "write") throw new Error("no write");
    return done.version;
  }
  async function keys(by: Subject, owner = ada.account): Promise<string[]> {
    const listed = await objects.list(by, { owner, collection: "saves" }, { count: 100 });
    return listed.objects.map(({ key }) => key);
  }

  describe("[S-OBJ1] an object", () => {
    test("is read as it was written", async () => {
      const value = { b: [1, 2.5, null, "\u0000 ü 🐉 \ud800"], a: { deep: true }, "": -0.125 };
      const version = await put(ada, write("one", { value }));
      expect(await objects.read(ada, place("one"))).toEqual({
        ...place("one"),
        value,
        version,
        readable: "owner",
        writable: "owner",
        updatedMs: clock.wallMs(),
      });
      expect(await objects.read(ada, place("One"))).toBeUndefined();
    });

    test("holds whatever JSON there is", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
          async (value) => {
            const asRead = JSON.parse(JSON.stringify(value)) as unknown;
            await put(ada, write("any", { value }));
            expect((await objects.read(ada, place("any")))?.value).toEqual(asRead);
          },
        ),
        { numRuns: 30 },
      );
    });

    test("objectBytes: has so many bytes, not one more", async () => {
      const sized = (bytes: number) => ({ a: "ü".repeat((bytes - 8) / 2) });
      await put(ada, write("big", { value: sized(limits.objectBytes.value) }));
      const larger = put(ada, write("big", { value: sized(limits.objectBytes.value + 2) }));
      await expect(larger).rejects.toMatchObject({ code: "OBJECT_TOO_LARGE", status: 413 });
    });

    test("objectDepth: has so many levels, not one more, nor a hundred thousand", async () => {
      const nested = (levels: number) => {
        let value: Record<string, unknown> = {};
        for (let level = 1; level < levels; level++) value = { in: value };
        return value;
      };
      await put(ada, write("deep", { value: nested(limits.objectDepth.value) }));
      for (const levels of [limits.objectDepth.value + 1, 100_000]) {
        const deeper = put(ada, write("deep", { value: nested(levels) }));
        await expect(deeper).rejects.toMatchObject({ code: "REQUEST_INVALID" });
      }
    });

    test.each([NaN, Infinity, undefined, 1n, new Date(0), () => 1, new Uint8Array(1)])(
      "does not hold %s",
      async (part) => {
        const odd = put(ada, write("odd", { value: { part } }));
        await expect(odd).rejects.toMatchObject({ code: "REQUEST_INVALID" });
      },
    );

    test("objectsPerOwner: there are so many of one account, not one more; of the game, more", async () => {
      const { value: max } = limits.objectsPerOwner;
      const rows = Array.from({ length: max - 1 }, (_, i) => ({
        ...place(`k${i}`),
        value: "{}",
        version: "v",
        readable: 1 as const,
        writable: 1 as const,
        updated_ms: 0,
      }));
      for (const owner of [ada.account, nobody]) {
        for (let from = 0; from < rows.length; from += 500) {
          const some = rows.slice(from, from + 500).map((row) => ({ ...row, owner }));
          await store.db.insertInto("objects").values(some).execute();
        }
      }
      await put(ada, write("last"));
      await expect(put(ada, write("more"))).rejects.toMatchObject({ code: "OBJECTS_FULL" });
      await put(ada, write("last", { value: { again: 1 } }));
      await put(service, write("last", { owner: nobody }));
      await put(service, write("more", { owner: nobody }));
    });
  });

  describe("[S-OBJ2] a version", () => {
    const changed = { code: "OBJECT_CHANGED", status: 409 };

    test("is asked for, or that there be none", async () => {
      const first = await put(ada, write("a", { version: null }));
      await expect(put(ada, write("a", { version: null }))).rejects.toMatchObject(changed);
      const second = await put(ada, write("a", { version: first, value: { n: 2 } }));
      const late = put(ada, write("a", { version: first, value: { n: 3 } }));
      await expect(late).rejects.toMatchObject({
        ...changed,
        problems: [{ path: "/operations/0/version", got: "another version" }],
      });
      expect(await objects.read(ada, place("a"))).toMatchObject({
        value: { n: 2 },
        version: second,
      });
      const remove = (version: string) =>
        objects.batch(ada, [{ op: "delete", ...place("a"), version }]);
      await expect(remove(first)).rejects.toMatchObject(changed);
      expect(await remove(second)).toEqual([{ op: "delete", existed: true }]);
      await expect(remove(second)).rejects.toMatchObject(changed);
      await expect(put(ada, write("a", { version: second }))).rejects.toMatchObject(changed);
      expect(await put(ada, write("a"))).not.toBe(second);
    });

    test("lets one of many writers through", async () => {
      const version = await put(ada, write("race"));
      const all = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => put(ada, write("race", { version, value: { n } }))),
      );
      const refused = all.flatMap((one) =>
        one.status === "rejected" ? [one.reason as unknown] : [],
      );
      expect(refused).toHaveLength(7);
      for (const error of refused) expect(error).toMatchObject(changed);
      expect((await objects.read(ada, place("race")))?.version).not.toBe(version);
    });
  });

  describe("[S-OBJ3] permissions", () => {
    const forbidden = { code: "FORBIDDEN" };

    test.each([
      ["nobody", false, false],
      ["owner", true, false],
      ["anyone", true, true],
    ] as const)("readable by %s", async (readable, owner, others) => {
      await put(service, write("a", { readable }));
      const seen = async (by: Subject) => (await objects.read(by, place("a"))) !== undefined;
      expect([await seen(ada), await seen(bob), await seen(service)]).toEqual([
        owner,
        others,
        true,
      ]);
      const listed = [await keys(ada), await keys(bob), await keys(service)];
      expect(listed.map((list) => list.length === 1)).toEqual([owner, others, true]);
      const [result] = await objects.batch(bob, [{ op: "read", ...place("a") }]);
      expect(result).toMatchObject({ op: "read", object: others ? { key: "a" } : null });
    });

    test("what is another's, the game's or nobody's to write is not written", async () => {
      await put(ada, write("mine", { readable: "anyone" }));
      await put(service, write("granted", { writable: "nobody", readable: "owner" }));
      for (const [by, one] of [
        [bob, write("mine")],
        [bob, write("new")],
        [ada, write("granted")],
        [ada, write("a", { owner: nobody })],
        [subject("moderator"), write("mine")],
      ] as const) {
        await expect(put(by, one)).rejects.toMatchObject(forbidden);
        const { owner, collection, key } = one;
        const remove: ObjectOperation = { op: "delete", owner, collection, key };
        await expect(objects.batch(by, [remove])).rejects.toMatchObject(forbidden);
      }
      await put(service, write("granted", { value: { gold: 5 } }));
      expect(await objects.read(ada, place("granted"))).toMatchObject({
        value: { gold: 5 },
        writable: "nobody",
      });
    });
  });

  describe("[S-OBJ4] a batch", () => {
    test("is done in its order, and sees itself", async () => {
      const results = await objects.batch(ada, [
        write("a", { value: { n: 1 } }),
        { op: "read", ...place("a") },
        { op: "delete", ...place("a") },
        { op: "delete", ...place("a") },
        { op: "read", ...place("a") },
      ]);
      expect(results).toMatchObject([
        { op: "write" },
        { op: "read", object: { value: { n: 1 } } },
        { op: "delete", existed: true },
        { op: "delete", existed: false },
        { op: "read", object: null },
      ]);
    });

    test("is not done in part", async () => {
      await put(ada, write("kept"));
      const broken = objects.batch(ada, [
        write("a"),
        { op: "delete", ...place("kept") },
        write("b", { version: "old" }),
      ]);
      const problems = [{ path: "/operations/2/version" }];
      await expect(broken).rejects.toMatchObject({ code: "OBJECT_CHANGED", problems });
      expect(await keys(ada)).toEqual(["kept"]);
    });
  });

  describe("[S-OBJ5] an idempotency key", () => {
    test("does the work once, and answers the same", async () => {
      const batch = [write("a", { version: null, value: { n: 1 } })];
      const first = await objects.batch(ada, batch, "k1");
      expect(await objects.batch(ada, batch, "k1")).toEqual(first);
      const other = objects.batch(ada, [write("a", { value: { n: 2 } })], "k1");
      await expect(other).rejects.toMatchObject({ code: "KEY_REUSED" });
      // Another account's key is another key.
      const own = [write("a", { owner: bob.account })];
      expect(await objects.batch(bob, own, "k1")).toHaveLength(1);
      expect(await objects.read(ada, place("a"))).toMatchObject({ value: { n: 1 } });
    });

    test("does it once for many who ask at the same time", async () => {
      const batch = [write("a", { version: null })];
      const all = await Promise.all(
        Array.from({ length: 6 }, () => objects.batch(ada, batch, "k1")),
      );
      expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    });

    test("is kept for a day, and not for what was refused", async () => {
      const batch = [write("a", { version: null })];
      await put(ada, write("a"));
      await expect(objects.batch(ada, batch, "k")).rejects.toMatchObject({
        code: "OBJECT_CHANGED",
      });
      await objects.batch(ada, [{ op: "delete", ...place("a") }]);
      await objects.batch(ada, batch, "k");
      clock.advance(limits.idempotencyKeptMs.value);
      expect(await objects.forgetAnswers()).toBe(false);
      await objects.batch(ada, batch, "k");
      clock.advance(1);
      expect(await objects.forgetAnswers()).toBe(false);
      await expect(objects.batch(ada, batch, "k")).rejects.toMatchObject({
        code: "OBJECT_CHANGED",
      });
    });

    test("idempotencyKeyCharacters: has so many characters, not one more", async () => {
      const { value: max } = limits.idempotencyKeyCharacters;
      await objects.batch(ada, [write("a")], "k".repeat(max));
      for (const key of ["k".repeat(max + 1), "", "a b", "ü", "a\0"]) {
        const refused = objects.batch(ada, [write("a")], key);
        await expect(refused).rejects.toMatchObject({ code: "REQUEST_INVALID" });
      }
    });
  });

  describe("[S-OBJ6] a list", () => {
    test("goes on where it was, whatever is written meanwhile", async () => {
      const all = ["A", "Z", "a", "a.b", "b", "c-1", "c:1", "d"];
      await objects.batch(
        ada,
        all.toReversed().map((key) => write(key)),
      );
      const of = { owner: ada.account, collection: "saves" };
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await objects.list(ada, of, { count: 3, cursor });
        seen.push(...page.objects.map(({ key }) => key));
        ({ cursor } = page);
        if (seen.length === 3) {
          await objects.batch(ada, [write("0"), { op: "delete", ...place("a") }, write("c")]);
        }
      } while (cursor !== undefined);
      expect(seen).toEqual(["A", "Z", "a", "a.b", "b", "c", "c-1", "c:1", "d"]);
    });

    test.each(["x", "", "AAAA", "____", "a".repeat(200), "YQ=="])(
      "%j is no cursor",
      async (cursor) => {
        const of = { owner: ada.account, collection: "saves" };
        const listed = objects.list(ada, of, { count: 3, cursor });
        await expect(listed).rejects.toMatchObject({ code: "REQUEST_INVALID" });
      },
    );
  });
});
