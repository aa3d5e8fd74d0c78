import { RealmError } from "@realmwright/protocol";
import type {
  HotHashes,
  HotKeys,
  HotLists,
  HotReply,
  HotSets,
  HotSorted,
  ScoredMember,
} from "../ports/hot.ts";
import {
  checkBound,
  checkName,
  checkScore,
  checkText,
  checkTtl,
  checkValue,
  checkWhole,
} from "./checks.ts";
import type { Engine } from "./engine.ts";
import { incrementFieldScript, incrementScript } from "./scripts.ts";

/** Checks a key and gives it its prefix. */
type KeyOf = (key: string) => string;

const maybeText = (reply: HotReply): string | undefined =>
  reply === null ? undefined : (reply as string);
const texts = (reply: HotReply): readonly string[] => reply as readonly string[];
const isOne = (reply: HotReply): boolean => reply === 1;

/** The script found what is no counter, or would pass what a number holds. */
function counterError(error: unknown): never {
  if (error instanceof RealmError && error.code === "HOT_SCRIPT_FAILED") {
    throw new RealmError("HOT_WRONG_TYPE", { detail: "no counter, or too great", cause: error });
  }
  throw error;
}

export function hotKeys(engine: Engine, keyOf: KeyOf): HotKeys {
  return {
    get: async (key) => maybeText(await engine.call("GET", [keyOf(key)])),
    async getBytes(key) {
      const reply = await engine.call("GET", [keyOf(key)], true);
      return reply === null ? undefined : (reply as Uint8Array);
    },
    async set(key, value, { ttlMs, ifAbsent = false } = {}) {
      const args = [keyOf(key), checkValue(value, "value")];
      if (ttlMs !== undefined) args.push("PX", checkTtl(ttlMs));
      if (ifAbsent) args.push("NX");
      return (await engine.call("SET", args)) !== null;
    },
    delete: async (key) => isOne(await engine.call("DEL", [keyOf(key)])),
    async increment(key, by = 1, { ttlMs } = {}) {
      const args = [
        String(checkWhole(by, Number.MIN_SAFE_INTEGER, "by")),
        ttlMs === undefined ? "" : checkTtl(ttlMs),
      ];
      return Number(await engine.run(incrementScript, [keyOf(key)], args).catch(counterError));
    },
    expire: async (key, ttlMs) =>
      isOne(await engine.call("PEXPIRE", [keyOf(key), checkTtl(ttlMs)])),
    async ttlMs(key) {
      const left = (await engine.call("PTTL", [keyOf(key)])) as number;
      if (left === -2) return undefined;
      return left === -1 ? Infinity : left;
    },
  };
}

export function hotHashes(engine: Engine, keyOf: KeyOf): HotHashes {
  return {
    get: async (key, field) =>
      maybeText(await engine.call("HGET", [keyOf(key), checkName(field, "field")])),
    async getAll(key) {
      const flat = texts(await engine.call("HGETALL", [keyOf(key)]));
      const fields = new Map<string, string>();
      for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
      return fields;
    },
    async set(key, fields) {
      const args = [keyOf(key)];
      for (const [field, value] of fields) {
        args.push(checkName(field, "field"), checkText(value, "value"));
      }
      checkWhole(fields.size, 1, "fields");
      await engine.call("HSET", args);
    },
    delete: async (key, field) =>
      isOne(await engine.call("HDEL", [keyOf(key), checkName(field, "field")])),
    async increment(key, field, by = 1) {
      checkWhole(by, Number.MIN_SAFE_INTEGER, "by");
      const args = [checkName(field, "field"), String(by), String(0 - by)];
      const run = engine.run(incrementFieldScript, [keyOf(key)], args);
      return Number(await run.catch(counterError));
    },
  };
}

