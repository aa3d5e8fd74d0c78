import { growing, plain, type CommandContext, type CommandTable } from "./command.ts";
import { float, floatText, integer, span } from "./numbers.ts";
import { CommandError, syntaxError, type Reply } from "./reply.ts";
import { SortedSet } from "./sorted-set.ts";

export const sortedSetCommands: CommandTable = {
  zcard: plain(2, ({ keys }, [, key]) => keys.sortedSet(key!)?.size ?? 0),
  zscore: plain(3, ({ keys }, [, key, member]) => {
    const score = keys.sortedSet(key!)?.score(member!);
    return score === undefined ? null : floatText(score);
  }),
  zrank: plain(3, ({ keys }, [, key, member]) => keys.sortedSet(key!)?.rank(member!) ?? null),
  zrevrank: plain(3, ({ keys }, [, key, member]) => {
    const set = keys.sortedSet(key!);
    const rank = set?.rank(member!);
    return rank === undefined ? null : set!.size - 1 - rank;
  }),
  zcount: plain(4, ({ keys }, [, key, min, max]) => {
    const bounds = scores(min!, max!);
    const [first, end] = within(keys.sortedSet(key!), bounds);
    return Math.max(0, end - first);
  }),
  zrange: plain(-4, (context, [, key, from, to, ...options]) =>
    range(context, key!, [from!, to!], new Set(), options),
  ),
  zrevrange: plain(-4, (context, [, key, from, to, ...options]) =>
    range(context, key!, [from!, to!], new Set(["rev"]), options),
  ),
  zrangebyscore: plain(-4, (context, [, key, from, to, ...options]) =>
    range(context, key!, [from!, to!], new Set(["byscore"]), options),
  ),
  zrevrangebyscore: plain(-4, (context, [, key, from, to, ...options]) =>
    range(context, key!, [from!, to!], new Set(["byscore", "rev"]), options),
  ),
  zadd: growing(-4, add),
  zincrby: growing(4, ({ keys }, [, key, by, member]) => {
    const amount = float(by!);
    const set = keys.sortedSet(key!);
    const score = (set?.score(member!) ?? 0) + amount;
    if (Number.isNaN(score)) throw new CommandError("ERR resulting score is not a number (NaN)");
    opened(keys, key!).set(member!, score);
    return floatText(score);
  }),
  zrem: plain(-3, ({ keys }, [, key, ...members]) => {
    const set = keys.sortedSet(key!);
    if (set === undefined) return 0;
    keys.touch(key!);
    const gone = members.filter((member) => set.delete(member)).length;
    keys.deleteIfEmpty(key!, set.size);
    return gone;
  }),
};

function opened(keys: CommandContext["keys"], key: string): SortedSet {
  const set = keys.sortedSet(key);
  if (set === undefined) return keys.put(key, new SortedSet());
  keys.touch(key);
  return set;
}

function add({ keys }: CommandContext, args: readonly string[]): Reply {
  const flags = new Set<string>();
  let at = 2;
  while (/^(?:nx|xx|gt|lt|ch|incr)$/i.test(args[at] ?? "")) flags.add(args[at++]!.toLowerCase());
  const pairs = args.slice(at);
  if (pairs.length === 0 || pairs.length % 2 === 1) throw new CommandError(syntaxError);
  if (flags.has("nx") && flags.has("xx")) {
    throw new CommandError("ERR XX and NX options at the same time are not compatible");
  }
  if (Number(flags.has("nx")) + Number(flags.has("gt")) + Number(flags.has("lt")) > 1) {
    throw new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (flags.has("incr") && pairs.length > 2) {
    throw new CommandError("ERR INCR option supports a single increment-element pair");
  }
  const values = pairs.map((text, i) => (i % 2 === 0 ? float(text) : 0));
  const set = keys.sortedSet(args[1]!);
  let added = 0;
  let changed = 0;
  let last: number | undefined;
  for (let i = 0; i < pairs.length; i += 2) {
    const member = pairs[i + 1]!;
    const old = (keys.sortedSet(args[1]!) ?? set)?.score(member);
    const score = flags.has("incr") ? (old ?? 0) + values[i]! : values[i]!;
    if (Number.isNaN(score)) throw new CommandError("ERR resulting score is not a number (NaN)");
    if (!isWanted(flags, old, score)) continue;
    last = score;
    if (old === score) continue;
    opened(keys, args[1]!).set(member, score);
    if (old === undefined) added++;
    else changed++;
  }
  if (flags.has("incr")) return last === undefined ? null : floatText(last);
  return flags.has("ch") ? added + changed : added;
}

function isWanted(flags: ReadonlySet<string>, old: number | undefined, score: number): boolean {
  if (old === undefined) return !flags.has("xx");
  if (flags.has("nx")) return false;
  return !(flags.has("gt") && score <= old) && !(flags.has("lt") && score >= old);
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly aboveMin: boolean;
  readonly belowMax: boolean;
}

function scores(min: string, max: string): Bounds {
  const error = "ERR min or max is not a float";
  const bound = (text: string): number => float(text.startsWith("(") ? text.slice(1) : text, error);
  return {
    min: bound(min),
    max: bound(max),
    aboveMin: min.startsWith("("),
    belowMax: max.startsWith("("),
  };
}

function within(set: SortedSet | undefined, bounds: Bounds): readonly [number, number] {
  if (set === undefined) return [0, 0];
  return [
    set.countBelow(bounds.min, bounds.aboveMin),
    set.countBelow(bounds.max, !bounds.belowMax),
  ];
}

function range(
  { keys }: CommandContext,
  key: string,
  [from, to]: readonly [string, string],
  ways: Set<string>,
  options: readonly string[],
): Reply {
  const isPlain = ways.size === 0;
  let withScores = false;
  let limit: readonly [number, number] | undefined;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!.toLowerCase();
    if (option === "withscores") withScores = true;
    else if (isPlain && (option === "rev" || option === "byscore")) ways.add(option);
    else if (option === "limit" && i + 2 < options.length) {
      limit = [integer(options[++i]!), integer(options[++i]!)];
    } else throw new CommandError(syntaxError);
  }
  const reversed = ways.has("rev");
  const byScore = ways.has("byscore");
  if (limit !== undefined && !byScore) throw new CommandError(syntaxError);
  const set = keys.sortedSet(key);
  let members: readonly string[];
  if (byScore) {
    const [first, end] = within(set, reversed ? scores(to, from) : scores(from, to));
    members = set?.members.slice(first, end) ?? [];
    if (reversed) members = members.toReversed();
    if (limit !== undefined) {
      const [skip, count] = limit;
      members = skip < 0 ? [] : members.slice(skip, count < 0 ? undefined : skip + count);
    }
  } else {
    const bounds = span(from, to, set?.size ?? 0);
    const all = reversed ? (set?.members.toReversed() ?? []) : (set?.members ?? []);
    members = bounds === undefined ? [] : all.slice(...bounds);
  }
  return withScores
    ? members.flatMap((member) => [member, floatText(set!.score(member)!)])
    : members;
}
