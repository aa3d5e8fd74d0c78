import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { engineNames, isThere } from "../hot/testing/hot-stage.ts";
import type { ScriptCallOptions, ScriptEngine, ScriptOutcome } from "../ports/script-engine.ts";
import { conformanceCases, runCase } from "./testing/conformance.ts";
import { openEngineStage, type EngineStage } from "./testing/engine-stage.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const increment = "return redis.call('INCR', KEYS[1])";

for (const name of engineNames)
  describe.skipIf(!isThere(name))(`scripts on ${name === "memory" ? "embedded" : name}`, () => {
    let stage: EngineStage;
    let engine: ScriptEngine;
    let number = 0;

    beforeAll(async () => {
      stage = await openEngineStage(name);
      engine = stage.engine;
      if (stage.server !== undefined) console.log(`scripts: ${await stage.hot.version()}`);
    });
    afterAll(() => stage.close());

    const run = async (
      source: string,
      keys: readonly string[],
      options?: ScriptCallOptions,
      on: ScriptEngine = engine,
    ): Promise<ScriptOutcome> => {
      const script = await on.load("case.lua", source);
      return on.call(script.name, script.version, keys, [], options);
    };
    const answer = async (source: string, keys: readonly string[]): Promise<unknown> => {
      const outcome = await run(source, keys);
      return outcome.ok ? outcome.result : outcome.error;
    };

    test.each(conformanceCases)("[S-LUA7] $title", async (one) => {
      expect(await runCase(engine, one, `c${++number}:`)).toEqual(one.expect);
    });

    test("[S-LUA3] 50 callers at once lose no update", async () => {
      const source =
        "local n = tonumber(redis.call('GET', KEYS[1]) or 0) redis.call('SET', KEYS[1], n + 1)";
      const callers = Array.from({ length: 50 }, async () => {
        for (let i = 0; i < 20; i++) await run(source, ["atomic"]);
      });
      await Promise.all(callers);
      expect(await answer("return redis.call('GET', KEYS[1])", ["atomic"])).toBe("1000");
    });

    test("[S-LUA3] what a script wrote before it failed stays", async () => {
      const failed = await answer("redis.call('SET', KEYS[1], 'half') error('stop')", ["failed"]);
      expect(failed).toBe("case.lua:1: stop");
      expect(await answer("return redis.call('GET', KEYS[1])", ["failed"])).toBe("half");
    });

    test("[S-LUA2] versions, and scripts that do not compile, are told alike", async () => {
      const one = await engine.load("v.lua", "return 1");
      expect(await engine.load("v.lua", "return 2")).toMatchObject({ version: one.version + 1 });
      expect(await engine.load("v.lua", "return 1")).toEqual(one);
      expect(await engine.call("v.lua", one.version, [], [])).toMatchObject({ result: 1 });
      for (const bad of ["local x = 1\nlocal y = = 2", "do\nend end", "return 1 --[["]) {
        await expect(engine.load("v.lua", bad), bad).rejects.toMatchObject({
          code: "SCRIPT_INVALID",
          problems: [{ path: "/v.lua", got: expect.stringContaining("v.lua:") as string }],
        });
      }
      await expect(engine.load("v.lua", "\u001bLua")).rejects.toMatchObject({
        code: "SCRIPT_INVALID",
      });
      await expect(engine.load("v.lua", "local x = 1\n\n= 2")).rejects.toMatchObject({
        problems: [{ got: "v.lua:3: unexpected symbol near '='" }],
      });
      engine.release("v.lua", one.version);
      await expect(engine.call("v.lua", one.version, [], [])).rejects.toMatchObject({
        code: "SCRIPT_UNKNOWN",
      });
    });

    test("[S-LUA8] what is beyond the limits is refused", async () => {
      const script = await engine.load("l.lua", "return string.rep('x', 262145)");
      const bad = { code: "SCRIPT_CALL_INVALID" };
      const call = engine.call.bind(engine, script.name, script.version);
      await expect(
        call(
          Array.from({ length: 65 }, () => "k"),
          [],
        ),
      ).rejects.toMatchObject(bad);
      await expect(call([], ["x".repeat(65_537)])).rejects.toMatchObject(bad);
      await expect(call([], [])).rejects.toMatchObject({ code: "SCRIPT_BUDGET" });
      await expect(engine.load("../l.lua", "")).rejects.toMatchObject({ code: "SCRIPT_INVALID" });
    });

    test("[S-LUA15] what is asked for once is done once, whoever asks at the same time", async () => {
      const other = await stage.another();
      const once = { key: "answer:ada:1", request: "aa", keptMs: 60_000 };
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          run(increment, ["once"], { once }, i % 2 === 0 ? engine : other),
        ),
      );
      expect(outcomes.map((outcome) => outcome.ok && outcome.result)).toEqual(
        Array.from({ length: 20 }, () => 1),
      );
      expect(outcomes.filter(({ isKept }) => !isKept)).toHaveLength(1);
      expect(await run(increment, ["once"], { once })).toMatchObject({ result: 1, isKept: true });
      const reused = run(increment, ["once"], { once: { ...once, request: "bb" } });
      await expect(reused).rejects.toMatchObject({ code: "KEY_REUSED" });
      expect(await run(increment, ["once"])).toMatchObject({ result: 2, isKept: false });
    });

    test("[S-LUA15] every kind of answer is kept as it was, failures too", async () => {
      const answers = [
        "nil",
        "false",
        "true",
        "-3.9",
        "12345678901",
        "'ä\"\\\\\\n'",
        "{}",
        "{1.5, {'a', {}, false}, true, nil, 9}",
        "{ok = 'FINE'}",
        "{1, {err = 'INNER no'}}",
        "redis.error_reply('MINE no')",
        "nil + 1",
        "realm.refuse('NO', 'ä')",
      ];
      for (const [i, one] of answers.entries()) {
        const once = { key: `answer:all:${i}`, request: "aa", keptMs: 60_000 };
        const first = await run(`local x = ${one} return x`, [], { once });
        const plain = await run(`local x = ${one} return x`, []);
        const again = await run(`local x = ${one} return x`, [], { once });
        expect(again, one).toEqual({ ...first, isKept: true });
        expect(plain, one).toEqual(first);
      }
    });

    test("[S-LUA15] an outcome is forgotten after its time", async () => {
      const once = { key: "answer:short", request: "aa", keptMs: 30 };
      expect(await run(increment, ["short"], { once })).toMatchObject({ result: 1 });
      await expect
        .poll(async () => (await run(increment, ["short"], { once })).isKept, { timeout: 10_000 })
        .toBe(false);
    });

    test("[S-LUA9] an engine that was closed refuses", async () => {
      const own = await openEngineStage(name);
      const script = await own.engine.load("a.lua", "return 1");
      await own.engine.close();
      const closed = { code: "SCRIPT_ENGINE_CLOSED" };
      await expect(own.engine.call("a.lua", script.version, [], [])).rejects.toMatchObject(closed);
      await expect(own.engine.load("a.lua", "return 2")).rejects.toMatchObject(closed);
      await own.close();
    });
  });
