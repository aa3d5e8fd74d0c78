import { RealmError } from "@realmwright/protocol";
import type { HotReply, HotValue } from "../../ports/hot.ts";
import { ScriptRefusal } from "../scripts.ts";
import { costOf, type Keyspace } from "./keyspace.ts";
import { SortedSet } from "./sorted-set.ts";

export interface CommandContext {
  readonly space: Keyspace;
  readonly nowMs: () => number;
  readonly wallMs: () => number;
}

type Run = (context: CommandContext, args: readonly HotValue[]) => HotReply;

const text = (value: HotValue): string =>
  typeof value === "string" ? value : Buffer.from(value).toString();

/** Commands that take texts only. */
const ofTexts =
  (run: (context: CommandContext, key: string, args: readonly string[]) => HotReply): Run =>
  (context, args) => {
    const [key = "", ...rest] = args.map(text);
    return run(context, key, rest);
  };

/** As the engines read a counter: digits alone, and no more than a number holds. */
function counter(value: string): number {
  const n = Number(value);
  if (!/^(0|-?[1-9]\d*)$/.test(value) || !Number.isSafeInteger(n)) {
    throw new ScriptRefusal("no counter, or too great");
  }
  return n;
}

function setCounter({ space }: CommandContext, key: string, by: string): number {
  const sum = counter(String(counter(text(space.find(key, "value") ?? "0")) + counter(by)));
  const endMs = space.expiryOf(key);
  space.setValue(key, String(sum));
  if (endMs !== undefined) space.expireAt(key, endMs);
  return sum;
}

function setValue({ space, nowMs }: CommandContext, args: readonly HotValue[]): HotReply {
  const [key, value = "", ...options] = args;
  const name = text(key!);
  const px = options.indexOf("PX");
  const ttlMs = px < 0 ? undefined : Number(options[px + 1]);
  if (options.includes("NX") && space.has(name)) return null;
  // what is given belongs to the giver
  space.setValue(name, typeof value === "string" ? value : value.slice());
  if (ttlMs !== undefined) space.expireAt(name, nowMs() + ttlMs);
  return "OK";
}

function setFields({ space }: CommandContext, key: string, args: readonly string[]): number {
  const before = space.find(key, "hash");
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < args.length; i += 2) fields.set(args[i]!, args[i + 1]!);
  let cost = 0;
  let added = 0;
  for (const [field, value] of fields) {
    const old = before?.get(field);
    cost += costOf(field, value) - (old === undefined ? 0 : costOf(field, old));
    added += old === undefined ? 1 : 0;
  }
  space.makeRoom(key, cost);
  const hash = space.open(key, "hash", () => new Map());
  for (const [field, value] of fields) hash.set(field, value);
  space.charge(key, cost);
  return added;
}

function addMember({ space }: CommandContext, key: string, member: string): number {
  if (space.find(key, "set")?.has(member) === true) return 0;
  space.makeRoom(key, costOf(member));
  space.open(key, "set", () => new Set()).add(member);
  space.charge(key, costOf(member));
  return 1;
}

/** Of a kind that is no key when it is empty. */
function removed(space: Keyspace, key: string, size: number, cost: number): number {
  if (size === 0) space.delete(key);
  else space.charge(key, -cost);
  return 1;
}

function addScored({ space }: CommandContext, key: string, args: readonly string[]): number {
  const start = args.findIndex((arg) => arg !== "GT" && arg !== "LT" && arg !== "CH");
  const options = new Set(args.slice(0, start));
  const before = space.find(key, "sorted");
  let cost = 0;
  for (let i = start; i + 1 < args.length; i += 2) {
    if (before?.score(args[i + 1]!) === undefined) cost += costOf(args[i + 1]!);
  }
  space.makeRoom(key, cost);
  const sorted = space.open(key, "sorted", () => new SortedSet());
  let changed = 0;
  for (let i = start; i + 1 < args.length; i += 2) {
    const score = Number(args[i]);
    const member = args[i + 1]!;
    const old = sorted.score(member);
    const stays =
      old !== undefined &&
      (old === score || (options.has("GT") && score < old) || (options.has("LT") && score > old));
    if (stays) continue;
    sorted.set(member, score);
    if (old === undefined) space.charge(key, costOf(member));
    changed++;
  }
  return changed;
}

