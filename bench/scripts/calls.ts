import { randomBytes } from "node:crypto";
import type { Log } from "@realmwright/server";

/** Reads, changes and writes one field of a hash. */
export const readModifyWrite = `local n = (tonumber(redis.call("HGET", KEYS[1], "n")) or 0) + tonumber(ARGV[1])
redis.call("HSET", KEYS[1], "n", n)
return n`;

export interface Calls {
  /** Each has one call under way. */
  readonly callers: number;
  /** In all, after as many again, 20,000 at most, to warm up. */
  readonly calls: number;
}

/** Has all callers call, each with a key of its own; answers how often a second. */
export async function callOn(
  { callers, calls }: Calls,
  call: (key: string) => Promise<void>,
): Promise<number> {
  const run = randomBytes(6).toString("hex");
  const each = async (count: number): Promise<void> => {
    const share = Math.ceil(count / callers);
    const work = Array.from({ length: callers }, async (_, i) => {
      for (let n = 0; n < share; n++) await call(`${run}:${i}`);
    });
    await Promise.all(work);
  };
  await each(Math.min(calls, 20_000));
  const beganMs = performance.now();
  await each(calls);
  return (calls * 1000) / (performance.now() - beganMs);
}

const nothing = (): void => undefined;
export const silent: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => silent,
};
