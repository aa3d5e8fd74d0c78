-- reload: live
-- keys: lobbies:{game} room:{arg.id}:state
-- bind: id=code host=account hostName=name
-- opens: lobby
--
-- Sets up a room, and writes it into the list of lobbies. The server draws the id: it is the code to join by.
-- KEYS[1]  the lobbies, a hash by id; KEYS[2] the state of the room, a hash of JSON values
-- ARGV[1]  {"name": "Friday", "maxPlayers": 4, "turnSeconds": 30}
-- Answers  the lobby as JSON
local wish = realm.arguments()
if type(wish.id) ~= "string" or not wish.id:match("^[%w-]+$") or #wish.id > 40 then
  realm.refuse("BAD_ARGUMENTS", "id has 1 to 40 letters, digits and hyphens.")
end
if type(wish.host) ~= "string" or wish.host == "" then
  realm.refuse("BAD_ARGUMENTS", "host is an account.")
end
local function whole(name, default, low, high)
  local value = wish[name]
  if value == nil then return default end
  if type(value) ~= "number" or value ~= math.floor(value) or value < low or value > high then
    realm.refuse("BAD_ARGUMENTS", name .. " is a whole number from " .. low .. " to " .. high .. ".")
  end
  return value
end
local hostName = realm.text(wish.hostName, 24)
if hostName == "" then hostName = realm.text(wish.host, 40) end
local name = realm.text(wish.name, 60)
local lobby = {
  id = wish.id,
  host = wish.host,
  name = name ~= "" and name or hostName .. "'s table",
  maxPlayers = whole("maxPlayers", 4, 2, 4),
  turnSeconds = whole("turnSeconds", 30, 5, 300),
  createdMs = realm.now(),
}
if redis.call("HEXISTS", KEYS[1], lobby.id) == 1 or redis.call("EXISTS", KEYS[2]) == 1 then
  realm.refuse("LOBBY_EXISTS", "There is a lobby of this id.")
end

for field, value in pairs(lobby) do
  redis.call("HSET", KEYS[2], field, cjson.encode(value))
end
-- until somebody comes; from then on the room keeps it
redis.call("PEXPIRE", KEYS[2], 120000)
local line = { id = lobby.id, name = lobby.name, host = hostName, max = lobby.maxPlayers }
line.players, line.watchers, line.phase, line.at = 0, 0, "waiting", lobby.createdMs
redis.call("HSET", KEYS[1], lobby.id, cjson.encode(line))
realm.publish(KEYS[1], { { op = "add", path = "/" .. lobby.id, value = line } })
return cjson.encode(lobby)