function addScore(
  context: CommandContext,
  key: string,
  [by, member = ""]: readonly string[],
): string {
  const old = context.space.find(key, "sorted")?.score(member) ?? 0;
  const score = String(old + Number(by));
  addScored(context, key, [score, member]);
  return score;
}

function ranked(sorted: SortedSet | undefined, start: string, stop: string, isReverse: boolean) {
  if (sorted === undefined) return [];
  const from = Number(start);
  const end = Math.min(Number(stop) + 1, sorted.size);
  if (!isReverse) return flat(sorted.slice(from, end));
  return flat(sorted.slice(Math.max(sorted.size - end, 0), sorted.size - from).reverse());
}

const bound = (score: string): number =>
  score.endsWith("inf") ? (score.startsWith("-") ? -Infinity : Infinity) : Number(score);

function scored(sorted: SortedSet | undefined, args: readonly string[], isReverse: boolean) {
  if (sorted === undefined) return [];
  const [min, max] = isReverse ? [args[1]!, args[0]!] : [args[0]!, args[1]!];
  const count = Number(args[5]);
  const start = sorted.countBelow(bound(min), false);
  const end = sorted.countBelow(bound(max), true);
  if (!isReverse) return flat(sorted.slice(start, Math.min(end, start + count)));
  return flat(sorted.slice(Math.max(start, end - count), end).reverse());
}

const flat = (entries: readonly { member: string; score: number }[]): string[] =>
  entries.flatMap(({ member, score }) => [member, String(score)]);

function push({ space }: CommandContext, key: string, item: string, end: "head" | "tail"): number {
  space.find(key, "list");
  space.makeRoom(key, costOf(item));
  const list = space.open(key, "list", () => []);
  if (end === "tail") list.push(item);
  else list.unshift(item);
  space.charge(key, costOf(item));
  return list.length;
}

function take({ space }: CommandContext, key: string, index: number): string | null {
  const list = space.find(key, "list");
  const [item] = list?.splice(index, 1) ?? [];
  if (list === undefined || item === undefined) return null;
  removed(space, key, list.length, costOf(item));
  return item;
}

