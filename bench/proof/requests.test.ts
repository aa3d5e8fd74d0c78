import { describe, expect, test } from "vitest";
import { databases, postgresPrograms, withDatabases } from "../backend/databases.ts";
import { proveRequests } from "./requests.ts";

const COUNT = 4_000;

describe.each(databases)("what our server describes, asked for over HTTP, on %s", (name) => {
  const isMissing = name === "postgres" && postgresPrograms === "" && !process.env["CI"];

  test.skipIf(isMissing)(
    "[S-OP13] every answer is as described, none is a 5xx, and a third of all is served",
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const shares = await withDatabases(name, async (database) =>
        proveRequests({ url: await database(), count: COUNT, seed }),
      );
      const asked = [...shares.values()].reduce((sum, share) => sum + share.asked, 0);
      expect(asked).toBeGreaterThanOrEqual(COUNT);
      expect(shares.size).toBeGreaterThanOrEqual(30);
    },
    300_000,
  );
});
