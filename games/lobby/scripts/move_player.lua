-- reload: live
-- keys: room:{room}:state
-- bind: player=account
--
-- Moves a player's token in a room, if it can have come so far since its last move.
-- KEYS[1]  the state of the room, a hash of JSON values; its name is also the channel of the patches
-- ARGV[1]  {"room": "K7QX2M", "x": 12.5, "y": 3}; the server adds the player
-- Answers  {"x": 12.5, "y": 3, "accepted": true}; what is refused answers where the token is
local WIDTH, HEIGHT = 100, 40 -- units
local SPEED = 30 -- units per second
local SLACK = 2 -- units that a late message may be ahead

local move = realm.arguments()
if type(move.player) ~= "string" or move.player == "" then
  realm.refuse("BAD_ARGUMENTS", "player is an account.")
end
for _, axis in ipairs({ "x", "y" }) do
  local at = move[axis]
  if type(at) ~= "number" or at ~= at or math.abs(at) == math.huge then
    realm.refuse("BAD_ARGUMENTS", axis .. " is a number.")
  end
end

local now = realm.now()
local field = "token:" .. move.player
local text = redis.call("HGET", KEYS[1], field)
local x, y = realm.clamp(move.x, 0, WIDTH), realm.clamp(move.y, 0, HEIGHT)
if text then
  local last = cjson.decode(text)
  local dx, dy = x - last.x, y - last.y
  local reach = SPEED * (now - last.at) / 1000 + SLACK
  if dx * dx + dy * dy > reach * reach then
    return cjson.encode({ x = last.x, y = last.y, accepted = false })
  end
end
local position = { x = x, y = y, at = now }
redis.call("HSET", KEYS[1], field, cjson.encode(position))
local version = redis.call("HINCRBY", KEYS[1], "version", 1)
realm.publish(KEYS[1], {
  { op = "add", path = "/" .. field, value = position },
  { op = "add", path = "/version", value = version },
})
return cjson.encode({ x = x, y = y, accepted = true })
