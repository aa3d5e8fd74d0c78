import { describe, expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const counter = `-- room: counter
-- players: 3
-- input: add {"by": "int -100 100"}
-- input: put
-- input: spoil
-- input: nobody
local room = {}
function room.create(state, info)
  state.total, state.members, state.id = 0, {}, info.id
end
function room.join(state, player)
  if player.name == "bad" then realm.refuse("BANNED", "Not you.") end
  state.members[player.account] = player.spectator and "watches" or "plays"
end
function room.drop(state, player) state.members[player.account] = "away" end
function room.reconnect(state, player) state.members[player.account] = "back" end
function room.leave(state, player, code)
  state.members[player.account] = nil
  state.left = code
end
function room.add(state, player, data)
  if data.by == 0 then realm.refuse("NOTHING", "Add something.") end
  state.total = state.total + data.by
  state.private[player.account] = { last = data.by }
end
function room.put(state, player, data) state.value = data end
function room.spoil(state)
  state.total = 999
  state.members.ann.x = 1
end
return realm.room(room)`;

const open = (source = counter): Promise<ScriptedStage> => ScriptedStage.open({ counter: source });
const key = "room:arena-1:state";

describe("a scripted room", () => {
  test("[S-LUA34] is created by its script and shows its state to all members", async () => {
    const stage = await open();
    await stage.join("ann");
    expect(stage.state).toEqual({
      total: 0,
      members: { ann: "plays" },
      id: "arena-1",
      version: 1,
    });
    await stage.join("ben");
    await stage.join("wil", { spectate: true });
    expect(stage.state["members"]).toEqual({ ann: "plays", ben: "plays", wil: "watches" });
  });

  test("[S-LUA35] hands inputs to the function of their name, and answers as it does", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    expect(await stage.ask(ann, "add", { by: 5 })).toBe("taken");
    expect(await stage.ask(ann, "add", { by: 0 })).toBe("NOTHING");
    expect(await stage.ask(ann, "spoil", { data: null })).toBe("SCRIPT_FAILED");
    expect(await stage.ask(ann, "nobody", { data: null })).toBe("NO_HANDLER");
    expect(await stage.ask(ann, "put", { data: { a: [1, null, "x"] } })).toBe("taken");
    expect(stage.state).toMatchObject({ total: 5, value: { a: [1, null, "x"] } });
    expect(stage.bench.log.of("error")).toMatchObject([
      { data: { on: "spoil", fault: expect.stringMatching(/^counter\.lua:29: /) as string } },
    ]);
  });

  test("[S-LUA35] has one call under way, with everything that came meanwhile in the next", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    const before = stage.engine.calls;
    for (let by = 1; by <= 10; by++) stage.send(ann, "add", { by });
    await stage.step(2);
    expect(stage.engine.calls).toBe(before + 1);
    expect(stage.answers.map(({ code }) => code)).toEqual(Array.from({ length: 10 }));
    expect(stage.state["total"]).toBe(55);
    await stage.step(20);
    expect(stage.engine.calls).toBe(before + 1);
  });

  test("[S-LUA33] shows what is private to that account alone", async () => {
    const stage = await open();
    const [ann, ben] = [await stage.join("ann"), await stage.join("ben")];
    await stage.ask(ann, "add", { by: 5 });
    await stage.step(2);
    expect([stage.own(ann), stage.own(ben)]).toEqual([{ last: 5 }, null]);
    expect(JSON.stringify(stage.state)).not.toContain("last");
    // who comes back finds it again
    stage.bench.room.leave(ann, { code: "LEFT" });
    await stage.step(2);
    const again = await stage.join("ann");
    expect(stage.own(again)).toEqual({ last: 5 });
  });

  test("[S-LUA36] sends away whom the script does not let in, and does not tell it of the going", async () => {
    const stage = await open();
    await stage.join("ann");
    expect(await stage.askIn("bad")).toBe("BANNED");
    expect(stage.bench.of("refused")).toMatchObject([{ error: { text: "Not you." } }]);
    expect(await stage.askIn("bad", { spectate: true })).toBe("BANNED");
    expect(stage.bench.of("left")).toEqual([]);
    expect(stage.state).toEqual({ total: 0, members: { ann: "plays" }, id: "arena-1", version: 1 });
  });

  test("[S-LUA45] is closed to one who joins until its script has answered", async () => {
    const stage = await open();
    await stage.join("ann");
    const { bench } = stage;
    const gate = Promise.withResolvers<void>();
    stage.engine.gate = gate.promise;
    for (const who of ["ben", "bad"]) bench.ask(who);
    bench.ask("wil", { spectate: true });
    await stage.step(3);
    // asked again over another connection
    bench.ask("ben");
    await stage.step(3);
    expect(bench.of("joined")).toHaveLength(1);
    expect(bench.of("refused")).toEqual([]);
    const { room } = bench;
    const members = (): boolean[] => ["ann", "ben", "bad", "wil"].map((one) => room.isMember(one));
    expect(members()).toEqual([true, false, false, false]);
    for (const seat of [1, 2, 3]) {
      stage.send(seat, "add", { by: 50 });
      room.chat(seat, "let me in");
      room.drop(seat);
    }
    await stage.step(3);
    gate.resolve();
    await stage.step(4);
    expect(bench.of("joined")).toMatchObject([
      {},
      { seat: 1, resumed: false },
      { seat: 1, resumed: true },
      { seat: 3, resumed: false },
    ]);
    expect(bench.of("refused")).toMatchObject([{ error: { code: "BANNED", text: "Not you." } }]);
    expect(members()).toEqual([true, true, false, false]);
    // nothing of what they said while they were outside was heard
    expect([stage.answers, bench.of("chat"), bench.of("chatRefused")]).toEqual([[], [], []]);
    expect(stage.state).toMatchObject({
      total: 0,
      members: { ann: "plays", ben: "plays", wil: "watches" },
    });
    room.chat(1, "hello");
    expect(await stage.ask(1, "add", { by: 1 })).toBe("taken");
    expect(bench.of("chat")).toMatchObject([{ seat: 1 }]);
  });

  test("[S-LUA45] turns away who waits when it ends, and when its script is away", async () => {
    const stage = await open();
    await stage.join("ann");
    stage.engine.gate = Promise.withResolvers<void>().promise;
    expect(await stage.askIn("ben")).toBe("open");
    stage.bench.room.close();
    await stage.step();
    expect(stage.bench.of("refused")).toMatchObject([{ error: { code: "ROOM_CLOSED" } }]);
    const other = await open();
    await other.join("ann");
    other.engine.fault = { code: "HOT_UNAVAILABLE" };
    expect(await other.askIn("ben")).toBe("HOT_UNAVAILABLE");
    expect(await other.askIn("wil", { spectate: true }, 1)).toBe("HOT_UNAVAILABLE");
    other.engine.fault = undefined;
    await other.step(25);
    expect(other.state).toMatchObject({ members: { ann: "plays" } });
    expect(await other.askIn("ben")).toBe("taken");
  });

  test("[S-LUA36] sends nobody away for another who had the seat before", async () => {
    const stage = await open();
    await stage.join("ann");
    stage.bench.ask("bad");
    stage.bench.step();
    stage.bench.room.leave(1, { code: "TIRED" });
    stage.bench.step();
    expect(await stage.join("ben")).toBe(1);
    expect(stage.bench.of("refused")).toMatchObject([{ error: { code: "TIRED" } }]);
    expect(stage.bench.of("left")).toEqual([]);
    expect(stage.state["members"]).toEqual({ ann: "plays", ben: "plays" });
  });

  test("[S-LUA35] takes more at once than fits into a call", async () => {
    const stage = await open();
    const [ann, ben] = [await stage.join("ann"), await stage.join("ben")];
    for (let i = 0; i < 40; i++) {
      for (const seat of [ann, ben]) stage.send(seat, "put", { data: "x".repeat(1000) });
    }
    await stage.step(8);
    expect(stage.answers.map(({ code }) => code)).toEqual(Array.from({ length: 80 }));
  });

  test("[S-LUA36] tells of drops, returns and goings, of spectators too", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    const ben = await stage.join("ben");
    const wil = await stage.join("wil", { spectate: true });
    stage.bench.room.drop(ann);
    await stage.step(3);
    expect(stage.state["members"]).toMatchObject({ ann: "away" });
    stage.bench.room.reconnect(ann);
    stage.bench.room.leave(wil, { code: "LEFT" });
    await stage.step(3);
    expect(stage.state).toMatchObject({ members: { ann: "back", ben: "plays" }, left: "LEFT" });
    expect(Object.keys(stage.state["members"]!)).toEqual(["ann", "ben"]);
    stage.bench.room.leave(ben, { code: "TIRED" });
    await stage.step(3);
    expect(stage.state).toMatchObject({ members: { ann: "back" }, left: "TIRED" });
  });

  test("[S-LUA34] takes what other scripts publish, and reads anew what it has missed", async () => {
    const stage = await open();
    await stage.join("ann");
    const publish = (ops: object[]): Promise<void> =>
      stage.hot.channels.publish(key, JSON.stringify(ops));
    await publish([{ op: "add", path: "/note", value: "hi" }]);
    await stage.step();
    expect(stage.state["note"]).toBe("hi");
    // written without a word
    await stage.engine.eval(
      "redis.call('HSET', KEYS[1], 'total', 70) redis.call('HINCRBY', KEYS[1], 'version', 5)",
      [key],
    );
    for (const bad of [
      [{ op: "replace", path: "/none/at/all", value: 1 }],
      [{ op: "add", path: "/members/__proto__", value: 1 }],
      [{ op: "replace", path: "", value: {} }],
    ]) {
      await publish(bad);
      await stage.step(4);
      expect(stage.state).toEqual({
        total: 70,
        members: { ann: "plays" },
        id: "arena-1",
        version: 6,
      });
    }
    await stage.engine.eval(
      "redis.call('HSET', KEYS[1], 'total', 80) redis.call('HINCRBY', KEYS[1], 'version', 3)",
      [key],
    );
    await publish([{ op: "add", path: "/version", value: 9 }]);
    await stage.step(4);
    expect(stage.state).toMatchObject({ total: 80, version: 9 });
    // what is older than what was read changes nothing
    await publish([
      { op: "add", path: "/total", value: 1 },
      { op: "add", path: "/version", value: 8 },
    ]);
    const { calls } = stage.engine;
    await stage.step(4);
    expect(stage.engine.calls).toBe(calls);
    expect(stage.state).toMatchObject({ total: 80, version: 9 });
    await stage.engine.eval("redis.call('HSET', KEYS[1], 'total', 90)", [key]);
    stage.returned();
    await stage.step(3);
    expect(stage.state).toMatchObject({ total: 90 });
  });

  test("[S-LUA34] does not go back to what was read before a patch came", async () => {
    const stage = await open();
    await stage.join("ann");
    const gate = Promise.withResolvers<void>();
    stage.engine.gate = gate.promise;
    stage.returned();
    await stage.step();
    await stage.engine.eval(
      "redis.call('HSET', KEYS[1], 'total', 70) redis.call('HINCRBY', KEYS[1], 'version', 1)",
      [key],
    );
    await stage.hot.channels.publish(
      key,
      JSON.stringify([
        { op: "add", path: "/total", value: 70 },
        { op: "add", path: "/version", value: 2 },
      ]),
    );
    await stage.step();
    expect(stage.state["total"]).toBe(70);
    gate.resolve();
    for (let i = 0; i < 4; i++) {
      await stage.step();
      expect(stage.state).toMatchObject({ total: 70, version: 2 });
    }
  });

  test("[S-LUA34] notices a patch that never came by the next one, and shows its own at once", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    stage.muteChannels();
    expect(await stage.ask(ann, "add", { by: 5 })).toBe("taken");
    expect(stage.state).toMatchObject({ total: 5, version: 2 });
    const silently =
      "redis.call('HSET', KEYS[1], 'note', '7') redis.call('HINCRBY', KEYS[1], 'version', 1)";
    await stage.engine.eval(silently, [key]);
    await stage.ask(ann, "add", { by: 1 });
    await stage.step(2);
    expect(stage.state).toMatchObject({ total: 6, version: 4, note: 7 });
  });

  test("[S-LUA32] keeps the document that fits when another script writes one that does not", async () => {
    const stage = await open();
    const ann = await stage.join("ann");
    const large = JSON.stringify([{ op: "add", path: "/note", value: "x".repeat(20_000) }]);
    await stage.hot.channels.publish(key, large);
    await stage.step(3);
    expect(stage.state).not.toHaveProperty("note");
    expect(stage.bench.log.of("error")).toHaveLength(1);
    await stage.hot.channels.publish(key, JSON.stringify([{ op: "remove", path: "/note" }]));
    expect(await stage.ask(ann, "add", { by: 5 })).toBe("taken");
    expect(stage.state["total"]).toBe(5);
  });

  test("[S-LUA40] tells what is left when it ends, and deletes its state", async () => {
    const stage = await open(
      counter.replace(
        "return realm",
        "function room.close(s) redis.call('SET', 'end', cjson.encode(s)) end\nreturn realm",
      ),
    );
    const ann = await stage.join("ann");
    await stage.scripts.load(new Map([["counter", counter]]));
    expect(stage.listeners).toBe(1);
    stage.bench.room.leave(ann, { code: "TIRED" });
    await stage.step(2);
    expect(stage.bench.room.status).toBe("closed");
    await stage.rooms.close();
    expect(stage.listeners).toBe(0);
    // what nobody holds any more is gone
    await expect(stage.engine.call("counter.lua", 1, [key], [])).rejects.toMatchObject({
      code: "SCRIPT_UNKNOWN",
    });
    expect(
      JSON.parse((await stage.engine.eval("return redis.call('GET', 'end')")) as string),
    ).toEqual({ private: {}, total: 0, members: {}, id: "arena-1", left: "TIRED" });
    expect(await stage.engine.eval("return redis.call('EXISTS', KEYS[1])", [key])).toBe(0);
  });

  test.each([
    ["refuses", "realm.refuse('NO')"],
    ["fails", "error('no')"],
    ["takes too much", "while true do end"],
  ])("[S-LUA40] ends when its script %s to create it", async (_, body) => {
    const stage = await open(
      counter.replace("state.total, state.members", `${body} state.total, state.members`),
    );
    stage.bench.ask("ann");
    await stage.step(4);
    expect(stage.bench.room.status).toBe("failed");
    expect(stage.bench.log.of("error").at(-1)!.data["error"]).toMatchObject({
      code: "SCRIPT_FAILED",
    });
  });

  test("[S-LUA41] is another kind's and the game's own, but not both", async () => {
    const stage = await open();
    const { counter: kind } = stage.rooms.whole(undefined).rooms;
    const own = { kind: "game", name: "chess", rooms: { board: kind! }, entry: "board" } as const;
    expect(stage.rooms.whole(own)).toMatchObject({ name: "chess", entry: "board" });
    expect(Object.keys(stage.rooms.whole(own).rooms)).toEqual(["board", "counter"]);
    const both = { ...own, rooms: { counter: kind! }, entry: "counter" };
    expect(() => stage.rooms.whole(both)).toThrow(/both define the room counter/);
    const { outline } = stage.rooms;
    await stage.scripts.load(new Map([["counter", `-- a comment before it\n${counter}`]]));
    expect(stage.rooms.outline).toBe(outline);
    await stage.scripts.load(new Map());
    expect(stage.rooms.outline).not.toBe(outline);
    expect(() => stage.rooms.whole(undefined)).toThrow(/test has no rooms/);
  });
});
