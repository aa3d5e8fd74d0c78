import { hostPrelude } from "../host-functions.ts";

/**
 * A script as it is sent to Redis: the table `realm` before it, on its first line, so that its lines keep their numbers; and
 * behind it what calls it. `prefix` is that of all channels.
 *
 * Besides its own keys and arguments it gets a last argument, which is empty or says for how long the outcome is kept and
 * for which request; then the last key is where. It answers a list: 0 and the answer, 1 and an error's text, or 2 and what
 * was kept.
 */
export function redisSource(source: string, prefix: string): string {
  const realm = /\brealm\b/.test(source) ? realmTable(prefix) : "";
  return `local script = (function() ${realm} return function(...) ${source}\nend end)()${ending}`;
}

/** What an earlier call left under its key; undefined where it is none of ours. */
export function readKept(
  text: string,
): { readonly ok: boolean; readonly request: string; readonly answer: string } | undefined {
  const [, sign, request, answer] = /^([+-])(\w+) (.*)$/su.exec(text) ?? [];
  if (request === undefined || answer === undefined) return undefined;
  return { ok: sign === "+", request, answer };
}

function realmTable(prefix: string): string {
  const table = `local realm = (function() ${hostPrelude()} end)()`;
  if (prefix === "") return table;
  // a channel that is one of KEYS has it already
  const publish =
    `do local publish, prefix = realm.publish, "${prefix}" ` +
    `realm.publish = function(channel, value) ` +
    `if type(channel) == "string" and channel:sub(1, #prefix) ~= prefix then channel = prefix .. channel end ` +
    `return publish(channel, value) end end`;
  return `${table} ${publish}`;
}

/** Errors are caught here: what the engines make of those that are not differs between them. */
const ending = `
local once, key = table.remove(ARGV), nil
if once ~= "" then
  key = table.remove(KEYS)
  local kept = redis.call("GET", key)
  if kept then return {2, kept} end
end
local ok, answer = pcall(script)
local failed = not ok or (type(answer) == "table" and answer.err ~= nil)
local function deep(value, depth)
  if depth > 32 then return true end
  if type(value) ~= "table" or value.ok or value.err then return false end
  for _, item in ipairs(value) do if deep(item, depth + 1) then return true end end
  return false
end
if deep(answer, 0) then failed, answer = true, "reached lua stack limit" end
if failed then answer = tostring(type(answer) == "table" and answer.err or answer) end
if key then
  local function json(value)
    local kind = type(value)
    if kind == "string" then return cjson.encode(value) end
    if kind == "number" then
      return string.format("%.0f", (value < 0 and math.ceil(value) or math.floor(value)) + 0)
    end
    if kind == "boolean" then return value and "1" or "null" end
    if kind ~= "table" then return "null" end
    if value.ok or value.err then return json(tostring(value.ok or value.err)) end
    local items = {}
    for i, item in ipairs(value) do items[i] = json(item) end
    return "[" .. table.concat(items, ",") .. "]"
  end
  local keptMs, request = once:match("^(%d+) (%w+)$")
  redis.call("SET", key, (failed and "-" or "+") .. request .. " " .. json(answer), "PX", keptMs)
end
return {failed and 1 or 0, answer}`;
