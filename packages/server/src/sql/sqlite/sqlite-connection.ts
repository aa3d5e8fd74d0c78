import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { fromSqlite } from "../store-errors.ts";

/** Statements that stay prepared; the one that was not used for longest goes first. */
const STATEMENTS_MAX = 256;

interface Prepared {
  readonly statement: StatementSync;
  readonly gives: boolean;
}

/** The one connection to a database of SQLite. Each statement is done before the call returns. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { statement, gives } = this.#prepare(sql);
      const values = parameters.map(toValue);
      if (gives) return { rows: statement.all(...values) as R[] };
      return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
    } catch (error) {
      throw fromSqlite(error);
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  /** Runs a statement of the connection itself. */
  control(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw fromSqlite(error);
    }
  }

  /** Ends a transaction without its changes. Some errors have done that already. */
  rollback(): void {
    if (this.#database.isTransaction) this.control("ROLLBACK");
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.#database.prepare(sql);
      prepared = { statement, gives: statement.columns().length > 0 };
    } else {
      this.#prepared.delete(sql);
    }
    this.#prepared.set(sql, prepared);
    if (this.#prepared.size > STATEMENTS_MAX) {
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    return prepared;
  }
}

function toValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return JSON.stringify(value);
  throw new TypeError(`A ${typeof value} is no value of a column.`);
}
