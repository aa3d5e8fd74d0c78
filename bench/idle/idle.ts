import type { Encoding } from "@realmwright/server/internal";
import type { Report, Row } from "../report.ts";
import { beside, interleave, measure, type BenchOptions } from "../rounds.ts";
import { field, Stand } from "./stand.ts";

const sends = 200;
/** What one tick may allocate in all. */
const allocationMaxKib = 64;

/** What Realmwright costs when little happens: allocation per tick, bytes per client and send of an idle room. */
export async function idle({ runs }: BenchOptions): Promise<Report> {
  return { bench: "idle", rows: [...(await allocation(runs)), ...(await silence())] };
}

async function allocation(runs: number): Promise<Row[]> {
  const script = new URL("hot-path.ts", import.meta.url);
  const flags = ["--expose-gc", "--max-semi-space-size=512", "--min-semi-space-size=512"];
  const { ours } = await interleave("allocation", runs, {
    ours: () => measure(script, {}, flags),
  });
  const { movers, clients, writesPerTick } = ours[0]!;
  const what = `${movers} movers, ${clients} clients`;
  return [
    {
      case: `${what}, ${writesPerTick} writes`,
      metric: "allocated per tick",
      unit: "KiB",
      ...beside(ours, ours, "kibPerTick", "naiveKib"),
      bound: { of: "ours", max: allocationMaxKib },
      about: "beside: one JSON.stringify of the whole state",
    },
    {
      case: `${what} that steer and acknowledge at 10 Hz`,
      metric: "allocated per tick",
      unit: "KiB",
      ...beside(ours, ours, "playedKibPerTick", "naiveKib"),
      // Reading what clients say is on the hot path too: it has no room of its own.
      bound: { of: "ours", max: allocationMaxKib },
    },
  ];
}

async function silence(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const encoding of ["binary", "msgpack", "json"] satisfies Encoding[]) {
    const stand = await Stand.start(field(200, false));
    for (let i = 0; i < 10; i++) await stand.join(encoding);
    stand.run(60);
    const before = bytes(stand);
    stand.run(sends);
    rows.push({
      case: `idle room, ${encoding}`,
      metric: "payload per client and send",
      unit: "B",
      ours: (bytes(stand) - before) / (sends * stand.connections.length),
      bound: { of: "ours", max: encoding === "binary" ? 4 : 0 },
    });
  }
  return rows;
}

function bytes(stand: Stand): number {
  return stand.connections.reduce((sum, connection) => sum + connection.messageBytes, 0);
}
