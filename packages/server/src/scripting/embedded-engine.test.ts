import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "../testing/until.ts";
import { EmbeddedStage, refusal } from "./testing/embedded-stage.ts";
import type { ToScriptWorker } from "./worker-messages.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let stage: EmbeddedStage;
beforeEach(async () => {
  stage = await EmbeddedStage.open();
});
afterEach(() => stage.engine.close());

test("[S-LUA2] versions count up by name, and the same source is the same version", async () => {
  const { engine } = stage;
  const one = await engine.load("a.lua", "return 1");
  expect(one).toMatchObject({ name: "a.lua", version: 1 });
  expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await engine.load("a.lua", "return 2")).toMatchObject({ version: 2 });
  expect(await engine.load("b.lua", "return 1")).toMatchObject({ version: 1, hash: one.hash });
  expect(await engine.load("a.lua", "return 1")).toEqual(one);
  expect(await engine.call("a.lua", 1, [], [])).toMatchObject({ ok: true, result: 1 });
  expect(await engine.call("a.lua", 2, [], [])).toMatchObject({ ok: true, result: 2 });
});

test("[S-LUA2] a script that does not compile names file and line and changes nothing", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return 1");
  await expect(engine.load("a.lua", "local x = 1\nlocal y = = 2")).rejects.toMatchObject({
    code: "SCRIPT_INVALID",
    problems: [{ path: "/a.lua", got: "a.lua:2: unexpected symbol near '='" }],
  });
  await expect(engine.load("a.lua", "\u001bLua")).rejects.toMatchObject({ code: "SCRIPT_INVALID" });
  await expect(engine.load("../a.lua", "return 1")).rejects.toMatchObject({
    code: "SCRIPT_INVALID",
  });
  await expect(engine.load("a.lua", "(".repeat(60_000))).rejects.toMatchObject({
    code: "SCRIPT_INVALID",
  });
  expect(await engine.load("a.lua", "return 2")).toMatchObject({ version: 2 });
  expect(await engine.call("a.lua", 1, [], [])).toMatchObject({ result: 1 });
});

test("[S-LUA2] a version that was released is gone, but not for calls that wait", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return 1");
  const waiting = Array.from({ length: 600 }, () => engine.call("a.lua", 1, [], []));
  engine.release("a.lua", 1);
  engine.release("a.lua", 7);
  await expect(engine.call("a.lua", 1, [], [])).rejects.toMatchObject({ code: "SCRIPT_UNKNOWN" });
  for (const outcome of await Promise.all(waiting)) expect(outcome).toMatchObject({ result: 1 });
  expect(await engine.load("a.lua", "return 1")).toMatchObject({ version: 2 });
});

test("[S-LUA5] a version that is released while a worker is replaced runs for those that wait", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return redis.call('INCR', 'n')");
  await stage.workers[0]!.terminate();
  const waiting = engine.call("a.lua", 1, [], []);
  engine.release("a.lua", 1);
  expect(await waiting).toMatchObject({ ok: true, result: 1 });
});

test("[S-LUA6] an outcome tells what was published, in its order", async () => {
  const source = "redis.call('PUBLISH', 'news', 'hä') realm.publish('a', {1}) return 'x'";
  expect(await stage.run(source)).toEqual({
    ok: true,
    result: "x",
    published: [
      { channel: "news", message: "hä" },
      { channel: "a", message: "[1]" },
    ],
    isKept: false,
  });
});

test("[S-LUA6] a call that failed tells what it published before; one that was ended, nothing", async () => {
  expect(await stage.run("redis.call('PUBLISH', 'c', 1) error('no')")).toEqual({
    ok: false,
    error: "test.lua:1: no",
    published: [{ channel: "c", message: "1" }],
    isKept: false,
  });
  expect(await stage.run("return redis.error_reply('MINE no')")).toMatchObject({
    ok: false,
    error: "MINE no",
  });
  await expect(stage.run("redis.call('PUBLISH', 'c', 1) while true do end")).rejects.toMatchObject({
    code: "SCRIPT_BUDGET",
  });
});

