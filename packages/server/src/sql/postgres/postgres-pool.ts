import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Pool, type PoolClient, type PoolConfig } from "pg";
import type { Log } from "../../ports/log.ts";
import { fromPostgres, isAnswer } from "../store-errors.ts";

/**
 * Connections to PostgreSQL. One on which a statement had no answer is never used again: nobody knows in which state it
 * is, and an answer that comes late would be taken for that of the next statement.
 */
export class ConnectionPool implements PostgresPool {
  readonly options: object;
  readonly #pool: Pool;
  readonly #log: Log;

  constructor(config: PoolConfig, log: Log) {
    this.#pool = new Pool(config);
    this.options = this.#pool.options;
    this.#log = log;
    this.#pool.on("error", (error) => this.#lost(error));
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      const client = await this.#pool.connect();
      return pooled(client, (error) => this.#lost(error));
    } catch (error) {
      throw fromPostgres(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #lost(error: Error): void {
    // pg hangs the whole connection on it, with the login
    Reflect.deleteProperty(error, "client");
    this.#log.warn("a connection to the database is lost", { error });
  }
}

/** One borrowing of a connection. */
function pooled(client: PoolClient, lost: (error: Error) => void): PostgresPoolClient {
  let isBroken = false;
  const failed = (error: Error): void => {
    isBroken = true;
    lost(error);
  };
  client.on("error", failed);
  async function query<R>(
    sql: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<R>> {
    // The server rolls back what it has of a connection that ends.
    if (isBroken && sql === "rollback") return { command: "ROLLBACK", rowCount: 0, rows: [] };
    try {
      return (await client.query(sql, [...parameters])) as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (!isAnswer(error)) isBroken = true;
      throw fromPostgres(error);
    }
  }
  return {
    query: query as PostgresPoolClient["query"],
    release(destroy = false) {
      client.off("error", failed);
      client.release(destroy || isBroken);
    },
  };
}
