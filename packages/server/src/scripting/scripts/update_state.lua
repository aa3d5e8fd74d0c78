-- reload: live
-- Changes fields of a game's state.
-- KEYS[1]  the state, a hash of JSON values; its name is also the channel of the patches
-- ARGV[1]  {"set": {"phase": "play", …}, "unset": ["winner", …], "version": 3}
--          version is optional: the change is refused when the state has another one by now
-- Answers  {"version": 4}
local change = realm.arguments()
local set, unset = change.set or {}, change.unset or {}
if type(set) ~= "table" or type(unset) ~= "table" then
  realm.refuse("BAD_ARGUMENTS", "set is an object and unset a list.")
end
for field in pairs(set) do
  if type(field) ~= "string" or field == "" or field == "version" then
    realm.refuse("BAD_ARGUMENTS", "Fields have names, and version is none of them.")
  end
end
for _, field in ipairs(unset) do
  if type(field) ~= "string" or field == "version" then
    realm.refuse("BAD_ARGUMENTS", "Fields have names, and version is none of them.")
  end
end

local version = tonumber(redis.call("HGET", KEYS[1], "version") or 0)
if change.version and change.version ~= version then
  realm.refuse("STATE_CHANGED", "The state has version " .. version .. ".")
end

local patch = {}
for _, field in ipairs(unset) do
  if redis.call("HDEL", KEYS[1], field) == 1 then
    patch[#patch + 1] = { op = "remove", path = "/" .. field }
  end
end
for field, value in pairs(set) do
  redis.call("HSET", KEYS[1], field, cjson.encode(value))
  patch[#patch + 1] = { op = "add", path = "/" .. field, value = value }
end
version = redis.call("HINCRBY", KEYS[1], "version", 1)
patch[#patch + 1] = { op = "add", path = "/version", value = version }
realm.publish(KEYS[1], patch)
return cjson.encode({ version = version })
