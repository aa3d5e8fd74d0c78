import { room, type Player } from "@realmwright/core";
import { input, t } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";
import { checkpoint, restore } from "./room-checkpoint.ts";

const Wave = input("wave", { with: t.uint(3) });
const calls: string[] = [];

/** Holds who is called "out…"; a timer lets them in. */
function bench(): RoomBench {
  calls.length = 0;
  return new RoomBench(door);
}

const door = room({
  inputs: { Wave },
  maxPlayers: 2,
  join(at, player) {
    if (player.name.startsWith("out")) at.hold(player);
  },
  spectate: (at, spectator) => at.hold(spectator),
  leave(_, player, code) {
    calls.push(`${player.name} ${code}`);
  },
  tick(at) {
    for (const player of at.players.values()) if (player.outside) calls.push("waits");
  },
  on: {
    wave(at, player, data) {
      calls.push(`wave ${player.name}`);
      const waiting = (): Player[] => [...at.players.values()].filter(({ outside }) => outside);
      if (data.with === 0) for (const one of waiting()) at.letIn(one);
      if (data.with === 1) for (const one of waiting()) at.kick(one, "NOT_YOU");
      if (data.with === 2) at.hold(player);
      if (data.with === 3) at.letIn(player);
    },
  },
});

describe("[S-ROOM18] one who is held outside", () => {
  test("takes a place, and hears and says nothing until it is let in", () => {
    const stage = bench();
    const ann = stage.join("ann");
    stage.ask("out");
    stage.step();
    stage.input(1, 1, "wave", { with: 0 });
    stage.room.chat(1, "hi");
    stage.step(2);
    expect(calls).toEqual(["waits", "waits", "waits"]);
    expect(stage.of("joined")).toHaveLength(1);
    expect(stage.of("chat")).toEqual([]);
    expect([stage.room.isMember("ann"), stage.room.isMember("out")]).toEqual([true, false]);
    expect(stage.room.hasSpace(false)).toBe(false);
    stage.input(ann, 1, "wave", { with: 0 });
    stage.step();
    expect(stage.of("joined")[1]).toMatchObject({ ticket: 2, seat: 1, resumed: false });
    expect(stage.room.isMember("out")).toBe(true);
    stage.input(ann, 2, "wave", { with: 3 });
    stage.step();
    expect(stage.of("joined")).toHaveLength(2);
  });

  test("is refused when it is turned away, with each of its joins", () => {
    const stage = bench();
    const ann = stage.join("ann");
    stage.ask("out");
    stage.ask("out");
    stage.step();
    stage.input(ann, 1, "wave", { with: 1 });
    stage.step();
    const error = { code: "NOT_YOU" };
    expect(stage.of("refused")).toMatchObject([
      { ticket: 2, error },
      { ticket: 3, error },
    ]);
    expect(stage.of("left")).toEqual([]);
    expect(calls.at(-1)).toBe("out NOT_YOU");
  });

  test("waits on over a reload", () => {
    const stage = bench();
    const ann = stage.join("ann");
    stage.ask("out");
    stage.step();
    const { plan, log, metrics } = stage;
    const next = restore(checkpoint(stage.room), { plan, seed: 0, log, metrics });
    stage.room.handOver(next);
    stage.room = next;
    stage.step();
    expect([next.isMember("ann"), next.isMember("out")]).toEqual([true, false]);
    stage.input(ann, 1, "wave", { with: 0 });
    stage.step();
    expect(stage.of("joined")[1]).toMatchObject({ ticket: 2, seat: 1 });
  });

  test("is refused when the room fails, and one who is in can not be held", () => {
    const stage = bench();
    const ann = stage.join("ann");
    stage.ask("out");
    stage.step();
    stage.input(ann, 1, "wave", { with: 2 });
    stage.step();
    expect(stage.room.status).toBe("failed");
    expect(stage.log.of("error")[0]!.data["error"]).toMatchObject({ code: "GAME_INVALID" });
    expect(stage.of("refused")).toMatchObject([{ ticket: 2, error: { code: "ROOM_FAILED" } }]);
    expect(stage.of("left")).toMatchObject([{ seat: ann, code: "ROOM_FAILED" }]);
  });
});
