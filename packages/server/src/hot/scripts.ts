import type { HotCall, HotScript, HotValue } from "../ports/hot.ts";

/*
 * Realmwright's own scripts, each in both of its forms, so that a change of one is seen beside the other. Engines keep
 * integers of 64 bits; ours end where a number of JavaScript is no longer exact. Counters and epochs are answered as texts:
 * the client reads integers of this size inexactly.
 */

const { MAX_SAFE_INTEGER: max } = Number;

/** Thrown by the forms for memory; the engine makes of it what Redis' error replies become. */
export class ScriptRefusal extends Error {
  override readonly name = "ScriptRefusal";
}

/** Keys: the counter. Arguments: by, time to live or "". */
export const incrementScript: HotScript = {
  name: "increment",
  lua: `
local isNew = redis.call("EXISTS", KEYS[1]) == 0
local n = redis.call("INCRBY", KEYS[1], ARGV[1])
if n > ${max} or n < -${max} then
  redis.call("DECRBY", KEYS[1], ARGV[1])
  return redis.error_reply("ERR beyond 2^53 - 1")
end
if isNew and ARGV[2] ~= "" then redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
return string.format("%.0f", n)`,
  memory(call, [key], [by, ttlMs]) {
    const isNew = call("EXISTS", key!) === 0;
    const n = call("INCRBY", key!, by!);
    if (isNew && ttlMs !== "") call("PEXPIRE", key!, ttlMs!);
    return String(n);
  },
};

/** Keys: the hash. Arguments: field, by, minus by. */
export const incrementFieldScript: HotScript = {
  name: "increment-field",
  lua: `
local n = redis.call("HINCRBY", KEYS[1], ARGV[1], ARGV[2])
if n > ${max} or n < -${max} then
  redis.call("HINCRBY", KEYS[1], ARGV[1], ARGV[3])
  return redis.error_reply("ERR beyond 2^53 - 1")
end
return string.format("%.0f", n)`,
  memory: (call, [key], [field, by]) => String(call("HINCRBY", key!, field!, by!)),
};

/** Keys: lease, epoch. Arguments: holder, time to live, epoch to exceed, time to live of the epoch. */
export const acquireScript: HotScript = {
  name: "acquire",
  lua: `
if redis.call("EXISTS", KEYS[1]) == 1 then return false end
local last = tonumber(redis.call("GET", KEYS[2]) or "0")
local now = tonumber(redis.call("TIME")[1])
local epoch = math.max(last + 1, tonumber(ARGV[3]) + 1, now)
if epoch > ${max} then return redis.error_reply("ERR no epoch is left") end
local text = string.format("%.0f", epoch)
redis.call("SET", KEYS[2], text, "PX", ARGV[4])
redis.call("SET", KEYS[1], text .. ":" .. ARGV[1], "PX", ARGV[2])
return text`,
  memory(call, [lease, last], [holder, ttlMs, above, epochTtlMs]) {
    if (call("EXISTS", lease!) === 1) return null;
    const [seconds] = call("TIME") as readonly string[];
    const epoch = Math.max(
      Number(call("GET", last!) ?? "0") + 1,
      Number(above) + 1,
      Number(seconds),
    );
    if (epoch > max) throw new ScriptRefusal("no epoch is left");
    call("SET", last!, String(epoch), "PX", epochTtlMs!);
    call("SET", lease!, `${epoch}:${text(holder)}`, "PX", ttlMs!);
    return String(epoch);
  },
};

/** Keys: lease, epoch. Arguments: the lease's value, time to live, its epoch, time to live of the epoch. */
export const renewScript: HotScript = {
  name: "renew",
  lua: `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[2], ARGV[3], "PX", ARGV[4])
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`,
  memory(call, [lease, last], [value, ttlMs, epoch, epochTtlMs]) {
    if (!holds(call, lease!, value)) return 0;
    call("SET", last!, epoch!, "PX", epochTtlMs!);
    return call("PEXPIRE", lease!, ttlMs!);
  },
};

/** Keys: lease. Arguments: the lease's value. */
export const releaseScript: HotScript = {
  name: "release",
  lua: `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`,
  memory: (call, [lease], [value]) => (holds(call, lease!, value) ? call("DEL", lease!) : 0),
};

/** Keys: lease, data. Arguments: the lease's value, data, time to live or "". */
export const writeScript: HotScript = {
  name: "write",
  lua: `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == "" then
  redis.call("SET", KEYS[2], ARGV[2])
else
  redis.call("SET", KEYS[2], ARGV[2], "PX", ARGV[3])
end
return 1`,
  memory(call, [lease, data], [value, bytes, ttlMs]) {
    if (!holds(call, lease!, value)) return 0;
    if (ttlMs === "") call("SET", data!, bytes!);
    else call("SET", data!, bytes!, "PX", ttlMs!);
    return 1;
  },
};

function holds(call: HotCall, lease: string, value: HotValue | undefined): boolean {
  return call("GET", lease) === value;
}

function text(value: HotValue | undefined): string {
  return typeof value === "string" ? value : Buffer.from(value ?? []).toString();
}
