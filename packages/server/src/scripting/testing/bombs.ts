import { limits } from "@realmwright/protocol";

/** Scripts that would not end, or would take all memory. */
export const bombs: Readonly<Record<string, string>> = {
  "large texts": "local s = ('x'):rep(8e6) while true do local t = s:upper():lower() end",
  "an endless loop": "while true do end",
  "pcall in a loop": "while true do pcall(function() while true do end end) end",
  "pcall in pcall": "local function f() while true do pcall(f) end end f()",
  "a handler of xpcall that does not end":
    "xpcall(function() while true do end end, function() while true do end end)",
  backtracking: "return string.find(('a'):rep(40), ('a*'):rep(40) .. 'b')",
  "backtracking by gsub": "return string.gsub(('a'):rep(5000), '(.-)(.-)(.-)(.-)b', '')",
  "a plain search": "return ('a'):rep(4e6):find(('a'):rep(2e6) .. 'b', 1, true)",
  "doubling a text": "local s = 'x' while true do s = s .. s end",
  "doubling a text in pcall": "local s = 'x' while true do pcall(function() s = s .. s end) end",
  tables: "local t = {} while true do t[#t + 1] = {} end",
  "tables in pcall":
    "local t = {} while true do pcall(function() for i = 1, 1e9 do t[#t + 1] = {} end end) end",
  coroutines: "while true do coroutine.wrap(function() end)() end",
  "coroutines that catch":
    "local c = coroutine.create(function() while true do pcall(coroutine.yield) end end) while true do coroutine.resume(c) end",
  sorting: "local t = {} for i = 1, 1e6 do t[i] = i % 1000 end while true do table.sort(t) end",
  commands: "while true do redis.pcall('SET', 'bomb', 'v') end",
  "big values": "local v = ('v'):rep(1e5) while true do redis.pcall('APPEND', 'bomb', v) end",
  "many keys": "local i = 0 while true do i = i + 1 redis.call('SET', 'bomb' .. i, i) end",
  cjson:
    "local t = {} for i = 1, 1e5 do t[i] = i end while true do cjson.decode(cjson.encode(t)) end",
  "an answer that is too large": `return ('x'):rep(${limits.scriptAnswerBytes.value + 1})`,
  metamethods:
    "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
  "a comparison that does not end": "table.sort({1, 2, 3}, function() while true do end end)",
  "log lines": "while true do redis.log(redis.LOG_DEBUG, ('x'):rep(1000)) end",
};
