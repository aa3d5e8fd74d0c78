import {
  databases,
  postgresPrograms,
  withDatabases,
  type DatabaseName,
} from "../backend/databases.ts";
import type { Report, Row } from "../report.ts";
import { beside, interleave, measure, type BenchOptions, type Sample } from "../rounds.ts";
import { batchWrites, type StoreWork } from "./work.ts";

const callers = 32;
export const oursScript: URL = new URL("ours.ts", import.meta.url);
const bareScripts: Readonly<Record<DatabaseName, URL>> = {
  sqlite: new URL("bare-sqlite.ts", import.meta.url),
  postgres: new URL("bare-postgres.ts", import.meta.url),
};
const kinds: readonly (readonly [StoreWork["kind"], string])[] = [
  ["read", "one object read"],
  ["write", "one object written"],
  ["batch", `${batchWrites} objects written with an idempotency key`],
];

/** How often a second objects are read and written, beside the database's driver alone. */
export async function store({ runs, quick }: BenchOptions): Promise<Report> {
  const seconds = quick ? 0.3 : 4;
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const name of databases) {
    if (name === "postgres" && postgresPrograms === "") {
      notes.push("PostgreSQL was left out: there is none here. POSTGRES_BIN names its programs.");
      continue;
    }
    rows.push(
      ...(await withDatabases(name, (database) => onDatabase(name, database, runs, seconds))),
    );
  }
  return { bench: "store", rows, notes };
}

async function onDatabase(
  name: DatabaseName,
  database: () => Promise<string>,
  runs: number,
  seconds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, what] of kinds) {
    const title = `${name}, ${what}, ${callers} callers`;
    const side = async (script: URL): Promise<Sample> => {
      const work: StoreWork = { url: await database(), kind, callers, seconds };
      return await measure(script, work);
    };
    const samples = await interleave(title, runs, {
      ours: () => side(oursScript),
      bare: () => side(bareScripts[name]),
    });
    rows.push({
      case: title,
      metric: "done, and durable",
      unit: "1/s",
      ...beside(samples.ours, samples.bare, "perSecond"),
      about: "beside: the driver alone",
    });
  }
  return rows;
}
