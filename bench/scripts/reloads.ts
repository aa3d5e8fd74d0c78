import type { Row } from "../report.ts";
import { alone, highest, interleave, measure } from "../rounds.ts";

/** What no tick beside reloads may take. */
const tickMaxMs = 100;
/** What may be left of them. */
const grownMaxMib = 4;

/** A folder that changes again and again, broken every fourth time, while its scripts are called. */
export async function reloads(runs: number, quick: boolean): Promise<readonly Row[]> {
  const script = new URL("reload-run.ts", import.meta.url);
  const settings = { reloads: quick ? 100 : 1000, callers: 50 };
  const { ours } = await interleave("reloads", runs, {
    ours: () => measure(script, settings, ["--expose-gc"]),
  });
  const what = `${settings.reloads} reloads, ${settings.callers} callers in flight`;
  return [
    {
      case: what,
      metric: "the latest tick",
      unit: "ms",
      ours: highest(ours, "latestMs"),
      bound: { of: "ours", max: tickMaxMs },
    },
    {
      case: what,
      metric: "memory grown",
      unit: "MiB",
      ours: highest(ours, "grownMib"),
      bound: { of: "ours", max: grownMaxMib },
      about: "in use, from the first quarter on",
    },
    { case: what, metric: "reloads", unit: "1/s", ...alone(ours, "reloadsPerSecond") },
    { case: what, metric: "calls", unit: "1/s", ...alone(ours, "callsPerSecond") },
  ];
}
