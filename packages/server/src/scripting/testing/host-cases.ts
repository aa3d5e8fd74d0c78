import type { ScriptValue } from "../../ports/script-engine.ts";
import type { ConformanceCase } from "./conformance.ts";

const on = (title: string, source: string, expect: ConformanceCase["expect"]): ConformanceCase => ({
  title: `realm.${title}`,
  source,
  keys: ["k"],
  expect,
});

const nested = Array.from({ length: 32 }).reduce<ScriptValue>((inner) => [inner], []);

export const hostCases: readonly ConformanceCase[] = [
  on(
    "set, get and delete",
    `realm.set(KEYS[1], {a = {1, 2}}, 5000)
local v = realm.get(KEYS[1])
return {v.a[2], redis.call("PTTL", KEYS[1]) > 4000, realm.delete(KEYS[1]), tostring(realm.get(KEYS[1]))}`,
    [2, 1, 1, "nil"],
  ),
  on("get of no JSON", "redis.call('SET', KEYS[1], '{') return realm.get(KEYS[1])", {
    fails: "Expected object key string but found T_END",
  }),
  { ...on("arguments", "return realm.arguments().x", 7), args: ['{"x":7}'] },
  on("arguments without any", "return next(realm.arguments()) == nil", 1),
  {
    ...on("arguments that are none", "return realm.arguments()", { fails: "BAD_ARGUMENTS " }),
    args: ["["],
  },
  on("refuse", "realm.refuse('NOT_YOURS', 'No.')", { fails: "NOT_YOURS No." }),
  on("refuse, caught", "local ok, e = pcall(realm.refuse, 'NO') return e", "NO "),
  on("refuse by no code", "local x = 1\nrealm.refuse('no', 'No.')", {
    fails: "case.lua:2: realm.refuse: argument 1 (code) must be capitals, digits and underscores",
  }),
  on("get checks its argument", "local x = 1\n\nrealm.get(7)", {
    fails: "case.lua:3: realm.get: argument 1 (key) must be a string",
  }),
  on("now", "return realm.now() == math.floor(realm.now()) and realm.now() > 1e12", 1),
  on(
    "clamp",
    "return {realm.clamp(5, 1, 3), realm.clamp(-1, 1, 3), realm.clamp(0/0, 1, 3)}",
    [3, 1, 1],
  ),
  on(
    "text",
    `local bidi, zero = "\\226\\128\\174", "\\226\\128\\139"
return {realm.text("  A" .. bidi .. "da \\t\\n Love" .. zero .. "lace ", 24), realm.text("\\240\\159\\152\\128\\240\\159\\152\\128", 1),
  realm.text("\\128x\\195", 9), realm.text("a b", 2), realm.text(7, 9)}`,
    ["Ada Lovelace", "😀", "x", "a", ""],
  ),
  on("publish", "local x = realm.publish(KEYS[1], {1}) return tostring(x)", "nil"),
  on("an error names file and line", "local x = nil\nreturn x.y", { fails: "case.lua:2: " }),
  on(
    "an error of a command is the command's",
    "redis.call('SET', KEYS[1], 1) redis.call('HGET', KEYS[1], 'f')",
    {
      fails: "WRONGTYPE Operation against a key holding the wrong kind of value",
    },
  ),
  on("the script's own error reply", "return redis.error_reply('MINE no')", { fails: "MINE no" }),
  on("an answer of 32 levels", "local t = {} for _ = 1, 32 do t = {t} end return t", nested),
  on("an answer that nests too deep", "local t = {} for _ = 1, 33 do t = {t} end return t", {
    fails: "reached lua stack limit",
  }),
  on("an answer in itself", "local t = {} t[1] = t return t", { fails: "reached lua stack limit" }),
  on("KEYS and ARGV are the call's own", "return {#KEYS, #ARGV}", [1, 0]),
];
