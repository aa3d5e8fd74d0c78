import { limits, RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import type { ScriptOnce, ScriptOutcome } from "../ports/script-engine.ts";
import { OnceCalls } from "./once-calls.ts";

const once = (key: string, request = "aa"): ScriptOnce => ({ key, request, keptMs: 1000 });
const outcome = (result: string): ScriptOutcome => {
  return { ok: true, result, published: [{ channel: "c", message: "m" }], isKept: false };
};

/** What callers are told, in their order. */
function bench(charactersMax = 10_000) {
  const time = { nowMs: 0 };
  const calls = new OnceCalls(charactersMax, () => time.nowMs);
  const told: string[] = [];
  const settler = (who: string) => ({
    resolve: (end: ScriptOutcome) => {
      const text = end.ok ? String(end.result) : end.error;
      told.push(`${who} ${text} ${end.published.length}${end.isKept ? " kept" : ""}`);
    },
    reject: (error: RealmError) => void told.push(`${who} ${error.code}`),
  });
  const ask = (who: string, by: ScriptOnce) => {
    const own = settler(who);
    return calls.follow(by, own) ? undefined : calls.lead(by, own);
  };
  return { time, told, ask };
}

test("[S-LUA15] who asks while one runs is told with it, and nothing is published twice", () => {
  const { told, ask } = bench();
  const first = ask("a", once("k"))!;
  expect(ask("b", once("k"))).toBeUndefined();
  expect(() => ask("c", once("k", "bb"))).toThrow(RealmError);
  expect(ask("d", once("l"))).toBeDefined();
  expect(told).toEqual([]);
  first.resolve(outcome("x"));
  ask("e", once("k"));
  expect(told).toEqual(["a x 1", "b x 0 kept", "e x 0 kept"]);
});

test("[S-LUA15] what was ended is told to all who wait, and asked for again", () => {
  const { told, ask } = bench();
  const first = ask("a", once("k"))!;
  ask("b", once("k"));
  first.reject(new RealmError("SCRIPT_BUDGET"));
  expect(told).toEqual(["a SCRIPT_BUDGET", "b SCRIPT_BUDGET"]);
  expect(ask("c", once("k", "bb"))).toBeDefined();
});

test("[S-LUA15] a key is free when its time is over", () => {
  const { time, told, ask } = bench();
  ask("a", once("k"))!.resolve(outcome("x"));
  time.nowMs = 999;
  expect(() => ask("b", once("k", "bb"))).toThrow("KEY_REUSED");
  time.nowMs = 1000;
  ask("b", once("k", "bb"))!.resolve(outcome("y"));
  ask("c", once("k", "bb"));
  expect(told.slice(1)).toEqual(["b y 1", "c y 0 kept"]);
});

test("[S-LUA15] scriptKeptCharacters: the oldest are forgotten where there is too much", () => {
  const { value: most } = limits.scriptKeptCharacters;
  const { ask } = bench(most);
  const half = outcome("x".repeat(most / 2 - 200));
  for (const key of ["a", "b"]) ask("", once(key))!.resolve(half);
  expect(ask("", once("a"))).toBeUndefined();
  ask("", once("c"))!.resolve(outcome("x".repeat(400)));
  expect(ask("", once("b"))).toBeUndefined();
  expect(ask("", once("c"))).toBeUndefined();
  expect(ask("", once("a"))).toBeDefined();
});
