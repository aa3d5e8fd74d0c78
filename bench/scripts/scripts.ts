import { EmbeddedEngine, limitValues, systemClock } from "@realmwright/server/internal";
import type { Report } from "../report.ts";
import { alone, interleave, type BenchOptions, type Sample } from "../rounds.ts";
import { callOn, readModifyWrite, silent, type Calls } from "./calls.ts";
import { inRedis } from "./redis-calls.ts";
import { reloads } from "./reloads.ts";

/** Calls of a script that changes one field of a hash, on the embedded engine and inside of Redis; and reloads under load. */
export async function scripts({ runs, quick }: BenchOptions): Promise<Report> {
  const calls = quick ? 2_000 : 100_000;
  const together: Calls = { callers: 50, calls };
  const samples = await interleave("a script that reads and writes", runs, {
    together: () => embedded(together),
    single: () => embedded({ callers: 1, calls: calls / 10 }),
  });
  const row = { metric: "calls", unit: "1/s" };
  return {
    bench: "scripts",
    rows: [
      {
        ...row,
        case: "embedded, 50 callers in flight",
        ...alone(samples.together, "perSecond"),
        bound: { of: "ours", min: 20_000 },
      },
      { ...row, case: "embedded, one caller", ...alone(samples.single, "perSecond") },
      ...(await inRedis(runs, together)),
      ...(await reloads(runs, quick)),
    ],
  };
}

/** On an engine of its own. */
export async function embedded(about: Calls): Promise<Sample> {
  const engine = await EmbeddedEngine.start({
    clock: systemClock(),
    log: silent,
    limits: limitValues(),
  });
  const { name, version } = await engine.load("bench.lua", readModifyWrite);
  const perSecond = await callOn(about, async (key) => {
    await engine.call(name, version, [key], ["1"]);
  });
  await engine.close();
  return { perSecond };
}