test("[S-LUA12] time is the server's, stands still for a call, and ends keys exactly", async () => {
  const twice =
    "local a, b = redis.call('TIME'), redis.call('TIME') return {a[1], a[2], b[1], b[2]}";
  expect(await stage.answer(twice)).toEqual(["1000000000", "123000", "1000000000", "123000"]);
  await stage.run("redis.call('SET', 'k', 1, 'PX', 100)");
  stage.wallMs += 99;
  expect(await stage.answer("return {redis.call('EXISTS', 'k'), redis.call('PTTL', 'k')}")).toEqual(
    [1, 1],
  );
  stage.wallMs += 1;
  expect(await stage.run("return redis.call('EXISTS', 'k')")).toMatchObject({ result: 0 });
});

test("[S-LUA12] keys that ended are forgotten though nobody asks for them", async () => {
  await stage.run("for i = 1, 40 do redis.call('SET', 'k' .. i, i, 'EX', 1) end");
  expect(stage.engine.keyCount).toBe(40);
  stage.wallMs += 1000;
  await stage.run("return 1");
  expect(stage.engine.keyCount).toBe(0);
});

test("[S-LUA5] a worker that is gone is replaced: keys and scripts stay, the call that ran fails", async () => {
  const { engine, workers } = stage;
  await engine.load("add.lua", "return redis.call('INCR', KEYS[1])");
  await stage.run(
    "redis.call('ZADD', 'z', 1.5, 'a') redis.call('SET', 'ttl', 'x', 'PX', 5000) redis.call('HSET', 'h', 'f', 'v')",
  );
  await engine.call("add.lua", 1, ["n"], []);
  const endless = await engine.load(
    "endless.lua",
    "redis.call('SET', 'half', 1) while true do end",
  );
  const first = engine.call("add.lua", 1, ["n"], []);
  const stuck = engine.call("endless.lua", endless.version, [], [], {
    timeMs: 600_000,
    work: 1e15,
  });
  const later = Array.from({ length: 3 }, () => engine.call("add.lua", 1, ["n"], []));
  const failed = refusal(stuck);
  await until(() => engine.runningCall === 4 || "the endless call runs");
  await workers[0]!.terminate();
  expect(await failed).toBe("SCRIPT_BUDGET");
  expect(await first).toMatchObject({ result: 2 });
  expect((await Promise.all(later)).map((outcome) => outcome.ok && outcome.result)).toEqual([
    3, 4, 5,
  ]);
  expect(workers).toHaveLength(2);
  expect(
    await stage.answer(
      "return {redis.call('ZSCORE', 'z', 'a'), redis.call('PTTL', 'ttl'), redis.call('HGET', 'h', 'f'), redis.call('EXISTS', 'half')}",
    ),
  ).toEqual(["1.5", 5000, "v", 0]);
});

test("[S-LUA5] a loop that looks at no clock costs its worker", async () => {
  const source =
    "coroutine.wrap(function() local s = ('x'):rep(3e6) while true do local t = s:upper():lower() end end)()";
  await expect(stage.run(source, [], [], { timeMs: 50 })).rejects.toMatchObject({
    code: "SCRIPT_BUDGET",
  });
  expect(await stage.answer("return 'here'")).toBe("here");
});

test("[S-LUA5] a worker that ends while nothing runs is replaced too", async () => {
  await stage.run("redis.call('SET', 'k', 'v')");
  await stage.workers[0]!.terminate();
  expect(await stage.answer("return redis.call('GET', 'k')")).toBe("v");
});

test("[S-LUA5] a new worker is handed many keys and long ones in parts, also the third one", async () => {
  const { engine, workers } = stage;
  await stage.run("for i = 1, 2500 do redis.call('SET', 'k' .. i, i) end");
  await stage.run("for i = 1, 9 do redis.call('RPUSH', 'long' .. i, ('x'):rep(100000), i) end");
  const parts: number[][] = [];
  stage.spawned = (worker) => {
    const post = worker.postMessage.bind(worker);
    const part: number[] = [];
    parts.push(part);
    worker.postMessage = (message: ToScriptWorker) => {
      if (message.type === "keys") part.push(message.keys.length);
      post(message, []);
      // the second one ends amid it
      if (parts.length === 1 && part.length === 3) void worker.terminate();
    };
  };
  await workers[0]!.terminate();
  const all = `local n = 0
for i = 1, 2500 do if redis.call('GET', 'k' .. i) == tostring(i) then n = n + 1 end end
for i = 1, 9 do if redis.call('LINDEX', 'long' .. i, 1) == tostring(i) then n = n + 1 end end
return n`;
  expect(await stage.answer(all)).toBe(2509);
  expect(engine.keyCount).toBe(2509);
  // three times 100,000 characters are enough for one
  expect(parts).toEqual([
    [1000, 1000, 503],
    [1000, 1000, 503, 3, 3],
  ]);
});

