import type { HotCall, HotScript, HotValue } from "../ports/hot.ts";

/*
 * Failures that are counted by name, each with the time of the last one. Counts are in a hash, times in a sorted set beside
 * it, by which the one that was touched longest ago is forgotten first: however many names there are, they are bounded. The
 * caller's clock is what counts, so that the same calls give the same on every engine.
 */

/**
 * Keys: counts, times. Arguments: now, after which time without a failure a count is forgotten, how long the first wait is,
 * how many counts are kept; then three times a name, how many failures are free, and how long a wait is at most. The third
 * of them holds only for who is counted under the first. Answers how many milliseconds are left to wait; if none are, a
 * failure is counted under all three.
 */
export const attemptScript: HotScript = {
  name: "attempt",
  lua: `
local now, forget, first = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local counts, wait = {}, 0
for i = 1, 3 do
  local at = 2 + 3 * i
  local last = tonumber(redis.call("ZSCORE", KEYS[2], ARGV[at]) or -math.huge)
  local count = 0
  if math.abs(now - last) < forget then count = tonumber(redis.call("HGET", KEYS[1], ARGV[at]) or "0") end
  counts[i] = count
  local free = tonumber(ARGV[at + 1])
  if count >= free and (i < 3 or counts[1] > 0) then
    local most = math.min(tonumber(ARGV[at + 2]), first * 2 ^ (count - free))
    wait = math.max(wait, math.min(last, now) + most - now)
  end
end
if wait > 0 then return wait end
for i = 1, 3 do
  redis.call("HSET", KEYS[1], ARGV[2 + 3 * i], counts[i] + 1)
  redis.call("ZADD", KEYS[2], ARGV[1], ARGV[2 + 3 * i])
end
local over = redis.call("ZCARD", KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  local oldest = redis.call("ZRANGE", KEYS[2], 0, over - 1, "WITHSCORES")
  for i = 1, #oldest, 2 do
    redis.call("HDEL", KEYS[1], oldest[i])
    redis.call("ZREM", KEYS[2], oldest[i])
  end
end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
redis.call("PEXPIRE", KEYS[2], ARGV[2])
return 0`,
  memory(call, [countsKey = "", timesKey = ""], args) {
    const [now, forgetMs, firstMs, most] = args.slice(0, 4).map(Number) as Four;
    const asked = [4, 7, 10].map((at) => ({
      name: args[at]!,
      free: Number(args[at + 1]),
      mostMs: Number(args[at + 2]),
      last: Number(call("ZSCORE", timesKey, args[at]!) ?? -Infinity),
      count: 0,
    }));
    let waitMs = 0;
    for (const [i, one] of asked.entries()) {
      const { free, last, mostMs, name } = one;
      const isKnown = Math.abs(now - last) < forgetMs;
      one.count = isKnown ? Number(call("HGET", countsKey, name) ?? 0) : 0;
      if (one.count < free || (i === 2 && asked[0]!.count === 0)) continue;
      const wait = Math.min(mostMs, firstMs * 2 ** (one.count - free));
      waitMs = Math.max(waitMs, Math.min(last, now) + wait - now);
    }
    if (waitMs > 0) return waitMs;
    for (const { count, name } of asked) {
      call("HSET", countsKey, name, String(count + 1));
      call("ZADD", timesKey, String(now), name);
    }
    const over = (call("ZCARD", timesKey) as number) - most;
    if (over > 0) forget(call, [countsKey, timesKey], over);
    call("PEXPIRE", countsKey, String(forgetMs));
    call("PEXPIRE", timesKey, String(forgetMs));
    return 0;
  },
};

/** Keys: counts, times. Arguments: pairs of a name and what is taken off its count, or "all". Times stay. */
export const takeBackScript: HotScript = {
  name: "take-back",
  lua: `
for i = 1, #ARGV, 2 do
  local count = tonumber(redis.call("HGET", KEYS[1], ARGV[i]) or "0")
  local left = ARGV[i + 1] == "all" and 0 or count - tonumber(ARGV[i + 1])
  if left > 0 then
    redis.call("HSET", KEYS[1], ARGV[i], left)
  else
    redis.call("HDEL", KEYS[1], ARGV[i])
    redis.call("ZREM", KEYS[2], ARGV[i])
  end
end
return 0`,
  memory(call, [countsKey = "", timesKey = ""], args) {
    for (let i = 0; i + 1 < args.length; i += 2) {
      const [name, by] = [args[i]!, args[i + 1]];
      const left = by === "all" ? 0 : Number(call("HGET", countsKey, name) ?? 0) - Number(by);
      if (left > 0) {
        call("HSET", countsKey, name, String(left));
        continue;
      }
      call("HDEL", countsKey, name);
      call("ZREM", timesKey, name);
    }
    return 0;
  },
};

type Four = [number, number, number, number];

/** Forgets so many that were touched longest ago. */
function forget(call: HotCall, [countsKey, timesKey]: [string, string], over: number): void {
  const oldest = call("ZRANGE", timesKey, "0", String(over - 1), "WITHSCORES") as HotValue[];
  for (let i = 0; i < oldest.length; i += 2) {
    call("HDEL", countsKey, oldest[i]!);
    call("ZREM", timesKey, oldest[i]!);
  }
}
