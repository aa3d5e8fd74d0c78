import type { Dialect } from "kysely";

/** A database that statements can be sent to. */
export interface OpenDatabase {
  readonly dialect: Dialect;
  /** Waits for what is under way. */
  close(): Promise<void>;
}
