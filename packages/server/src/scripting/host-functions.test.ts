import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostFunctions } from "./host-functions.ts";
import { luaReference } from "./testing/lua-reference.ts";
import { EmbeddedStage } from "./testing/embedded-stage.ts";

let stage: EmbeddedStage;
beforeAll(async () => {
  stage = await EmbeddedStage.open();
});
afterAll(() => stage.engine.close());

describe("realm", () => {
  const wrong = { string: "{}", number: "'1'", integer: "1.5", value: "nil" } as const;
  const right = { string: "'s'", number: "1", integer: "1", value: "1" } as const;
  const parameters = Object.entries(hostFunctions).flatMap(([name, { parameters }]) =>
    parameters
      .map((parameter, i) => ({ name, parameter, i, parameters }))
      .filter(({ parameter }) => parameter.type !== "value"),
  );

  test.each(parameters)("[S-LUA10] $name checks $parameter.name", async (of) => {
    const args = of.parameters.map(({ type }, i) => (i === of.i ? wrong[type] : right[type]));
    const text = `realm.${of.name}: argument ${of.i + 1} (${of.parameter.name}) must be a ${of.parameter.type}`;
    expect(await stage.answer(`local _ = 1\nrealm.${of.name}(${args.join(", ")})`)).toBe(
      `test.lua:2: ${text}`,
    );
  });

  test("[S-LUA10] get, set and delete", async () => {
    const source = `realm.set("k", {a = {1, 2}}, 5000)
local v = realm.get("k")
return {v.a[2], redis.call("PTTL", "k"), tostring(realm.delete("k")), tostring(realm.get("k"))}`;
    expect(await stage.answer(source)).toEqual([2, 5000, "true", "nil"]);
  });

  test("[S-LUA10] arguments", async () => {
    expect(await stage.answer("return realm.arguments().x", [], ['{"x":7}'])).toBe(7);
    expect(await stage.answer("return next(realm.arguments()) == nil and 1")).toBe(1);
    for (const bad of ["{", "7", '"text"']) {
      expect(await stage.answer("return realm.arguments()", [], [bad])).toMatch(/^BAD_ARGUMENTS /);
    }
  });

  test("[S-LUA10] refuse, publish, now, clamp", async () => {
    expect(await stage.answer("realm.refuse('NOT_YOURS', 'No.')")).toBe("NOT_YOURS No.");
    expect(await stage.run("realm.publish('c', {a = 1})")).toMatchObject({
      published: [{ channel: "c", message: '{"a":1}' }],
    });
    expect(await stage.answer("return string.format('%.0f', realm.now())")).toBe(
      String(stage.wallMs),
    );
    const clamp =
      "return {realm.clamp(5, 1, 3), realm.clamp(-1, 1, 3), realm.clamp(2, 1, 3), realm.clamp(0/0, 1, 3)}";
    expect(await stage.answer(clamp)).toEqual([3, 1, 2, 1]);
  });

  test("[S-LUA10] can not be changed", async () => {
    expect(await stage.answer("realm.get = nil")).toMatch(/readonly table/);
  });

  test("[S-LUA10] the reference is made of the table", async () => {
    const file = fileURLToPath(new URL("../../../../docs/reference/lua.md", import.meta.url));
    await expect(luaReference()).toMatchFileSnapshot(file);
  });
});

describe("scripts of the seed", () => {
  const script = (name: string): string =>
    readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
  const run = (
    name: string,
    keys: readonly string[],
    value: unknown,
  ): ReturnType<EmbeddedStage["run"]> =>
    stage.run(script(name), keys, [typeof value === "string" ? value : JSON.stringify(value)]);
  const isThere = (key: string): ReturnType<EmbeddedStage["answer"]> =>
    stage.answer("return redis.call('EXISTS', KEYS[1])", [key]);

  test("[S-LUA11] update_state changes fields and publishes the patch", async () => {
    const set = { phase: "play", list: [1, 2] };
    expect(await run("update_state", ["state:1"], { set, version: 0 })).toMatchObject({
      ok: true,
      result: '{"version":1}',
    });
    const { published } = await run("update_state", ["state:1"], { unset: ["phase", "none"] });
    expect(published.map(({ message }) => JSON.parse(message) as unknown)).toEqual([
      [
        { op: "remove", path: "/phase" },
        { op: "add", path: "/version", value: 2 },
      ],
    ]);
    expect(await run("update_state", ["state:1"], { set: { a: 1 }, version: 1 })).toMatchObject({
      ok: false,
      error: "STATE_CHANGED The state has version 2.",
    });
    expect(await stage.answer("return redis.call('HKEYS', 'state:1')")).not.toContain("a");
  });

  test.each(["{", "[]x", '{"set":5}', '{"set":{"version":1}}', '{"unset":[7]}', '{"set":{"":1}}'])(
    "[S-LUA11] update_state refuses %s and writes nothing",
    async (text) => {
      expect(await run("update_state", ["state:2"], text)).toMatchObject({
        error: expect.stringMatching(/^BAD_ARGUMENTS /) as string,
        published: [],
      });
      expect(await isThere("state:2")).toBe(0);
    },
  );

  test("[S-LUA11] move_player takes what can be reached and no more", async () => {
    const move = async (x: number, y: number): Promise<unknown> => {
      const outcome = await run("move_player", ["positions"], { player: "ada", x, y });
      return outcome.ok ? JSON.parse(outcome.result as string) : outcome.error;
    };
    expect(await move(10, 10)).toEqual({ x: 10, y: 10, accepted: true });
    stage.wallMs += 1000;
    expect(await move(30, 10)).toEqual({ x: 10, y: 10, accepted: false });
    expect(await move(20, 10)).toEqual({ x: 20, y: 10, accepted: true });
    stage.wallMs += 100_000;
    expect(await move(-50, 2000)).toEqual({ x: 0, y: 1000, accepted: true });
  });

  test.each([
    '{"player":"a","x":"1","y":1}',
    '{"player":"","x":1,"y":1}',
    '{"x":1,"y":1}',
    '{"player":"a","x":1e999,"y":1}',
  ])("[S-LUA11] move_player refuses %s and writes nothing", async (text) => {
    expect(await run("move_player", ["nowhere"], text)).toMatchObject({
      error: expect.stringMatching(/^BAD_ARGUMENTS /) as string,
      published: [],
    });
    expect(await isThere("nowhere")).toBe(0);
  });

  test("[S-LUA11] create_lobby makes one once", async () => {
    const wish = { id: "K7QX2M", host: "ada", name: "Friday", maxPlayers: 3 };
    const outcome = await run("create_lobby", ["lobbies", "lobby:K7QX2M:players"], wish);
    expect(outcome.ok && JSON.parse(outcome.result as string)).toEqual({
      ...wish,
      phase: "waiting",
      createdMs: stage.wallMs,
    });
    expect(await run("create_lobby", ["lobbies", "lobby:K7QX2M:players"], wish)).toMatchObject({
      error: "LOBBY_EXISTS There is a lobby of this id.",
    });
    for (const bad of [{ id: "a/b" }, { id: "N", maxPlayers: 65 }]) {
      expect(await run("create_lobby", ["lobbies", "p"], { ...wish, ...bad })).toMatchObject({
        ok: false,
        published: [],
      });
    }
    expect([await isThere("p"), await stage.answer("return redis.call('HLEN', 'lobbies')")]).toEqual(
      [0, 1],
    );
  });
});
