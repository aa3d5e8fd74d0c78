import type { ConformanceCase } from "./conformance.ts";

const encode = (
  title: string,
  value: string,
  expect: ConformanceCase["expect"],
): ConformanceCase => ({
  title: `cjson.encode: ${title}`,
  source: `return cjson.encode(${value})`,
  expect,
});

const decode = (
  title: string,
  json: string,
  expect: ConformanceCase["expect"],
): ConformanceCase => ({
  title: `cjson.decode: ${title}`,
  source: "return cjson.encode(cjson.decode(ARGV[1]))",
  args: [json],
  expect,
});

export const cjsonCases: readonly ConformanceCase[] = [
  encode("an empty table is an object", "{}", "{}"),
  encode("a list", "{1, 'a', true, cjson.null}", '[1,"a",true,null]'),
  encode("whole numbers", "{3, 3.0, -0.5, 1e14}", "[3,3,-0.5,1e+14]"),
  encode("14 digits", "{1/3, 12345678901234567890}", "[0.33333333333333,1.2345678901235e+19]"),
  encode("holes are null", "{[1] = 1, [3] = 3}", "[1,null,3]"),
  encode("sparse lists fail", "{[1] = 1, [20] = 2}", { fails: "excessively sparse array" }),
  encode(
    "few holes are allowed up to 10",
    "{[10] = 1}",
    "[null,null,null,null,null,null,null,null,null,1]",
  ),
  encode("number keys of objects are texts", "{[0] = 'a'}", '{"0":"a"}'),
  encode("fractions as keys", "{[1.5] = 'a'}", '{"1.5":"a"}'),
  encode(
    "slashes and control characters",
    "'a/b\\127\\n\\0\\31\\\\\"'",
    '"a\\/b\\u007f\\n\\u0000\\u001f\\\\\\""',
  ),
  encode("text beyond ASCII stays", "'ä€😀'", '"ä€😀"'),
  encode("nil is null", "nil", "null"),
  encode("functions fail", "{print ~= nil}", { fails: "nonexistent global" }),
  encode("functions in tables fail", "{tostring}", {
    fails: "Cannot serialise function: type not supported",
  }),
  encode("booleans as keys fail", "{[true] = 1}", {
    fails: "table key must be a number or string",
  }),
  encode("not a number fails", "0/0", { fails: "Cannot serialise number: must not be NaN or Inf" }),
  encode("infinity fails", "{1/0}", { fails: "must not be NaN or Inf" }),
  encode("nothing fails", "", { fails: "expected 1 argument" }),
  {
    title: "cjson.encode: a depth of 1000",
    source: "local t = {} for _ = 1, 999 do t = {t} end return #cjson.encode(t)",
    expect: 2000,
  },
  {
    title: "cjson.encode: a depth of 1001 fails",
    source: "local t = {} for _ = 1, 1000 do t = {t} end return cjson.encode(t)",
    expect: { fails: "Cannot serialise, excessive nesting (1001)" },
  },
  {
    title: "cjson.decode: a depth of 1000",
    source: "return type(cjson.decode(string.rep('[', 1000) .. string.rep(']', 1000)))",
    expect: "table",
  },
  {
    title: "cjson.decode: a depth of 1001 fails",
    source: "return cjson.decode(string.rep('[', 1001) .. string.rep(']', 1001))",
    expect: { fails: "Found too many nested data structures (1001)" },
  },
  {
    title: "cjson.decode: null is cjson.null",
    source: "local t = cjson.decode('[null]') return {tostring(t[1] == cjson.null), type(t[1])}",
    expect: ["true", "userdata"],
  },
  {
    title: "cjson.decode: names of JavaScript are names",
    source: 'return cjson.decode(\'{"__proto__":{"x":1}}\').__proto__.x',
    expect: 1,
  },
  decode("an empty list becomes an object", "[]", "{}"),
  decode("numbers", "[1,-2.5,1e3,0]", "[1,-2.5,1000,0]"),
  decode("large whole numbers lose digits", "[12345678901234567890]", "[1.2345678901235e+19]"),
  decode("escapes", '["\\u0041\\u00e4\\ud83d\\ude00\\n\\/"]', '["Aä😀\\n\\/"]'),
  decode("white space", ' { "a" :\n[ 1 ,\t2 ] } ', '{"a":[1,2]}'),
  decode("the last of two names wins", '{"a":1,"a":2}', '{"a":2}'),
  decode("an unfinished list", "[1,", { fails: "Expected value but found T_END at character 4" }),
  decode("an unknown word", '{"a":nope}', {
    fails: "Expected value but found invalid token at character 6",
  }),
  decode("nothing", "", { fails: "Expected value but found T_END at character 1" }),
  decode("two values", "1 2", { fails: "Expected the end but found T_NUMBER at character 3" }),
  decode("a missing colon", '{"a" 1}', {
    fails: "Expected colon but found T_NUMBER at character 6",
  }),
  decode("a name that is no text", "{1:2}", {
    fails: "Expected object key string but found T_NUMBER at character 2",
  }),
  decode("a missing comma", "[1 2]", {
    fails: "Expected comma or array end but found T_NUMBER at character 4",
  }),
  decode("half a surrogate", '["\\ud83d"]', { fails: "invalid unicode escape code" }),
  decode("an unknown escape", '["\\x"]', { fails: "invalid escape code" }),
  decode("an open text", '["abc', { fails: "unexpected end of string" }),
];
