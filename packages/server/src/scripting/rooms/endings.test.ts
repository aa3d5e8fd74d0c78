import { describe, expect, test } from "vitest";
import { RoomBench } from "../../testing/room-bench.ts";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const key = "room:arena-1:state";
/** A room that writes down what it is told, outside of its state too. */
const diary = `-- room: diary
-- players: 8
-- input: add {"by": "int -100 100"}
local room = {}
local function note(word) redis.call("RPUSH", "diary", word) end
function room.create(state) state.total = 0 note("create") end
function room.join(state, player)
  if player.name == "bad" then realm.refuse("NO") end
  note("+" .. player.account)
end
function room.leave(state, player) note("-" .. player.account) end
function room.add(state, player, data) state.total = state.total + data.by end
function room.close(state) note("close") end
return realm.room(room)`;

const open = (source = diary): Promise<ScriptedStage> => ScriptedStage.open({ diary: source });
const notes = (stage: ScriptedStage): Promise<unknown> =>
  stage.engine.eval("return redis.call('LRANGE', 'diary', 0, -1)");
const isThere = (stage: ScriptedStage): Promise<unknown> =>
  stage.engine.eval("return redis.call('EXISTS', KEYS[1])", [key]);
const turns = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

describe("[S-LUA40] a room that ends", () => {
  test("leaves its id to another one, which begins anew", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    await stage.ask(ann, "add", { by: 5 });
    stage.bench.room.close();
    await stage.step(3);
    await stage.rooms.gone("arena-1");
    stage.bench = new RoomBench(Object.values(stage.rooms.whole(undefined).rooms)[0]!);
    await stage.join("ben");
    expect(stage.state).toEqual({ total: 0, version: 1 });
    expect(stage.listeners).toBe(1);
    expect(await notes(stage)).toEqual(["create", "+ann", "-ann", "close", "create", "+ben"]);
  });

  test.each(["gone", "close"] as const)(
    "is waited for by %s until its state is deleted",
    async (how) => {
      const stage = await open();
      await stage.join("ann");
      const gate = Promise.withResolvers<void>();
      stage.engine.gate = gate.promise;
      stage.bench.room.close();
      stage.bench.step();
      let isGone = false;
      const waiting = (how === "gone" ? stage.rooms.gone("arena-1") : stage.rooms.close()).then(
        () => (isGone = true),
      );
      await stage.rooms.gone("another");
      await turns();
      expect(isGone).toBe(false);
      gate.resolve();
      await waiting;
      expect(await isThere(stage)).toBe(0);
      expect(stage.isTold).toBe(how === "gone");
      await stage.rooms.gone("arena-1");
    },
  );

  test("before its channel listens leaves nobody listening", async () => {
    const stage = await open();
    const { scripts } = stage;
    const subscribe = scripts.subscribe.bind(scripts);
    const gate = Promise.withResolvers<void>();
    scripts.subscribe = async (...call) => {
      await gate.promise;
      return subscribe(...call);
    };
    stage.bench.step();
    stage.bench.room.close();
    stage.bench.step();
    await stage.rooms.close();
    gate.resolve();
    await turns();
    expect(stage.listeners).toBe(0);
  });

  test("ends a state that the engine could not be told to delete within a day", async () => {
    const stage = await open();
    await stage.join("ann");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    stage.bench.room.close();
    await stage.step(3);
    await stage.rooms.close();
    expect(stage.log.of("warn")).toHaveLength(1);
    stage.engine.fault = undefined;
    stage.clock.advance(24 * 3600_000 - 10_000);
    expect(await isThere(stage)).toBe(1);
    stage.clock.advance(10_000);
    expect(await isThere(stage)).toBe(0);
  });

  test.each([
    [true, "had been done"],
    [false, "had not been done"],
  ])("tells what it sent without an answer once (late: %s): it %s", async (late) => {
    const stage = await open();
    await stage.join("ann");
    const ben = await stage.join("ben");
    stage.engine.fault = { code: "HOT_UNAVAILABLE", ...(late && { late }) };
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(3);
    stage.engine.fault = undefined;
    stage.bench.room.close();
    await stage.step();
    await stage.rooms.close();
    expect(await notes(stage)).toEqual(["create", "+ann", "+ben", "-ben", "-ann", "close"]);
    expect(await isThere(stage)).toBe(0);
  });

  test("tells what had not come through, though its state is being written back", async () => {
    const stage = await open();
    await stage.join("ann");
    const ben = await stage.join("ben");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(3);
    stage.engine.empty();
    stage.engine.fault = undefined;
    const { calls } = stage.engine;
    while (stage.engine.calls === calls) await stage.step();
    const gate = Promise.withResolvers<void>();
    stage.engine.gate = gate.promise;
    await stage.step();
    expect(stage.engine.calls).toBe(calls + 2);
    stage.bench.room.close();
    stage.bench.step();
    gate.resolve();
    await stage.rooms.close();
    expect(await notes(stage)).toEqual(["-ben", "-ann", "close"]);
  });

  test("tells what was under way and failed then", async () => {
    const stage = await open();
    await stage.join("ann");
    const ben = await stage.join("ben");
    const gate = Promise.withResolvers<void>();
    stage.engine.gate = gate.promise;
    stage.engine.fault = { code: "HOT_UNAVAILABLE", late: true };
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(2);
    stage.bench.room.close();
    stage.bench.step();
    gate.resolve();
    await turns();
    // the end itself did not come through
    stage.engine.fault = undefined;
    await stage.rooms.close();
    expect(await notes(stage)).toEqual(["create", "+ann", "+ben", "-ben"]);
    expect(stage.log.of("warn")).toHaveLength(1);
  });
});

