-- reload: live
-- keys: lobbies:{game}
--
-- Lists the lobbies, the newest first, fifty at most.
-- KEYS[1]  the lobbies, a hash by id
-- Answers  {"lobbies": [{"id": "K7QX2M", "name": "Friday", "host": "Ada", "players": 1, "max": 4, …}]}
local STALE_MS = 60000 -- a room tells every 20 s that it is there; whose server is gone does not

local now = realm.now()
local lobbies = {}
local all = redis.call("HGETALL", KEYS[1])
for i = 2, #all, 2 do
  local lobby = cjson.decode(all[i])
  if now - lobby.at > STALE_MS then
    redis.call("HDEL", KEYS[1], lobby.id)
  else
    lobbies[#lobbies + 1] = { at = lobby.createdMs or lobby.at, id = lobby.id, text = all[i] }
  end
end
table.sort(lobbies, function(a, b)
  if a.at ~= b.at then return a.at > b.at end
  return a.id < b.id
end)
local texts = {}
for i = 1, math.min(#lobbies, 50) do
  texts[i] = lobbies[i].text
end
-- by hand, since an empty list would be an empty object
return '{"lobbies":[' .. table.concat(texts, ",") .. "]}"