/** What memory answers to the commands of Redis that are used here. Arguments are those that the port's adapter gives. */
const commands: Readonly<Record<string, Run>> = {
  // Keys
  GET: ({ space }, [key]) => space.find(text(key!), "value") ?? null,
  SET: setValue,
  DEL: ofTexts(({ space }, key) => (space.delete(key) ? 1 : 0)),
  EXISTS: ofTexts(({ space }, key) => (space.has(key) ? 1 : 0)),
  INCRBY: ofTexts((context, key, [by = ""]) => setCounter(context, key, by)),
  PEXPIRE: ofTexts(({ space, nowMs }, key, [ttlMs]) =>
    space.expireAt(key, nowMs() + Number(ttlMs)) ? 1 : 0,
  ),
  PTTL: ofTexts(({ space, nowMs }, key) => {
    const endMs = space.expiryOf(key);
    if (endMs !== undefined) return Math.ceil(endMs - nowMs());
    return space.has(key) ? -1 : -2;
  }),
  TIME({ wallMs }) {
    const now = wallMs();
    return [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))];
  },
  // Hashes
  HGET: ofTexts(({ space }, key, [field = ""]) => space.find(key, "hash")?.get(field) ?? null),
  HGETALL: ofTexts(({ space }, key) => [...(space.find(key, "hash") ?? [])].flat()),
  HSET: ofTexts(setFields),
  HDEL: ofTexts(({ space }, key, [field = ""]) => {
    const hash = space.find(key, "hash");
    const old = hash?.get(field);
    if (hash === undefined || old === undefined) return 0;
    hash.delete(field);
    return removed(space, key, hash.size, costOf(field, old));
  }),
  HINCRBY: ofTexts((context, key, [field = "", by = ""]) => {
    const old = counter(context.space.find(key, "hash")?.get(field) ?? "0");
    const sum = counter(String(old + counter(by)));
    setFields(context, key, [field, String(sum)]);
    return sum;
  }),
  // Sets
  SADD: ofTexts((context, key, [member = ""]) => addMember(context, key, member)),
  SREM: ofTexts(({ space }, key, [member = ""]) => {
    const set = space.find(key, "set");
    return set?.delete(member) === true ? removed(space, key, set.size, costOf(member)) : 0;
  }),
  SISMEMBER: ofTexts(({ space }, key, [member = ""]) =>
    space.find(key, "set")?.has(member) === true ? 1 : 0,
  ),
  SMEMBERS: ofTexts(({ space }, key) => [...(space.find(key, "set") ?? [])]),
  SCARD: ofTexts(({ space }, key) => space.find(key, "set")?.size ?? 0),
  // Sorted sets
  ZADD: ofTexts(addScored),
  ZINCRBY: ofTexts(addScore),
  ZSCORE: ofTexts(({ space }, key, [member = ""]) => {
    const score = space.find(key, "sorted")?.score(member);
    return score === undefined ? null : String(score);
  }),
  ZRANK: ofTexts(
    ({ space }, key, [member = ""]) => space.find(key, "sorted")?.rank(member) ?? null,
  ),
  ZREVRANK: ofTexts(({ space }, key, [member = ""]) => {
    const sorted = space.find(key, "sorted");
    const rank = sorted?.rank(member);
    return sorted === undefined || rank === undefined ? null : sorted.size - 1 - rank;
  }),
  ZRANGE: ofTexts(({ space }, key, [start = "", stop = ""]) =>
    ranked(space.find(key, "sorted"), start, stop, false),
  ),
  ZREVRANGE: ofTexts(({ space }, key, [start = "", stop = ""]) =>
    ranked(space.find(key, "sorted"), start, stop, true),
  ),
  ZRANGEBYSCORE: ofTexts(({ space }, key, args) => scored(space.find(key, "sorted"), args, false)),
  ZREVRANGEBYSCORE: ofTexts(({ space }, key, args) =>
    scored(space.find(key, "sorted"), args, true),
  ),
  ZREM: ofTexts(({ space }, key, [member = ""]) => {
    const sorted = space.find(key, "sorted");
    return sorted?.delete(member) === true ? removed(space, key, sorted.size, costOf(member)) : 0;
  }),
  ZCARD: ofTexts(({ space }, key) => space.find(key, "sorted")?.size ?? 0),
  // Lists
  RPUSH: ofTexts((context, key, [item = ""]) => push(context, key, item, "tail")),
  LPUSH: ofTexts((context, key, [item = ""]) => push(context, key, item, "head")),
  LPOP: ofTexts((context, key) => take(context, key, 0)),
  RPOP: ofTexts((context, key) => take(context, key, -1)),
  LRANGE: ofTexts(
    ({ space }, key, [start, stop]) =>
      space.find(key, "list")?.slice(Number(start), Number(stop) + 1) ?? [],
  ),
  LLEN: ofTexts(({ space }, key) => space.find(key, "list")?.length ?? 0),
  LREM: ofTexts((context, key, [, item = ""]) => {
    const index = context.space.find(key, "list")?.indexOf(item) ?? -1;
    return index < 0 || take(context, key, index) === null ? 0 : 1;
  }),
};

/** Throws `HOT_SCRIPT_FAILED` for a command that memory does not have. */
export function commandOf(name: string): Run {
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (run === undefined) throw new RealmError("HOT_SCRIPT_FAILED", { detail: `no ${name}` });
  return run;
}
