import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bombs } from "./testing/bombs.ts";
import { EmbeddedStage, refusal } from "./testing/embedded-stage.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** What is refused where it stands. */
const refused: Readonly<Record<string, readonly [source: string, error: string]>> = {
  "string.rep": ["return ('x'):rep(1e9)", "resulting string too large"],
  "coroutines in coroutines": [
    "local function f() return coroutine.wrap(f)() end f()",
    "C stack overflow",
  ],
  "endless recursion": ["local function f() return f() + 1 end f()", "stack overflow"],
  "recursion by metamethods": [
    "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]",
    "C stack overflow",
  ],
  "a pattern that nests": ["return ('a'):rep(1000):find(('a?'):rep(1000))", "pattern too complex"],
  "table.insert far away": ["table.insert({}, -2e9, 1)", "position out of bounds"],
  unpack: ["return unpack({}, 1, 1e9)", "too many results"],
  "the metatable of texts": ["getmetatable('').__index = {}", "attempt to index"],
  "the metatable of globals": ["setmetatable(_G, {})", "cannot change a protected metatable"],
  "writing into a library": ["table.insert(string, 1)", "Attempt to modify a readonly table"],
  "an answer in itself": ["local t = {} t[1] = t return t", "reached lua stack limit"],
  load: ["return load", "nonexistent global variable 'load'"],
  "string.dump": ["return string.dump(function() end)", "attempt to call field 'dump'"],
  setfenv: ["setfenv(1, {})", "nonexistent global variable 'setfenv'"],
  "a wide format": ["return string.format('%99999d', 1)", "invalid format"],
};

