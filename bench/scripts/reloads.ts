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
  const flags = ["--expose-gc"];
  const { ours, calm } = await interleave("reloads", runs, {
    ours: () => measure(script, settings, flags),
    calm: () => measure(script, { ...settings, reloads: 0 }, flags),
  });
  const what = `${settings.reloads} reloads, ${settings.callers} callers in flight`;
  return [
    {
      case: what,
      metric: "the latest tick",
      unit: "ms",
      ours: highest(ours, "latestMs"),
      peer: highest(calm, "latestMs"),
      bound: { of: "ours", max: tickMaxMs },
      about: "beside: the same calls without reloads",
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
