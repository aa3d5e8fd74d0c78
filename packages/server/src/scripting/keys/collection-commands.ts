import { growing, plain, type CommandContext, type CommandTable } from "./command.ts";
import { integer, span } from "./numbers.ts";
import { CommandError, type Reply } from "./reply.ts";

type Keys = CommandContext["keys"];

/** Sets and lists. */
export const collectionCommands: CommandTable = {
  smembers: plain(2, ({ keys }, [, key]) => [...(keys.set(key!) ?? [])]),
  sismember: plain(3, ({ keys }, [, key, member]) => (keys.set(key!)?.has(member!) ? 1 : 0)),
  scard: plain(2, ({ keys }, [, key]) => keys.set(key!)?.size ?? 0),
  sadd: growing(-3, ({ keys }, [, key, ...members]) => {
    const old = keys.set(key!);
    const fresh = new Set(members.filter((member) => !old?.has(member)));
    if (fresh.size === 0) return 0;
    if (old === undefined) keys.put(key!, fresh);
    else {
      keys.touch(key!);
      for (const member of fresh) old.add(member);
    }
    return fresh.size;
  }),
  srem: plain(-3, ({ keys }, [, key, ...members]) => {
    const set = keys.set(key!);
    if (set === undefined) return 0;
    const present = members.filter((member) => set.has(member));
    if (present.length > 0) keys.touch(key!);
    const gone = present.filter((member) => set.delete(member)).length;
    keys.deleteIfEmpty(key!, set.size);
    return gone;
  }),

  llen: plain(2, ({ keys }, [, key]) => keys.list(key!)?.length ?? 0),
  lindex: plain(3, ({ keys }, [, key, at]) => keys.list(key!)?.at(integer(at!)) ?? null),
  lrange: plain(4, ({ keys }, [, key, from, to]) => {
    const list = keys.list(key!) ?? [];
    const range = span(from!, to!, list.length);
    return range === undefined ? [] : list.slice(...range);
  }),
  lpush: growing(-3, ({ keys }, [, key, ...items]) =>
    openList(keys, key!).unshift(...items.reverse()),
  ),
  rpush: growing(-3, ({ keys }, [, key, ...items]) => openList(keys, key!).push(...items)),
  lpop: plain(-2, (context, args) => pop(context, args, "left")),
  rpop: plain(-2, (context, args) => pop(context, args, "right")),
  lrem: plain(4, ({ keys }, [, key, count, item]) => {
    const list = keys.list(key!);
    const wanted = integer(count!);
    if (list === undefined || !list.includes(item!)) return 0;
    keys.touch(key!);
    let left = wanted === 0 ? list.length : Math.abs(wanted);
    const before = list.length;
    const others = (wanted < 0 ? list.toReversed() : list).filter(
      (other) => other !== item || left-- <= 0,
    );
    keys.put(key!, wanted < 0 ? others.reverse() : others, true);
    keys.deleteIfEmpty(key!, others.length);
    return before - others.length;
  }),
};

function openList(keys: Keys, key: string): string[] {
  const list = keys.list(key);
  if (list === undefined) return keys.put(key, [] as string[]);
  keys.touch(key);
  return list;
}

function pop({ keys }: CommandContext, args: readonly string[], end: "left" | "right"): Reply {
  const [name, key, count] = args;
  if (args.length > 3) {
    throw new CommandError(`ERR wrong number of arguments for '${name!.toLowerCase()}' command`);
  }
  const many = count === undefined ? 1 : integer(count);
  if (many < 0) throw new CommandError("ERR value is out of range, must be positive");
  const list = keys.list(key!);
  if (list === undefined) return null;
  if (many === 0) return [];
  keys.touch(key!);
  const taken =
    end === "left" ? list.splice(0, many) : list.splice(Math.max(0, list.length - many)).reverse();
  keys.deleteIfEmpty(key!, list.length);
  return count === undefined ? taken[0]! : taken;
}
