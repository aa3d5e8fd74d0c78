import type { Config } from "../config/config.ts";
import { masked } from "../config/masked.ts";
import { listSettings } from "../config/settings.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";
import { checkClock } from "./machine.ts";
import { RedisClient, RedisError } from "./redis-client.ts";
import { checkDialect, checkEngine, engineOf } from "./versions.ts";

const timeoutMs = 2000;
const pings = 9;
const latencyMaxMs = 20;

/** Connects to Redis and asks who it is. Without an address there is nothing to try. */
export async function checkRedis({ redis }: Config): Promise<readonly Finding[]> {
  if (redis.url === undefined) return [ok("hot state", "in memory: redis.url is not set")];
  const setting = listSettings().find(({ path }) => path === "redis.url");
  const shown = setting === undefined ? "redis" : String(masked(setting, redis.url));
  let client: RedisClient | undefined;
  try {
    client = await RedisClient.connect(redis.url, timeoutMs);
    return await questions(client, shown);
  } catch (error) {
    const isRefusal = error instanceof RedisError;
    const why = error instanceof Error ? error.message : "unknown";
    const remedy = isRefusal
      ? "Look at the user and the password in redis.url."
      : "Start it, or mend redis.url; without it hot state is in memory.";
    return [failure("hot state", `${shown}: ${why}`, remedy)];
  } finally {
    client?.close();
  }
}

async function questions(client: RedisClient, shown: string): Promise<readonly Finding[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < pings; i++) {
    const begun = performance.now();
    await client.ask("PING");
    tookMs.push(performance.now() - begun);
  }
  const medianMs = tookMs.toSorted((a, b) => a - b)[Math.floor(pings / 2)]!;
  const found = `${shown} answers PING in ${medianMs.toFixed(2)} ms`;
  const reached =
    medianMs <= latencyMaxMs
      ? ok("hot state", found)
      : warning("hot state", found, "Put it nearer: every call of a script waits for it.");
  const engine = engineOf(String(await client.ask("INFO")));
  const dialect = String(await client.ask("EVAL", "return _VERSION", "0"));
  const begun = performance.now();
  const [seconds, micros] = (await client.ask("TIME")) as readonly string[];
  const theirMs = Number(seconds) * 1000 + Number(micros) / 1000;
  return [
    reached,
    engine === undefined
      ? warning("engine", "INFO names no version", "Use Redis, Valkey or Dragonfly.")
      : checkEngine(engine),
    checkDialect(dialect),
    checkClock("Redis", theirMs - Date.now(), performance.now() - begun + 1),
  ];
}
