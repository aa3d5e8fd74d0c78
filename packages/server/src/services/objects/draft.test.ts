import { randomBytes, randomUUID } from "node:crypto";
import { limits, RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Subject } from "../../auth/subject.ts";
import type { Store } from "../../ports/store.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { Objects } from "./objects.ts";
import type { ObjectOperation, ObjectResult } from "./rules.ts";
import { addPlayers } from "./testing/add-players.ts";

const collection = "saves";

function player(): Subject {
  const account = randomUUID();
  return { account, name: "p", role: "player", isGuest: false, session: randomUUID() };
}

type Deed = (owner: string) => ObjectOperation;

const key = fc.constantFrom("a", "b", "c");
const deed: fc.Arbitrary<Deed> = fc.oneof(
  key.map((k) => (owner: string) => ({ op: "read" as const, owner, collection, key: k })),
  key.map((k) => (owner: string) => ({ op: "delete" as const, owner, collection, key: k })),
  fc
    .record({
      key,
      n: fc.integer(),
      mustBeNew: fc.integer({ min: 0, max: 9 }).map((of) => of === 0),
      readable: fc.constantFrom(undefined, "nobody" as const, "anyone" as const),
    })
    .map(({ key: k, n, mustBeNew, readable }) => (owner: string) => ({
      op: "write" as const,
      owner,
      collection,
      key: k,
      value: { n },
      ...(mustBeNew ? { version: null } : {}),
      ...(readable === undefined ? {} : { readable }),
    })),
);

/** What may differ between two owners is left out. */
function plain(results: readonly ObjectResult[]): unknown {
  return JSON.parse(
    JSON.stringify(results, (name, value: unknown) =>
      name === "version" || name === "owner" ? "·" : value,
    ),
  );
}

onEachDatabase((database) => {
  let store: Store;
  let objects: Objects;

  beforeEach(async () => {
    store = await database.open();
    const clock = new VirtualClock();
    objects = new Objects(store, { clock, random: (length) => randomBytes(length) });
  });

  const all = async (by: Subject): Promise<unknown> => {
    const page = await objects.list(by, { owner: by.account, collection }, { count: 100 });
    return page.objects.map(({ key: k, value, readable }) => ({ k, value, readable }));
  };

  /** What the operations give, one batch each, up to the first that is refused. */
  async function oneByOne(by: Subject, operations: readonly ObjectOperation[]): Promise<unknown> {
    const results: ObjectResult[] = [];
    try {
      for (const one of operations) results.push(...(await objects.batch(by, [one])));
    } catch (error) {
      if (error instanceof RealmError) return error.code;
      throw error;
    }
    return plain(results);
  }

  async function atOnce(by: Subject, operations: readonly ObjectOperation[]): Promise<unknown> {
    try {
      return plain(await objects.batch(by, operations));
    } catch (error) {
      if (error instanceof RealmError) return error.code;
      throw error;
    }
  }

  describe("[S-OBJ4] a batch", () => {
    test("does what its operations would do one after the other, or nothing", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(deed, { maxLength: 4 }),
          fc.array(deed, { minLength: 1, maxLength: 12 }),
          async (before, deeds) => {
            const [ada, bob] = [player(), player()];
            await addPlayers(store, ada, bob);
            for (const by of [ada, bob]) {
              await oneByOne(
                by,
                before.map((of) => of(by.account)),
              );
            }
            const start = await all(ada);
            const alone = await oneByOne(
              bob,
              deeds.map((of) => of(bob.account)),
            );
            const together = await atOnce(
              ada,
              deeds.map((of) => of(ada.account)),
            );
            expect(together).toEqual(alone);
            const isRefused = typeof alone === "string";
            expect(await all(ada)).toEqual(isRefused ? start : await all(bob));
          },
        ),
        { numRuns: 25 },
      );
    });

    test("objectsPerOwner: counts what it makes and what it deletes", async () => {
      const ada = player();
      await addPlayers(store, ada);
      const { value: max } = limits.objectsPerOwner;
      const write = (k: string): ObjectOperation => ({
        op: "write",
        owner: ada.account,
        collection,
        key: k,
        value: {},
      });
      const gone: ObjectOperation = { op: "delete", owner: ada.account, collection, key: "k0" };
      const rows = Array.from({ length: max - 2 }, (_, i) => ({
        owner: ada.account,
        collection,
        key: `k${i}`,
        value: "{}",
        version: `v${i}`,
        readable: 1 as const,
        writable: 1 as const,
        updated_ms: 0,
      }));
      for (let i = 0; i < rows.length; i += 500) {
        await store.db
          .insertInto("objects")
          .values(rows.slice(i, i + 500))
          .execute();
      }
      expect(await atOnce(ada, [write("x"), write("y"), write("z")])).toBe("OBJECTS_FULL");
      const made = await atOnce(ada, [write("x"), write("y"), gone, write("z"), write("x")]);
      expect(made).toHaveLength(5);
      expect(await atOnce(ada, [write("w")])).toBe("OBJECTS_FULL");
    });
  });
});
