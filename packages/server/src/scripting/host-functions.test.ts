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
  const wrong = { string: "{}", number: "'1'", integer: "1.5", table: "7", value: "nil" } as const;
  const right = { string: "'s'", number: "1", integer: "1", table: "{}", value: "1" } as const;
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
