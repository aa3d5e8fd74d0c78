import { defineConfig } from "vitest/config";
import { findChromium } from "./tools/setup/chromium.mjs";
import { findPostgres } from "./tools/setup/postgres.mjs";
import { findRedis, findValkey } from "./tools/setup/redis.mjs";

// Tests read every package from its source, and so do the threads and processes that they start.
const conditions = ["@realmwright/source"];
const chromium = findChromium();
// Where one is missing, the tests that need it say so, and fail under CI.
const env = {
  POSTGRES_BIN: findPostgres() ?? "",
  REDIS_SERVER: findRedis() ?? "",
  VALKEY_SERVER: findValkey() ?? "",
};
const never = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
          exclude: never,
          env,
          // Properties take a second or two; a busy machine ten times that.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "system",
          include: [
            "test/**/*.test.ts",
            "games/*/**/*.test.ts",
            "tools/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: [...never, "test/e2e/**"],
          env,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // Without a browser `npm test` says so, and fails under CI.
          exclude: chromium === undefined ? ["**"] : never,
          env: { CHROMIUM: chromium ?? "" },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One browser at a time, and nothing else beside it.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
