import { growing, plain, type CommandContext, type CommandTable } from "./command.ts";
import { integer } from "./numbers.ts";
import { CommandError } from "./reply.ts";

export const keyCommands: CommandTable = {
  exists: plain(-2, ({ keys }, args) => args.slice(1).filter((key) => keys.has(key)).length),
  type: plain(2, ({ keys }, [, key]) => ({ ok: keys.typeOf(key!) })),
  ttl: plain(2, (context, [, key]) => {
    const left = leftMs(context, key!);
    return left < 0 ? left : Math.floor((left + 500) / 1000);
  }),
  pttl: plain(2, (context, [, key]) => leftMs(context, key!)),
  time: plain(1, ({ keys }) => [
    String(Math.floor(keys.nowMs / 1000)),
    String(Math.floor((keys.nowMs % 1000) * 1000)),
  ]),
  del: plain(-2, ({ keys }, args) => args.slice(1).filter((key) => keys.delete(key)).length),
  expire: plain(3, (context, [, key, time]) => expire(context, key!, integer(time!) * 1000)),
  pexpire: plain(3, (context, [, key, time]) => expire(context, key!, integer(time!))),
  persist: plain(2, ({ keys }, [, key]) => {
    if (!keys.expiry(key!)) return 0;
    keys.expire(key!, 0);
    return 1;
  }),
  publish: growing(3, ({ published }, [, channel, message]) => {
    published.push({ channel: channel!, message: message! });
    return 0;
  }),
};

/** As PTTL answers: -1 for a key that never ends, -2 where there is none. */
function leftMs({ keys }: CommandContext, key: string): number {
  const at = keys.expiry(key);
  if (at === undefined) return -2;
  return at === 0 ? -1 : Math.max(0, at - keys.nowMs);
}

function expire({ keys }: CommandContext, key: string, inMs: number): number {
  const atMs = keys.nowMs + inMs;
  if (!Number.isSafeInteger(Math.floor(atMs))) {
    throw new CommandError("ERR invalid expire time in 'expire' command");
  }
  // 0 stands for never; a time that is past ends the key
  return keys.expire(key, atMs === 0 ? -1 : atMs) ? 1 : 0;
}
