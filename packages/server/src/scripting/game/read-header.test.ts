import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roles } from "../../auth/subject.ts";
import { readHeader } from "./read-header.ts";
import type { ScriptHeader } from "./script-header.ts";

const problemsOf = (source: string): readonly string[] =>
  readHeader("a.lua", source).problems.map(({ line, text }) => `${line} ${text}`);

function headerOf(source: string): ScriptHeader {
  const { header, problems } = readHeader("a.lua", source);
  expect(problems).toEqual([]);
  return header;
}

describe("[S-LUA16] what a script says about itself", () => {
  test("nothing: it is called by all, on no key, and rooms keep it", () => {
    const plain = {
      reload: "start",
      keys: [],
      bind: [],
      callers: roles,
      opens: undefined,
      room: undefined,
    };
    for (const source of ["", "return 1", "-- Adds gold.\n\n-- see: the wiki\nreturn 1", "\n\n"]) {
      expect(headerOf(source)).toEqual(plain);
    }
  });

  test("everything that calls have", () => {
    const header = headerOf(
      [
        "-- Sets up a lobby.",
        "-- reload: live",
        "-- keys: lobbies:{game} lobby:{arg.id}:players purse:{account} {room}",
        "-- bind: host=name id=code by=account as=role one=uuid",
        "-- callers: player, admin",
        "",
        "-- opens: lobby\r",
        "return 1",
      ].join("\n"),
    );
    expect(header).toEqual({
      reload: "live",
      keys: [
        [{ type: "text", text: "lobbies:" }, { type: "game" }],
        [
          { type: "text", text: "lobby:" },
          { type: "argument", name: "id" },
          { type: "text", text: ":players" },
        ],
        [{ type: "text", text: "purse:" }, { type: "account" }],
        [{ type: "room" }],
      ],
      bind: [
        { member: "host", source: "name" },
        { member: "id", source: "code" },
        { member: "by", source: "account" },
        { member: "as", source: "role" },
        { member: "one", source: "uuid" },
      ],
      callers: ["player", "admin"],
      opens: "lobby",
      room: undefined,
    });
    expect(headerOf("-- callers: nobody").callers).toEqual([]);
  });

  test("everything that rooms have", () => {
    const source = `-- room: lobby
-- players: 8
-- spectators: 0
-- tick: 10
-- grace: 30
-- input: place {"cell": "uint 8"}
-- input: say`;
    expect(headerOf(source)).toMatchObject({
      callers: [],
      room: {
        kind: "lobby",
        players: 8,
        spectators: 0,
        tick: 10,
        grace: 30,
        inputs: [
          { name: "place", shape: { cell: "uint 8" }, line: 6 },
          { name: "say", shape: undefined, line: 7 },
        ],
      },
    });
    expect(headerOf("-- room: lobby").room).toEqual({ kind: "lobby", inputs: [] });
  });

  test("comments are prose where no word says something, and end with the first line of code", () => {
    const prose = [
      "-- KEYS[1]  the state",
      '-- ARGV[1]  {"set": 1}',
      "-- Note: this is slow",
      "-- players: who plays",
      "-- inputs: none",
      "--- reloads: often",
      "  -- reload: indented",
      "local x = 1",
      "-- reload: never",
      "-- keys: {",
    ].join("\n");
    expect(headerOf(prose).reload).toBe("start");
    expect(headerOf("--[[ a long one\n-- reload: live\n]]").reload).toBe("start");
    expect(headerOf("--[==[ a long one\n-- reload: live\n]==]").reload).toBe("start");
  });

  test.each([
    ["-- relaod: live", '1 "relaod: " is no directive; did you mean reload?'],
    ["-- key: a", '1 "key: " is no directive; did you mean keys?'],
    ["-- room: a\n-- tik: 5", '2 "tik: " is no directive; did you mean tick?'],
    ["\n--reload: live", '2 write "-- reload: live"'],
    ["-- reload:live", '1 write "-- reload: live"'],
    ["-- reload: ", "1 reload says nothing"],
    ["-- reload: sometimes", "1 reload: sometimes; there are live and start"],
    ["-- reload: live\n-- reload: live", "2 reload stands twice"],
    ["-- keys: a{", "1 keys: an open brace in a{"],
    ["-- keys: {ARG}", "1 keys: {ARG}; there are {game}, {account}, {room} and {arg.NAME}"],
    ["-- keys: {arg.}", "1 keys: {arg.}; there are {game}, {account}, {room} and {arg.NAME}"],
    [`-- keys: ${"a ".repeat(65)}`, "1 keys: 65, above 64"],
    [`-- keys: ${"a".repeat(201)}`, "1 keys: a key of more than 200 characters"],
    ["-- bind: host", "1 bind: host, which is not member=source"],
    ["-- bind: host=ip", "1 bind: ip; there are account, name, role, uuid, code"],
    [
      "-- callers: guest",
      "1 callers: guest; there are player, moderator, admin, service, or nobody alone",
    ],
    [
      "-- callers: nobody, admin",
      "1 callers: nobody; there are player, moderator, admin, service, or nobody alone",
    ],
    [
      "-- opens: a b",
      "1 opens: a kind has 1 to 40 letters, digits, _ and -, and begins with a letter",
    ],
    [
      "-- room: a\n-- bind: a=name",
      "2 bind is for scripts that are called, not for those of rooms",
    ],
    ["-- room: a\n-- keys: k:{account}", "2 keys: keys of a room have {game} and {room} only"],
    ["-- room: a\n-- keys: k:{arg.id}", "2 keys: keys of a room have {game} and {room} only"],
    [
      '-- room: a\n-- input: b {"c": "int8"}',
      '2 input: "int8" is no kind; there are bool, float, uint, int, string, json, enum',
    ],
    ["-- room: a\n-- input: close", "2 input: close is a function of every room"],
    ["-- room: a\n-- players: 0", "2 players: 0 is not a whole number from 1 to 6000"],
    ["-- room: a\n-- tick: 1e1", "2 tick: 1e1 is not a whole number from 1 to 60"],
    ["-- room: a\n-- input: tick", "2 input: tick is a function of every room"],
    ["-- room: a\n-- input: 7", "2 input: 7 is no name of a function"],
    ["-- room: a\n-- input: x\n-- input: x", "3 input: x stands twice"],
    [
      "-- room: a\n-- input: x {cell}",
      '2 input: no JSON: an object of texts, such as {"cell": "uint 8"} is expected',
    ],
    [
      "-- room: a\n-- input: x [1]",
      '2 input: an object of texts, such as {"cell": "uint 8"} is expected',
    ],
    [
      '-- room: a\n-- input: x {"a": 1}',
      '2 input: an object of texts, such as {"cell": "uint 8"} is expected',
    ],
  ])("what is wrong is told with its line: %j", (source, problem) => {
    expect(problemsOf(source)).toContain(problem);
  });

  test("whatever stands there, it is read or told of", () => {
    const word = fc.constantFrom(
      "reload",
      "keys",
      "bind",
      "callers",
      "opens",
      "room",
      "players",
      "tick",
      "input",
      "x",
      "",
    );
    const line = fc.oneof(
      fc.tuple(word, fc.string()).map(([name, value]) => `-- ${name}: ${value}`),
      fc.string().map((text) => `-- ${text}`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const source = lines.join("\n");
        for (const { line: at } of readHeader("a.lua", source).problems) {
          expect(at).toBeGreaterThan(0);
          expect(at).toBeLessThanOrEqual(source.split("\n").length);
        }
      }),
    );
  });
});
