import type { ConformanceCase } from "./conformance.ts";

/** Numbers, strings, tables, errors, and what crosses the boundary. */
export const languageCases: readonly ConformanceCase[] = [
  { title: "numbers lose their fraction", source: "return {3.99, -3.99, 0.5}", expect: [3, -3, 0] },
  {
    title: "whole numbers print without .0",
    source: "return tostring(3.0) .. (6 / 2)",
    expect: "33",
  },
  { title: "numbers print 14 digits", source: "return tostring(1/3)", expect: "0.33333333333333" },
  { title: "there is no integer division", source: "return tostring(7 / 2)", expect: "3.5" },
  {
    title: "modulo has the sign of the divisor",
    source: "return {-7 % 3, 7 % -3}",
    expect: [2, -2],
  },
  { title: "powers are floats", source: "return tostring(2 ^ 53)", expect: "9.007199254741e+15" },
  {
    title: "numbers in commands are exact",
    source: "redis.call('SET', KEYS[1], 2^53) return redis.call('GET', KEYS[1])",
    keys: ["n"],
    expect: "9007199254740992",
  },
  {
    title: "a float in a command keeps its fraction",
    source: "redis.call('SET', KEYS[1], 0.5) return redis.call('GET', KEYS[1])",
    keys: ["f"],
    expect: "0.5",
  },
  {
    title: "tonumber reads hexadecimal and bases",
    source: "return {tonumber('0x10'), tonumber('ff', 16), tonumber('12'), tonumber(' 7 ')}",
    expect: [16, 255, 12, 7],
  },
  {
    title: "tonumber of no number is nil",
    source: "return {tostring(tonumber('12a')), tostring(tonumber(''))}",
    expect: ["nil", "nil"],
  },
  {
    title: "strings and numbers convert",
    source: "return {'10' + 5, 10 .. 20}",
    expect: [15, "1020"],
  },
  {
    title: "not a number is written so",
    source: "local n = 0/0 return {tostring(n == n), tostring(1/0)}",
    expect: ["false", "inf"],
  },
  {
    title: "bit operations are of 32 bits",
    source:
      "return {bit.band(0xff, 0x0f), bit.bor(1, 2), bit.bxor(5, 1), bit.lshift(1, 31), bit.tohex(255)}",
    expect: [15, 3, 4, -2147483648, "000000ff"],
  },
  {
    title: "bit shifts",
    source:
      "return {bit.rshift(-1, 28), bit.arshift(-256, 4), bit.rol(0x12345678, 8), bit.bnot(0), bit.bswap(1)}",
    expect: [15, -16, 878082066, -1, 16777216],
  },

  { title: "nil ends a list", source: "return {1, 2, nil, 4}", expect: [1, 2] },
  { title: "false and nil are null", source: "return {false, 1}", expect: [null, 1] },
  { title: "nothing is null", source: "local x = 1", expect: null },
  { title: "true is 1", source: "return true", expect: 1 },
  { title: "named fields are not answered", source: "return {1, a = 2}", expect: [1] },
  { title: "a status is its text", source: "return {ok = 'FINE'}", expect: "FINE" },
  {
    title: "an error is an error",
    source: "return {err = 'MINE no'}",
    expect: { fails: "MINE no" },
  },
  {
    title: "status_reply and error_reply",
    source: "return {redis.status_reply('A').ok, redis.error_reply('MINE x').err}",
    expect: ["A", "MINE x"],
  },
  { title: "lists in lists", source: "return {1, {2, {3, 'x'}}}", expect: [1, [2, [3, "x"]]] },
  {
    title: "a function is null",
    source: "return print",
    expect: { fails: "nonexistent global variable 'print'" },
  },
  {
    title: "keys and arguments are texts",
    source: "return {#KEYS, #ARGV, type(ARGV[1]), ARGV[2]}",
    keys: ["a"],
    args: ["1", "ä"],
    expect: [1, 2, "string", "ä"],
  },
  { title: "text is counted in bytes", source: "return #ARGV[1]", args: ["ä€😀"], expect: 9 },
  {
    title: "bytes of zero go through",
    source: "return {#ARGV[1], ARGV[1]}",
    args: ["a\0b"],
    expect: [3, "a\0b"],
  },

  {
    title: "string.format",
    source: "return string.format('%5.2f|%d|%s|%q|%x|%c', 3.14159, 42, 'hi', 'a\"b', 255, 65)",
    expect: ' 3.14|42|hi|"a\\"b"|ff|A',
  },
  {
    title: "patterns",
    source: "return {string.match('key = val', '(%w+)%s*=%s*(%w+)')}",
    expect: ["key", "val"],
  },
  {
    title: "gsub with a table and a function",
    source:
      "return {string.gsub('a b', '%w', {a = 'x'}), (string.gsub('a b', '%w', string.upper))}",
    expect: ["x b", "A B"],
  },
  {
    title: "find with positions",
    source: "return {string.find('hello', 'l+'), string.find('a.b', '.', 1, true)}",
    expect: [3, 2, 2],
  },
  {
    title: "frontier and balance",
    source:
      "return {string.match('f(a(b)c)d', '%b()'), string.gsub('THE (quick) fox', '%f[%a]%a+%f[%A]', '#')}",
    expect: ["(a(b)c)", "# (#) #", 3],
  },
  {
    title: "gmatch",
    source: "local n = 0 for w in string.gmatch('a bb ccc', '%a+') do n = n + #w end return n",
    expect: 6,
  },
  {
    title: "reverse, rep, sub, byte",
    source: "return {('abc'):reverse(), ('ab'):rep(3), ('hello'):sub(-3, -2), ('A'):byte()}",
    expect: ["cba", "ababab", "ll", 65],
  },

  {
    title: "sort and concat",
    source:
      "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t, ',')",
    expect: "3,2,1",
  },
  {
    title: "insert and remove",
    source: "local t = {1, 3} table.insert(t, 2, 2) table.insert(t, 4) table.remove(t, 1) return t",
    expect: [2, 3, 4],
  },
  {
    title: "unpack and select",
    source: "return {select('#', unpack({1, 2, 3})), (select(2, 'a', 'b'))}",
    expect: [3, "b"],
  },
  {
    title: "metatables",
    source:
      "local t = setmetatable({}, {__index = function(_, k) return k .. '!' end}) return t.hey",
    expect: "hey!",
  },
  {
    title: "closures and recursion",
    source:
      "local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end return f(15)",
    expect: 610,
  },
  {
    title: "coroutines",
    source:
      "local c = coroutine.wrap(function() coroutine.yield(1) return 2 end) return {c(), c()}",
    expect: [1, 2],
  },
  {
    title: "varargs and arg",
    source: "local function f(...) return select('#', ...) end return f(nil, nil)",
    expect: 2,
  },
  { title: "there is no goto, goto is a name", source: "local goto = 1 return goto", expect: 1 },
  {
    title: "integer division is no operator",
    source: "local ok = pcall(function() return 7 end) return ok and 1 or 0",
    expect: 1,
  },

  {
    title: "error with a position",
    source: "local x\nerror('boom')",
    expect: { fails: ":2: boom" },
  },
  { title: "error without a position", source: "error('boom', 0)", expect: { fails: "boom" } },
  {
    title: "an index of nil",
    source: "local x return x.y",
    expect: { fails: "attempt to index local 'x' (a nil value)" },
  },
  {
    title: "arithmetic on text",
    source: "return 'a' + 1",
    expect: { fails: "attempt to perform arithmetic on a string value" },
  },
  {
    title: "an unknown global",
    source: "return y",
    expect: { fails: "Script attempted to access nonexistent global variable 'y'" },
  },
  {
    title: "setting a global",
    source: "y = 1",
    expect: { fails: "Attempt to modify a readonly table" },
  },
  {
    title: "setting a field of a library",
    source: "string.x = 1",
    expect: { fails: "Attempt to modify a readonly table" },
  },
  {
    title: "setting a global by rawset",
    source: "rawset(_G, 'y', 1)",
    expect: { fails: "Attempt to modify a readonly table" },
  },
  {
    title: "pcall catches",
    source: "local ok, e = pcall(error, 'x', 0) return {tostring(ok), e}",
    expect: ["false", "x"],
  },
  {
    title: "pcall gets an error reply as text",
    source:
      "local ok, e = pcall(redis.call, 'INCR') return {type(e), e:match('^%u+ %u%l+ number of args')}",
    expect: ["string", "ERR Wrong number of args"],
  },
  {
    title: "redis.pcall answers a table",
    source: "return redis.pcall('NOSUCH').err:match('^%u+ Unknown')",
    expect: "ERR Unknown",
  },
  {
    title: "redis.call ends the script",
    source: "redis.call('NOSUCH') return 1",
    expect: { fails: "command called from script" },
  },
  {
    title: "a table is no argument",
    source: "redis.call('SET', KEYS[1], {})",
    keys: ["t"],
    expect: { fails: "arguments must be strings or integers" },
  },
  {
    title: "no arguments",
    source: "redis.call()",
    expect: { fails: "Please specify at least one argument" },
  },
  {
    title: "an error of one's own",
    source: "error({err = 'MINE x'})",
    expect: { fails: "MINE x" },
  },
  {
    title: "xpcall with a handler",
    source:
      "local _, e = xpcall(function() error('a', 0) end, function(m) return m .. 'b' end) return e",
    expect: "ab",
  },
  {
    title: "sha1hex",
    source: "return redis.sha1hex('abc')",
    expect: "a9993e364706816aba3e25717850c26c9cd0d89d",
  },
  { title: "log", source: "return redis.log(redis.LOG_DEBUG, 'x')", expect: null },
  {
    title: "the file system is out of reach",
    source: "return io",
    expect: { fails: "nonexistent global variable 'io'" },
  },
  {
    title: "modules are out of reach",
    source: "return require",
    expect: { fails: "nonexistent global variable 'require'" },
  },
];
