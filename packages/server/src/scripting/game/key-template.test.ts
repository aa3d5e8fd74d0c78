import fc from "fast-check";
import { expect, test } from "vitest";
import { ada } from "./testing/scripts-stage.ts";
import { bindArguments, parseBinding } from "./bindings.ts";
import { fillKey, parseKeyTemplate, type KeyValues } from "./key-template.ts";

const values = (args: KeyValues["args"]): KeyValues => ({
  game: "arena",
  account: "a-ada",
  args,
  isMember: (room) => room === "K7QX2M",
});
const fill = (template: string, args: KeyValues["args"] = {}): string =>
  fillKey(parseKeyTemplate(template), values(args));

test("[S-LUA20] places are filled with the game, the caller, its room and texts of the arguments", () => {
  expect(fill("lb:{game}")).toBe("lb:arena");
  expect(fill("purse:{account}")).toBe("purse:a-ada");
  expect(fill("{arg.a}:{arg.b}", { a: "x-1", b: "_" })).toBe("x-1:_");
  expect(fill("room:{room}:state", { room: "K7QX2M" })).toBe("room:K7QX2M:state");
});

test.each([
  [undefined, "SCRIPT_CALL_INVALID"],
  [7, "SCRIPT_CALL_INVALID"],
  ["", "SCRIPT_CALL_INVALID"],
  ["a:b", "SCRIPT_CALL_INVALID"],
  ["{x}", "SCRIPT_CALL_INVALID"],
  ["a b", "SCRIPT_CALL_INVALID"],
  ["ä", "SCRIPT_CALL_INVALID"],
  ["K7QX2M\n", "SCRIPT_CALL_INVALID"],
  ["x".repeat(65), "SCRIPT_CALL_INVALID"],
  [["K7QX2M"], "SCRIPT_CALL_INVALID"],
  ["OTHER", "FORBIDDEN"],
])("[S-LUA20] no room's key is had by %j", (room, code) => {
  expect(() => fill("room:{room}:state", { room })).toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test("[S-LUA20] what every object has is no argument", () => {
  for (const name of ["toString", "constructor", "__proto__", "length"]) {
    expect(() => fill(`{arg.${name}}`), name).toThrow(/SCRIPT_CALL_INVALID/u);
  }
  expect(() => fill("{arg.length}", ["x"])).toThrow(/SCRIPT_CALL_INVALID/u);
});

test("[S-LUA20] an argument never adds a part to a key", () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      try {
        expect(fill("lobby:{arg.id}:players", { id })).toMatch(/^lobby:[\w-]+:players$/u);
      } catch (error) {
        expect(error).toMatchObject({ code: "SCRIPT_CALL_INVALID" });
      }
    }),
  );
});

const bind = (text: string, args: Readonly<Record<string, unknown>> = {}): unknown =>
  bindArguments(args, text.split(" ").map(parseBinding), ada, (length) =>
    crypto.getRandomValues(new Uint8Array(length)),
  );

test("[S-LUA21] what the server sets wins over what the client sent", () => {
  const sent = { player: "a-eve", role: "admin", x: 1 };
  expect(bind("player=account role=role who=name", sent)).toEqual({
    player: "a-ada",
    role: "player",
    who: "Ada",
    x: 1,
  });
  expect(sent.player).toBe("a-eve");
  expect(() => parseBinding("__proto__=name")).toThrow(TypeError);
});

test("[S-LUA21] ids are drawn anew each time: codes are read easily, uuids are random ones", () => {
  const drawn = Array.from({ length: 300 }, () => bind("code=code id=uuid")) as {
    code: string;
    id: string;
  }[];
  for (const { code, id } of drawn) {
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{6}$/u);
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
  }
  expect(new Set(drawn.map(({ code }) => code)).size).toBe(300);
  expect(new Set(drawn.flatMap(({ code }) => [...code])).size).toBe(31);
});
