import { RealmError } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import type { Hot, HotReturn } from "../ports/hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { createMemoryHot } from "./memory/memory-hot.ts";
import { RoomPlayers } from "./room-players.ts";

function stage() {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const memory = createMemoryHot({ clock, log });
  const state = { isAway: false, returned: (_news: HotReturn): void => {} };
  const away = async (): Promise<never> => {
    throw new RealmError("HOT_UNAVAILABLE");
  };
  const hot: Hot = {
    ...memory,
    sets: {
      ...memory.sets,
      add: (...args) => (state.isAway ? away() : memory.sets.add(...args)),
      remove: (...args) => (state.isAway ? away() : memory.sets.remove(...args)),
    },
    onReturn(listener) {
      state.returned = listener;
      return () => (state.returned = () => {});
    },
  };
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return {
    clock,
    log,
    memory,
    state,
    settle,
    players: new RoomPlayers({ hot, clock, log }),
    pass: (ms: number) => clock.pass(ms, settle),
  };
}

describe("[S-HOT15] players of rooms", () => {
  it("are a set while they are in the room, and as long as the node lives", async () => {
    const { memory, players, pass } = stage();
    await players.enter("7f", "ann");
    await players.enter("7f", "bob");
    await players.leave("7f", "ann");
    expect(await memory.sets.members("room:7f:players")).toEqual(["bob"]);
    await pass(300_000);
    expect(await memory.sets.members("room:7f:players")).toEqual(["bob"]);
    players.close();
    await pass(60_001);
    expect(await memory.sets.size("room:7f:players")).toBe(0);
  });

  it("go with their room", async () => {
    const { memory, players, pass } = stage();
    await players.enter("7f", "ann");
    await players.end("7f");
    await pass(60_000);
    expect(await memory.sets.size("room:7f:players")).toBe(0);
    players.close();
  });

  it("are back at once when the engine is, which failed nobody", async () => {
    const { log, memory, players, settle, state } = stage();
    state.isAway = true;
    await players.enter("7f", "ann");
    await players.enter("7f", "bob");
    await players.leave("7f", "bob");
    await players.leave("7f", "nobody");
    expect(log.of("warn").length).toBeGreaterThan(0);
    state.isAway = false;
    state.returned({ empty: true });
    await settle();
    expect(await memory.sets.members("room:7f:players")).toEqual(["ann"]);
    players.close();
  });
});
