import { hostPrelude } from "../host-functions.ts";

/** What a script that did not answer gave instead, as its error reply tells it. */
export type RedisFailure =
  | { readonly type: "failed"; readonly text: string }
  | {
      readonly type: "kept";
      readonly ok: boolean;
      readonly request: string;
      readonly value: unknown;
    };

/**
 * The table `realm` stands before the script, on its first line, so that its lines keep their numbers; behind it stands what
 * calls it and tells its failures as `FAILED` with a text of JSON. `prefix` is that of all channels.
 *
 * `once`: it has a last argument more, which says for how long the outcome is kept and for which request, and a last key,
 * where that is; what it finds there it tells as `KEPT`.
 */
export function redisSource(source: string, prefix: string, once: boolean): string {
  const realm = /\brealm\b/.test(source) ? `${realmTable(prefix)} ` : "";
  const script = `${realm}local function script(...) ${source}\nend\n`;
  return once ? `${script}${find}${run}${keep}${tell}` : `${script}${run}${tell}`;
}

/** Of the message of an error reply. One that is the engine's own is told as it is. */
export function readFailure(message: string): RedisFailure {
  const [, word, json] = /^(FAILED|KEPT) (".*")$/su.exec(message) ?? [];
  if (json === undefined) return { type: "failed", text: message };
  const text = JSON.parse(json) as string;
  if (word === "FAILED") return { type: "failed", text };
  const [, sign, request, value] = /^([+-])(\w+) (.*)$/su.exec(text) ?? [];
  // something else is under the key
  if (request === undefined || value === undefined) {
    return { type: "kept", ok: false, request: "", value: null };
  }
  return { type: "kept", ok: sign === "+", request, value: JSON.parse(value) as unknown };
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

const find = `local once, key = table.remove(ARGV), table.remove(KEYS)
local kept = redis.call("GET", key)
if kept then return {err = "KEPT " .. cjson.encode(kept)} end
`;

/** Errors are caught here: what the engines make of those that are not differs between them. */
const run = `local ok, answer = pcall(script)
if type(answer) == "table" then
  local function deep(value, depth)
    if depth > 32 then return true end
    if type(value) ~= "table" or value.ok or value.err then return false end
    for _, item in ipairs(value) do if deep(item, depth + 1) then return true end end
    return false
  end
  if answer.err then ok, answer = false, answer.err
  elseif deep(answer, 0) then ok, answer = false, "reached lua stack limit" end
end
`;

const keep = `local function json(value)
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
if not ok then answer = tostring(answer) end
local keptMs, request = once:match("^(%d+) (%w+)$")
redis.call("SET", key, (ok and "+" or "-") .. request .. " " .. json(answer), "PX", keptMs)
`;

const tell = `if ok then return answer end
return {err = "FAILED " .. cjson.encode(tostring(answer))}`;
