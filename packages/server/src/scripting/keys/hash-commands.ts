import { growing, plain, type CommandContext, type CommandTable } from "./command.ts";
import { integer, sum } from "./numbers.ts";
import { CommandError, ok } from "./reply.ts";

export const hashCommands: CommandTable = {
  hget: plain(3, ({ keys }, [, key, field]) => keys.hash(key!)?.get(field!) ?? null),
  hmget: plain(-3, ({ keys }, [, key, ...fields]) => {
    const hash = keys.hash(key!);
    return fields.map((field) => hash?.get(field) ?? null);
  }),
  hgetall: plain(2, ({ keys }, [, key]) => [...(keys.hash(key!) ?? [])].flat()),
  hkeys: plain(2, ({ keys }, [, key]) => [...(keys.hash(key!)?.keys() ?? [])]),
  hvals: plain(2, ({ keys }, [, key]) => [...(keys.hash(key!)?.values() ?? [])]),
  hlen: plain(2, ({ keys }, [, key]) => keys.hash(key!)?.size ?? 0),
  hexists: plain(3, ({ keys }, [, key, field]) => (keys.hash(key!)?.has(field!) ? 1 : 0)),
  hset: growing(-4, (context, args) => setFields(context, "hset", args)),
  hmset: growing(-4, (context, args) => {
    setFields(context, "hmset", args);
    return ok;
  }),
  hsetnx: growing(4, ({ keys }, [, key, field, value]) => {
    if (keys.hash(key!)?.has(field!)) return 0;
    opened(keys, key!).set(field!, value!);
    return 1;
  }),
  hdel: plain(-3, ({ keys }, [, key, ...fields]) => {
    const hash = keys.hash(key!);
    if (hash === undefined) return 0;
    const present = fields.filter((field) => hash.has(field));
    if (present.length > 0) keys.touch(key!);
    const gone = present.filter((field) => hash.delete(field)).length;
    keys.deleteIfEmpty(key!, hash.size);
    return gone;
  }),
  hincrby: growing(4, ({ keys }, [, key, field, by]) => {
    integer(by!);
    const old = keys.hash(key!)?.get(field!) ?? "0";
    if (!/^(?:0|-?[1-9]\d{0,18})$/.test(old)) {
      throw new CommandError("ERR hash value is not an integer");
    }
    const next = sum(old, by!);
    opened(keys, key!).set(field!, next);
    return Number(next);
  }),
};

/** The hash, made where there is none, about to change. */
function opened(keys: CommandContext["keys"], key: string): Map<string, string> {
  const hash = keys.hash(key);
  if (hash === undefined) return keys.put(key, new Map<string, string>());
  keys.touch(key);
  return hash;
}

function setFields({ keys }: CommandContext, name: string, args: readonly string[]): number {
  if (args.length % 2 === 1) {
    throw new CommandError(`ERR wrong number of arguments for '${name}' command`);
  }
  const hash = opened(keys, args[1]!);
  const before = hash.size;
  for (let i = 2; i < args.length; i += 2) hash.set(args[i]!, args[i + 1]!);
  return hash.size - before;
}
