import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { RealmError } from "@realmwright/protocol";
import { fromSqlite } from "../store-errors.ts";

const BUSY_MS = 10_000;

/**
 * Copies a database of SQLite as it is at one moment, while others may write to it. `to` appears when the copy is whole
 * and was checked, in place of what was there. Throws `STORE_UNAVAILABLE`.
 */
export function copySqlite(file: string, to: string): void {
  const partial = `${to}.partial`;
  rmSync(partial, { force: true });
  try {
    using source = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    source.prepare("VACUUM INTO ?").run(partial);
    using copy = new DatabaseSync(partial, { readOnly: true });
    const found = copy.prepare("PRAGMA integrity_check").get();
    if (found?.["integrity_check"] !== "ok") {
      throw new RealmError("STORE_UNAVAILABLE", { detail: "The copy is not in order." });
    }
  } catch (error) {
    rmSync(partial, { force: true });
    throw fromSqlite(error);
  }
  renameSync(partial, to);
}
