import type { Random } from "@realmwright/core";
import type { Tree } from "./tree.ts";

/** Pieces of text where a value should stand: nearly JSON, or JSON that means something unexpected. */
const oddities: readonly string[] = [
  ..."NaN Infinity -Infinity undefined nul tru - + +1 01 1. .5 1e 0x10 1_000 1n 'a' \" {] [} , :".split(
    " ",
  ),
  "",
  "1e999",
  "-1e999",
  "1e-999",
  "-0",
  "9007199254740993",
  "1.0000000000000000000001",
  "1".repeat(400),
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u00zz"',
  '"\\x"',
  '"\n"',
  '"open',
  '"\\u005f_proto__"',
  "[1,]",
  "/**/1",
  "\ufeff1",
  "\u0000",
  "1 2",
  '{"__proto__":{"polluted":1}}',
  '{"a":1,"a":2}',
  "[".repeat(2000),
];

/** The text of a tree. */
export function jsonText(tree: Tree, random: Random): string {
  switch (tree.kind) {
    case "leaf":
      return Object.is(tree.value, -0) ? "-0" : JSON.stringify(tree.value);
    case "list":
      return `[${tree.items.map((item) => jsonText(item, random)).join(",")}]`;
    case "map":
      return `{${tree.entries
        .map(({ key, value }) => `${keyText(key, random)}:${jsonText(value, random)}`)
        .join(random.chance(0.02) ? " , \n" : ",")}}`;
    case "odd":
      return oddities[tree.odd % oddities.length]!;
  }
}

/** The key, at times with its characters escaped, which means the same. */
function keyText(key: string, random: Random): string {
  if (key === "" || !random.chance(0.01)) return JSON.stringify(key);
  const code = key.charCodeAt(0).toString(16).padStart(4, "0");
  return `"\\u${code}${JSON.stringify(key.slice(1)).slice(1)}`;
}
