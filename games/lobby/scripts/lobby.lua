-- room: lobby
-- players: 4
-- spectators: 50
-- tick: 10
-- grace: 30
-- keys: lobbies:{game}
-- input: ready {"on": "bool"}
-- input: place {"column": "uint 9"}
--
-- A table at which two to four people play four in a row: a lobby, the game, and the next one.
-- state.phase   "waiting" until all are ready, "play", "over" until all are ready again
-- state.players by account: name, color (1 to 4), joined (a number that counts up), ready, score, away
-- state.order   the accounts that play this round; state.turn is a place in it
-- state.ended   why no line ended the round: "left" or "away"; state.gone is the name of who went
-- state.late    the account whose time for a move was up, until the next move
-- state["chat:1"] and so on: what was said, by say.lua; state.said is the newest number
-- state.board   the cells row by row from the top, "." or a color; columns and rows say how many
local SIZES = { { 7, 6 }, { 7, 6 }, { 9, 7 }, { 10, 8 } } -- columns and rows, by players
local LISTED_MS = 20000 -- so often the list of lobbies hears that this one is there

local room = {}

local function nameOf(player)
  local name = realm.text(player.name, 24)
  return name ~= "" and name or "Somebody"
end

--- The accounts, in the order in which they came.
local function accounts(state)
  local list = {}
  for account in pairs(state.players) do list[#list + 1] = account end
  table.sort(list, function(a, b) return state.players[a].joined < state.players[b].joined end)
  return list
end

local function setting(state, name, default, low, high)
  return math.floor(realm.clamp(tonumber(state[name]) or default, low, high))
end

local function rest(state, now)
  -- as it was when the round began: its host may change the setting in between
  state.turnEndsMs = now + state.roundSeconds * 1000
end

local function begin(state, now)
  local order = accounts(state)
  state.round = state.round + 1
  state.roundSeconds = setting(state, "turnSeconds", 30, 5, 300)
  for _ = 1, (state.round - 1) % #order do
    local first = table.remove(order, 1)
    order[#order + 1] = first
  end
  for _, account in ipairs(order) do state.players[account].ready = false end
  local size = SIZES[#order]
  state.columns, state.rows = size[1], size[2]
  state.board = ("."):rep(size[1] * size[2])
  state.order, state.turn, state.phase = order, 1, "play"
  state.winner, state.line, state.last = nil, nil, nil
  state.ended, state.gone, state.late = nil, nil, nil
  rest(state, now)
end

local function beginIfReady(state, now)
  local list = accounts(state)
  if state.phase == "play" or #list < 2 then return end
  for _, account in ipairs(list) do
    if not state.players[account].ready then return end
  end
  begin(state, now)
end

local function finish(state, winner, line)
  state.phase, state.winner, state.line = "over", winner, line
  state.turnEndsMs, state.late = nil, nil
  local player = state.players[winner]
  if player then player.score = player.score + 1 end
end

local function nextTurn(state, now)
  state.turn = state.turn % #state.order + 1
  rest(state, now)
end

--- The cells of a line of four or more through a cell.
local function lineThrough(state, column, row)
  local board, columns = state.board, state.columns
  local function colorAt(x, y)
    if x < 0 or y < 0 or x >= columns or y >= state.rows then return nil end
    return board:sub(y * columns + x + 1, y * columns + x + 1)
  end
  local color = colorAt(column, row)
  for _, way in ipairs({ { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } }) do
    local x, y = column, row
    while colorAt(x - way[1], y - way[2]) == color do x, y = x - way[1], y - way[2] end
    local line = {}
    while colorAt(x, y) == color do
      line[#line + 1] = y * columns + x
      x, y = x + way[1], y + way[2]
    end
    if #line >= 4 then return line end
  end
end

--- Keeps the line in the list of lobbies right.
local function list(state, now)
  local players, watchers = 0, 0
  for _ in pairs(state.players) do players = players + 1 end
  for _ in pairs(state.watchers) do watchers = watchers + 1 end
  local host = state.players[state.host or ""]
  local max = setting(state, "maxPlayers", 4, 2, 4)
  local line = {
    id = state.id,
    name = tostring(state.name),
    host = host and host.name or "",
    max = math.max(max, players), -- the host may have taken places away
    players = players,
    watchers = watchers,
    phase = state.phase,
  }
  local text = redis.call("HGET", KEYS[2], state.id)
  local known = text and cjson.decode(text) or { at = 0 }
  local isSame = now - known.at < LISTED_MS
  for name, value in pairs(line) do isSame = isSame and known[name] == value end
  if isSame then return end
  line.at, line.createdMs = now, state.createdMs
  redis.call("HSET", KEYS[2], state.id, cjson.encode(line))
end

-- What create_lobby.lua has written is in the state already; a table that nobody ordered has none of it.
function room.create(state, info)
  state.id = info.id
  state.name = state.name or "Open table"
  state.maxPlayers = state.maxPlayers or 4
  state.turnSeconds = state.turnSeconds or 30
  state.createdMs = state.createdMs or realm.now()
  state.phase, state.round, state.joins = "waiting", 0, 0
  state.players, state.watchers = {}, {}
end

function room.join(state, player)
  if player.spectator then
    state.watchers[player.account] = nameOf(player)
    return
  end
  local list = accounts(state)
  if #list >= setting(state, "maxPlayers", 4, 2, 4) then
    realm.refuse("LOBBY_FULL", "All places at this table are taken.")
  end
  local taken, color = {}, 1
  for _, account in ipairs(list) do taken[state.players[account].color] = true end
  while taken[color] do color = color + 1 end
  state.joins = state.joins + 1
  state.players[player.account] =
    { name = nameOf(player), color = color, joined = state.joins, ready = false, score = 0 }
  state.host = state.host or player.account
end

function room.leave(state, player, code)
  if player.spectator then
    state.watchers[player.account] = nil
    return
  end
  local now = realm.now()
  local known = state.players[player.account]
  local gone = known and known.name or nameOf(player)
  state.players[player.account] = nil
  state["token:" .. player.account] = nil
  if state.host == player.account then state.host = accounts(state)[1] end
  if state.phase ~= "play" then
    beginIfReady(state, now)
    return
  end
  for place, account in ipairs(state.order) do
    if account == player.account then
      table.remove(state.order, place)
      if place == state.turn then rest(state, now) end
      if place < state.turn then state.turn = state.turn - 1 end
      if state.turn > #state.order then state.turn = 1 end
      break
    end
  end
  if #state.order == 1 then
    finish(state, state.order[1])
    state.ended, state.gone = code == "LEFT" and "left" or "away", gone
  end
end

function room.drop(state, player)
  local known = state.players[player.account]
  if known then known.away = true end
end

function room.reconnect(state, player)
  local known = state.players[player.account]
  if known then known.away = nil end
end

function room.ready(state, player, data)
  if state.phase == "play" then realm.refuse("NOT_NOW", "The game is on.") end
  state.players[player.account].ready = data.on
  beginIfReady(state, realm.now())
end

function room.place(state, player, data)
  if state.phase ~= "play" then realm.refuse("NOT_NOW", "No game is on.") end
  if state.order[state.turn] ~= player.account then
    realm.refuse("NOT_YOUR_TURN", "It is not your turn.")
  end
  local columns, column = state.columns, data.column
  if column >= columns then realm.refuse("NO_SUCH_COLUMN") end
  local row = state.rows - 1
  while row >= 0 and state.board:sub(row * columns + column + 1, row * columns + column + 1) ~= "." do
    row = row - 1
  end
  if row < 0 then realm.refuse("COLUMN_FULL", "This column is full.") end
  local cell = row * columns + column
  local color = state.players[player.account].color
  state.board = state.board:sub(1, cell) .. ("%d"):format(color) .. state.board:sub(cell + 2)
  state.last, state.late = cell, nil
  local line = lineThrough(state, column, row)
  if line then
    finish(state, player.account, line)
  elseif not state.board:find(".", 1, true) then
    finish(state, "")
  else
    nextTurn(state, realm.now())
  end
end

function room.tick(state, now)
  if state.phase == "play" and now >= state.turnEndsMs then
    state.last, state.late = nil, state.order[state.turn]
    nextTurn(state, now)
  end
  list(state, now)
end

function room.close(state)
  redis.call("HDEL", KEYS[2], state.id)
end

return realm.room(room)
