import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis, ReplyError } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../scheduler/system-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { limitValues } from "../session/limit-values.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { conformanceCases, runCase, type RunScript } from "./testing/conformance.ts";

const hasRedis = spawnSync("redis-server", ["--version"]).error === undefined;

function suite(engine: () => RunScript): void {
  let number = 0;
  test.each(conformanceCases)("[S-LUA7] $title", async (one) => {
    expect(await runCase(engine(), one, `c${++number}:`)).toEqual(one.expect);
  });

  test("[S-LUA3] 50 callers at once lose no update", async () => {
    const source =
      "local n = tonumber(redis.call('GET', KEYS[1]) or 0) redis.call('SET', KEYS[1], n + 1)";
    const callers = Array.from({ length: 50 }, async () => {
      for (let i = 0; i < 20; i++) await engine()(source, ["atomic"], []);
    });
    await Promise.all(callers);
    expect(await engine()("return redis.call('GET', KEYS[1])", ["atomic"], [])).toEqual({
      result: "1000",
    });
  });

  test("[S-LUA3] what a script wrote before it failed stays", async () => {
    const source = "redis.call('SET', KEYS[1], 'half') error('stop')";
    expect(await engine()(source, ["failed"], [])).toMatchObject({
      error: expect.stringContaining("stop") as string,
    });
    expect(await engine()("return redis.call('GET', KEYS[1])", ["failed"], [])).toEqual({
      result: "half",
    });
  });
}

describe("embedded", () => {
  let engine: EmbeddedEngine;
  beforeAll(async () => {
    engine = await EmbeddedEngine.start({
      clock: systemClock(),
      log: new RecordedLog(),
      limits: limitValues(),
    });
  });
  afterAll(() => engine.close());

  suite(() => async (source, keys, args) => {
    const { name, version } = await engine.load("case.lua", source);
    const outcome = await engine.call(name, version, keys, args);
    return outcome.ok ? { result: outcome.result } : { error: outcome.error };
  });
});

describe.skipIf(!hasRedis)("Redis", () => {
  let server: ChildProcess;
  let folder: string;
  let client: Redis;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "realmwright-redis-"));
    const path = join(folder, "redis.sock");
    server = spawn("redis-server", [
      "--port",
      "0",
      "--unixsocket",
      path,
      "--save",
      "",
      "--dir",
      folder,
    ]);
    client = new Redis({ path, retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => undefined);
    await client.ping();
  });
  afterAll(() => {
    client.disconnect();
    server.kill();
    rmSync(folder, { recursive: true });
  });

  suite(() => async (source, keys, args) => {
    try {
      const result = await client.eval(source, keys.length, ...keys, ...args);
      return { result: result as string };
    } catch (error) {
      if (error instanceof ReplyError) return { error: (error as Error).message };
      throw error;
    }
  });
});
