import { EmbeddedEngine, limitValues, systemClock } from "@realmwright/server/internal";
import type { Log } from "@realmwright/server";
import type { Report } from "../report.ts";
import { alone, interleave, type BenchOptions, type Sample } from "../rounds.ts";

const readModifyWrite = `local n = (tonumber(redis.call("HGET", KEYS[1], "n")) or 0) + tonumber(ARGV[1])
redis.call("HSET", KEYS[1], "n", n)
return n`;

/** Calls of a script that reads, changes and writes one field of a hash, on the embedded engine. */
export async function scripts({ runs, quick }: BenchOptions): Promise<Report> {
  const calls = quick ? 2_000 : 100_000;
  const samples = await interleave("a script that reads and writes", runs, {
    together: () => callAll(50, calls),
    single: () => callAll(1, calls / 10),
  });
  const row = { metric: "calls", unit: "1/s" };
  return {
    bench: "scripts",
    rows: [
      {
        ...row,
        case: "50 callers in flight",
        ...alone(samples.together, "perSecond"),
        bound: { of: "ours", min: 20_000 },
      },
      { ...row, case: "one caller", ...alone(samples.single, "perSecond") },
    ],
  };
}

async function callAll(callers: number, calls: number): Promise<Sample> {
  const engine = await EmbeddedEngine.start({
    clock: systemClock(),
    log: silent,
    limits: limitValues(),
  });
  const { name, version } = await engine.load("bench.lua", readModifyWrite);
  const run = async (count: number): Promise<void> => {
    const each = Math.ceil(count / callers);
    const work = Array.from({ length: callers }, async (_, i) => {
      for (let n = 0; n < each; n++) await engine.call(name, version, [`room:${i}`], ["1"]);
    });
    await Promise.all(work);
  };
  await run(Math.min(calls, 20_000));
  const beganMs = performance.now();
  await run(calls);
  const perSecond = (calls * 1000) / (performance.now() - beganMs);
  await engine.close();
  return { perSecond };
}

const nothing = (): void => undefined;
const silent: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => silent,
};
