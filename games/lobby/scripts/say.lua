-- reload: live
-- keys: room:{arg.room}:state
--
-- Says something at a table, for those who are there, players or watchers. The newest lines stay in the state, for whoever
-- comes or comes back: 30 of them at most, and 5,000 bytes.
-- KEYS[1]  the state of the room, a hash of JSON values; its name is also the channel of the patches. {room} would let in
--          players alone, so the script itself looks who is there.
-- ARGV[1]  {"room": "K7QX2M", "text": "Good luck!"}
-- ARGV[2]  who calls, as the server says
-- Answers  {"line": 12}; the line is the field chat:12: by (an account), name, color (0 for who watches), text, at
local LINES, BYTES = 30, 5000
local OFTEN, WITHIN_MS = 5, 5000 -- so many lines of one person in so long a time

local wish, caller, key = realm.arguments(), cjson.decode(ARGV[2]), KEYS[1]
local text = realm.text(wish.text, 200)
if text == "" then realm.refuse("NOTHING_SAID", "text has a character that can be seen.") end
local function read(field)
  local json = redis.call("HGET", key, field)
  return json and cjson.decode(json)
end
local player = (read("players") or {})[caller.account]
local name = player and player.name or (read("watchers") or {})[caller.account]
if not name then realm.refuse("NOT_HERE", "Only who is at the table can say something.") end

local now, own, last = realm.now(), 0, read("said") or 0
local line = cjson.encode({
  by = caller.account,
  name = name,
  color = player and player.color or 0,
  text = text,
  at = now,
})
local bytes, kept, oldest = #line, 1, last
while oldest > 0 do
  local json = redis.call("HGET", key, "chat:" .. oldest)
  if not json then break end
  local before = cjson.decode(json)
  if before.by == caller.account and now - before.at < WITHIN_MS then own = own + 1 end
  bytes, kept = bytes + #json, kept + 1
  if bytes > BYTES or kept > LINES then break end
  oldest = oldest - 1
end
if own >= OFTEN then realm.refuse("TOO_FAST", "That was much at once. Wait a little.") end

local patch = {}
while redis.call("HDEL", key, "chat:" .. oldest) == 1 do
  patch[#patch + 1] = { op = "remove", path = "/chat:" .. oldest }
  oldest = oldest - 1
end
last = last + 1
redis.call("HSET", key, "chat:" .. last, line, "said", last)
patch[#patch + 1] = { op = "add", path = "/chat:" .. last, value = cjson.decode(line) }
patch[#patch + 1] = { op = "add", path = "/said", value = last }
patch[#patch + 1] = { op = "add", path = "/version", value = redis.call("HINCRBY", key, "version", 1) }
realm.publish(key, patch)
return cjson.encode({ line = last })
