import { describe, expect, test } from "vitest";
import { databases, postgresPrograms, withDatabases } from "../backend/databases.ts";
import { proveKill } from "./kill.ts";

const RUNS = 20;

describe.each(databases)("our server, killed in the middle of writes over HTTP, on %s", (name) => {
  // under CI it fails where there is no PostgreSQL
  const isMissing = name === "postgres" && postgresPrograms === "" && !process.env["CI"];

  test.skipIf(isMissing)(
    `[S-STO3, S-OBJ5] ${RUNS} times: nothing acknowledged is lost, nothing is done by half or twice`,
    async () => {
      const sums = await withDatabases(name, async (database) =>
        proveKill({ url: await database(), runs: RUNS }),
      );
      expect(sums.rounds).toBe(RUNS);
      expect(sums.leastUnderWay).toBeGreaterThanOrEqual(8);
      expect(sums.acknowledged).toBeGreaterThan(RUNS);
    },
    300_000,
  );
});