describe("bombs", () => {
  let stage: EmbeddedStage;
  beforeAll(async () => {
    stage = await EmbeddedStage.open();
    await stage.run("redis.call('SET', 'calm', 0)");
  });
  afterAll(() => stage.engine.close());

  test.each(Object.entries(bombs))("[S-LUA4] %s", async (_, source) => {
    await stage.engine.load("count.lua", "return redis.call('INCR', 'calm')");
    const before = (await stage.answer("return redis.call('GET', 'calm')")) as string;
    const bomb = refusal(stage.run(source));
    const others = Array.from({ length: 20 }, () => stage.engine.call("count.lua", 1, [], []));
    expect(await bomb).toBe("SCRIPT_BUDGET");
    for (const [i, outcome] of (await Promise.all(others)).entries()) {
      expect(outcome).toMatchObject({ ok: true, result: Number(before) + i + 1 });
    }
    expect(
      await stage.answer("return {redis.call('EXISTS', 'bomb'), redis.call('EXISTS', 'bomb1')}"),
    ).toEqual([0, 0]);
  });

  test("[S-LUA4] none of them reached this side", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(Object.entries(refused))("[S-LUA1] %s is refused", async (_, [source, error]) => {
    expect(await stage.run(source)).toMatchObject({
      ok: false,
      error: expect.stringContaining(error) as string,
    });
  });

  test("[S-LUA1] nothing of one call is left for the next", async () => {
    const source = "local t = rawget(_G, 'seen') return {tostring(t), math.random(1000000)}";
    const first = await stage.answer(source);
    await stage.run(
      "math.randomseed(7) pcall(function() seen = 1 end) pcall(rawset, string, 'x', 1)",
    );
    expect(await stage.answer(source)).toEqual(first);
  });

  test("[S-LUA4] names of JavaScript's objects are plain names", async () => {
    const source = `for _, k in ipairs({"__proto__", "constructor", "toString"}) do
redis.call("HSET", k, k, k) redis.call("ZADD", "z", 1, k) redis.call("SADD", "s", k) end
return {redis.call("HGET", "__proto__", "__proto__"), redis.call("HGET", "__proto__", "valueOf"), redis.pcall("__proto__").err}`;
    expect(await stage.answer(source)).toEqual([
      "__proto__",
      null,
      "ERR Unknown Redis command called from script: __proto__",
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test("[S-LUA4] an answer at the limit is taken", async () => {
  const stage = await EmbeddedStage.open({ scriptAnswerBytes: 1000 });
  // a tag and the length are five bytes
  expect(await stage.answer("return ('x'):rep(995)")).toHaveLength(995);
  await expect(stage.run("return ('x'):rep(996)")).rejects.toMatchObject({ code: "SCRIPT_BUDGET" });
  await stage.engine.close();
});

test("[S-LUA4] what a call that is ended had changed, deleted or made is as before", async () => {
  const stage = await EmbeddedStage.open();
  const all = `local c = redis.call
return cjson.encode({c("GET", "s"), c("PTTL", "s"), c("HGETALL", "h"), c("LRANGE", "l", 0, -1), c("SMEMBERS", "m"),
  c("ZRANGE", "z", 0, -1, "WITHSCORES"), c("EXISTS", "new")})`;
  await stage.run(`local c = redis.call
c("SET", "s", "v", "PX", 9000) c("HSET", "h", "a", 1, "b", 2) c("RPUSH", "l", 1, 2, 3) c("SADD", "m", "x", "y")
c("ZADD", "z", 1, "a", "-inf", "b", 2.5, "c")`);
  const before = await stage.answer(all);
  const changes = `local c = redis.call
c("SET", "s", "w") c("HDEL", "h", "a") c("HSET", "h", "c", 3) c("LPOP", "l", 2) c("RPUSH", "l", 9) c("DEL", "m")
c("SADD", "m", "q") c("ZINCRBY", "z", 7, "a") c("ZREM", "z", "b") c("SET", "new", 1) c("PUBLISH", "x", "y") `;
  expect(await refusal(stage.run(`${changes} while true do end`))).toBe("SCRIPT_BUDGET");
  expect(await stage.answer(all)).toBe(before);
  await stage.workers[0]!.terminate();
  expect(await stage.answer(all)).toBe(before);
  await stage.run(changes);
  expect(await stage.answer(all)).not.toBe(before);
  await stage.engine.close();
});

test("[S-LUA4] time, work and memory are bounded each by itself", async () => {
  const source = "local t = {} for i = 1, tonumber(ARGV[1]) do t[i] = i end return #t";
  const roomy = { scriptTimeMs: 600_000, scriptWork: 1e12, scriptMemoryBytes: 100_000_000 };
  const ends = async (limits: Partial<typeof roomy>, count: string): Promise<string> => {
    const stage = await EmbeddedStage.open({ ...roomy, ...limits });
    const end = await refusal(stage.run(source, [], [count]));
    await stage.engine.close();
    return end;
  };
  expect(await ends({}, "200000")).toBe("none");
  expect(await ends({ scriptWork: 100_000 }, "200000")).toBe("SCRIPT_BUDGET");
  expect(await ends({ scriptWork: 100_000 }, "20000")).toBe("none");
  expect(await ends({ scriptMemoryBytes: 1_000_000 }, "200000")).toBe("SCRIPT_BUDGET");
  expect(await ends({ scriptMemoryBytes: 1_000_000 }, "20000")).toBe("none");
  expect(await ends({ scriptTimeMs: 1 }, "2000000")).toBe("SCRIPT_BUDGET");
});

test("[S-LUA13] beyond the memory for keys writing is refused, reading and deleting go on", async () => {
  const stage = await EmbeddedStage.open({ scriptKeyBytes: 10_000 });
  await stage.run("redis.call('SET', 'k', ('x'):rep(9000))");
  expect(await stage.answer("return redis.pcall('SET', 'l', ('x'):rep(1000)).err")).toMatch(
    /^OOM /,
  );
  expect(await stage.answer("return redis.call('STRLEN', 'k')")).toBe(9000);
  expect(await stage.answer("redis.call('DEL', 'k') return 1")).toBe(1);
  expect(await stage.answer("return redis.call('SET', 'l', ('x'):rep(1000)).ok")).toBe("OK");
  await stage.engine.close();
});
