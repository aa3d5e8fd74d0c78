import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { engineNames, isThere } from "../../hot/testing/hot-stage.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { ada, ScriptsStage } from "./testing/scripts-stage.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const eve = { ...ada, account: "a-eve", name: "Eve" };
/** Within its budget, and long enough for a queue. */
const slow = "local n = 0 for i = 1, 3e5 do n = n + i end return n";
const { value: most } = limits.scriptCallsPerAccount;
const { value: waiting } = limits.scriptCallsWaitingPerAccount;

for (const name of engineNames)
  describe.skipIf(!isThere(name))(`many calls of one account on ${name}`, () => {
    let stage: ScriptsStage;
    beforeEach(async () => {
      stage = await ScriptsStage.open(name);
      await stage.load({ slow, quick: "return 1" });
    });
    afterEach(() => stage.close());

    test("[S-LUA52] another one's call, and a room's, come before those that wait", async () => {
      let ended = 0;
      const flood = Array.from({ length: 300 }, async () => {
        const code = await refusal(stage.run("slow", {}, { subject: eve }));
        if (code === "none") ended++;
        return code;
      });
      expect(await stage.run("quick")).toBe(1);
      expect(ended).toBeLessThanOrEqual(most);
      expect(await stage.scripts.call("quick", 1, [], [])).toMatchObject({ result: 1 });
      expect(ended).toBeLessThanOrEqual(3 * most);
      const codes = await Promise.all(flood);
      expect(codes.filter((code) => code === "none")).toHaveLength(most + waiting);
      expect(codes.filter((code) => code === "SCRIPT_BUSY")).toHaveLength(300 - most - waiting);
    });

    test("[S-LUA52] what waits is run by the script that is the newest at its turn", async () => {
      const all = Array.from({ length: 20 }, () => stage.run("slow"));
      const behind = stage.run("quick");
      await stage.load({ quick: "return 2" });
      expect(await behind).toBe(2);
      await Promise.all(all);
    });
  });
