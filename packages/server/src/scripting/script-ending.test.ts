import { randomBytes } from "node:crypto";
import { defineGame, room } from "@realmwright/core";
import { limits } from "@realmwright/protocol";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openBackend, type Backend } from "../backend/backend.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { createServer, type Server } from "../server.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import { WsClient } from "../testing/ws-client.ts";
import { ada } from "./game/testing/scripts-stage.ts";
import { bombs } from "./testing/bombs.ts";
import { EmbeddedStage, refusal } from "./testing/embedded-stage.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

describe("a worker whose script does not end, by the engine's clock", () => {
  /** It looks at no clock, and so nothing inside of the worker ends it. */
  const deaf =
    "coroutine.wrap(function() local s = ('x'):rep(3e6) while true do local t = s:upper():lower() end end)()";
  let clock: VirtualClock;
  let stage: EmbeddedStage;
  let hasEnded = false;
  let ended: Promise<string>;
  const others: Promise<number>[] = [];
  const order: number[] = [];

  beforeAll(async () => {
    clock = new VirtualClock();
    stage = await EmbeddedStage.open({}, clock);
    const { engine, workers } = stage;
    workers[0]!.once("exit", () => (hasEnded = true));
    await engine.load("deaf.lua", deaf);
    await engine.load("count.lua", "return redis.call('INCR', 'n')");
    // it can not be heard by its own clock either
    ended = refusal(engine.call("deaf.lua", 1, [], [], { work: 1e15 }));
    await until(() => engine.runningCall === 1 || "the script runs");
    for (let i = 0; i < 600; i++) {
      others.push(
        engine.call("count.lua", 1, [], []).then((outcome) => {
          order.push(i);
          return outcome.ok ? Number(outcome.result) : -1;
        }),
      );
    }
  });
  afterAll(() => stage.engine.close());

  test("[S-LUA4] is ended at most 500 ms after the call began, and not within its time", async () => {
    clock.advance(limits.scriptTimeMs.value);
    const told = (): number => stage.log.of("warn").length;
    expect(told()).toBe(0);
    clock.advance(500 - limits.scriptTimeMs.value);
    expect(told()).toBe(1);
    expect(await ended).toBe("SCRIPT_BUDGET");
    expect(hasEnded).toBe(true);
  });

  test("[S-LUA5] what waited behind it runs in its order", async () => {
    const counts = await Promise.all(others);
    expect(counts).toEqual(counts.map((_, i) => i + 1));
    expect(order).toEqual(counts.map((_, i) => i));
    expect(stage.workers).toHaveLength(2);
  });
});

describe("the rooms of a server", () => {
  let backend: Backend;
  let server: Server;
  let eve: WsClient;
  const tick = (): number => server.stats().rooms[0]!.tick;
  beforeAll(async () => {
    const log = new RecordedLog();
    const secret = new Uint8Array(32).fill(5);
    backend = await openBackend({
      game: "calm",
      secret,
      log,
      database: { url: "sqlite::memory:" },
      scripts: true,
      clock: systemClock(),
      random: (length) => randomBytes(length),
    });
    const rooms = { calm: room({ tickRate: 60 }) };
    const game = backend.scriptedRooms!.whole(defineGame({ name: "calm", rooms }));
    const { services } = backend;
    server = createServer({ game, secret, log, http: { port: 0 }, services });
    await server.start();
    eve = await WsClient.open(server.url, { name: "Eve" });
    eve.send({ type: "join", id: 2, payload: { room: "calm" } });
    await eve.next("joined");
  });
  afterAll(async () => {
    eve.socket.terminate();
    await server.stop();
    await backend.close();
  });

  test.each(Object.entries(bombs))(
    "[S-LUA4] tick on while a script runs: %s",
    async (_, source) => {
      const scripts = backend.scripts!;
      await scripts.load(new Map([["bomb", source]]));
      let ticks = 0;
      // some end at once: what is counted are ticks between a call and its end
      for (let i = 0; i < 500 && ticks < 3; i++) {
        const before = tick();
        expect(await refusal(scripts.run({ subject: ada, script: "bomb", args: {} }))).toBe(
          "SCRIPT_BUDGET",
        );
        ticks += tick() - before;
      }
      expect(ticks).toBeGreaterThanOrEqual(3);
    },
  );
});
