import { randomBytes } from "node:crypto";
import { limits } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import type { Hot } from "../../ports/hot.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { OpeningSlots } from "./opening-slots.ts";
import { ScriptsStage } from "./testing/scripts-stage.ts";

const { value: most } = limits.openedPerAccount;
const { value: waitMs } = limits.openedRoomMs;

describe("[S-LUA47] what is kept of an account's rooms", () => {
  let clock: VirtualClock;
  let hot: Hot;
  let slots: OpeningSlots;
  const held = async (): Promise<number> =>
    (await hot.sorted.rangeByScore("openings:ada", -Infinity, Infinity, 100)).length;
  beforeEach(() => {
    clock = new VirtualClock();
    hot = createMemoryHot({ clock, log: new RecordedLog() });
    slots = new OpeningSlots({ hot, clock, random: randomBytes, limits: limitValues() });
  });

  test("is gone with the wait of the last one, though nobody asks for it again", async () => {
    await slots.take("ada");
    clock.advance(1000);
    await slots.take("ada");
    clock.advance(waitMs - 1);
    expect(await held()).toBe(2);
    clock.advance(1);
    expect(await held()).toBe(0);
  });

  test("never holds those that have lapsed, however long an account goes on", async () => {
    for (let i = 0; i < 50; i++) {
      expect(await refusal(slots.take("ada"))).toBe("none");
      clock.advance(waitMs / most);
      expect(await held()).toBeLessThanOrEqual(most);
    }
  });

  test("leaves nothing of one that was refused or given back", async () => {
    for (let i = 0; i < most; i++) await slots.take("ada");
    expect(await refusal(slots.take("ada"))).toBe("ROOMS_OPENED");
    expect(await held()).toBe(most);
    clock.advance(waitMs);
    const slot = await slots.take("ada");
    await slots.free("ada", slot);
    expect(await held()).toBe(0);
  });
});

test("[S-LUA47] a call that was ended counts like a room that nobody comes to", async () => {
  const stage = await ScriptsStage.open();
  await stage.load({
    bomb: "-- opens: lobby\nwhile true do end",
    refuses: "-- opens: lobby\nrealm.refuse('NO')",
  });
  const all = async (script: string): Promise<readonly string[]> => {
    const codes: string[] = [];
    for (let i = 0; i <= most; i++) codes.push(await refusal(stage.run(script)));
    return codes;
  };
  const ended = Array.from({ length: most }, () => "SCRIPT_BUDGET");
  expect(new Set(await all("refuses"))).toEqual(new Set(["SCRIPT_REFUSED"]));
  expect(await all("bomb")).toEqual([...ended, "ROOMS_OPENED"]);
  expect(await refusal(stage.run("refuses"))).toBe("ROOMS_OPENED");
  await stage.close();
});
