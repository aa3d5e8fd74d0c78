import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EmbeddedStage } from "./testing/embedded-stage.ts";

let stage: EmbeddedStage;
beforeAll(async () => {
  stage = await EmbeddedStage.open();
});
afterAll(() => stage.engine.close());

const script = (name: string): string =>
  readFileSync(new URL(`../../../../games/lobby/scripts/${name}.lua`, import.meta.url), "utf8");

function run(
  name: string,
  keys: readonly string[],
  value: unknown,
  account = "ada",
): ReturnType<EmbeddedStage["run"]> {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return stage.run(script(name), keys, [text, JSON.stringify({ account })]);
}

const isThere = (key: string): ReturnType<EmbeddedStage["answer"]> =>
  stage.answer("return redis.call('EXISTS', KEYS[1])", [key]);

const badArguments = {
  error: expect.stringMatching(/^BAD_ARGUMENTS /) as string,
  published: [],
};

describe("update_state", () => {
  const open = (key: string): Promise<unknown> =>
    stage.run(`redis.call("HSET", KEYS[1], "host", '"ada"', "board", '"..."')`, [key]);

  test("[S-LUA11] changes fields and publishes the patch", async () => {
    await open("state:1");
    const set = { name: "Friday", turnSeconds: 60 };
    expect(await run("update_state", ["state:1"], { set, version: 0 })).toMatchObject({
      ok: true,
      result: '{"version":1}',
    });
    const { published } = await run("update_state", ["state:1"], { unset: ["name", "note"] });
    expect(published.map(({ message }) => JSON.parse(message) as unknown)).toEqual([
      [
        { op: "remove", path: "/name" },
        { op: "add", path: "/version", value: 2 },
      ],
    ]);
    const late = { set: { name: "late" }, version: 1 };
    expect(await run("update_state", ["state:1"], late)).toMatchObject({
      ok: false,
      error: "STATE_CHANGED The state has version 2.",
    });
    expect(await stage.answer("return redis.call('HGET', 'state:1', 'name')")).toBeNull();
  });

  test("[S-LUA11] is the host's alone", async () => {
    await open("state:2");
    for (const [key, account] of [
      ["state:2", "ben"],
      ["state:none", "ada"],
    ] as const) {
      expect(await run("update_state", [key], { set: { name: "mine" } }, account)).toMatchObject({
        error: "NOT_HOST Only the host can change that.",
        published: [],
      });
    }
    expect(await isThere("state:none")).toBe(0);
  });

  test.each([
    "{",
    "[]x",
    '{"set":5}',
    '{"set":{"version":1}}',
    '{"set":{"board":"xxx"}}',
    '{"set":{"host":"ben"}}',
    '{"set":{"private.ada":1}}',
    '{"set":{"name":["x"]}}',
    '{"set":{"name":null}}',
    `{"set":{"name":"${"x".repeat(61)}"}}`,
    '{"unset":[7]}',
    '{"unset":["board"]}',
    '{"set":{"":1}}',
  ])("[S-LUA11] refuses %s and writes nothing", async (text) => {
    await open("state:3");
    expect(await run("update_state", ["state:3"], text)).toMatchObject(badArguments);
    expect(await stage.answer("return redis.call('HLEN', 'state:3')")).toBe(2);
  });
});

describe("move_player", () => {
  test("[S-LUA11] takes what can be reached and no more", async () => {
    const move = async (x: number, y: number): Promise<unknown> => {
      const outcome = await run("move_player", ["floor"], { player: "ada", x, y });
      return outcome.ok ? JSON.parse(outcome.result as string) : outcome.error;
    };
    expect(await move(10, 10)).toEqual({ x: 10, y: 10, accepted: true });
    stage.wallMs += 1000;
    expect(await move(50, 10)).toEqual({ x: 10, y: 10, accepted: false });
    expect(await move(40, 10)).toEqual({ x: 40, y: 10, accepted: true });
    stage.wallMs += 100_000;
    expect(await move(-50, 2000)).toEqual({ x: 0, y: 40, accepted: true });
    expect(await stage.answer("return redis.call('HGET', 'floor', 'version')")).toBe("3");
  });

  test.each([
    '{"player":"a","x":"1","y":1}',
    '{"player":"","x":1,"y":1}',
    '{"x":1,"y":1}',
    '{"player":"a","x":1e999,"y":1}',
    '{"player":"a","x":1}',
    "7",
  ])("[S-LUA11] refuses %s and writes nothing", async (text) => {
    expect(await run("move_player", ["nowhere"], text)).toMatchObject(badArguments);
    expect(await isThere("nowhere")).toBe(0);
  });
});

describe("create_lobby and list_lobbies", () => {
  const keys = (id: string): string[] => ["lobbies", `room:${id}:state`];
  const wish = { id: "K7QX2M", host: "ada", hostName: "Ada", name: "  Friday ", maxPlayers: 3 };
  const listed = async (): Promise<unknown[]> => {
    const outcome = await run("list_lobbies", ["lobbies"], {});
    if (!outcome.ok) throw new Error(outcome.error);
    return (JSON.parse(outcome.result as string) as { lobbies: unknown[] }).lobbies;
  };

  test("[S-LUA11] make one once, and list it while it lasts", async () => {
    expect(await listed()).toEqual([]);
    const outcome = await run("create_lobby", keys("K7QX2M"), wish);
    expect(outcome.ok && JSON.parse(outcome.result as string)).toEqual({
      id: "K7QX2M",
      host: "ada",
      name: "Friday",
      maxPlayers: 3,
      turnSeconds: 30,
      createdMs: stage.wallMs,
    });
    const state = await stage.answer("return redis.call('HGET', KEYS[1], 'name')", [
      "room:K7QX2M:state",
    ]);
    expect(state).toBe('"Friday"');
    expect(await run("create_lobby", keys("K7QX2M"), wish)).toMatchObject({
      error: "LOBBY_EXISTS There is a lobby of this id.",
      published: [],
    });
    stage.wallMs += 10;
    await run("create_lobby", keys("ANOTHER"), { ...wish, id: "ANOTHER", name: 7 });
    expect(await listed()).toMatchObject([
      { id: "ANOTHER", name: "Ada's table" },
      { id: "K7QX2M", name: "Friday", host: "Ada", players: 0, max: 3, phase: "waiting" },
    ]);
    stage.wallMs += 60_000;
    expect(await listed()).toMatchObject([{ id: "ANOTHER" }]);
    stage.wallMs += 100_000;
    expect(await listed()).toEqual([]);
    expect([await isThere("lobbies"), await isThere("room:K7QX2M:state")]).toEqual([0, 0]);
  });

  test.each([
    { id: "a/b" },
    { id: "" },
    { id: "x".repeat(41) },
    { id: undefined },
    { host: "" },
    { host: 7 },
    { maxPlayers: 65 },
    { maxPlayers: 1 },
    { maxPlayers: 2.5 },
    { maxPlayers: "3" },
    { turnSeconds: 1 },
  ])("[S-LUA11] do not take %j", async (bad) => {
    const refused = await run("create_lobby", ["l", "s"], { ...wish, ...bad });
    expect(refused).toMatchObject(badArguments);
    expect([await isThere("l"), await isThere("s")]).toEqual([0, 0]);
  });
});
