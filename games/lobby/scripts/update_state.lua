-- reload: live
-- keys: room:{room}:state
--
-- Changes fields of a room's state, for its host.
-- KEYS[1]  the state, a hash of JSON values; its name is also the channel of the patches
-- ARGV[1]  {"room": "K7QX2M", "set": {"name": "Friday", …}, "unset": ["note", …], "version": 3}
--          version is optional: the change is refused when the state has another one by now
-- ARGV[2]  who calls, as the server says
-- Answers  {"version": 4}
local OPEN = { name = 60, note = 200, maxPlayers = 3, turnSeconds = 3 } -- fields for the host, and characters
local WHOLE = { maxPlayers = { 2, 4 }, turnSeconds = { 5, 300 } } -- those that are whole numbers, from and to

local change, caller = realm.arguments(), cjson.decode(ARGV[2])
local set, unset = change.set or {}, change.unset or {}
if type(set) ~= "table" or type(unset) ~= "table" then
  realm.refuse("BAD_ARGUMENTS", "set is an object and unset a list.")
end
local function check(field)
  if type(field) ~= "string" or not OPEN[field] then
    realm.refuse("BAD_ARGUMENTS", "There is no field " .. tostring(field):sub(1, 40) .. " to be changed.")
  end
end
local values = {}
for field, value in pairs(set) do
  check(field)
  local range = WHOLE[field]
  if range then
    if type(value) ~= "number" or value % 1 ~= 0 or value < range[1] or value > range[2] then
      realm.refuse("BAD_ARGUMENTS", field .. " is a whole number from " .. range[1] .. " to " .. range[2] .. ".")
    end
    values[field] = value
  else
    local isPlain = type(value) == "string" or type(value) == "number" or type(value) == "boolean"
    local text = realm.text(isPlain and tostring(value) or nil, OPEN[field] + 1)
    local _, characters = text:gsub("[^\128-\191]", "")
    if not isPlain or characters > OPEN[field] then
      realm.refuse("BAD_ARGUMENTS", field .. " is no text of " .. OPEN[field] .. " characters.")
    end
    if field == "name" and text == "" then realm.refuse("BAD_ARGUMENTS", "A table has a name.") end
    values[field] = text
  end
end
for _, field in ipairs(unset) do check(field) end

local host = redis.call("HGET", KEYS[1], "host")
if not host or cjson.decode(host) ~= caller.account then
  realm.refuse("NOT_HOST", "Only the host can change that.")
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
for field, value in pairs(values) do
  redis.call("HSET", KEYS[1], field, cjson.encode(value))
  patch[#patch + 1] = { op = "add", path = "/" .. field, value = value }
end
version = redis.call("HINCRBY", KEYS[1], "version", 1)
patch[#patch + 1] = { op = "add", path = "/version", value = version }
realm.publish(KEYS[1], patch)
return cjson.encode({ version = version })
