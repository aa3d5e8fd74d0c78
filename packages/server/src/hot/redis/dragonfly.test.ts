import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import { systemClock } from "../../scheduler/system-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { until } from "../../testing/until.ts";
import * as scripts from "../scripts.ts";
import * as tallies from "../tally-scripts.ts";
import { engines, isThere, serverNames } from "../testing/hot-stage.ts";
import { PrivateServer } from "../testing/private-server.ts";
import { openRedisHot } from "./redis-hot.ts";

/**
 * "Fully supported", of the commands that come into question here: Dragonfly's documentation, Command Reference, page
 * "Dragonfly API Compatibility", read in November 2026.
 */
const supported = new Set(
  [
    "AUTH ECHO PING QUIT SELECT",
    "DEL EXISTS EXPIRE PEXPIRE PEXPIREAT PTTL SCAN TTL TYPE UNLINK",
    "GET GETDEL INCRBY DECRBY MGET MSET SET SETNX STRLEN",
    "HDEL HEXISTS HGET HGETALL HINCRBY HKEYS HLEN HMGET HSET HSETNX HVALS",
    "LINDEX LLEN LMOVE LPOP LPOS LPUSH LRANGE LREM LSET LTRIM RPOP RPUSH",
    "PSUBSCRIBE PUBLISH PUNSUBSCRIBE SUBSCRIBE UNSUBSCRIBE",
    // "SCRIPT KILL" is asked only of an engine that says BUSY, as Dragonfly never does
    "EVAL EVALSHA SCRIPT",
    "DBSIZE INFO ROLE TIME",
    "SADD SCARD SISMEMBER SMEMBERS SMISMEMBER SMOVE SPOP SREM SSCAN",
    "ZADD ZCARD ZCOUNT ZINCRBY ZMSCORE ZPOPMAX ZPOPMIN ZRANGE ZRANGEBYSCORE ZRANK ZREM",
    "ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE ZREVRANK ZSCORE",
  ].flatMap((line) => line.split(" ")),
);

const lua = Object.values({ ...scripts, ...tallies }).flatMap((one) =>
  typeof one === "object" ? [one] : [],
);

describe("what is asked of an engine", () => {
  it("[S-HOT14] the list of commands has none that Dragonfly does not", () => {
    const source = readFileSync(new URL("../engine.ts", import.meta.url), "utf8");
    const listed = [...source.matchAll(/^ {2}\| "([A-Z]+)"/gm)].map(([, name]) => name!);
    expect(listed.length).toBeGreaterThan(30);
    expect(listed.filter((name) => !supported.has(name))).toEqual([]);
  });

  it.each(lua.map((one) => [one.name, one.lua] as const))(
    "[S-HOT14] the script %s has no other commands, and no keys but those given",
    (_, source) => {
      const calls = [...source.matchAll(/redis\.p?call\(\s*([^,)]+)(?:,\s*([^,)]+))?/g)];
      expect(calls.length).toBe(source.match(/redis\.p?call/g)!.length);
      for (const [, command = "", key] of calls) {
        const name = /^"([A-Z]+)"$/.exec(command)?.[1] ?? command;
        expect(supported.has(name), command).toBe(true);
        if (name !== "TIME") expect(key).toMatch(/^KEYS\[\d\]$/);
      }
    },
  );

  for (const name of serverNames)
    describe.skipIf(!isThere(name))(name, () => {
      let server: PrivateServer | undefined;
      beforeAll(async () => {
        server = await PrivateServer.start(engines[name]);
      });
      afterAll(() => server?.stop());

      it("[S-HOT14] the engine was asked nothing else, by the client's library neither", async () => {
        const { url } = server!;
        const log = new RecordedLog();
        const hot = await openRedisHot({ url, clock: systemClock(), log, randomBytes });
        const { keys, hashes, sets, sorted, lists, leases, channels } = hot;
        await keys.set("a", "1", { ttlMs: 60_000, ifAbsent: true });
        await keys.getBytes("a");
        await keys.increment("a");
        await keys.expire("a", 1000);
        await keys.ttlMs("a");
        await keys.delete("a");
        await hashes.set("h", new Map([["a", "1"]]));
        await hashes.increment("h", "a");
        await hashes.get("h", "a");
        await hashes.getAll("h");
        await hashes.delete("h", "a");
        await sets.add("s", "a");
        await sets.has("s", "a");
        await sets.members("s");
        await sets.size("s");
        await sets.remove("s", "a");
        await sorted.add("z", [{ member: "a", score: 1 }], { only: "greater" });
        await sorted.increment("z", "a", 1);
        await sorted.score("z", "a");
        for (const order of ["ascending", "descending"] as const) {
          await sorted.rank("z", "a", order);
          await sorted.range("z", 0, 1, order);
          await sorted.rangeByScore("z", 0, 1, 1, order);
        }
        await sorted.size("z");
        await sorted.remove("z", "a");
        for (const end of ["head", "tail"] as const) {
          await lists.push("l", "a", end);
          await lists.push("l", "a", end);
          await lists.pop("l", end);
        }
        await lists.range("l", 0, 1);
        await lists.length("l");
        await lists.remove("l", "a");
        const lease = (await leases.acquire("r", "a", 1000))!;
        await leases.renew(lease, 1000);
        await leases.write(lease, "x", { ttlMs: 1000 });
        await leases.read("r");
        await leases.holder("r");
        await leases.release(lease);
        let heard = 0;
        const stop = await channels.subscribe("c", () => heard++);
        await channels.publish("c", "x");
        await until(() => heard === 1);
        await stop();
        await hot.version();
        await hot.close();

        const told = await server!.ask("INFO commandstats");
        const asked = [...told.matchAll(/^cmdstat_([a-z|]+):/gm)].map(([, one]) =>
          one!.toUpperCase(),
        );
        expect(asked).toEqual(
          expect.arrayContaining(["EVALSHA", "ZREVRANGE", "SUBSCRIBE", "LREM"]),
        );
        expect(asked.filter((one) => !supported.has(one))).toEqual([]);
      });
    });
});
