import { growing, plain, type CommandContext, type CommandTable } from "./command.ts";
import { integer, negated, sum } from "./numbers.ts";
import { CommandError, ok, syntaxError, type Reply } from "./reply.ts";

export const stringCommands: CommandTable = {
  get: plain(2, ({ keys }, [, key]) => keys.string(key!) ?? null),
  strlen: plain(2, ({ keys }, [, key]) => keys.string(key!)?.length ?? 0),
  mget: plain(-2, ({ keys }, args) =>
    args.slice(1).map((key) => (keys.typeOf(key) === "string" ? keys.string(key)! : null)),
  ),
  set: growing(-3, set),
  setnx: growing(3, ({ keys }, [, key, value]) => {
    if (keys.has(key!)) return 0;
    keys.put(key!, value!);
    return 1;
  }),
  getset: growing(3, ({ keys }, [, key, value]) => {
    const old = keys.string(key!) ?? null;
    keys.put(key!, value!);
    return old;
  }),
  mset: growing(-3, ({ keys }, args) => {
    if (args.length % 2 === 0) {
      throw new CommandError("ERR wrong number of arguments for 'mset' command");
    }
    for (let i = 1; i < args.length; i += 2) keys.put(args[i]!, args[i + 1]!);
    return ok;
  }),
  append: growing(3, ({ keys }, [, key, value]) => {
    return keys.put(key!, (keys.string(key!) ?? "") + value!, true).length;
  }),
  incr: growing(2, (context, [, key]) => add(context, key!, "1")),
  decr: growing(2, (context, [, key]) => add(context, key!, "-1")),
  incrby: growing(3, (context, [, key, by]) => add(context, key!, by!)),
  decrby: growing(3, (context, [, key, by]) => add(context, key!, negated(by!))),
};

function add({ keys }: CommandContext, key: string, by: string): Reply {
  integer(by);
  return Number(keys.put(key, sum(keys.string(key) ?? "0", by), true));
}

function set({ keys }: CommandContext, args: readonly string[]): Reply {
  const [, key, value] = args;
  let expiresMs = 0;
  let keep = false;
  let condition = "";
  for (let i = 3; i < args.length; i++) {
    const option = args[i]!.toLowerCase();
    if ((option === "nx" || option === "xx") && condition === "") condition = option;
    else if (option === "keepttl" && expiresMs === 0) keep = true;
    else if ((option === "ex" || option === "px") && expiresMs === 0 && !keep) {
      const time = args[++i];
      if (time === undefined) throw new CommandError(syntaxError);
      const amount = integer(time);
      if (amount <= 0) throw new CommandError("ERR invalid expire time in 'set' command");
      expiresMs = keys.nowMs + amount * (option === "ex" ? 1000 : 1);
    } else throw new CommandError(syntaxError);
  }
  if (condition === "nx" && keys.has(key!)) return null;
  if (condition === "xx" && !keys.has(key!)) return null;
  keys.put(key!, value!, keep);
  if (expiresMs !== 0) keys.expire(key!, expiresMs);
  return ok;
}
