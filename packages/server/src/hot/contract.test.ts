import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hot, ScoredMember } from "../ports/hot.ts";
import { engineNames, isThere, openStage, type HotStage } from "./testing/hot-stage.ts";

/** Names that break what is careless. */
const hostileNames = [
  "__proto__",
  "constructor",
  "a b\r\nSET x y\r\n",
  "*",
  "\u0000",
  "{",
  "}{",
  "{}",
  "ключ",
  "\u{1f600}",
  "%7B",
  "-inf",
  "NX",
  " ",
];

const error = (code: string): { code: string } => ({ code });
const member = (name: string, score: number): ScoredMember => ({ member: name, score });

for (const engine of engineNames) {
  describe.skipIf(!isThere(engine))(`the hot state's contract: ${engine}`, () => {
    let stage: HotStage;
    let hot: Hot;
    let count = 0;
    const fresh = (): string => `key ${++count}`;

    beforeAll(async () => {
      stage = await openStage(engine);
      hot = stage.hot;
      console.log(`hot state: ${await hot.version()}`);
    });
    afterAll(() => stage?.close());

    it("[S-HOT1] keeps texts and bytes as they are", async () => {
      const key = fresh();
      expect(await hot.keys.get(key)).toBeUndefined();
      expect(await hot.keys.getBytes(key)).toBeUndefined();
      for (const text of ["", "1", "ключ\u0000\r\n\u{1f600}", "x".repeat(65_536)]) {
        expect(await hot.keys.set(key, text)).toBe(true);
        expect(await hot.keys.get(key)).toBe(text);
      }
      const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => i % 256);
      await hot.keys.set(key, bytes);
      const given = bytes.slice();
      bytes.fill(0);
      expect(Buffer.compare((await hot.keys.getBytes(key))!, given)).toBe(0);
    });

    it("[S-HOT1] ends a key, and everything in it, at its time", async () => {
      const [value, set] = [fresh(), fresh()];
      await hot.keys.set(value, "x", { ttlMs: 40 });
      await hot.sets.add(set, "a");
      expect(await hot.keys.ttlMs(set)).toBe(Infinity);
      expect(await hot.keys.expire(set, 40)).toBe(true);
      expect(await hot.keys.ttlMs(value)).toBeLessThanOrEqual(40);
      await stage.settle(async () => (await hot.keys.ttlMs(value)) === undefined);
      await stage.settle(async () => (await hot.sets.size(set)) === 0);
      expect(await hot.keys.get(value)).toBeUndefined();
      expect(await hot.keys.expire(value, 1000)).toBe(false);
      expect(await hot.keys.delete(value)).toBe(false);
    });

    it("[S-HOT1] a value that is set anew stays; one that is there is not set if absent", async () => {
      const key = fresh();
      expect(await hot.keys.set(key, "a", { ttlMs: 60_000, ifAbsent: true })).toBe(true);
      expect(await hot.keys.set(key, "b", { ifAbsent: true })).toBe(false);
      expect(await hot.keys.get(key)).toBe("a");
      expect(await hot.keys.ttlMs(key)).toBeGreaterThan(0);
      await hot.keys.set(key, "c");
      expect(await hot.keys.ttlMs(key)).toBe(Infinity);
      // another kind is replaced
      await hot.sets.add(fresh(), "a");
      expect(await hot.keys.set(`key ${count}`, "d")).toBe(true);
      expect(await hot.keys.delete(key)).toBe(true);
    });

    it("[S-HOT2] counts, together with others, within its first time to live", async () => {
      const key = fresh();
      const by = Array.from({ length: 50 }, () => hot.keys.increment(key, 2, { ttlMs: 60_000 }));
      expect((await Promise.all(by)).toSorted((a, b) => a - b)).toEqual(
        by.map((_, i) => 2 * i + 2),
      );
      expect(await hot.keys.increment(key, -101, { ttlMs: 120_000 })).toBe(-1);
      expect(await hot.keys.ttlMs(key)).toBeLessThanOrEqual(60_000);
      await hot.keys.set(key, "5");
      expect(await hot.keys.increment(key, 0, { ttlMs: 1000 })).toBe(5);
      expect(await hot.keys.ttlMs(key)).toBe(Infinity);
    });

    it("[S-HOT2] leaves what is no counter, and what would pass 2^53 - 1", async () => {
      const [key, hash] = [fresh(), fresh()];
      const { MAX_SAFE_INTEGER: max } = Number;
      for (const value of ["", "x", "1.5", " 1", "01", "-0", "0x10", "9".repeat(30)]) {
        await hot.keys.set(key, value);
        await expect(hot.keys.increment(key), value).rejects.toMatchObject(error("HOT_WRONG_TYPE"));
        expect(await hot.keys.get(key)).toBe(value);
      }
      for (const sign of [1, -1]) {
        await hot.keys.set(key, "0");
        expect(await hot.keys.increment(key, sign * max)).toBe(sign * max);
        await expect(hot.keys.increment(key, sign)).rejects.toMatchObject(error("HOT_WRONG_TYPE"));
        expect(await hot.keys.get(key)).toBe(String(sign * max));
        await hot.hashes.set(hash, new Map([["n", String(sign * max)]]));
        await expect(hot.hashes.increment(hash, "n", sign)).rejects.toMatchObject(
          error("HOT_WRONG_TYPE"),
        );
        expect(await hot.hashes.get(hash, "n")).toBe(String(sign * max));
      }
    });

    it("[S-HOT3] keeps fields apart, whatever they are called", async () => {
      const key = fresh();
      const fields = new Map(hostileNames.map((name, i) => [name, `${i}${name}`]));
      await hot.hashes.set(key, fields);
      const all = await hot.hashes.getAll(key);
      expect(new Map(all)).toEqual(fields);
      for (const name of hostileNames) {
        expect(await hot.hashes.get(key, name)).toBe(fields.get(name));
        expect(await hot.hashes.delete(key, name)).toBe(true);
        expect(await hot.hashes.delete(key, name)).toBe(false);
      }
      expect(await hot.keys.ttlMs(key)).toBeUndefined();
      expect(await hot.hashes.getAll(key)).toEqual(new Map());
      expect(await hot.hashes.increment(key, "n")).toBe(1);
      expect(await hot.hashes.increment(key, "n", -3)).toBe(-2);
    });

    it("[S-HOT4] holds each member once", async () => {
      const key = fresh();
      for (const name of hostileNames) {
        expect(await hot.sets.add(key, name)).toBe(true);
        expect(await hot.sets.add(key, name)).toBe(false);
      }
      expect((await hot.sets.members(key)).toSorted()).toEqual(hostileNames.toSorted());
      expect(await hot.sets.has(key, "__proto__")).toBe(true);
      expect(await hot.sets.has(key, "toString")).toBe(false);
      for (const name of hostileNames) expect(await hot.sets.remove(key, name)).toBe(true);
      expect(await hot.sets.remove(key, "x")).toBe(false);
      expect(await hot.keys.ttlMs(key)).toBeUndefined();
      expect(await hot.sets.members(key)).toEqual([]);
    });

    it("[S-HOT5] orders by score, then by the members' bytes, as a plain list does", async () => {
      const score = fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      );
      const name = fc.oneof(
        fc.constantFrom(...hostileNames, "\uffee", "\ue000"),
        fc.string({ minLength: 1, maxLength: 3 }),
      );
      const steps = fc.array(
        fc.tuple(fc.constantFrom("add", "greater", "less", "by", "remove"), name, score),
        { maxLength: 40 },
      );
      await fc.assert(
        fc.asyncProperty(steps, fc.nat(30), fc.nat(10), async (given, from, size) => {
          const key = fresh();
          const model = new Map<string, number>();
          for (const [step, who, raw] of given) {
            const value = raw + 0;
            const old = model.get(who);
            if (step === "remove") {
              expect(await hot.sorted.remove(key, who)).toBe(model.delete(who));
            } else if (step === "by") {
              model.set(who, (old ?? 0) + value);
              expect(await hot.sorted.increment(key, who, value)).toBe(model.get(who));
            } else {
              const stays =
                old !== undefined &&
                ((step === "greater" && value <= old) || (step === "less" && value >= old));
              const only = step === "add" ? {} : { only: step };
              const changed = await hot.sorted.add(key, [member(who, value)], only);
              expect(changed).toBe(stays || old === value ? 0 : 1);
              if (!stays) model.set(who, value);
            }
          }
          const sorted = [...model]
            .map(([who, value]) => member(who, value))
            .toSorted(
              (a, b) =>
                a.score - b.score || Buffer.compare(Buffer.from(a.member), Buffer.from(b.member)),
            );
          const reversed = sorted.toReversed();
          expect(await hot.sorted.size(key)).toBe(sorted.length);
          expect(await hot.sorted.range(key, from, size)).toEqual(sorted.slice(from, from + size));
          expect(await hot.sorted.range(key, 0, 99, "descending")).toEqual(reversed);
          const within = (one: ScoredMember): boolean => one.score >= -2 && one.score <= 2;
          expect(await hot.sorted.rangeByScore(key, -2, 2, size)).toEqual(
            sorted.filter(within).slice(0, size),
          );
          expect(await hot.sorted.rangeByScore(key, -2, Infinity, 3, "descending")).toEqual(
            reversed.filter((one) => one.score >= -2).slice(0, 3),
          );
          for (const [i, one] of sorted.entries()) {
            expect(await hot.sorted.rank(key, one.member)).toBe(i);
            expect(await hot.sorted.rank(key, one.member, "descending")).toBe(
              sorted.length - 1 - i,
            );
            expect(await hot.sorted.score(key, one.member)).toBe(one.score);
          }
        }),
        { numRuns: 40 },
      );
    });

    it("[S-HOT5] knows nothing of members that are not in, and takes many at once", async () => {
      const key = fresh();
      expect(await hot.sorted.rank(key, "a")).toBeUndefined();
      expect(await hot.sorted.score(key, "a")).toBeUndefined();
      expect(await hot.sorted.range(key, 0, 10)).toEqual([]);
      const many = Array.from({ length: 2000 }, (_, i) => member(`m${i}`, (i * 7919) % 2000));
      expect(await hot.sorted.add(key, many)).toBe(2000);
      expect(await hot.sorted.add(key, many)).toBe(0);
      expect(await hot.sorted.rank(key, "m1")).toBe(7919 % 2000);
      expect(await hot.sorted.range(key, 1999, 10)).toEqual([
        many.find(({ score }) => score === 1999),
      ]);
      expect(await hot.sorted.range(key, 2000, 10)).toEqual([]);
    });

    it("[S-HOT6] keeps the order of items, and gives each to one", async () => {
      const key = fresh();
      for (let i = 0; i < 5; i++) expect(await hot.lists.push(key, `${i}`)).toBe(i + 1);
      expect(await hot.lists.push(key, "first", "head")).toBe(6);
      expect(await hot.lists.range(key, 0, 3)).toEqual(["first", "0", "1"]);
      expect(await hot.lists.range(key, 5, 10)).toEqual(["4"]);
      expect(await hot.lists.range(key, 0, 0)).toEqual([]);
      await hot.lists.push(key, "1");
      expect(await hot.lists.remove(key, "1")).toBe(true);
      expect(await hot.lists.remove(key, "9")).toBe(false);
      const taken = await Promise.all(Array.from({ length: 8 }, () => hot.lists.pop(key)));
      expect(taken).toEqual(["first", "0", "2", "3", "4", "1", undefined, undefined]);
      expect(await hot.keys.ttlMs(key)).toBeUndefined();
      await hot.lists.push(key, "");
      expect(await hot.lists.pop(key, "tail")).toBe("");
      expect(await hot.lists.length(key)).toBe(0);
    });

    it("[S-HOT10] leaves a key of another kind as it is", async () => {
      const [value, set, list] = [fresh(), fresh(), fresh()];
      await hot.keys.set(value, "x");
      await hot.sets.add(set, "x");
      await hot.lists.push(list, "x");
      const wrong = [
        hot.keys.get(set),
        hot.keys.increment(set),
        hot.hashes.get(value, "a"),
        hot.hashes.set(set, new Map([["a", "b"]])),
        hot.hashes.increment(list, "a"),
        hot.sets.add(value, "a"),
        hot.sets.members(list),
        hot.sorted.add(set, [member("a", 1)]),
        hot.sorted.increment(value, "a", 1),
        hot.sorted.range(list, 0, 1),
        hot.lists.push(set, "a"),
        hot.lists.pop(value),
      ];
      for (const call of wrong) await expect(call).rejects.toMatchObject(error("HOT_WRONG_TYPE"));
      expect(await hot.keys.get(value)).toBe("x");
      expect(await hot.sets.members(set)).toEqual(["x"]);
      expect(await hot.lists.range(list, 0, 9)).toEqual(["x"]);
    });

    it("[S-HOT10] hotKeyBytes, hotValueBytes: takes so many, and not one more", async () => {
      const { value: keyBytes } = limits.hotKeyBytes;
      const { value: valueBytes } = limits.hotValueBytes;
      const key = "é".repeat(keyBytes / 2);
      expect(await hot.keys.set(key, "x".repeat(valueBytes))).toBe(true);
      expect((await hot.keys.get(key))!.length).toBe(valueBytes);
      await hot.keys.delete(key);
      const refused = [
        hot.keys.set(`${key}x`, "x"),
        hot.keys.set(fresh(), "x".repeat(valueBytes + 1)),
        hot.keys.set(fresh(), "é".repeat(valueBytes / 2 + 1)),
        hot.keys.set(fresh(), new Uint8Array(valueBytes + 1)),
        hot.lists.push(fresh(), "x".repeat(valueBytes + 1)),
        hot.channels.publish("c", new Uint8Array(valueBytes + 1)),
        hot.hashes.get("h", `${key}x`),
      ];
      for (const call of refused) await expect(call).rejects.toMatchObject(error("HOT_INVALID"));
    });

    it("[S-HOT10] refuses names, times and numbers that are none", async () => {
      const refused = [
        hot.keys.get(""),
        hot.keys.get("\ud800"),
        hot.keys.set("a", "\udc00"),
        hot.sets.add("a", "\ud800x"),
        hot.hashes.set("a", new Map()),
        hot.sorted.add("a", []),
        ...[0, -1, 1.5, NaN, Infinity, 31_536_000_001].map((ttlMs) =>
          hot.keys.set("a", "", { ttlMs }),
        ),
        ...[NaN, Infinity, 2 ** 53].map((score) => hot.sorted.add("a", [member("x", score)])),
        ...[0.5, NaN, 2 ** 53].map((by) => hot.keys.increment("a", by)),
        hot.sorted.range("a", -1, 1),
        hot.sorted.rangeByScore("a", NaN, 1, 1),
        hot.lists.range("a", 0, -1),
        hot.leases.acquire("a", "", 1000),
        hot.leases.acquire("", "a", 1000),
      ];
      for (const call of refused) await expect(call).rejects.toMatchObject(error("HOT_INVALID"));
      expect(await hot.keys.ttlMs("a")).toBeUndefined();
    });

    it("[S-HOT16] with a prefix nothing is shared", async () => {
      const other = await stage.another("other:");
      const key = fresh();
      await hot.keys.set(key, "mine");
      expect(await other.keys.get(key)).toBeUndefined();
      await other.keys.set(key, "theirs");
      expect(await hot.keys.get(key)).toBe("mine");
      expect(await other.leases.acquire(key, "b", 60_000)).toBeDefined();
      expect(await hot.leases.holder(key)).toBeUndefined();
      for (const prefix of ["a b", "{a}", "é", "x".repeat(65)]) {
        await expect(stage.another(prefix)).rejects.toMatchObject(error("HOT_INVALID"));
      }
    });
  });
}
