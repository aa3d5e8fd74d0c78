-- reload: live
-- Moves a player, if it can have come so far since its last move.
-- KEYS[1]  positions, a hash of players; its name is also the channel of the patches
-- ARGV[1]  {"player": "ada", "x": 12.5, "y": 3}
-- Answers  {"x": 12.5, "y": 3, "accepted": true}; what is refused answers where the player is
local WIDTH, HEIGHT = 1000, 1000 -- units
local SPEED = 10 -- units per second
local SLACK = 1 -- units that a late message may be ahead

local move = realm.arguments()
if type(move.player) ~= "string" or move.player == "" then
  realm.refuse("BAD_ARGUMENTS", "player is a name.")
end
for _, axis in ipairs({ "x", "y" }) do
  local at = move[axis]
  if type(at) ~= "number" or at ~= at or math.abs(at) == math.huge then
    realm.refuse("BAD_ARGUMENTS", axis .. " is a number.")
  end
end

local now = realm.now()
local text = redis.call("HGET", KEYS[1], move.player)
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
redis.call("HSET", KEYS[1], move.player, cjson.encode(position))
realm.publish(KEYS[1], { { op = "add", path = "/" .. move.player, value = position } })
return cjson.encode({ x = x, y = y, accepted = true })
