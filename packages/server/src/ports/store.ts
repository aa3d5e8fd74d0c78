import type { Kysely, Transaction } from "kysely";
import type { Tables } from "./tables/tables.ts";

export type Dialect = "sqlite" | "postgres";

/**
 * What lasts. Every method and every query throws `STORE_UNAVAILABLE` when the database does not answer, and
 * `STORE_BUSY` when it could not do this among all that others do at the same time.
 */
export interface Store {
  readonly dialect: Dialect;
  /** Single statements; each is a transaction of its own. Not to be used inside of `transaction`: there it may wait for itself. */
  readonly db: Kysely<Tables>;
  /**
   * One serialisable transaction: all or nothing. When it conflicts with another one, `work` is done again from its
   * beginning, at most 3 times; so it does nothing outside of the transaction. What it returned is durable when this
   * resolves. `STORE_UNAVAILABLE` leaves open whether it was done.
   *
   * `alone` names what the work is about, for example account ids, if that is known before and covers all that it reads and
   * changes: works with a name in common then wait for each other instead of conflicting.
   */
  transaction<T>(
    work: (tx: Transaction<Tables>) => Promise<T>,
    alone?: readonly string[],
  ): Promise<T>;
  /** Whether the database answers within 2 s, and takes what is written. To be asked from time to time: once a minute it writes. */
  isReady(): Promise<boolean>;
  /** Waits for what is under way. Idempotent. */
  close(): Promise<void>;
}
