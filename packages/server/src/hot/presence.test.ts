import { RealmError } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import type { Hot, HotReturn } from "../ports/hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { leaderboardKey, onlineKey, queueKey, roomPlayersKey } from "./layout.ts";
import { createMemoryHot } from "./memory/memory-hot.ts";
import { Presence } from "./presence.ts";

function stage() {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const memory = createMemoryHot({ clock, log });
  const state: { isAway: boolean; returned: (news: HotReturn) => void; sets: number } = {
    isAway: false,
    returned: () => {},
    sets: 0,
  };
  const failing = async (): Promise<never> => {
    throw new RealmError("HOT_UNAVAILABLE");
  };
  const hot: Hot = {
    ...memory,
    keys: {
      ...memory.keys,
      set(...args) {
        state.sets++;
        return state.isAway ? failing() : memory.keys.set(...args);
      },
      delete: (key) => (state.isAway ? failing() : memory.keys.delete(key)),
    },
    onReturn(listener) {
      state.returned = listener;
      return () => (state.returned = () => {});
    },
  };
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const node = () => new Presence({ hot, clock, log });
  return {
    clock,
    log,
    hot,
    memory,
    state,
    settle,
    node,
    pass: (ms: number) => clock.pass(ms, settle),
  };
}

describe("the key layout", () => {
  it("[S-HOT15] is written as it stands", () => {
    expect(onlineKey("42")).toBe("player:42:online");
    expect(leaderboardKey("duel")).toBe("lb:duel");
    expect(queueKey("duel")).toBe("queue:duel");
    expect(roomPlayersKey("7f")).toBe("room:7f:players");
  });
});

describe("presence", () => {
  it("[S-HOT15] keeps the key while a player is connected, however often", async () => {
    const { hot, node, pass, clock } = stage();
    const presence = node();
    expect(await presence.isOnline("ann")).toBe(false);
    await presence.enter("ann");
    await presence.enter("ann");
    expect(await hot.keys.get("player:ann:online")).toBe("1");
    expect(await hot.keys.ttlMs("player:ann:online")).toBe(60_000);
    await pass(19_999);
    expect(await hot.keys.ttlMs("player:ann:online")).toBe(40_001);
    await pass(1);
    expect(await hot.keys.ttlMs("player:ann:online")).toBe(60_000);
    await pass(600_000);
    expect(await presence.isOnline("ann")).toBe(true);
    await presence.leave("ann");
    expect(await presence.isOnline("ann")).toBe(true);
    await presence.leave("ann");
    await presence.leave("ann");
    expect(await presence.isOnline("ann")).toBe(false);
    await pass(60_000);
    expect(await presence.isOnline("ann")).toBe(false);
    presence.close();
    expect(clock.waiting).toBe(0);
  });

  it("[S-HOT15] a node that is gone leaves its players online for 60 s; another one's come back", async () => {
    const { node, pass } = stage();
    const [gone, other] = [node(), node()];
    await gone.enter("ann");
    await gone.enter("bob");
    await other.enter("bob");
    gone.close();
    await pass(59_999);
    expect(await other.isOnline("ann")).toBe(true);
    await pass(1);
    expect(await other.isOnline("ann")).toBe(false);
    expect(await other.isOnline("bob")).toBe(true);
    const third = node();
    await third.enter("bob");
    await third.leave("bob");
    expect(await other.isOnline("bob")).toBe(false);
    await pass(20_000);
    expect(await other.isOnline("bob")).toBe(true);
    other.close();
    third.close();
  });

  it("[S-HOT15] lives through an engine that is away, and sets all anew when it is back", async () => {
    const { node, pass, state, settle, log, memory } = stage();
    const presence = node();
    for (let i = 0; i < 250; i++) await presence.enter(`p${i}`);
    state.isAway = true;
    await presence.enter("late");
    await presence.leave("p0");
    state.sets = 0;
    await pass(20_000);
    // one group was tried, not all
    expect(state.sets).toBe(100);
    expect(log.of("warn").length).toBeGreaterThan(0);
    await pass(60_000);
    state.isAway = false;
    state.returned({ empty: true });
    for (let i = 0; i < 10; i++) await settle();
    for (const [player, value] of [
      ["p0", undefined],
      ["p1", "1"],
      ["p249", "1"],
      ["late", "1"],
    ] as const) {
      expect(await memory.keys.get(onlineKey(player)), player).toBe(value);
    }
    presence.close();
  });
});
