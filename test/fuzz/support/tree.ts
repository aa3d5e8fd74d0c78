import type { Random } from "@realmwright/core";

/** A value of JSON's kind that may also be wrong in ways that no value in memory can be. */
export type Tree =
  | { kind: "leaf"; value: null | boolean | number | string }
  | { kind: "list"; items: Tree[] }
  /** in a given order, keys as often as one likes */
  | { kind: "map"; entries: Entry[] }
  /** something that only the encoding can express: the printer picks it by this number */
  | { kind: "odd"; odd: number };

export interface Entry {
  key: string;
  value: Tree;
}

/** The tree of a plain JSON value; keys that are undefined are left out. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: "list", items: value.map(treeOf) };
  if (typeof value === "object" && value !== null) {
    const entries: Entry[] = [];
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined) entries.push({ key, value: treeOf(inner) });
    }
    return { kind: "map", entries };
  }
  return leaf(value as null | boolean | number | string);
}

const leaf = (value: null | boolean | number | string): Tree => ({ kind: "leaf", value });

const keys: readonly string[] = [
  ..."type id payload m tick name data __proto__ constructor prototype toString".split(" "),
  ..."hasOwnProperty valueOf then toJSON length 0 -1".split(" "),
  "",
  "a/b~c",
  "\ud800",
  "\u0000",
  "k".repeat(200),
  `${"k".repeat(118)}😀`,
];

const numbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  31,
  32,
  127,
  128,
  255,
  256,
  1023,
  1024,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 40,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  1e21,
  1.7976931348623157e308,
  5e-324,
  1e-7,
];

const texts: readonly string[] = [
  "",
  " ",
  "0",
  "null",
  "\u0000",
  "\ud800",
  "\udc00x",
  "😀",
  "e\u0301",
  "\u202e",
  "\ufeff",
  "__proto__",
  "/0/__proto__/x",
  "x".repeat(41),
  "é".repeat(65),
  "😀".repeat(33),
  "x".repeat(520),
  "x".repeat(5000),
];

/** Some value, often one at an edge. */
function oddLeaf(random: Random): Tree {
  switch (random.integer(0, 7)) {
    case 0:
      return leaf(null);
    case 1:
      return leaf(random.chance(0.5));
    case 2:
    case 3:
      return leaf(random.pick(numbers));
    case 4:
      return leaf(random.pick(texts));
    case 5:
      return { kind: "list", items: [] };
    case 6:
      return { kind: "map", entries: [] };
    default:
      return { kind: "odd", odd: random.uint32() };
  }
}

/** Changes a tree in place, one to three times; answers it or what stands in its place. */
export function mutateTree(root: Tree, random: Random, other: Tree): Tree {
  let changed = root;
  let times = 1;
  while (times < 3 && random.chance(0.3)) times++;
  for (; times > 0; times--) changed = changeSomewhere(changed, random, other);
  return changed;
}

function changeSomewhere(node: Tree, random: Random, other: Tree): Tree {
  if (node.kind === "list" && node.items.length > 0 && random.chance(0.8)) {
    const at = random.integer(0, node.items.length - 1);
    node.items[at] = changeSomewhere(node.items[at]!, random, other);
    return node;
  }
  if (node.kind === "map" && node.entries.length > 0 && random.chance(0.8)) {
    const entry = random.pick(node.entries);
    entry.value = changeSomewhere(entry.value, random, other);
    return node;
  }
  return change(node, random, other);
}

function change(node: Tree, random: Random, other: Tree): Tree {
  const choice = random.unit();
  if (choice < 0.35) return oddLeaf(random);
  if (choice < 0.42) return nested(node, random);
  if (choice < 0.5) return partOf(other, random);
  if (node.kind === "map") changeEntries(node.entries, random, other);
  else if (node.kind === "list") changeItems(node.items, random, other);
  else if (node.kind === "leaf") node.value = changedLeaf(node.value, random);
  return node;
}

function changedLeaf(
  value: null | boolean | number | string,
  random: Random,
): null | boolean | number | string {
  if (typeof value === "number") {
    return random.pick([value + 1, value - 1, -value, value * 256, value + 0.25, String(value)]);
  }
  if (typeof value !== "string") return random.pick([0, "", value === true ? 1 : true]);
  const at = random.integer(0, value.length);
  const more = random.chance(0.3)
    ? random.pick(texts)
    : String.fromCharCode(random.integer(0, 0xffff));
  return random.chance(0.3) ? value.slice(0, at) : value.slice(0, at) + more + value.slice(at);
}

/** The value inside lists or maps, at times far too many of them. */
function nested(node: Tree, random: Random): Tree {
  let inner = node;
  const depth = random.chance(0.1) ? random.integer(50, 500) : random.integer(1, 20);
  for (let i = 0; i < depth; i++) {
    inner =
      i % 2 === 0
        ? { kind: "list", items: [inner] }
        : { kind: "map", entries: [{ key: "a", value: inner }] };
  }
  return inner;
}

function partOf(other: Tree, random: Random): Tree {
  let part = other;
  while (random.chance(0.7)) {
    if (part.kind === "list" && part.items.length > 0) part = random.pick(part.items);
    else if (part.kind === "map" && part.entries.length > 0) part = random.pick(part.entries).value;
    else break;
  }
  return structuredClone(part);
}

function changeEntries(entries: Entry[], random: Random, other: Tree): void {
  const at = random.integer(0, Math.max(0, entries.length - 1));
  const entry = entries[at];
  if (entry === undefined || random.chance(0.3)) {
    entries.splice(at, 0, { key: random.pick(keys), value: oddLeaf(random) });
    return;
  }
  switch (random.integer(0, 4)) {
    case 0:
      entries.splice(at, 1);
      return;
    case 1:
      entry.key = random.pick(keys);
      return;
    case 2:
      entries.reverse();
      return;
    case 3:
      repeat(entries, entry, entry.value, random);
      return;
    default: {
      const value = random.chance(0.5) ? structuredClone(entry.value) : partOf(other, random);
      entries.push({ key: entry.key, value });
    }
  }
}

function changeItems(items: Tree[], random: Random, other: Tree): void {
  const at = random.integer(0, Math.max(0, items.length - 1));
  const item = items[at];
  if (item === undefined || random.chance(0.3)) {
    items.splice(at, 0, oddLeaf(random));
    return;
  }
  switch (random.integer(0, 3)) {
    case 0:
      items.splice(at, 1);
      return;
    case 1:
      items.reverse();
      return;
    case 2:
      repeat(items, item, item, random);
      return;
    default:
      items.push(partOf(other, random));
  }
}

/** Adds the item often; very often only what is small. */
function repeat<T>(list: T[], item: T, value: Tree, random: Random): void {
  const isMany = value.kind === "leaf" && random.chance(0.2);
  const times = isMany ? random.integer(500, 2000) : random.integer(1, 20);
  for (let i = 0; i < times; i++) list.push(structuredClone(item));
}
