import { roomLua } from "./rooms/room-function.ts";
import { textLua } from "./text-function.ts";

/** What a value of a host function may be. `value` is whatever JSON can say. */
export type HostType = "string" | "number" | "integer" | "table" | "value";

export interface HostParameter {
  readonly name: string;
  readonly type: HostType;
  readonly isOptional?: boolean;
}

/** One function of the table `realm`, written in Lua over `redis.call`, so that it is the same on every engine. */
export interface HostFunction {
  readonly parameters: readonly HostParameter[];
  /** what it returns, in words; nothing when absent */
  readonly returns?: string;
  readonly about: string;
  /** the body; its parameters have been checked */
  readonly lua: string;
}

/** The table `realm` of scripts. Bindings and docs/reference/lua.md are made of it. */
export const hostFunctions: Readonly<Record<string, HostFunction>> = {
  get: {
    parameters: [{ name: "key", type: "string" }],
    returns: "the value, or nil where there is none",
    about: "Reads a key that `realm.set` has written. Fails where the key holds no JSON.",
    lua: `local text = redis.call("GET", key)
if not text then return nil end
return cjson.decode(text)`,
  },
  set: {
    parameters: [
      { name: "key", type: "string" },
      { name: "value", type: "value" },
      { name: "ttlMs", type: "integer", isOptional: true },
    ],
    about:
      "Writes a value as JSON. With `ttlMs` the key ends after so many milliseconds, without it never.",
    lua: `local text = cjson.encode(value)
if ttlMs then redis.call("SET", key, text, "PX", ttlMs) else redis.call("SET", key, text) end`,
  },
  delete: {
    parameters: [{ name: "key", type: "string" }],
    returns: "true when there was one",
    about: "Deletes a key.",
    lua: `return redis.call("DEL", key) == 1`,
  },
  arguments: {
    parameters: [],
    returns: "a table",
    about: "The first argument of the call, which is JSON; an empty table without one.",
    lua: `if not ARGV[1] or ARGV[1] == "" then return {} end
local ok, value = pcall(cjson.decode, ARGV[1])
if not ok or type(value) ~= "table" then error({ err = "BAD_ARGUMENTS The arguments are no JSON object." }, 0) end
return value`,
  },
  refuse: {
    parameters: [
      { name: "code", type: "string" },
      { name: "text", type: "string", isOptional: true },
    ],
    about:
      "Ends the script with an error of its own. `code` is capitals, digits and underscores. What it wrote before stays: check first, write then.",
    lua: `if #code > 40 or not code:match("^%u[%u%d_]*$") then
error("realm.refuse: argument 1 (code) must be capitals, digits and underscores", 2) end
refusal.code, refusal.text = code, text
error({ err = code .. " " .. (text or "") }, 0)`,
  },
  publish: {
    parameters: [
      { name: "channel", type: "string" },
      { name: "value", type: "value" },
    ],
    about:
      "Publishes a value as JSON. Rooms and other readers of a state take JSON Patch (a list of `add`, `remove` and `replace`) on the channel that is called like its key.",
    lua: `redis.call("PUBLISH", channel, cjson.encode(value))`,
  },
  now: {
    parameters: [],
    returns: "milliseconds since 1970, a whole number",
    about: "The wall time of this call; it stands still while the script runs.",
    lua: `local time = redis.call("TIME")
return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`,
  },
  clamp: {
    parameters: [
      { name: "number", type: "number" },
      { name: "low", type: "number" },
      { name: "high", type: "number" },
    ],
    returns: "the number within both bounds",
    about: "Brings a number between two bounds. What is no number (0/0) becomes the lower one.",
    lua: `if number ~= number or number < low then return low end
if number > high then return high end
return number`,
  },
  text: {
    parameters: [
      { name: "value", type: "value" },
      { name: "max", type: "integer" },
    ],
    returns: "a text",
    about:
      "A text by strangers, fit to be shown: whole characters (code points) of UTF-8, `max` of them at the most, of the first 16 bytes for each and 64 more; without control characters, what is invisible, what turns the direction, and more than three combining marks in a row; every run of white space is one space, and none is at an end. What is no text becomes an empty one.",
    lua: textLua,
  },
  room: {
    parameters: [{ name: "handlers", type: "table" }],
    returns: "what the server is to know; the script returns it",
    about:
      "Makes the script a kind of room: runs the functions of the table for what has happened in it. See the guide.",
    lua: roomLua,
  },
};

/** The Lua source that makes the table `realm`: a chunk that returns it, on one line so that line numbers stay. */
export function hostPrelude(): string {
  // refusal: what was refused last, since pcall hands on no more than the text of an error; runs: realm.text's
  const lines = ["local realm, refusal, runs = {}, {}"];
  for (const [name, { parameters, lua }] of Object.entries(hostFunctions)) {
    lines.push(`realm.${name} = function(${parameters.map((p) => p.name).join(", ")})`);
    for (const [i, parameter] of parameters.entries()) {
      const check = checkOf(parameter);
      if (check !== undefined) {
        const bad = `realm.${name}: argument ${i + 1} (${parameter.name}) must be a ${parameter.type}`;
        lines.push(`if ${check} then error("${bad}", 2) end`);
      }
    }
    lines.push(...lua.split("\n"), "end");
  }
  lines.push("return realm");
  return lines.join(" ");
}

/** Lua that is true when the argument is wrong. */
function checkOf({ name, type, isOptional }: HostParameter): string | undefined {
  const given = isOptional === true ? `${name} ~= nil and ` : "";
  switch (type) {
    case "value":
      return undefined;
    case "string":
    case "table":
      return `${given}type(${name}) ~= "${type}"`;
    case "number":
      return `${given}type(${name}) ~= "number"`;
    case "integer":
      return `${given}(type(${name}) ~= "number" or ${name} ~= math.floor(${name}))`;
  }
}
