import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PostgresCluster } from "../../packages/server/src/sql/testing/postgres-cluster.ts";

export const databases = ["sqlite", "postgres"] as const;
export type DatabaseName = (typeof databases)[number];

/** Where the programs of PostgreSQL are; "" where there are none. */
export const postgresPrograms: string = process.env["POSTGRES_BIN"] ?? "";

/**
 * Gives new databases of one kind to work with, that lose nothing when they are killed, and takes them away afterwards. Throws
 * where there is no PostgreSQL.
 */
export async function withDatabases<T>(
  name: DatabaseName,
  work: (url: () => Promise<string>) => Promise<T>,
): Promise<T> {
  if (name === "postgres") {
    if (postgresPrograms === "") {
      throw new Error("This needs PostgreSQL: install it, or set POSTGRES_BIN to its programs.");
    }
    const cluster = await PostgresCluster.start(postgresPrograms, { isDurable: true });
    try {
      return await work(() => cluster.database());
    } finally {
      await cluster.stop();
    }
  }
  const folder = await mkdtemp(join(tmpdir(), "realmwright-bench-"));
  let files = 0;
  try {
    return await work(async () => `sqlite:${join(folder, `${++files}.db`)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
