import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hot, HotScript, Lease } from "../ports/hot.ts";
import { acquireScript } from "./scripts.ts";
import { engineNames, isThere, openStage, type HotStage } from "./testing/hot-stage.ts";

/** Adds to a counter and keeps the last argument; fails when it is told to. */
const tally: HotScript = {
  name: "tally",
  lua: `
if ARGV[1] == "fail" then return redis.error_reply("ERR told to") end
redis.call("SET", KEYS[2], ARGV[1])
return { redis.call("INCRBY", KEYS[1], "1"), ARGV[1], false }`,
  memory(call, [count, last], [arg]) {
    if (arg === "fail") throw new Error("told to");
    call("SET", last!, arg!);
    return [call("INCRBY", count!, "1"), arg!, null];
  },
};

const error = (code: string): { code: string } => ({ code });

for (const engine of engineNames) {
  describe.skipIf(!isThere(engine))(`what nodes share in hot state: ${engine}`, () => {
    let stage: HotStage;
    let hot: Hot;
    /** Another node's, on engines that have more than one. */
    let other: Hot;
    let count = 0;
    const fresh = (): string => `name ${++count}`;

    beforeAll(async () => {
      stage = await openStage(engine);
      hot = stage.hot;
      other = await stage.another();
    });
    afterAll(() => stage?.close());

    it("[S-HOT7] brings what is published while one listens, in order", async () => {
      const channel = fresh();
      const got: string[] = [];
      await other.channels.publish(channel, "too early");
      const stop = await hot.channels.subscribe(channel, (message) => {
        got.push(Buffer.from(message).toString("latin1"));
      });
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      for (let i = 0; i < 50; i++) await other.channels.publish(channel, `${i}`);
      await other.channels.publish(channel, bytes);
      await other.channels.publish(`${channel}x`, "elsewhere");
      await stage.settle(() => got.length === 51);
      expect(got).toEqual([
        ...Array.from({ length: 50 }, (_, i) => `${i}`),
        Buffer.from(bytes).toString("latin1"),
      ]);
      await stop();
      await stop();
      await other.channels.publish(channel, "too late");
      const still: number[] = [];
      await hot.channels.subscribe(channel, () => still.push(1));
      await other.channels.publish(channel, "last");
      await stage.settle(() => still.length === 1);
      expect(got.length).toBe(51);
    });

    it("[S-HOT7] listeners of a channel are apart: one that throws or ends costs nobody", async () => {
      const channel = fresh();
      const got: string[] = [];
      await hot.channels.subscribe(channel, () => {
        throw new Error("careless");
      });
      const second = (message: Uint8Array) => void got.push(`b${message.length}`);
      const stop = await hot.channels.subscribe(channel, second);
      await hot.channels.subscribe(channel, second);
      await hot.channels.publish(channel, "1");
      await stage.settle(() => got.length === 2);
      await stop();
      await hot.channels.publish(channel, "22");
      await stage.settle(() => got.length === 3);
      expect(got).toEqual(["b1", "b1", "b2"]);
      expect(stage.log.of("error").filter(({ data }) => data["channel"] === channel).length).toBe(
        2,
      );
    });

    it("[S-HOT7] never calls a listener inside a call", async () => {
      const channel = fresh();
      let isInside = false;
      const got: boolean[] = [];
      await hot.channels.subscribe(channel, () => got.push(isInside));
      isInside = true;
      const published = hot.channels.publish(channel, "x");
      isInside = false;
      await published;
      await stage.settle(() => got.length === 1);
      expect(got).toEqual([false]);
    });

    it("[S-HOT8] runs a script as one, also where it was forgotten", async () => {
      const name = fresh();
      const keys = [`{${name}}count`, `{${name}}last`];
      const reply = await hot.run(tally, keys, ["a"]);
      expect(reply).toEqual([1, "a", null]);
      await stage.forgetScripts();
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          (i % 2 === 0 ? hot : other).run(tally, keys, [`${i}`]),
        ),
      );
      const counts = replies.map((one) => (one as readonly [number])[0]);
      expect(counts.toSorted((a, b) => a - b)).toEqual(counts.map((_, i) => i + 2));
      const last = replies.find((one) => (one as readonly [number])[0] === 51);
      expect(await hot.keys.get(keys[1]!)).toBe((last as readonly [number, string])[1]);
    });

    it("[S-HOT8] a script that fails is HOT_SCRIPT_FAILED, and one with keys apart is refused", async () => {
      const keys = ["{a}x", "{a}y"];
      await expect(hot.run(tally, keys, ["fail"])).rejects.toMatchObject(
        error("HOT_SCRIPT_FAILED"),
      );
      await hot.sets.add("{a}set", "x");
      await expect(hot.run(tally, ["{a}set", "{a}y"], ["z"])).rejects.toMatchObject(
        error("HOT_WRONG_TYPE"),
      );
      for (const apart of [
        ["a", "b"],
        ["{a}x", "{b}x"],
        ["{}a", "{}b"],
        ["{a}x", "{a"],
        ["{a}x", ""],
      ]) {
        await expect(hot.run(tally, apart, ["z"])).rejects.toMatchObject(error("HOT_INVALID"));
      }
    });

    it("[S-HOT9] gives a lease to one of many, and the next a higher epoch", async () => {
      const name = fresh();
      const tries = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 === 0 ? hot : other).leases.acquire(name, `node ${i}`, 60_000),
        ),
      );
      const won = tries.filter((one) => one !== undefined);
      expect(won.length).toBe(1);
      const first = won[0]!;
      expect(await other.leases.holder(name)).toEqual(first);
      expect(await hot.leases.acquire(name, first.holder, 60_000)).toBeUndefined();
      let epoch = first.epoch;
      let lease: Lease = first;
      for (let i = 0; i < 20; i++) {
        expect(await hot.leases.release(lease)).toBe(true);
        expect(await other.leases.holder(name)).toBeUndefined();
        lease = (await other.leases.acquire(name, "b", 60_000))!;
        expect(lease.epoch).toBeGreaterThan(epoch);
        epoch = lease.epoch;
      }
    });

    it("[S-HOT9] with a lost lease nothing is renewed, released or written", async () => {
      const name = fresh();
      const old = (await hot.leases.acquire(name, "a", 30))!;
      expect(await hot.leases.write(old, "from a")).toBe(true);
      await stage.settle(async () => (await hot.leases.holder(name)) === undefined);
      expect(await hot.leases.write(old, "late")).toBe(false);
      expect(await hot.leases.renew(old, 60_000)).toBe(false);
      const next = (await other.leases.acquire(name, "a", 60_000))!;
      expect(next.epoch).toBeGreaterThan(old.epoch);
      expect(await hot.leases.write(old, "later")).toBe(false);
      expect(await hot.leases.renew(old, 60_000)).toBe(false);
      expect(await hot.leases.release(old)).toBe(false);
      expect(Buffer.from((await other.leases.read(name))!).toString()).toBe("from a");
      expect(await other.leases.write(next, Uint8Array.of(0, 255, 10), { ttlMs: 60_000 })).toBe(
        true,
      );
      expect([...(await hot.leases.read(name))!]).toEqual([0, 255, 10]);
      expect(await other.leases.renew(next, 60_000)).toBe(true);
    });

    it("[S-HOT9] an epoch exceeds those seen elsewhere, to the last there is", async () => {
      const name = fresh();
      const { MAX_SAFE_INTEGER: max } = Number;
      const lease = (await hot.leases.acquire(name, "a", 60_000, { above: max - 2 }))!;
      expect(lease.epoch).toBe(max - 1);
      expect(await hot.leases.renew(lease, 60_000)).toBe(true);
      await hot.leases.release(lease);
      expect((await hot.leases.acquire(name, "b", 60_000))!.epoch).toBe(max);
      await hot.leases.release({ name, holder: "b", epoch: max });
      await expect(hot.leases.acquire(name, "c", 60_000)).rejects.toMatchObject(
        error("HOT_SCRIPT_FAILED"),
      );
      await expect(hot.leases.acquire(name, "c", 1, { above: -1 })).rejects.toMatchObject(
        error("HOT_INVALID"),
      );
    });

    it("[S-HOT9] names and holders may be called anything", async () => {
      const names = ["}", "{", "{}", "a}b", "%7D", "__proto__", ":", "\r\n", "a:epoch"];
      for (const [i, name] of names.entries()) {
        const holder = names[(i + 1) % names.length]!;
        const lease = await hot.leases.acquire(name, holder, 60_000);
        expect(lease).toMatchObject({ name, holder });
        expect(await other.leases.holder(name)).toEqual(lease);
        expect(await other.leases.write(lease!, name)).toBe(true);
      }
      for (const name of names) {
        expect(Buffer.from((await hot.leases.read(name))!).toString()).toBe(name);
      }
      expect(await other.leases.read("nobody")).toBeUndefined();
    });

    it("[S-HOT12] fails after close, and closes twice", async () => {
      const mine = await openStage(engine);
      expect(mine.hot.isReady()).toBe(true);
      await mine.hot.channels.subscribe("a", () => {});
      await mine.hot.close();
      await mine.hot.close();
      expect(mine.hot.isReady()).toBe(false);
      const calls = [
        mine.hot.keys.get("a"),
        mine.hot.run(acquireScript, ["{a}", "{a}b"], []),
        mine.hot.channels.publish("a", "x"),
        mine.hot.channels.subscribe("a", () => {}),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject(error("HOT_UNAVAILABLE"));
      await mine.close();
    });
  });
}