test("[S-LUA5] what is released while a worker comes is not left in it", async () => {
  const { engine, workers } = stage;
  await engine.load("a.lua", "return 1");
  const unloaded: number[] = [];
  stage.spawned = (worker) => {
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: ToScriptWorker) => {
      if (message.type === "unload") unloaded.push(message.id);
      post(message, []);
    };
    engine.release("a.lua", 1);
  };
  await workers[0]!.terminate();
  expect(await stage.answer("return 2")).toBe(2);
  expect(unloaded).toEqual([1]);
});

test("[S-LUA9] a closed engine refuses what waits and what comes", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return 1");
  const waiting = refusal(engine.call("a.lua", 1, [], []));
  const loading = refusal(engine.load("b.lua", "return 1"));
  await engine.close();
  expect([await waiting, await loading]).toEqual(["SCRIPT_ENGINE_CLOSED", "SCRIPT_ENGINE_CLOSED"]);
  await expect(engine.call("a.lua", 1, [], [])).rejects.toMatchObject({
    code: "SCRIPT_ENGINE_CLOSED",
  });
  await expect(engine.load("a.lua", "")).rejects.toMatchObject({ code: "SCRIPT_ENGINE_CLOSED" });
});

test("redis.log goes to the server's log, a hundred lines of a message at most", async () => {
  await stage.run(
    "redis.log(redis.LOG_WARNING, 'careful', 7) for i = 1, 200 do redis.log(redis.LOG_DEBUG, i) end",
  );
  expect(stage.log.of("warn")).toEqual([
    { level: "warn", message: "careful 7", data: { from: "script" } },
  ]);
  expect(stage.log.of("debug")).toHaveLength(99);
});

test("[S-LUA8] keys, arguments and sources at the limits are taken, one above is refused", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return #KEYS + #ARGV");
  const text = (length: number): string => "x".repeat(length);
  const keys = limits.scriptKeys.value;
  const args = limits.scriptArguments.value;
  const characters = limits.scriptCallCharacters.value;
  const bad = { code: "SCRIPT_CALL_INVALID" };
  const many = (count: number): string[] => Array.from({ length: count }, () => "k");
  expect(await engine.call("a.lua", 1, many(keys), many(args))).toMatchObject({
    result: keys + args,
  });
  await expect(engine.call("a.lua", 1, many(keys + 1), [])).rejects.toMatchObject(bad);
  await expect(engine.call("a.lua", 1, [], many(args + 1))).rejects.toMatchObject(bad);
  expect(await engine.call("a.lua", 1, ["k"], [text(characters - 1)])).toMatchObject({ result: 2 });
  await expect(engine.call("a.lua", 1, ["k"], [text(characters)])).rejects.toMatchObject(bad);
  await expect(engine.call("nope.lua", 1, [], [])).rejects.toMatchObject({
    code: "SCRIPT_UNKNOWN",
  });
  const bytes = limits.scriptSourceBytes.value;
  await engine.load("b.lua", `return 1 --${text(bytes - 11)}`);
  await expect(engine.load("c.lua", `return 1 --${text(bytes - 10)}`)).rejects.toMatchObject({
    code: "SCRIPT_INVALID",
  });
});

test("[S-LUA8] when too many calls wait the next is refused", async () => {
  const { engine } = stage;
  await engine.load("a.lua", "return 1");
  const calls = Array.from({ length: limits.scriptCallsWaiting.value }, () =>
    engine.call("a.lua", 1, [], []),
  );
  await expect(engine.call("a.lua", 1, [], [])).rejects.toMatchObject({ code: "SCRIPT_BUSY" });
  await Promise.all(calls);
  expect(await engine.call("a.lua", 1, [], [])).toMatchObject({ result: 1 });
});
