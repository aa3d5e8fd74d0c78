import { sql, type Kysely } from "kysely";
import type { Dialect } from "../../ports/store.ts";

/** One step of the schema. Each direction runs in one transaction. A step that was released is never changed. */
export interface Migration {
  /** `NNNN-name`; steps are done in the order of their names. */
  readonly name: string;
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
  /** Takes back what `up` made, with the data in it. */
  down(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
}

/** Runs statements one after the other. */
export async function run(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
