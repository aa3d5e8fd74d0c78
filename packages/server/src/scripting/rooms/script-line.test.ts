import { describe, expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const notes = (more = "", reload = ""): string => `-- room: notes
-- players: 8
${reload}-- input: add {"by": "int -100 100"}
local room = {}
function room.create(state) state.total, state.log = 0, {} end
function room.join(state, player) state.log[#state.log + 1] = "+" .. player.account end
function room.leave(state, player) state.log[#state.log + 1] = "-" .. player.account end
function room.drop(state, player) state.log[#state.log + 1] = "?" .. player.account end
function room.reconnect(state, player) state.log[#state.log + 1] = "!" .. player.account end
function room.add(state, player, data) state.total = state.total + data.by end
${more}
return realm.room(room)`;

const open = (more?: string): Promise<ScriptedStage> => ScriptedStage.open({ notes: notes(more) });

describe("while the script can not be reached", () => {
  test.each(["HOT_UNAVAILABLE", "SCRIPT_BUSY"] as const)(
    "[S-LUA37] inputs are refused with %s, the room ticks on, and goes on afterwards",
    async (code) => {
      const stage = await open();
      const ann = await stage.join("ann");
      stage.engine.fault = { code };
      expect(await stage.ask(ann, "add", { by: 1 })).toBe(code);
      const { calls } = stage.engine;
      for (let i = 0; i < 40; i++) stage.send(ann, "add", { by: 1 });
      const { tick } = stage.bench.room;
      await stage.step(1);
      expect(stage.answers.filter((answer) => answer.code === code)).toHaveLength(41);
      await stage.step(30);
      expect(stage.bench.room.tick).toBe(tick + 31);
      // once in a second it is tried
      expect(stage.engine.calls - calls).toBeLessThanOrEqual(4);
      expect(stage.bench.log.of("error")).toHaveLength(1);
      stage.engine.fault = undefined;
      await stage.step(12);
      expect(await stage.ask(ann, "add", { by: 3 })).toBe("taken");
      expect(stage.state["total"]).toBe(3);
    },
  );

  test("[S-LUA36] comings and goings wait, and are told once, in their order", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    const cid = await stage.join("cid");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    expect(await stage.askIn("ben")).toBe("HOT_UNAVAILABLE");
    stage.bench.room.leave(ann, { code: "LEFT" });
    await stage.step(2);
    stage.bench.room.drop(cid);
    await stage.step(2);
    stage.bench.room.reconnect(cid);
    await stage.step(2);
    // never heard of
    expect(await stage.askIn("dan", {}, 1)).toBe("HOT_UNAVAILABLE");
    expect(await stage.askIn("dan", { spectate: true }, 1)).toBe("HOT_UNAVAILABLE");
    await stage.step(25);
    expect(stage.state["log"]).toEqual(["+ann", "+cid"]);
    stage.engine.fault = undefined;
    await stage.step(15);
    // of one who was turned away nobody knows whether the script has let it in
    expect(stage.state["log"]).toEqual(["+ann", "+cid", "+ben", "-ben", "-ann"]);
  });

  test("[S-LUA36] what was done though no answer came is not done again", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    stage.engine.fault = { code: "HOT_UNAVAILABLE", late: true };
    expect(await stage.askIn("ben")).toBe("HOT_UNAVAILABLE");
    expect(await stage.ask(ann, "add", { by: 7 })).toBe("HOT_UNAVAILABLE");
    await stage.step(25);
    stage.engine.fault = undefined;
    await stage.step(25);
    await stage.join("cid");
    expect(stage.state["log"]).toEqual(["+ann", "+ben", "-ben", "+cid"]);
    expect(stage.bench.of("left")).toEqual([]);
  });

  test("[S-LUA34] [S-LUA36] what was done then is read, though no patch told of it", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    stage.muteChannels();
    stage.engine.fault = { code: "HOT_UNAVAILABLE", late: true };
    stage.bench.room.drop(ann);
    await stage.step(3);
    stage.engine.fault = undefined;
    await stage.step(15);
    expect(stage.state["log"]).toEqual(["+ann", "?ann"]);
  });

  test("[S-LUA37] a room that begins then is created afterwards, once", async () => {
    const stage = await open();
    stage.engine.fault = { code: "HOT_UNAVAILABLE", late: true };
    stage.bench.room.state.keptUntilTick = 100;
    expect(await stage.askIn("ann")).toBe("HOT_UNAVAILABLE");
    expect(stage.state).toEqual({ version: 0 });
    // it waits on for its first member
    expect(stage.bench.room.status).toBe("running");
    stage.engine.fault = undefined;
    await stage.step(15);
    expect(stage.state).toMatchObject({ total: 0, log: ["+ann", "-ann"] });
    await stage.join("ann");
    expect(stage.state).toMatchObject({ total: 0, log: ["+ann", "-ann", "+ann"] });
  });

  test("[S-LUA36] one whom it refused afterwards is not told of as gone", async () => {
    const stage = await ScriptedStage.open({
      notes: notes().replace(
        "function room.join(state, player)",
        "$& if player.name == 'bad' then realm.refuse('NO') end",
      ),
    });
    await stage.join("ann");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    expect(await stage.askIn("bad")).toBe("HOT_UNAVAILABLE");
    stage.engine.fault = undefined;
    await stage.step(25);
    expect(stage.state["log"]).toEqual(["+ann"]);
    expect(await stage.askIn("bad")).toBe("NO");
  });
});

