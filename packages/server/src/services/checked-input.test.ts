import { limits, RealmError, type Problem } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { z } from "zod";
import { checkedInput, cutText, pointerTo } from "./checked-input.ts";
import { operation } from "./operation.ts";

const one = operation({
  name: "one.do",
  action: "server.read",
  route: { method: "POST", path: "/one" },
  summary: "Has an input.",
  input: z.strictObject({ map: z.record(z.string(), z.int()).optional() }),
  output: z.object({}),
  errors: [],
  run: async () => ({}),
});

function problemsOf(raw: unknown): readonly Problem[] {
  try {
    checkedInput(one, raw);
  } catch (error) {
    if (error instanceof RealmError && error.code === "REQUEST_INVALID") return error.problems!;
    throw error;
  }
  throw new Error("it was taken");
}

test("[S-RPC1] problems point to members whatever they are called", () => {
  for (const [key, pointer] of [
    ["a/b", "/map/a~1b"],
    ["a~b", "/map/a~0b"],
    ["~1", "/map/~01"],
    ["", "/map/"],
  ] as const) {
    expect(problemsOf({ map: { [key]: "x" } })).toMatchObject([{ path: pointer }]);
  }
  expect(problemsOf({ "~/": 1 })).toMatchObject([{ path: "/~0~1", expected: "nothing" }]);
});

test("[S-RPC1] problems: so many are told, however many there are", () => {
  const { value: max } = limits.problems;
  const wrong = (count: number) => ({
    map: Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "secret"])),
  });
  for (const count of [1, max, max + 1, 500]) {
    const problems = problemsOf(wrong(count));
    expect(problems).toHaveLength(Math.min(count, max));
    expect(JSON.stringify(problems)).not.toContain("secret");
  }
});

test.each([undefined, null, [], "text", 7])("[S-RPC1] %j is no input", (raw) => {
  expect(problemsOf(raw)).toMatchObject([{ path: "", expected: "an object" }]);
});

test("[S-RPC1] a text and a pointer are cut where they are too long, and not before", () => {
  expect(cutText("x".repeat(8), 8)).toBe("x".repeat(8));
  expect(cutText("x".repeat(9), 8)).toBe(`${"x".repeat(7)}…`);
  expect(cutText("xxx\ud83d\ude00x", 5)).toBe("xxx\ufffd…");
  expect(pointerTo(["x".repeat(119)])).toHaveLength(120);
  expect(pointerTo(["x".repeat(119)])).not.toContain("…");
  expect(pointerTo(["x".repeat(120)])).toBe(`/${"x".repeat(118)}…`);
});
