import { run, type Migration } from "./migration.ts";

/** Finds the accounts whose logins ended of late: each node asks every second. */
export const loginEndings: Migration = {
  name: "0004-login-endings",
  up: (db) => run(db, ["CREATE INDEX accounts_ended ON accounts (ended_ms)"]),
  down: (db) => run(db, ["DROP INDEX accounts_ended"]),
};
