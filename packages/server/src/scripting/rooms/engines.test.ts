import { randomBytes } from "node:crypto";
import type { Json } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { engineNames, isThere, serverNames } from "../../hot/testing/hot-stage.ts";
import { limitValues } from "../../session/limit-values.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { RoomBench } from "../../testing/room-bench.ts";
import { until } from "../../testing/until.ts";
import { GameScripts } from "../game/game-scripts.ts";
import { openEngineStage, type EngineStage } from "../testing/engine-stage.ts";
import { ScriptedRooms } from "./scripted-rooms.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const source = `-- room: sums
-- tick: 30
-- input: add {"by": "int -100 100"}
local room = {}
function room.create(state) state.total, state.empty = 0, {} end
function room.join(state, player) state.private[player.account] = { at = "a/b~c ü" } end
function room.add(state, player, data)
  if data.by == 0 then realm.refuse("NOTHING", "Add something.") end
  if data.by < 0 then state.total = nil + 1 end
  state.total = state.total + data.by
end
return realm.room(room)`;

let under: EngineStage;
let scripts: GameScripts;
let rooms: ScriptedRooms;
let bench: RoomBench;
const codes = new Map<number, string | undefined>();

async function begin(name: (typeof engineNames)[number]): Promise<void> {
  under = await openEngineStage(name);
  const { engine, hot, log } = under;
  const common = { engine, hot, log, clock: systemClock(), random: randomBytes, game: "sums" };
  const limits = limitValues();
  scripts = new GameScripts({ ...common, limits, rooms: () => undefined });
  expect(await scripts.load(new Map([["sums", source]]))).toEqual([]);
  rooms = new ScriptedRooms({ scripts, log, game: "sums" });
  bench = new RoomBench(rooms.whole(undefined).rooms["sums"]!);
  codes.clear();
}

function step(): void {
  bench.step();
  for (const { seq, code } of bench.frame?.confirms ?? []) codes.set(seq, code);
}

/** Ticks until it is so. */
function ticking(isSo: () => boolean): Promise<void> {
  return until(() => {
    step();
    return isSo() || JSON.stringify(state());
  });
}

const state = (): Record<string, Json> =>
  (bench.room.state.shared.value as { state: Record<string, Json> }).state;

async function add(seat: number, seq: number, by: number): Promise<string | undefined> {
  bench.input(seat, seq, "add", { by });
  await ticking(() => codes.has(seq));
  return codes.get(seq);
}

afterEach(async () => {
  bench.room.close();
  bench.step();
  await rooms.close();
  await scripts.close();
  await under.close();
});

for (const name of engineNames)
  describe.skipIf(!isThere(name))(`a scripted room on ${name}`, () => {
    beforeEach(() => begin(name));

    test("[S-LUA30] [S-LUA34] creates, joins, adds, refuses, fails and shows", async () => {
      bench.ask("ann");
      await ticking(() => bench.of("joined").length === 1);
      const ann = bench.of("joined")[0]!.seat;
      await ticking(() => state()["total"] === 0);
      expect(await add(ann, 1, 5)).toBeUndefined();
      expect(await add(ann, 2, 0)).toBe("NOTHING");
      expect(await add(ann, 3, -1)).toBe("SCRIPT_FAILED");
      await ticking(() => state()["total"] === 5);
      expect(state()).toEqual({ total: 5, empty: {}, version: 2 });
      const own = bench.room.state.seats.get(ann)!.synced.value as { state: Json };
      expect(own.state).toEqual({ at: "a/b~c ü" });
      bench.room.leave(ann, { code: "LEFT" });
      await ticking(() => bench.room.status === "closed");
      await rooms.close();
      const look = await under.engine.load("look.lua", 'return redis.call("EXISTS", KEYS[1])');
      const keys = ["room:arena-1:state"];
      const left = await under.engine.call(look.name, look.version, keys, []);
      expect(left).toMatchObject({ ok: true, result: 0 });
    });
  });

for (const name of engineNames)
  describe.skipIf(!isThere(name))(`a room's script on ${name}`, () => {
    beforeEach(() => begin(name));

    test.each([
      ["fails", "local room = {}", "x = 1\nlocal room = {}", 4],
      ["fails in what is not there", "local room = {}", "local room, b = {}\nb.c = 1", 5],
      ["returns no room", "return realm.room(room)", "return 1", 12],
    ])("[S-LUA17] that %s is not used", async (_, part, bad, line) => {
      const problems = await scripts.load(new Map([["sums", source.replace(part, bad)]]));
      expect(problems).toMatchObject([{ file: "sums.lua", line }]);
      expect(scripts.rooms()).toMatchObject([{ kind: "sums", version: 1 }]);
    });
  });

for (const name of serverNames)
  describe.skipIf(!isThere(name))(`a scripted room when ${name} fails`, () => {
    beforeEach(() => begin(name));

    test("[S-LUA37] [S-LUA38] ticks on, refuses, and writes its state back when it returns empty", async () => {
      bench.ask("ann");
      await ticking(() => bench.of("joined").length === 1);
      const ann = bench.of("joined")[0]!.seat;
      await ticking(() => state()["total"] === 0);
      await add(ann, 1, 5);
      await ticking(() => state()["total"] === 5);
      await under.server!.kill();
      const { tick } = bench.room;
      expect(await add(ann, 2, 1)).toBe("HOT_UNAVAILABLE");
      expect(await add(ann, 3, 1)).toBe("HOT_UNAVAILABLE");
      expect(bench.room.tick).toBeGreaterThan(tick);
      expect(state()["total"]).toBe(5);
      await under.server!.restart();
      let seq = 3;
      let isTaken = false;
      // it is tried once in a second of the room's
      while (!isTaken) {
        let steps = 0;
        await ticking(() => ++steps > 30);
        isTaken = (await add(ann, ++seq, 2)) === undefined;
      }
      await ticking(() => state()["total"] === 7);
      expect(state()).toMatchObject({ total: 7, empty: {} });
    });
  });