describe("[S-LUA38] [S-LUA40] the state of a running room", () => {
  test("is kept while nothing happens in it", async () => {
    const stage = await open(diary.replace("-- players: 8", "-- tick: 1"));
    await stage.join("ann");
    const ttl = (): Promise<unknown> =>
      stage.engine.eval("return redis.call('TTL', KEYS[1])", [key]);
    stage.clock.advance(80_000_000);
    expect(await ttl()).toBeLessThan(6500);
    const { calls } = stage.engine;
    await stage.step(3605);
    expect(stage.engine.calls - calls).toBe(1);
    expect(await ttl()).toBeGreaterThan(82_000);
  }, 30_000);

  test("has an end also when it was written back and nothing came after it", async () => {
    const stage = await open();
    await stage.join("ann");
    stage.engine.empty();
    stage.returned();
    await stage.step(5);
    expect(await isThere(stage)).toBe(1);
    const ttl = await stage.engine.eval("return redis.call('TTL', KEYS[1])", [key]);
    expect(ttl).toBe(24 * 3600);
  });
});

describe("[S-LUA36] comings and goings", () => {
  test("of one who has the seat of one who was refused are told", async () => {
    const stage = await open();
    await stage.join("ann");
    expect(await stage.askIn("bad")).toBe("NO");
    const ben = await stage.join("ben");
    expect(ben).toBe(1);
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(3);
    expect(await notes(stage)).toEqual(["create", "+ann", "+ben", "-ben"]);
  });

  test("that did not come through are told once also where the state was lost meanwhile", async () => {
    const stage = await open();
    await stage.join("ann");
    const ben = await stage.join("ben");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(3);
    stage.engine.empty();
    stage.engine.fault = undefined;
    await stage.step(25);
    expect(await notes(stage)).toEqual(["-ben"]);
  });
});

test("[S-LUA37] an input that came while a call was under way is refused with those in it", async () => {
  const stage = await open();
  const ann = await stage.join("ann");
  const gate = Promise.withResolvers<void>();
  stage.engine.gate = gate.promise;
  stage.engine.fault = { code: "HOT_UNAVAILABLE", late: true };
  stage.send(ann, "add", { by: 1 });
  await stage.step(2);
  stage.send(ann, "add", { by: 2 });
  await stage.step(2);
  expect(stage.answers).toEqual([]);
  gate.resolve();
  await stage.step(2);
  expect(stage.answers.map(({ code }) => code)).toEqual(["HOT_UNAVAILABLE", "HOT_UNAVAILABLE"]);
});
