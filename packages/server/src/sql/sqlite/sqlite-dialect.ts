import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
  type Driver,
  type Kysely,
} from "kysely";
import type { ConnectionLock } from "./connection-lock.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Kysely on the SQLite that is part of Node. */
export class SqliteDialect implements Dialect {
  readonly #connection: SqliteConnection;
  readonly #lock: ConnectionLock;

  constructor(connection: SqliteConnection, lock: ConnectionLock) {
    this.#connection = connection;
    this.#lock = lock;
  }

  createDriver(): Driver {
    const connection = this.#connection;
    const lock = this.#lock;
    return {
      init: () => Promise.resolve(),
      acquireConnection: async () => {
        await lock.take();
        return connection;
      },
      // A transaction that begins by reading could not become a writing one after another process wrote.
      beginTransaction: async () => connection.control("BEGIN IMMEDIATE"),
      commitTransaction: async () => connection.control("COMMIT"),
      rollbackTransaction: async () => connection.rollback(),
      releaseConnection: async () => lock.release(),
      destroy: () => Promise.resolve(),
    };
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new PatientAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db as ConstructorParameters<typeof SqliteIntrospector>[0]);
  }
}

/** Our lock says when a wait was too long; Kysely's own would wait for ever. */
class PatientAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
