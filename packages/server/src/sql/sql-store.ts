import { Kysely, sql, type Transaction } from "kysely";
import type { Clock } from "../ports/clock.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Dialect, Store } from "../ports/store.ts";
import type { OpenDatabase } from "./open-database.ts";
import { pause } from "./pause.ts";
import { isBusy } from "./store-errors.ts";
import type { Tables } from "../ports/tables/tables.ts";

const RETRIES = 3;
/** The first pause; each following one is twice as long. */
const PAUSE_MS = 20;
const READY_MS = 2000;

/** A store on one database, whichever it is. */
export class SqlStore implements Store {
  readonly dialect: Dialect;
  readonly db: Kysely<Tables>;
  readonly #database: OpenDatabase;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  #closed: Promise<void> | undefined;

  constructor(
    dialect: Dialect,
    database: OpenDatabase,
    parts: { readonly clock: Clock; readonly random: RandomBytes },
  ) {
    this.dialect = dialect;
    this.db = new Kysely<Tables>({ dialect: database.dialect });
    this.#database = database;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  async transaction<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.db.transaction().setIsolationLevel("serializable").execute(work);
      } catch (error) {
        if (!isBusy(error) || retry === RETRIES) throw error;
      }
      await pause(this.#clock, this.#jitter(PAUSE_MS * 2 ** retry));
    }
  }

  async isReady(): Promise<boolean> {
    if (this.#closed !== undefined) return false;
    let withdraw = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      withdraw = this.#clock.at(this.#clock.nowMs() + READY_MS, () => resolve(false));
    });
    const answered = sql`select 1`.execute(this.db).then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([answered, late]);
    } finally {
      withdraw();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#database.close();
    return this.#closed;
  }

  /** From half of it to all of it. */
  #jitter(ms: number): number {
    const [byte = 0] = this.#random(1);
    return ms * (0.5 + byte / 510);
  }
}
