-- reload: live
-- Sets up a room of a game.
-- KEYS[1]  lobbies, a hash by id; KEYS[2] the players of this one, a set
-- ARGV[1]  {"id": "K7QX2M", "host": "ada", "name": "Friday", "maxPlayers": 4}; the caller draws the id
-- Answers  the lobby as JSON
local wish = realm.arguments()
if type(wish.id) ~= "string" or not wish.id:match("^[%w-]+$") or #wish.id > 40 then
  realm.refuse("BAD_ARGUMENTS", "id has 1 to 40 letters, digits and hyphens.")
end
if type(wish.host) ~= "string" or wish.host == "" then
  realm.refuse("BAD_ARGUMENTS", "host is a name.")
end
local max = wish.maxPlayers or 4
if type(max) ~= "number" or max ~= math.floor(max) or max < 1 or max > 64 then
  realm.refuse("BAD_ARGUMENTS", "maxPlayers is a whole number from 1 to 64.")
end
if redis.call("HEXISTS", KEYS[1], wish.id) == 1 then
  realm.refuse("LOBBY_EXISTS", "There is a lobby of this id.")
end
local lobby = {
  id = wish.id,
  host = wish.host,
  name = type(wish.name) == "string" and wish.name:sub(1, 40) or wish.id,
  maxPlayers = max,
  phase = "waiting",
  createdMs = realm.now(),
}
local text = cjson.encode(lobby)
redis.call("HSET", KEYS[1], lobby.id, text)
redis.call("SADD", KEYS[2], lobby.host)
realm.publish(KEYS[1], { { op = "add", path = "/" .. lobby.id, value = lobby } })
return text
