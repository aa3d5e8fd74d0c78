import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Encoding } from "@realmwright/server/internal";
import type { Report, Row } from "../report.ts";
import { field, Stand } from "./stand.ts";

const sends = 200;

/** What Realmwright costs when little happens: allocation per tick, bytes per client and send of an idle room. */
export async function idle(): Promise<Report> {
  return { bench: "idle", rows: [allocation(), ...(await silence())] };
}

function allocation(): Row {
  const script = fileURLToPath(new URL("./hot-path.ts", import.meta.url));
  const flags = ["--expose-gc", "--max-semi-space-size=512", "--min-semi-space-size=512"];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...process.execArgv, ...flags, script],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`hot-path.ts failed:\n${stderr}`);
  const measured = JSON.parse(stdout) as {
    bytesPerTick: number;
    naiveBytes: number;
    movers: number;
    clients: number;
    writesPerTick: number;
  };
  return {
    case: `${measured.movers} movers, ${measured.clients} clients, ${measured.writesPerTick} writes`,
    metric: "allocated per tick",
    unit: "KiB",
    ours: measured.bytesPerTick / 1024,
    peer: measured.naiveBytes / 1024,
    bound: { of: "ours", max: 64 },
    about: "beside: one JSON.stringify of the whole state",
  };
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
