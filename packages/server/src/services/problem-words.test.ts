import type { RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkedInput } from "./checked-input.ts";
import { operation } from "./operation.ts";

const every = operation({
  name: "tests.words",
  action: "accounts.self",
  route: { method: "POST", path: "/words" },
  summary: "Takes one of everything.",
  input: z.strictObject({
    text: z.string().min(2).max(4),
    name: z.string().regex(/^a+$/u, "the letter a"),
    pattern: z.string().regex(/^b+$/u),
    count: z.int().min(1).max(9),
    share: z.number().gt(0),
    isOn: z.boolean(),
    list: z.array(z.string()).min(1).max(2),
    role: z.enum(["player", "admin"]),
    owner: z.union([z.literal("me"), z.uuid()]),
    args: z.union([z.record(z.string(), z.string()), z.array(z.string())]),
    work: z.discriminatedUnion("op", [
      z.strictObject({ op: z.literal("read") }),
      z.strictObject({ op: z.literal("write"), to: z.string().nullable() }),
    ]),
  }),
  output: z.object({}),
  errors: [],
  run: async () => ({}),
});

const good = {
  text: "abc",
  name: "aa",
  pattern: "bb",
  count: 3,
  share: 0.5,
  isOn: true,
  list: ["x"],
  role: "player",
  owner: "me",
  args: {},
  work: { op: "read" },
};

function problemsOf(raw: unknown): RealmError["problems"] {
  try {
    checkedInput(every, raw);
    return undefined;
  } catch (error) {
    return (error as RealmError).problems;
  }
}

describe("[S-OP2] what is expected is said in words of the server's own", () => {
  test("and nothing of what fits", () => {
    expect(problemsOf(good)).toBeUndefined();
  });

  test.each<[string, unknown, string, string]>([
    ["text", "a", "a text of at least 2 characters", "a text of 1 characters"],
    ["text", "abcde", "a text of at most 4 characters", "a text of 5 characters"],
    ["text", 7, "a text", "a number"],
    ["text", undefined, "a text", "nothing"],
    ["name", "b", "the letter a", "a text of 1 characters"],
    ["pattern", "a", "a text that fits /^b+$/u", "a text of 1 characters"],
    ["count", 0, "a number of at least 1", "a number"],
    ["count", 10, "a number of at most 9", "a number"],
    ["count", 1.5, "a whole number", "a number"],
    ["share", 0, "a number of more than 0", "a number"],
    ["isOn", "yes", "true or false", "a text of 3 characters"],
    ["list", [], "a list of at least 1", "a list of 0"],
    ["list", ["a", "b", "c"], "a list of at most 2", "a list of 3"],
    ["list", {}, "a list", "an object"],
    ["role", "king", '"player" or "admin"', "a text of 4 characters"],
    ["owner", "you", "a UUID", "a text of 3 characters"],
    ["args", 1, "an object or a list", "a number"],
    ["work", null, "an object", "null"],
  ])("%s as %j", (member, value, expected, got) => {
    expect(problemsOf({ ...good, [member]: value })).toEqual([
      { path: `/${member}`, expected, got },
    ]);
  });

  test("also inside of what comes in several kinds", () => {
    expect(problemsOf({ ...good, work: { op: "burn" } })).toMatchObject([{ path: "/work/op" }]);
    expect(problemsOf({ ...good, work: { op: "write", to: 1 } })).toEqual([
      { path: "/work/to", expected: "a text", got: "a number" },
    ]);
  });
});
