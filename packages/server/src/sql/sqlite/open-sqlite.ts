import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../ports/clock.ts";
import type { OpenDatabase } from "../open-database.ts";
import { pause } from "../pause.ts";
import { fromSqlite, isBusy } from "../store-errors.ts";
import { ConnectionLock } from "./connection-lock.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteDialect } from "./sqlite-dialect.ts";

/** Another process's write stops this thread for so long, rooms and all. */
const BUSY_MS = 250;
/** While it opens, nothing runs yet. */
const OPENING_MS = 5000;
const WAL_BYTES_MAX = 67_108_864;

export interface SqliteOptions {
  /** Path of a file, or ":memory:". */
  readonly file: string;
  readonly durability: "full" | "normal";
  /** How long one waits until the connection is free. */
  readonly waitMs: number;
  readonly clock: Clock;
}

/** Opens a database of SQLite, a new one if there is none. */
export async function openSqlite(options: SqliteOptions): Promise<OpenDatabase> {
  const { clock, file } = options;
  const giveUpMs = clock.nowMs() + OPENING_MS;
  for (;;) {
    try {
      const database = open(file, options.durability);
      const lock = new ConnectionLock(clock, options.waitMs);
      return {
        dialect: new SqliteDialect(new SqliteConnection(database), lock),
        close: async () => {
          await lock.end();
          database.close();
        },
      };
    } catch (cause) {
      const error = fromSqlite(cause);
      // Several programs that make the file at once: turning to the journal may fail at once, without waiting.
      if (!isBusy(error) || clock.nowMs() >= giveUpMs) throw error;
    }
    await pause(clock, 50);
  }
}

function open(file: string, durability: SqliteOptions["durability"]): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: OPENING_MS });
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
      PRAGMA journal_size_limit = ${WAL_BYTES_MAX};
      PRAGMA trusted_schema = OFF;
      PRAGMA busy_timeout = ${BUSY_MS};
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
