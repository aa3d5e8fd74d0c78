import type { Kysely, RootOperationNode } from "kysely";
import { migrations } from "../migrations/migrations.ts";
import { Migrator } from "../migrator.ts";
import { connectStore } from "../open-store.ts";
import { testOptions } from "./test-options.ts";

/*
 * A program that brings up the schema of the database in its first argument, and is killed before the statement whose
 * number is its second one. Ends with code 0 when there are fewer.
 */
const [url = "", last = "0"] = process.argv.slice(2);
let statements = 0;
const dying = migrations.map((migration) => ({
  ...migration,
  up: (db: Kysely<unknown>, dialect: "sqlite" | "postgres") =>
    migration.up(
      db.withPlugin({
        transformQuery({ node }): RootOperationNode {
          statements += 1;
          if (statements === Number(last)) process.kill(process.pid, "SIGKILL");
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      }),
      dialect,
    ),
}));
const options = testOptions(url);
const store = await connectStore(options);
await new Migrator(store, options.clock, dying).up();
await store.close();