describe("a state that is lost", () => {
  test("[S-LUA38] is written back before anything happens to it", async () => {
    const stage = await open("function room.secret() end");
    const ann = await stage.join("ann");
    await stage.ask(ann, "add", { by: 5 });
    stage.engine.empty();
    expect(await stage.ask(ann, "add", { by: 2 })).toBe("taken");
    await stage.step(2);
    expect(stage.state).toMatchObject({ total: 7, log: ["+ann"] });
    const version = stage.state["version"] as number;
    await stage.join("ben");
    expect(stage.state).toMatchObject({ total: 7, log: ["+ann", "+ben"], version: version + 1 });
  });

  test("[S-LUA38] is whole again also when no patch of it had arrived", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    stage.muteChannels();
    await stage.ask(ann, "add", { by: 5 });
    stage.engine.empty();
    await stage.engine.eval("redis.call('HINCRBY', KEYS[1], 'version', 1)", ["room:arena-1:state"]);
    expect(await stage.ask(ann, "add", { by: 2 })).toBe("taken");
    await stage.step(2);
    expect(stage.state).toMatchObject({ total: 7, log: ["+ann"] });
  });

  test("[S-LUA38] is written back in parts, privates too; what others wrote meanwhile stays", async () => {
    const large = `function room.tick(state)
  if state.total ~= 1 then return end
  state.total = 2
  for i = 1, 6 do state.private["p" .. i] = ("x"):rep(15000) end
end`;
    const stage = await open(large);
    const ann = await stage.join("ann");
    const p3 = await stage.join("p3");
    await stage.ask(ann, "add", { by: 1 });
    await stage.step(4);
    expect(stage.own(p3)).toHaveLength(15_000);
    stage.engine.empty();
    const key = "room:arena-1:state";
    await stage.engine.eval("redis.call('HSET', KEYS[1], 'total', '50')", [key]);
    stage.returned();
    await stage.step(15);
    expect(stage.state).toMatchObject({ total: 50, log: ["+ann", "+p3"] });
    expect(stage.own(p3)).toHaveLength(15_000);
    expect(await stage.engine.eval("return redis.call('HLEN', KEYS[1])", [key])).toBe(10);
  });

  test("[S-LUA40] of a room before is not taken for this one's, what a script wrote for it is", async () => {
    const stage = await ScriptedStage.open({
      notes: notes().replace(
        "state.total, state.log",
        "state.had = state.name state.total, state.log",
      ),
    });
    const key = "room:arena-1:state";
    await stage.engine.eval("redis.call('HSET', KEYS[1], 'name', '\"old\"', 'batch', 4)", [key]);
    await stage.join("ann");
    expect(stage.state).toEqual({ total: 0, log: ["+ann"], version: 1 });
    const other = await ScriptedStage.open({
      notes: notes().replace(
        "state.total, state.log",
        "state.had = state.name state.total, state.log",
      ),
    });
    await other.engine.eval("redis.call('HSET', KEYS[1], 'name', '\"new\"')", [key]);
    await other.join("ann");
    expect(other.state).toEqual({ name: "new", had: "new", total: 0, log: ["+ann"], version: 1 });
  });
});

