import { applyPatch, type JsonPatch } from "@realmwright/core/internal";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { engineNames, isThere } from "../../hot/testing/hot-stage.ts";
import { until } from "../../testing/until.ts";
import { ScriptsStage } from "./testing/scripts-stage.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

for (const name of engineNames)
  describe.skipIf(!isThere(name))(`patches of scripts on ${name}`, () => {
    let stage: ScriptsStage;
    beforeAll(async () => {
      stage = await ScriptsStage.open(name);
    });
    afterAll(() => stage.close());

    test("[S-LUA25] reach whoever listens, in the order of the calls, whoever made them", async () => {
      const add = `-- keys: log
local n = redis.call("RPUSH", KEYS[1], ARGV[1])
realm.publish(KEYS[1], {{ op = "add", path = "/-", value = n }})
return n`;
      await stage.load({ add });
      let state: readonly number[] = [];
      const stop = await stage.scripts.subscribe("log", (patch) => {
        state = applyPatch(state, patch);
      });
      const other: JsonPatch[] = [];
      const stopOther = await stage.scripts.subscribe("log2", (patch) => other.push(patch));
      const calls = Array.from({ length: 200 }, (_, i) =>
        stage.run("add", {}, i % 3 === 0 ? { idempotencyKey: `k${i % 50}` } : {}),
      );
      const answers = (await Promise.all(calls)) as number[];
      const most = Math.max(...answers);
      await until(() => state.length >= most || `${state.length} of ${most}`);
      expect(state).toEqual(Array.from({ length: most }, (_, i) => i + 1));
      expect(most).toBe(new Set(answers).size);
      expect(other).toEqual([]);
      await stop();
      await stopOther();
    });

    test("[S-LUA25] of a call that failed after it published are published, and of one by name too", async () => {
      await stage.load({
        fails: `-- keys: f
realm.publish(KEYS[1], {{ op = "replace", path = "/a", value = {} }})
realm.publish("by-name", {{ op = "remove", path = "/a" }})
error("too late")`,
      });
      const got: unknown[] = [];
      const stops = await Promise.all(
        ["f", "by-name"].map((channel) =>
          stage.scripts.subscribe(channel, (patch) => got.push([channel, patch])),
        ),
      );
      await expect(stage.run("fails")).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
      await until(() => got.length === 2 || `${got.length} of 2`);
      expect(got).toEqual([
        ["f", [{ op: "replace", path: "/a", value: {} }]],
        ["by-name", [{ op: "remove", path: "/a" }]],
      ]);
      for (const stop of stops) await stop();
    });

    test("[S-LUA25] nobody is given what is no patch, and who stopped gets nothing", async () => {
      const bad = [
        "{}",
        "[7]",
        '[{"op":"move","path":"/a"}]',
        '[{"op":"add","path":"/a"}]',
        "{",
        "",
      ];
      await stage.load({
        say: "-- keys: c\nfor _, m in ipairs(realm.arguments().all) do redis.call('PUBLISH', KEYS[1], m) end",
      });
      const got: JsonPatch[] = [];
      const stop = await stage.scripts.subscribe("c", (patch) => got.push(patch));
      const last = [{ op: "remove", path: "/x" }];
      await stage.run("say", { all: [...bad, JSON.stringify(last)] });
      await until(() => got.length > 0);
      expect(got).toEqual([last]);
      await stop();
      await stop();
      let heard = false;
      const stopLater = await stage.scripts.subscribe("c", () => (heard = true));
      await stage.run("say", { all: [JSON.stringify(last)] });
      await until(() => heard);
      expect(got).toHaveLength(1);
      await stopLater();
    });
  });

test("[S-LUA25] a message that the hot state does not take is told of, and costs the caller nothing", async () => {
  const stage = await ScriptsStage.open();
  await stage.load({ say: "realm.publish(('c'):rep(600), {}) return 1" });
  expect(await stage.run("say")).toBe(1);
  await until(() => stage.under.log.of("warn").length === 1);
  await stage.scripts.close();
  await stage.close();
});
