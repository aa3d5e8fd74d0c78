-- reload: live
-- keys: room:{arg.room}:state
--
-- Gives a player or watcher another name at a table. All see it at once; the account keeps its own.
-- KEYS[1]  the state of the room, a hash of JSON values; its name is also the channel of the patches. {room} would let in
--          players alone, so the script itself looks who is there.
-- ARGV[1]  {"room": "K7QX2M", "name": "Ada"}
-- ARGV[2]  who calls, as the server says
-- Answers  {"name": "Ada"}
local wish, caller, key = realm.arguments(), cjson.decode(ARGV[2]), KEYS[1]
local name = realm.text(wish.name, 24)
if not name:find("[%w\128-\255]") then
  realm.refuse("NAME_INVALID", "name has 1 to 24 characters, a letter or digit among them.")
end
local function read(field)
  return cjson.decode(redis.call("HGET", key, field) or "{}")
end
local players, watchers = read("players"), read("watchers")
local function mustBeFree(account, other)
  if account ~= caller.account and other:lower() == name:lower() then
    realm.refuse("NAME_TAKEN", "Somebody else at this table has that name.")
  end
end
for account, player in pairs(players) do mustBeFree(account, player.name) end
for account, other in pairs(watchers) do mustBeFree(account, other) end

local patch = {}
local function write(field, people)
  redis.call("HSET", key, field, cjson.encode(people))
  patch[#patch + 1] = { op = "add", path = "/" .. field, value = people }
end
local player, watcher = players[caller.account], watchers[caller.account]
if not player and not watcher then
  realm.refuse("NOT_HERE", "Only who is at the table has a name there.")
end
if player then
  player.name = name
  write("players", players)
end
if watcher then
  watchers[caller.account] = name
  write("watchers", watchers)
end
patch[#patch + 1] = { op = "add", path = "/version", value = redis.call("HINCRBY", key, "version", 1) }
realm.publish(key, patch)
return cjson.encode({ name = name })
