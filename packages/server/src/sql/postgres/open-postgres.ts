import { PostgresDialect } from "kysely";
import type { PoolConfig } from "pg";
import type { Log } from "../../ports/log.ts";
import type { OpenDatabase } from "../open-database.ts";
import { columnValues } from "./column-values.ts";
import { ConnectionPool } from "./postgres-pool.ts";

/** The server ends a statement first, so that the connection stays good. */
const ANSWER_MS = 5000;

export interface PostgresOptions {
  /** Where, as whom, and whether by TLS. */
  readonly place: PoolConfig;
  readonly durability: "full" | "normal";
  readonly connections: number;
  /** How long one waits for a connection. */
  readonly waitMs: number;
  /** How long one statement may take; 0 is for ever. */
  readonly statementMs: number;
  readonly log: Log;
}

/** A pool of connections; none is made before the first statement. */
export function openPostgres(options: PostgresOptions): OpenDatabase {
  const { statementMs, waitMs } = options;
  const settings = ["-c TimeZone=UTC"];
  if (options.durability === "normal") settings.push("-c synchronous_commit=off");
  const pool = new ConnectionPool(
    {
      application_name: "realmwright",
      connectionTimeoutMillis: waitMs,
      ...options.place,
      options: [options.place.options, ...settings].filter(Boolean).join(" "),
      max: options.connections,
      idle_in_transaction_session_timeout: statementMs === 0 ? 0 : statementMs + ANSWER_MS,
      statement_timeout: statementMs,
      query_timeout: statementMs === 0 ? 0 : statementMs + ANSWER_MS,
      keepAlive: true,
      types: columnValues,
    },
    options.log,
  );
  return { dialect: new PostgresDialect({ pool }), close: () => pool.end() };
}
