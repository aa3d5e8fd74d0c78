import type { ConformanceCase } from "./conformance.ts";

const k = ["k"];

/** Commands on one key, some lines of Lua each; `c` is `redis.call` and `p` answers the text of an error. */
function on(title: string, body: string, expect: ConformanceCase["expect"]): ConformanceCase {
  const head =
    "local c, K = redis.call, KEYS[1] local function p(...) return redis.pcall(...).err end ";
  return { title, source: head + body, keys: k, expect };
}

export const keyCases: readonly ConformanceCase[] = [
  on("GET of nothing is false", "return tostring(c('GET', K))", "false"),
  on("SET answers a status", "return c('SET', K, 'v').ok", "OK"),
  on(
    "SET NX and XX",
    "return {c('SET', K, 1, 'XX'), c('SET', K, 1, 'NX'), c('SET', K, 2, 'NX'), c('SET', K, 3, 'XX'), c('GET', K)}",
    [null, "OK", null, "OK", "3"],
  ),
  on("SET with a wrong option", "return p('SET', K, 1, 'FOO')", "ERR syntax error"),
  on(
    "SET with no time",
    "return p('SET', K, 1, 'EX', 0)",
    "ERR invalid expire time in 'set' command",
  ),
  on(
    "INCR and friends",
    "return {c('INCR', K), c('INCRBY', K, 5), c('DECR', K), c('DECRBY', K, 10), c('GET', K)}",
    [1, 6, 5, -5, "-5"],
  ),
  on(
    "INCR of no number",
    "c('SET', K, '1a') return p('INCR', K)",
    "ERR value is not an integer or out of range",
  ),
  on(
    "INCR of a zero before",
    "c('SET', K, '01') return p('INCR', K)",
    "ERR value is not an integer or out of range",
  ),
  on(
    "INCR at the end of 64 bits",
    "c('SET', K, '9223372036854775806') c('INCR', K) return {c('GET', K), p('INCR', K)}",
    ["9223372036854775807", "ERR increment or decrement would overflow"],
  ),
  on(
    "APPEND, STRLEN, GETSET, SETNX",
    "return {c('APPEND', K, 'ab'), c('STRLEN', K), c('GETSET', K, 'x'), c('SETNX', K, 'y')}",
    [2, 2, "ab", 0],
  ),
  on("MSET and MGET", "c('MSET', K, 'a', K .. 2, 'b') return c('MGET', K, K .. 3, K .. 2)", [
    "a",
    null,
    "b",
  ]),
  on(
    "DEL, EXISTS, TYPE",
    "c('SET', K, 1) return {c('EXISTS', K, K), c('TYPE', K).ok, c('DEL', K), c('DEL', K), c('TYPE', K).ok}",
    [2, "string", 1, 0, "none"],
  ),
  on(
    "a key of another kind",
    "c('SET', K, 1) return p('HGET', K, 'f')",
    "WRONGTYPE Operation against a key holding the wrong kind of value",
  ),

  on(
    "TTL of nothing and of a key without",
    "local a = c('TTL', K) c('SET', K, 1) return {a, c('TTL', K), c('PTTL', K)}",
    [-2, -1, -1],
  ),
  on(
    "EXPIRE and TTL",
    "c('SET', K, 1) return {c('EXPIRE', K, 100), c('TTL', K), c('PTTL', K) > 99000}",
    [1, 100, 1],
  ),
  on(
    "SET EX and PX",
    "c('SET', K, 1, 'PX', 50000) local a = c('TTL', K) c('SET', K, 1, 'EX', 7) return {a, c('TTL', K)}",
    [50, 7],
  ),
  on(
    "SET takes an end away, KEEPTTL keeps it",
    "c('SET', K, 1, 'EX', 9) c('SET', K, 2, 'KEEPTTL') local a = c('TTL', K) c('SET', K, 3) return {a, c('TTL', K)}",
    [9, -1],
  ),
  on("INCR and HSET keep it", "c('SET', K, 1, 'EX', 9) c('INCR', K) return c('TTL', K)", 9),
  on(
    "PERSIST",
    "c('SET', K, 1, 'EX', 9) return {c('PERSIST', K), c('TTL', K), c('PERSIST', K)}",
    [1, -1, 0],
  ),
  on(
    "an end in the past deletes",
    "c('SET', K, 1) return {c('EXPIRE', K, -1), c('EXISTS', K), c('EXPIRE', K, 1)}",
    [1, 0, 0],
  ),
  on(
    "TIME has seconds and microseconds",
    "local t = c('TIME') return {#t, type(t[1]), tonumber(t[2]) < 1000000}",
    [2, "string", 1],
  ),
  on(
    "HSET, HGET, HDEL",
    "return {c('HSET', K, 'a', 1, 'b', 2), c('HSET', K, 'a', 3), c('HGET', K, 'a'), c('HGET', K, 'z'), c('HDEL', K, 'a', 'z'), c('HLEN', K)}",
    [2, 0, "3", null, 1, 1],
  ),
  on(
    "HMGET, HGETALL, HKEYS, HVALS",
    "c('HSET', K, 'a', 1) return {c('HMGET', K, 'a', 'b'), c('HGETALL', K), c('HKEYS', K), c('HVALS', K)}",
    [["1", null], ["a", "1"], ["a"], ["1"]],
  ),
  on(
    "HEXISTS and HINCRBY",
    "return {c('HEXISTS', K, 'a'), c('HINCRBY', K, 'a', 5), c('HINCRBY', K, 'a', -7), c('HEXISTS', K, 'a')}",
    [0, 5, -2, 1],
  ),
  on(
    "HINCRBY of a text",
    "c('HSET', K, 'a', 'x') return p('HINCRBY', K, 'a', 1)",
    "ERR hash value is not an integer",
  ),
  on("an empty hash is none", "c('HSET', K, 'a', 1) c('HDEL', K, 'a') return c('EXISTS', K)", 0),
  on(
    "HSET with half a pair",
    "return p('HSET', K, 'a', 1, 'b')",
    "ERR wrong number of arguments for 'hset' command",
  ),
  on(
    "fields named as JavaScript's own",
    "c('HSET', K, '__proto__', 1, 'constructor', 2) return {c('HGET', K, '__proto__'), c('HGET', K, 'toString')}",
    ["1", null],
  ),

  on(
    "sets",
    "local m local r = {c('SADD', K, 'a', 'b', 'a'), c('SISMEMBER', K, 'a'), c('SCARD', K), c('SREM', K, 'a', 'x')} m = c('SMEMBERS', K) return {r, m}",
    [[2, 1, 2, 1], ["b"]],
  ),
  on(
    "members in any order",
    "c('SADD', K, 'c', 'a', 'b') local m = c('SMEMBERS', K) table.sort(m) return m",
    ["a", "b", "c"],
  ),

  on(
    "ZADD and ZSCORE",
    "return {c('ZADD', K, 1, 'a', 2.5, 'b'), c('ZADD', K, 3, 'a'), c('ZSCORE', K, 'a'), c('ZSCORE', K, 'b'), c('ZSCORE', K, 'z'), c('ZCARD', K)}",
    [2, 0, "3", "2.5", null, 2],
  ),
  on(
    "ZADD NX XX GT LT CH INCR",
    "c('ZADD', K, 5, 'a') return {c('ZADD', K, 'NX', 9, 'a'), c('ZADD', K, 'XX', 'CH', 6, 'a'), c('ZADD', K, 'GT', 'CH', 4, 'a'), c('ZADD', K, 'LT', 'CH', 4, 'a'), c('ZADD', K, 'INCR', 2, 'a'), c('ZADD', K, 'XX', 1, 'b')}",
    [0, 1, 0, 1, "6", 0],
  ),
  on("ZADD of no number", "return p('ZADD', K, 'x', 'a')", "ERR value is not a valid float"),
  on("ZADD of not a number", "return p('ZADD', K, 'nan', 'a')", "ERR value is not a valid float"),
  on("ZINCRBY", "return {c('ZINCRBY', K, 1.5, 'a'), c('ZINCRBY', K, '-0.25', 'a')}", [
    "1.5",
    "1.25",
  ]),
  on(
    "equal scores are in the order of bytes",
    "c('ZADD', K, 0, 'b', 0, 'B', 0, 'a', 0, 'ä', 0, 'aa') return c('ZRANGE', K, 0, -1)",
    ["B", "a", "aa", "b", "ä"],
  ),
  on(
    "ZRANGE and ZREVRANGE",
    "c('ZADD', K, 1, 'a', 2, 'b', 3, 'c') return {c('ZRANGE', K, 0, 1), c('ZRANGE', K, -2, -1, 'WITHSCORES'), c('ZREVRANGE', K, 0, 0), c('ZRANGE', K, 5, 9), c('ZRANGE', K, 0, 0, 'REV')}",
    [["a", "b"], ["b", "2", "c", "3"], ["c"], [], ["c"]],
  ),
  on(
    "ZRANK and ZREVRANK",
    "c('ZADD', K, 1, 'a', 2, 'b') return {c('ZRANK', K, 'a'), c('ZREVRANK', K, 'a'), c('ZRANK', K, 'z')}",
    [0, 1, null],
  ),
  on(
    "ZRANGEBYSCORE",
    "c('ZADD', K, 1, 'a', 2, 'b', 3, 'c') return {c('ZRANGEBYSCORE', K, '(1', '+inf'), c('ZRANGEBYSCORE', K, '-inf', 2, 'WITHSCORES'), c('ZRANGEBYSCORE', K, 0, 9, 'LIMIT', 1, 1), c('ZREVRANGEBYSCORE', K, 3, '(1')}",
    [["b", "c"], ["a", "1", "b", "2"], ["b"], ["c", "b"]],
  ),
  on(
    "ZCOUNT",
    "c('ZADD', K, 1, 'a', 2, 'b', 3, 'c') return {c('ZCOUNT', K, 2, 3), c('ZCOUNT', K, '(1', '(3'), c('ZCOUNT', K, 5, 1), p('ZCOUNT', K, 'x', 1)}",
    [2, 1, 0, "ERR min or max is not a float"],
  ),
  on(
    "infinite and large scores",
    "c('ZADD', K, 'inf', 'a', '-inf', 'b', '1e20', 'c') return c('ZRANGE', K, 0, -1, 'WITHSCORES')",
    ["b", "-inf", "c", "1e+20", "a", "inf"],
  ),
  on("ZREM", "c('ZADD', K, 1, 'a') return {c('ZREM', K, 'a', 'b'), c('EXISTS', K)}", [1, 0]),

  on(
    "lists",
    "return {c('RPUSH', K, 'a', 'b'), c('LPUSH', K, 'x', 'y'), c('LRANGE', K, 0, -1), c('LLEN', K), c('LINDEX', K, -1), c('LINDEX', K, 9)}",
    [2, 4, ["y", "x", "a", "b"], 4, "b", null],
  ),
  on(
    "LPOP and RPOP",
    "c('RPUSH', K, 1, 2, 3, 4) return {c('LPOP', K), c('RPOP', K), c('LPOP', K, 9), c('EXISTS', K), c('LPOP', K)}",
    ["1", "4", ["2", "3"], 0, null],
  ),
  on("RPOP of many is from the end", "c('RPUSH', K, 1, 2, 3) return c('RPOP', K, 2)", ["3", "2"]),
  on(
    "LREM",
    "c('RPUSH', K, 'a', 'b', 'a', 'c', 'a') return {c('LREM', K, -2, 'a'), c('LRANGE', K, 0, -1), c('LREM', K, 0, 'a'), c('LREM', K, 1, 'z')}",
    [2, ["a", "b", "c"], 1, 0],
  ),
  on(
    "an index that is no number",
    "c('RPUSH', K, 1) return p('LINDEX', K, 'x')",
    "ERR value is not an integer or out of range",
  ),

  on(
    "what was written before an error stays",
    "c('SET', K, 'kept') pcall(error) local ok = pcall(c, 'INCR', K) return {tostring(ok), c('GET', K)}",
    ["false", "kept"],
  ),
  on("PUBLISH with nobody", "return c('PUBLISH', K, 'hi')", 0),
  on("names of commands in any case", "c('sEt', K, 1) return c('get', K)", "1"),
];
