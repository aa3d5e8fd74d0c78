/** What a script answers in its trial that is a room. */
export const trialAnswer = '{"trial":true}';

/**
 * The body of `realm.room(handlers)`: one call of a scripted room. `KEYS[1]` is its state, a hash of JSON texts by field;
 * `version` counts its changes, `batch` is the last batch that must not be done twice, `private.{account}` is what one player
 * alone sees. `ARGV[1]` are `RoomEvent`s, `ARGV[2]` a `BatchHead`; the answer is a `BatchAnswer`.
 *
 * The state is decoded twice: handlers change one copy, the other tells what they changed. After each event that went well
 * the changed fields are decoded from their text again, so that it makes no difference which events come together.
 */
export const roomLua: string = `
local key, head, events = KEYS[1], cjson.decode(ARGV[2]), cjson.decode(ARGV[1])
if head.trial then
  for i = 1, #KEYS do redis.call("DEL", KEYS[i]) end
  return '${trialAnswer}'
end
local before, texts, kept, state = {}, {}, {}, {}
local version, batch = 0, 0
local stored = redis.call("HGETALL", key)
for i = 1, #stored, 2 do
  if stored[i] == "version" then version = tonumber(stored[i + 1]) or 0
  elseif stored[i] == "batch" then batch = tonumber(stored[i + 1]) or 0
  else before[stored[i]] = stored[i + 1] end
end
if head.fresh and batch > 0 then
  redis.call("DEL", key)
  before, version, batch = {}, 0, 0
end
if head.seed then
  for field, text in pairs(head.seed) do
    if not before[field] then
      redis.call("HSET", key, field, text)
      before[field] = text
    end
  end
end
if head.restored and version < head.version then
  version = head.version
  redis.call("HSET", key, "version", ("%.0f"):format(version), "batch", ("%.0f"):format(head.done))
end
if version < head.version then return '{"lost":true,"answers":[],"version":0,"ticks":false}' end
for field, text in pairs(before) do texts[field] = text end

local function place(field, value)
  local account = field:match("^private%.(.+)$")
  if account then
    state.private[account] = value
  else
    state[field] = value
  end
end
local function reset()
  state = { private = {} }
  for field, text in pairs(texts) do place(field, cjson.decode(text)) end
end
reset()
for field, text in pairs(texts) do kept[field] = cjson.decode(text) end

local function same(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for name, value in pairs(a) do
    if not same(value, b[name]) then return false end
  end
  for name in pairs(b) do
    if a[name] == nil then return false end
  end
  return true
end
local function plain(value, levels)
  if type(value) ~= "table" then return end
  if levels == 0 then realm.refuse("STATE_INVALID", "The state is nested too deeply.") end
  for name, inner in pairs(value) do
    if name == "__proto__" then realm.refuse("STATE_INVALID", "No field is named __proto__.") end
    plain(inner, levels - 1)
  end
end
local function fieldsOf()
  local fields = {}
  for field, value in pairs(state) do
    if type(field) ~= "string" or field == "" or #field > 64 or field == "__proto__"
      or field == "version" or field == "batch" or field:sub(1, 8) == "private." then
      realm.refuse("STATE_INVALID", "A field of the state can not be named " .. tostring(field):sub(1, 64) .. ".")
    end
    if field ~= "private" then fields[field] = value
    elseif type(value) == "table" then
      for account, own in pairs(value) do fields["private." .. account] = own end
    else realm.refuse("STATE_INVALID", "state.private is a table by account.") end
  end
  return fields
end
local function take()
  local fields, changed = fieldsOf(), {}
  for field, value in pairs(fields) do
    if not same(value, kept[field]) then
      plain(value, 12)
      changed[field] = cjson.encode(value)
    end
  end
  local total, shared = 0, 0
  for field in pairs(fields) do
    local bytes = #(changed[field] or texts[field]) + #field + 4
    total = total + bytes
    if field:sub(1, 8) ~= "private." then shared = shared + bytes
    elseif bytes > head.bytes then realm.refuse("STATE_TOO_LARGE", "What one player sees is too large.") end
  end
  if shared > head.bytes or total > head.totalBytes then
    realm.refuse("STATE_TOO_LARGE", "The state is too large.")
  end
  for field in pairs(texts) do
    if fields[field] == nil then
      texts[field] = nil
      kept[field] = nil
    end
  end
  state.private = state.private or {}
  for field, text in pairs(changed) do
    texts[field] = text
    kept[field] = cjson.decode(text)
    place(field, cjson.decode(text))
  end
end
local function done(event)
  local handler, with = handlers[event.on], event.with
  if event.on == "tick" then with = { realm.now() } end
  if type(handler) ~= "function" then
    if event.input then realm.refuse("NO_HANDLER", "The script has no function " .. event.on .. ".") end
    return
  end
  handler(state, with[1], with[2])
  take()
end

local answers = {}
local isDone = head.batch ~= nil and batch >= head.batch
if isDone then events = {} end
for i, event in ipairs(events) do
  refusal.code = nil
  local ok, thrown = pcall(done, event)
  if ok then
    answers[i] = "1"
  else
    reset()
    if type(thrown) == "table" then thrown = thrown.err end
    if refusal.code and thrown == refusal.code .. " " .. (refusal.text or "") then
      answers[i] = cjson.encode({ code = refusal.code, text = refusal.text })
    else
      answers[i] = cjson.encode({ fault = tostring(thrown) })
    end
  end
end

local patch = {}
if head.ended then
  redis.call("DEL", key)
else
  local function change(field, text)
    local path = cjson.encode("/" .. field:gsub("~", "~0"):gsub("/", "~1"))
    if text then
      redis.call("HSET", key, field, text)
      patch[#patch + 1] = '{"op":"add","path":' .. path .. ',"value":' .. text .. '}'
    else
      redis.call("HDEL", key, field)
      patch[#patch + 1] = '{"op":"remove","path":' .. path .. '}'
    end
  end
  for field, text in pairs(texts) do
    if before[field] ~= text then change(field, text) end
  end
  for field in pairs(before) do
    if not texts[field] then change(field) end
  end
  if #patch > 0 then
    version = redis.call("HINCRBY", key, "version", 1)
    patch[#patch + 1] = '{"op":"add","path":"/version","value":' .. ("%.0f"):format(version) .. '}'
    redis.call("PUBLISH", key, "[" .. table.concat(patch, ",") .. "]")
  end
  if head.batch and not isDone then redis.call("HSET", key, "batch", ("%.0f"):format(head.batch)) end
  if #patch > 0 or head.batch or head.seed or head.read then redis.call("PEXPIRE", key, ("%.0f"):format(head.ttlMs)) end
end

local parts = { '"answers":[' .. table.concat(answers, ",") .. "]", '"version":' .. ("%.0f"):format(version) }
parts[#parts + 1] = '"done":' .. tostring(isDone)
parts[#parts + 1] = '"ticks":' .. tostring(type(handlers.tick) == "function")
if head.functions then
  local names = {}
  for name, handler in pairs(handlers) do
    if type(handler) == "function" and type(name) == "string" and #name <= 64 and #names < head.functionsMax then
      names[#names + 1] = cjson.encode(name)
    end
  end
  parts[#parts + 1] = '"functions":[' .. table.concat(names, ",") .. "]"
end
if head.read then
  local fields = {}
  for field, text in pairs(texts) do fields[#fields + 1] = cjson.encode(field) .. ":" .. text end
  parts[#parts + 1] = '"state":{' .. table.concat(fields, ",") .. "}"
elseif #patch > 0 then
  parts[#parts + 1] = '"patch":[' .. table.concat(patch, ",") .. "]"
end
return "{" .. table.concat(parts, ",") .. "}"`.trim();
