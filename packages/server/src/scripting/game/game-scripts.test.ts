import { limits, RealmError } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refusal } from "../testing/embedded-stage.ts";
import { ada, asRoom, ScriptsStage } from "./testing/scripts-stage.ts";

let stage: ScriptsStage;
beforeEach(async () => {
  stage = await ScriptsStage.open();
});
afterEach(() => stage.close());

const eve = { ...ada, account: "a-eve", name: "Eve" };
const count = "-- keys: count\nreturn redis.call('INCR', KEYS[1])";

describe("[S-LUA17] loading a folder", () => {
  test("takes what is new and what changed, and forgets what is gone", async () => {
    expect(await stage.load({ a: "return 1", b: "return 'b'" })).toEqual([]);
    const [a, b] = stage.scripts.list();
    expect([a, b]).toMatchObject([
      { name: "a", version: 1, reload: "start", problem: undefined },
      { name: "b", version: 1 },
    ]);
    expect(await stage.load({ a: "return 2" })).toEqual([]);
    expect(await stage.run("a")).toBe(2);
    expect(stage.scripts.list()[1]).toEqual(b);
    await stage.load({ b: undefined });
    expect(await refusal(stage.run("b"))).toBe("SCRIPT_UNKNOWN");
    expect(stage.scripts.list()).toMatchObject([{ name: "a", version: 2 }]);
  });

  test("never uses what does not load: the version before goes on, file and line are told", async () => {
    await stage.load({ a: "return 1" });
    const problem = { file: "a.lua", line: 3, text: "unexpected symbol near '='" };
    expect(await stage.load({ a: "local x = 1\n\n= 2", b: "-- reload: now" })).toEqual([
      problem,
      { file: "b.lua", line: 1, text: "reload: now; there are live and start" },
    ]);
    expect(await stage.run("a")).toBe(1);
    expect(await refusal(stage.run("b"))).toBe("SCRIPT_UNKNOWN");
    expect(stage.scripts.list()).toMatchObject([
      { name: "a", version: 1, problem },
      { name: "b", version: undefined },
    ]);
    expect(stage.under.log.of("warn")).toMatchObject([
      { data: { game: "arena", at: "a.lua:3", problem: problem.text } },
      { data: { at: "b.lua:1" } },
    ]);
    expect(await stage.load({ a: "return 3", b: "return 4" })).toEqual([]);
    expect([await stage.run("a"), await stage.run("b")]).toEqual([3, 4]);
  });

  test("what was broken and is as it was before runs on as the version that it was", async () => {
    await stage.load({ a: "return 1" });
    await stage.load({ a: "return (" });
    await stage.load({ a: "return 1" });
    expect(stage.scripts.list()).toMatchObject([{ version: 1, problem: undefined }]);
  });

  test("one after another, in the order in which it was asked for", async () => {
    const loads = Array.from({ length: 20 }, (_, i) => stage.load({ a: `return ${i}` }));
    await Promise.all(loads);
    expect(await stage.run("a")).toBe(19);
    await Promise.all([stage.load({ b: "return 1", c: "return 1" }), stage.load({ c: undefined })]);
    expect(stage.scripts.list().map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test.each(["../a", "a b", "", "ä", "x".repeat(100)])("refuses the name %j", async (name) => {
    expect(await stage.load({ [name]: "return 1" })).toMatchObject([{ line: 1 }]);
    expect(await refusal(stage.run(name))).toBe("SCRIPT_UNKNOWN");
  });

  test("scriptsPerGame: takes so many, and tells of the first one above", async () => {
    const { value: most } = limits.scriptsPerGame;
    const names = Array.from({ length: most + 1 }, (_, i) => `s${String(i).padStart(4, "0")}`);
    const files = Object.fromEntries(names.map((name) => [name, "return 7"]));
    expect(await stage.load(files)).toMatchObject([{ file: `${names[most]}.lua` }]);
    expect(await stage.run(names[most - 1]!)).toBe(7);
    expect(await refusal(stage.run(names[most]!))).toBe("SCRIPT_UNKNOWN");
    expect(await stage.load({ [names[0]!]: undefined })).toEqual([]);
    expect(await stage.run(names[most]!)).toBe(7);
  });

  test("two scripts are not one kind of room", async () => {
    const room = `-- room: lobby\n${asRoom}return 1`;
    const problem = { file: "b.lua", line: 1, text: "a.lua is the room lobby already" };
    expect(await stage.load({ a: room, b: room })).toEqual([problem]);
    expect(stage.scripts.rooms()).toMatchObject([{ kind: "lobby", script: "a", version: 1 }]);
    expect(await stage.load({ a: `-- room: other\n${asRoom}return 1` })).toEqual([]);
    expect(stage.scripts.rooms()).toMatchObject([
      { kind: "other", script: "a", version: 2 },
      { kind: "lobby", script: "b", version: 1 },
    ]);
    // what a later one gives up is free for an earlier one
    expect(await stage.load({ a: room, b: "return 1" })).toEqual([]);
    expect(stage.scripts.rooms()).toMatchObject([{ kind: "lobby", script: "a" }]);
  });
});

describe("[S-LUA18] a script that a room holds", () => {
  const call = async (version: number): Promise<unknown> => {
    const outcome = await stage.scripts.call("r", version, [], []);
    return outcome.ok ? outcome.result : outcome.error;
  };

  test("stays the version with which it began", async () => {
    const kept = (body: string): string => `-- room: r\n${asRoom}${body}`;
    await stage.load({ r: kept("return 1") });
    const hold = stage.scripts.hold("r");
    await stage.load({ r: kept("return 2") });
    expect([hold.version, await call(hold.version)]).toEqual([1, 1]);
    const newer = stage.scripts.hold("r");
    await stage.load({ r: kept("return 3") });
    expect([hold.version, newer.version]).toEqual([1, 2]);
    await stage.load({ r: undefined });
    expect([await call(hold.version), await call(newer.version)]).toEqual([1, 2]);
    expect(await refusal(call(3))).toBe("SCRIPT_UNKNOWN");
    for (const one of [hold, newer, hold]) one.release();
    expect([await refusal(call(1)), await refusal(call(2))]).toEqual([
      "SCRIPT_UNKNOWN",
      "SCRIPT_UNKNOWN",
    ]);
  });

  test("is the newest one with `reload: live`, as long as it is the same kind of room", async () => {
    const live = (body: string, kind = "r"): string =>
      `-- room: ${kind}\n-- reload: live\n${asRoom}${body}`;
    await stage.load({ r: live("return 1") });
    const hold = stage.scripts.hold("r");
    await stage.load({ r: live("return 2") });
    expect([hold.version, await call(hold.version)]).toEqual([2, 2]);
    await stage.load({ r: live("return (") });
    expect([hold.version, await call(hold.version)]).toEqual([2, 2]);
    await stage.load({ r: live("return 3", "s") });
    expect([hold.version, await call(hold.version)]).toEqual([2, 2]);
    hold.release();
    expect(await refusal(call(2))).toBe("SCRIPT_UNKNOWN");
  });

  test("is released once, though two rooms hold it and it is in use", async () => {
    await stage.load({ r: `-- room: r\n${asRoom}return 1` });
    const [a, b] = [stage.scripts.hold("r"), stage.scripts.hold("r")];
    a.release();
    a.release();
    expect(await call(1)).toBe(1);
    await stage.load({ r: `-- room: r\n${asRoom}return 2` });
    expect(await call(1)).toBe(1);
    b.release();
    expect(await refusal(call(1))).toBe("SCRIPT_UNKNOWN");
    expect(() => stage.scripts.hold("none")).toThrow(RealmError);
  });
});

describe("[S-LUA19] a call", () => {
  test("gives the script its arguments and who calls, and answers what it answers", async () => {
    await stage.load({ echo: "return '[' .. ARGV[1] .. ',' .. ARGV[2] .. ',' .. #ARGV .. ']'" });
    const caller = { account: "a-ada", name: "Ada", role: "player", isGuest: true };
    expect(await stage.run("echo", { dx: 1, list: [] })).toEqual([{ dx: 1, list: [] }, caller, 2]);
    expect(await stage.run("echo", [1, "ä"])).toEqual([[1, "ä"], caller, 2]);
  });

  test.each([
    ["return 1.9", 1],
    ["return nil", null],
    ["return true", 1],
    ["return {1, {'a'}, false}", [1, ["a"], null]],
    ["return {ok = 'FINE'}", "FINE"],
    ["return 'plain text'", "plain text"],
    ["return '\"json\"'", "json"],
    ["return ''", ""],
    ["return '7'", 7],
    ["return cjson.encode({a = {1, 2.5}})", { a: [1, 2.5] }],
    ["return '{\"a\":'", '{"a":'],
    ["return '[1e999]'", "[1e999]"],
    ['return \'{"a":{"b":-1e999}}\'', '{"a":{"b":-1e999}}'],
  ])("answers %j with %j", async (source, answer) => {
    await stage.load({ a: source });
    expect(await stage.run("a")).toEqual(answer);
  });

  test("is for the roles that the header names, and never for a room's script", async () => {
    await stage.load({
      all: "return 1",
      staff: "-- callers: moderator, admin\nreturn 2",
      inner: "-- callers: nobody\nreturn 3",
      room: `-- room: lobby\n${asRoom}return 4`,
    });
    const as = (role: typeof ada.role, script: string): Promise<unknown> =>
      stage.run(script, {}, { subject: { ...ada, role } });
    expect(await Promise.all([as("player", "all"), as("admin", "staff")])).toEqual([1, 2]);
    for (const [role, script] of [
      ["player", "staff"],
      ["service", "staff"],
      ["admin", "inner"],
      ["admin", "room"],
    ] as const) {
      expect(await refusal(as(role, script)), `${role} ${script}`).toBe("FORBIDDEN");
    }
  });

  test("of what is no script is SCRIPT_UNKNOWN", async () => {
    await stage.load({ a: "return 1" });
    for (const name of ["b", "a.lua", "__proto__", "realm.read", "realm.read.lua"]) {
      expect(await refusal(stage.run(name)), name).toBe("SCRIPT_UNKNOWN");
    }
  });

  test("has the keys that the header names", async () => {
    stage.members.push(["a-ada", "K7QX2M"]);
    await stage.load({ k: "-- keys: {game}:{account} room:{room}:state {arg.id}\nreturn KEYS" });
    const args = { room: "K7QX2M", id: "x" };
    expect(await stage.run("k", args)).toEqual(["arena:a-ada", "room:K7QX2M:state", "x"]);
    expect(await refusal(stage.run("k", args, { subject: eve }))).toBe("FORBIDDEN");
    expect(await refusal(stage.run("k", { ...args, room: "OTHER" }))).toBe("FORBIDDEN");
    expect(await refusal(stage.run("k", { ...args, id: 7 }))).toBe("SCRIPT_CALL_INVALID");
    stage.runsRooms = false;
    expect(await refusal(stage.run("k", args))).toBe("FORBIDDEN");
  });

  test("has members that the server sets, which keys may name", async () => {
    const source =
      "-- bind: by=account id=code\n-- keys: lobby:{arg.id}\nreturn {KEYS[1], ARGV[1]}";
    await stage.load({ b: source });
    const [key, text] = (await stage.run("b", { by: "a-eve", id: "MINE" })) as [string, string];
    const bound = JSON.parse(text) as { id: string };
    expect(bound).toEqual({ by: "a-ada", id: expect.stringMatching(/^\w{6}$/u) as string });
    expect(key).toBe(`lobby:${bound.id}`);
    expect(await refusal(stage.run("b", ["a"]))).toBe("SCRIPT_CALL_INVALID");
  });
});

describe("[S-LUA22] a call that does not go well", () => {
  test("is refused with the script's own code and text", async () => {
    await stage.load({
      a: "realm.refuse('TOO_POOR', 'You have 3 gold.')",
      b: "return redis.error_reply('NOT_YET')",
    });
    await expect(stage.run("a")).rejects.toMatchObject({
      code: "SCRIPT_REFUSED",
      status: 409,
      refusal: { code: "TOO_POOR", text: "You have 3 gold." },
    });
    expect(stage.under.log.of("warn")).toEqual([]);
    await expect(stage.run("b")).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
  });

  test.each([
    ["local x\nreturn x.y", "a.lua:2: attempt to index local 'x' (a nil value)"],
    ["redis.call('SET', 'k', 1) redis.call('HGET', 'k', 'f')", "WRONGTYPE Operation against"],
    ["redis.call('NOPE\\n')", "ERR Unknown Redis command called from script: NOPE?"],
    ["error('SOME words')", "a.lua:1: SOME words"],
    ["error({})", ""],
    ["count = 1", 'a.lua:1: Attempt to modify a readonly table (a forgotten "local"?)'],
  ])("is SCRIPT_FAILED by a fault of the script, which the log has: %j", async (source, text) => {
    await stage.load({ a: source });
    await expect(stage.run("a")).rejects.toMatchObject({
      code: "SCRIPT_FAILED",
      refusal: undefined,
    });
    expect(stage.under.log.of("warn")).toMatchObject([
      {
        message: "a script failed",
        data: { script: "a", version: 1, problem: expect.stringContaining(text) as string },
      },
    ]);
  });

  test.each([
    ["while true do end", "it took too much time or too many instructions"],
    ["local s = 'x' while true do s = s .. s end", "it took too much memory"],
    [`return ("x"):rep(${limits.scriptAnswerBytes.value + 1})`, "its answer is too long"],
  ])(
    "is told in the log with what it took too much of, once a minute: %j",
    async (source, text) => {
      await stage.load({ a: source });
      for (let i = 0; i < 3; i++) expect(await refusal(stage.run("a"))).toBe("SCRIPT_BUDGET");
      expect(stage.under.log.of("warn")).toMatchObject([
        {
          message: "a script was ended",
          data: { script: "a", version: 1, problem: text, times: 1 },
        },
      ]);
    },
  );

  test("and the catalogue's errors say what they are", async () => {
    await stage.load({ a: "while true do end", b: "return 1" });
    expect(await refusal(stage.run("a"))).toBe("SCRIPT_BUDGET");
    const long = { x: "x".repeat(limits.scriptCallCharacters.value) };
    expect(await refusal(stage.run("b", long))).toBe("SCRIPT_CALL_INVALID");
    await stage.under.engine.close();
    expect(await refusal(stage.run("b"))).toBe("SCRIPT_ENGINE_CLOSED");
  });
});

describe("[S-LUA23] a call with an idempotency key", () => {
  const once = (script: string, args: Readonly<Record<string, unknown>>, subject = ada) =>
    stage.run(script, args, { subject, idempotencyKey: "k" });

  test("is done once for its account, and answered the same", async () => {
    await stage.load({ count });
    expect([await once("count", {}), await once("count", {})]).toEqual([1, 1]);
    expect(await Promise.all([once("count", {}, eve), once("count", {}, eve)])).toEqual([2, 2]);
    expect(await stage.run("count")).toBe(3);
  });

  test("of another request is KEY_REUSED", async () => {
    await stage.load({ count, other: count });
    await once("count", { a: 1 });
    expect(await refusal(once("count", { a: 2 }))).toBe("KEY_REUSED");
    expect(await refusal(once("other", { a: 1 }))).toBe("KEY_REUSED");
    expect(await once("count", { a: 1 })).toBe(1);
  });

  test("answers what the server drew then, and refuses as it refused then", async () => {
    await stage.load({
      draw: "-- bind: id=code\nreturn ARGV[1]",
      no: "-- keys: n\nredis.call('INCR', KEYS[1]) realm.refuse('NO')",
    });
    const drawn = await once("draw", {});
    expect(await once("draw", {})).toEqual(drawn);
    const no = (): Promise<unknown> => stage.run("no", {}, { idempotencyKey: "n" });
    for (const _ of [1, 2]) {
      await expect(no()).rejects.toMatchObject({ refusal: { code: "NO", text: "" } });
    }
    await stage.load({ n: "-- keys: n\nreturn redis.call('GET', KEYS[1])" });
    expect(await stage.run("n")).toBe(1);
  });

  test("that was ended is done again", async () => {
    await stage.load({ a: "while true do end" });
    expect(await refusal(once("a", {}))).toBe("SCRIPT_BUDGET");
    await stage.load({ a: "return 1" });
    expect(await once("a", {})).toBe(1);
  });
});

describe("[S-LUA24] a script that opens a room", () => {
  const lobby = "-- opens: lobby\n-- bind: id=code\nreturn ARGV[1]";

  test("opens it under the id that it answered", async () => {
    await stage.load({ lobby });
    const { id } = (await stage.run("lobby")) as { id: string };
    expect(stage.opened).toEqual([["lobby", id]]);
  });

  test("opens none where it answers no id, refuses or fails", async () => {
    const sources = ["return 1", "return '{}'", "return '{\"id\":7}'", "realm.refuse('NO')", "x()"];
    for (const source of sources) {
      await stage.load({ a: `-- opens: lobby\n${source}` });
      await refusal(stage.run("a"));
    }
    expect(stage.opened).toEqual([]);
  });

  test("tells why it can not, and tries again with the same key", async () => {
    await stage.load({ lobby });
    const again = (): Promise<unknown> => stage.run("lobby", {}, { idempotencyKey: "k" });
    stage.fault = new RealmError("SERVER_FULL");
    expect(await refusal(again())).toBe("SERVER_FULL");
    stage.fault = undefined;
    const { id } = (await again()) as { id: string };
    expect(await again()).toMatchObject({ id });
    expect(stage.opened).toEqual([["lobby", id]]);
  });

  test("does nothing while no rooms run", async () => {
    await stage.load({ a: "-- opens: lobby\n-- keys: count\nreturn redis.call('INCR', KEYS[1])" });
    stage.runsRooms = false;
    expect(await refusal(stage.run("a"))).toBe("SERVER_DRAINING");
    stage.runsRooms = true;
    expect(await stage.run("a")).toBe(1);
  });
});