test("[S-LUA39] an event that takes too much takes no other one with it", async () => {
  const stage = await ScriptedStage.open({
    notes: notes().replace(
      "state.total = state.total + data.by",
      "if data.by == 13 then while true do end end state.total = state.total + data.by",
    ),
  });
  const ann = await stage.join("ann");
  for (const by of [1, 2, 13, 4]) stage.send(ann, "add", { by });
  stage.bench.ask("ben");
  await stage.step(30);
  expect(stage.answers.map(({ code }) => code)).toEqual([
    undefined,
    undefined,
    "SCRIPT_BUDGET",
    undefined,
  ]);
  expect(stage.state).toMatchObject({ total: 7, log: ["+ann", "+ben"] });
});

test.each([
  ["an event", ["leave"], "while true do end", [["leave"]], ["close"]],
  ["close", ["close"], "while true do end", [["close"]], ["-ann"]],
  ["both", ["leave", "close"], "while true do end", [["leave", "close"]], []],
  // each for itself has time enough
  ["both together", ["leave", "close"], "for i = 1, 6000000 do end", [], ["-ann", "close"]],
])(
  "[S-LUA40] deletes the state of a room whose end takes too much in %s",
  async (_, slow, body, untold, told) => {
    const mark = (name: string, word: string): string =>
      `function room.${name}(state, player)
  ${slow.includes(name) ? body : ""}
  redis.call('RPUSH', 'end', ${word})
end`;
    const stage = await open(
      `${mark("leave", "'-' .. player.account")}\n${mark("close", "'close'")}`,
    );
    await stage.join("ann");
    stage.bench.room.close();
    await stage.step();
    await stage.rooms.close();
    const key = "room:arena-1:state";
    expect(await stage.engine.eval("return redis.call('EXISTS', KEYS[1])", [key])).toBe(0);
    expect(await stage.engine.eval("return redis.call('LRANGE', 'end', 0, -1)")).toEqual(told);
    expect(stage.log.of("warn").map(({ data }) => data["untold"])).toEqual(untold);
  },
);

describe("a reload of the game", () => {
  test("[S-LUA41] leaves a room its script and its state", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    await stage.ask(ann, "add", { by: 5 });
    stage.bench.ask("ben");
    stage.send(ann, "add", { by: 1 });
    stage.bench.step();
    // this one has not gone out yet, and is answered by the reload
    stage.send(ann, "add", { by: 50 });
    stage.bench.step();
    await stage.reload({ notes: notes().replace("+ data.by", "+ 10 * data.by") });
    await stage.step(4);
    expect(stage.state["log"]).toEqual(["+ann", "+ben"]);
    expect(await stage.ask(ann, "add", { by: 1 })).toBe("taken");
    await stage.step(2);
    expect(stage.state["total"]).toBe(7);
  });

  test("[S-LUA41] brings the newest one into a room that is live", async () => {
    const live = "-- reload: live\n";
    const stage = await ScriptedStage.open({ notes: notes("", live) });
    const ann = await stage.join("ann");
    await stage.ask(ann, "add", { by: 5 });
    await stage.scripts.load(
      new Map([["notes", notes("", live).replace("+ data.by", "+ 10 * data.by")]]),
    );
    expect(await stage.ask(ann, "add", { by: 1 })).toBe("taken");
    expect(stage.state["total"]).toBe(15);
    // one that does not load changes nothing
    await stage.scripts.load(new Map([["notes", notes("x = = 1", live)]]));
    expect(await stage.ask(ann, "add", { by: 1 })).toBe("taken");
    expect(stage.state["total"]).toBe(25);
  });
});

test("[S-LUA35] a tick of the script comes once in a tick of the room, and none where it has none", async () => {
  const stage = await open("function room.tick(state, now) state.now = now end");
  await stage.join("ann");
  const { calls } = stage.engine;
  await stage.step(10);
  expect(stage.engine.calls - calls).toBe(10);
  expect(stage.state["now"]).toBe(stage.clock.wallMs() - 100);
});
