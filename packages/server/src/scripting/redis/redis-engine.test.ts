import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isThere, serverNames } from "../../hot/testing/hot-stage.ts";
import type { PrivateServer } from "../../hot/testing/private-server.ts";
import type { ScriptEngine } from "../../ports/script-engine.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { openEngineStage, stagePrefix, type EngineStage } from "../testing/engine-stage.ts";
import { openRedisEngine } from "./redis-engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const common = { clock: systemClock(), log: new RecordedLog(), randomBytes, limits: limitValues() };

for (const name of serverNames)
  describe.skipIf(!isThere(name))(`[S-LUA14] scripts inside ${name}`, () => {
    let stage: EngineStage;
    let server: PrivateServer;
    beforeAll(async () => {
      stage = await openEngineStage(name);
      server = stage.server!;
    });
    afterAll(() => stage.close());

    const answer = async (
      source: string,
      keys: readonly string[] = [],
      engine: ScriptEngine = stage.engine,
    ): Promise<unknown> => {
      const script = await engine.load("one.lua", source);
      const outcome = await engine.call(script.name, script.version, keys, []);
      return outcome.ok ? outcome.result : outcome.error;
    };

    test("have the prefix on their keys, and so does what is kept of calls", async () => {
      const once = { key: "answer:a", request: "aa", keptMs: 60_000 };
      const script = await stage.engine.load("a.lua", "return redis.call('SET', KEYS[1], 'v')");
      await stage.engine.call(script.name, script.version, ["mine"], [], { once });
      expect(await server.ask(`GET ${stagePrefix}mine`)).toContain("v");
      expect(await server.ask(`GET ${stagePrefix}answer:a`)).toContain('+aa "OK"');
      expect(await server.ask("GET mine")).toBe("$-1\r\n");
      expect(await stage.hot.keys.get("mine")).toBe("v");
    });

    test("run though the server has forgotten them", async () => {
      expect(await answer("return 7")).toBe(7);
      await server.ask("SCRIPT FLUSH");
      expect(await answer("return 7")).toBe(7);
    });

    test("need nothing that Dragonfly does not document", async () => {
      await server.ask("CONFIG RESETSTAT");
      await answer("return redis.call('TIME')[1] and 1");
      const told = await server.ask("INFO commandstats");
      const asked = [...told.matchAll(/^cmdstat_([a-z|]+):/gmu)].map(([, one]) => one!);
      const known = new Set(["eval", "evalsha", "time", "ping", "config|resetstat", "info"]);
      expect(asked).toContain("evalsha");
      expect(asked.filter((one) => !known.has(one))).toEqual([]);
    });

    test("too many that wait are SCRIPT_BUSY; those that wait when it is closed are refused", async () => {
      const limits = limitValues({ scriptCallsWaiting: 2 });
      const own = await openRedisEngine({ ...common, limits, url: server.url });
      await own.load("a.lua", "return 1");
      const call = (): Promise<string> => refusal(own.call("a.lua", 1, [], []));
      const ends = await Promise.all([call(), call(), call()]);
      expect(ends).toEqual(["none", "none", "SCRIPT_BUSY"]);
      expect(await call()).toBe("none");
      const waiting = call();
      await own.close();
      expect(await waiting).toBe("SCRIPT_ENGINE_CLOSED");
    });

    test("one that does not end is ended when the server says that it is busy", async () => {
      await server.ask("CONFIG SET busy-reply-threshold 200");
      expect(await refusal(answer("while true do end"))).toBe("HOT_UNAVAILABLE");
      const runs = (): Promise<boolean> =>
        refusal(answer("return 1")).then((end) => end === "none");
      await expect.poll(runs, { timeout: 20_000 }).toBe(true);
      expect(stage.log.of("warn")).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining("it was ended") as string }),
      );
    });

    test("a server that hangs, ends or comes back empty: calls fail, and then they run again", async () => {
      const source = "return redis.call('INCR', KEYS[1])";
      expect(await answer(source, ["n"])).toBe(1);
      server.signal("SIGSTOP");
      expect(await refusal(answer(source, ["n"]))).toBe("HOT_UNAVAILABLE");
      server.signal("SIGCONT");
      const runs = (): Promise<boolean> =>
        refusal(answer(source, ["n"])).then((end) => end === "none");
      await expect.poll(runs, { timeout: 20_000 }).toBe(true);
      await server.kill();
      expect(await refusal(answer(source, ["n"]))).toBe("HOT_UNAVAILABLE");
      // a text is compiled without it
      expect(await refusal(stage.engine.load("new.lua", "return 2"))).toBe("none");
      expect(await refusal(stage.engine.load("new.lua", "return ("))).toBe("SCRIPT_INVALID");
      await server.restart();
      await expect.poll(runs, { timeout: 20_000 }).toBe(true);
      expect(await answer("return redis.call('GET', KEYS[1])", ["n"])).toBe("1");
    });

    test("a server that is not there, or an address that is none, is refused at once", async () => {
      await server.kill();
      const opening = openRedisEngine({ ...common, url: server.url });
      expect(await refusal(opening)).toBe("HOT_UNAVAILABLE");
      await server.restart();
      const bad = openRedisEngine({ ...common, url: "http://127.0.0.1/" });
      expect(await refusal(bad)).toBe("HOT_INVALID");
      const prefix = openRedisEngine({ ...common, url: server.url, prefix: 'x" .. y' });
      expect(await refusal(prefix)).toBe("HOT_INVALID");
    });
  });