export function hotSets(engine: Engine, keyOf: KeyOf): HotSets {
  const one = async (command: "SADD" | "SREM" | "SISMEMBER", key: string, member: string) =>
    isOne(await engine.call(command, [keyOf(key), checkName(member, "member")]));
  return {
    add: (key, member) => one("SADD", key, member),
    remove: (key, member) => one("SREM", key, member),
    has: (key, member) => one("SISMEMBER", key, member),
    members: async (key) => texts(await engine.call("SMEMBERS", [keyOf(key)])),
    size: async (key) => (await engine.call("SCARD", [keyOf(key)])) as number,
  };
}

function scored(reply: HotReply): readonly ScoredMember[] {
  const flat = texts(reply);
  const members: ScoredMember[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    members.push({ member: flat[i]!, score: Number(flat[i + 1]) });
  }
  return members;
}

export function hotSorted(engine: Engine, keyOf: KeyOf): HotSorted {
  return {
    async add(key, members, { only } = {}) {
      checkWhole(members.length, 1, "members");
      const args = [keyOf(key)];
      if (only !== undefined) args.push(only === "greater" ? "GT" : "LT");
      args.push("CH");
      for (const { member, score } of members) {
        args.push(checkScore(score), checkName(member, "member"));
      }
      return (await engine.call("ZADD", args)) as number;
    },
    increment: async (key, member, by) =>
      Number(
        await engine.call("ZINCRBY", [keyOf(key), checkScore(by), checkName(member, "member")]),
      ),
    async score(key, member) {
      const reply = await engine.call("ZSCORE", [keyOf(key), checkName(member, "member")]);
      return reply === null ? undefined : Number(reply);
    },
    async rank(key, member, order = "ascending") {
      const command = order === "ascending" ? "ZRANK" : "ZREVRANK";
      const reply = await engine.call(command, [keyOf(key), checkName(member, "member")]);
      return reply === null ? undefined : (reply as number);
    },
    async range(key, from, count, order = "ascending") {
      const command = order === "ascending" ? "ZRANGE" : "ZREVRANGE";
      const ends = rangeEnds(from, count);
      const args = [keyOf(key), ...(ends ?? []), "WITHSCORES"];
      return ends === undefined ? [] : scored(await engine.call(command, args));
    },
    async rangeByScore(key, min, max, count, order = "ascending") {
      const bounds = [checkBound(min), checkBound(max)];
      const limit = ["WITHSCORES", "LIMIT", "0", String(checkWhole(count, 0, "count"))];
      const args = order === "ascending" ? bounds : bounds.toReversed();
      const command = order === "ascending" ? "ZRANGEBYSCORE" : "ZREVRANGEBYSCORE";
      return scored(await engine.call(command, [keyOf(key), ...args, ...limit]));
    },
    remove: async (key, member) =>
      isOne(await engine.call("ZREM", [keyOf(key), checkName(member, "member")])),
    size: async (key) => (await engine.call("ZCARD", [keyOf(key)])) as number,
  };
}

export function hotLists(engine: Engine, keyOf: KeyOf): HotLists {
  return {
    push: async (key, item, end = "tail") =>
      (await engine.call(end === "tail" ? "RPUSH" : "LPUSH", [
        keyOf(key),
        checkText(item, "item"),
      ])) as number,
    pop: async (key, end = "head") =>
      maybeText(await engine.call(end === "head" ? "LPOP" : "RPOP", [keyOf(key)])),
    async range(key, from, count) {
      const ends = rangeEnds(from, count);
      const args = [keyOf(key), ...(ends ?? [])];
      return ends === undefined ? [] : texts(await engine.call("LRANGE", args));
    },
    length: async (key) => (await engine.call("LLEN", [keyOf(key)])) as number,
    remove: async (key, item) =>
      isOne(await engine.call("LREM", [keyOf(key), "1", checkText(item, "item")])),
  };
}

/** First and last index, as the engines count them; undefined when nothing is asked for. */
function rangeEnds(from: number, count: number): readonly [string, string] | undefined {
  checkWhole(from, 0, "from");
  checkWhole(count, 0, "count");
  if (count === 0) return undefined;
  return [String(from), String(Math.min(from + count - 1, Number.MAX_SAFE_INTEGER))];
}
