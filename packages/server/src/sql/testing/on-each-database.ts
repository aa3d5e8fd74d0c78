import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { Store } from "../../ports/store.ts";
import { openStore, type StoreOptions } from "../open-store.ts";
import { PostgresCluster } from "./postgres-cluster.ts";
import { testOptions } from "./test-options.ts";

/** How tests reach one kind of database. */
export interface TestDatabase {
  readonly dialect: "sqlite" | "postgres";
  /** Whether a second store may open the same one. */
  readonly isShared: boolean;
  /** URL of a new, empty one. */
  url(): Promise<string>;
  /** A store on a new one, closed after the test. */
  open(more?: Partial<StoreOptions & { readonly migrate: boolean }>): Promise<Store>;
  /** The server; PostgreSQL only. */
  cluster(): PostgresCluster;
}

/** Runs the same tests on a file of SQLite, on SQLite in memory, and on PostgreSQL where there is a server. */
export function onEachDatabase(tests: (database: TestDatabase) => void): void {
  let folder = "";
  let files = 0;
  describe("on a file of SQLite", () => {
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "realm-sqlite-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    tests(
      testDatabase("sqlite", true, async () => {
        files += 1;
        return `sqlite:${join(folder, `${files}.db`)}`;
      }),
    );
  });
  describe("on SQLite in memory", () => {
    tests(testDatabase("sqlite", false, async () => "sqlite::memory:"));
  });
  onPostgres(tests);
}

/** Runs tests on PostgreSQL. Without a server they are skipped aloud, and fail under CI. */
export function onPostgres(tests: (database: TestDatabase) => void): void {
  const programs = process.env["POSTGRES_BIN"] ?? "";
  const isMissing = programs === "";
  if (isMissing) console.warn("SKIPPED: no server of PostgreSQL; see tools/setup/postgres.mjs");
  // Under CI the server's start fails.
  describe.skipIf(isMissing && process.env["CI"] === undefined)("on PostgreSQL", () => {
    let cluster: PostgresCluster | undefined;
    const started = (): PostgresCluster => {
      if (cluster === undefined) throw new Error("The cluster has not started.");
      return cluster;
    };
    beforeAll(async () => {
      cluster = await PostgresCluster.start(programs);
      console.info(`tests run on ${await cluster.version()}`);
    }, 60_000);
    afterAll(() => cluster?.stop());
    tests(testDatabase("postgres", true, () => started().database(), started));
  });
}

function testDatabase(
  dialect: TestDatabase["dialect"],
  isShared: boolean,
  url: TestDatabase["url"],
  cluster: TestDatabase["cluster"] = () => {
    throw new Error("SQLite has no server.");
  },
): TestDatabase {
  const open: Store[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });
  return {
    dialect,
    isShared,
    url,
    cluster,
    async open(more = {}) {
      const store = await openStore({ ...testOptions(more.url ?? (await url())), ...more });
      open.push(store);
      return store;
    },
  };
}
