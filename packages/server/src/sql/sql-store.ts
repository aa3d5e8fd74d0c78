import { Kysely, sql, type Transaction } from "kysely";
import type { Clock } from "../ports/clock.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Dialect, Store } from "../ports/store.ts";
import type { OpenDatabase } from "./open-database.ts";
import { pause } from "./pause.ts";
import { isBusy, isUnavailable } from "./store-errors.ts";
import type { Tables } from "../ports/tables/tables.ts";
import { WriteProof } from "./write-proof.ts";

const RETRIES = 3;
/** The first pause; each following one is twice as long. */
const PAUSE_MS = 20;
const READY_MS = 2000;

/** A store on one database, whichever it is. */
export class SqlStore implements Store {
  readonly dialect: Dialect;
  readonly db: Kysely<Tables>;
  readonly #database: OpenDatabase;
  readonly #proof: WriteProof;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  #closed: Promise<void> | undefined;

  constructor(
    dialect: Dialect,
    database: OpenDatabase,
    parts: { readonly clock: Clock; readonly random: RandomBytes },
  ) {
    this.dialect = dialect;
    this.db = new Kysely<Tables>({
      dialect: database.dialect,
      log: (event) => {
        if (event.level === "error") this.#heed(event.error);
      },
    });
    this.#proof = new WriteProof(this.db, parts);
    this.#database = database;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  async transaction<T>(
    work: (tx: Transaction<Tables>) => Promise<T>,
    alone: readonly string[] = [],
  ): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#once(work, alone);
      } catch (error) {
        // what fails as late as its end is no statement's
        this.#heed(error);
        if (!isBusy(error) || retry === RETRIES) throw error;
      }
      await pause(this.#clock, this.#jitter(PAUSE_MS * 2 ** retry));
    }
  }

  /** SQLite does one transaction after the other in any case. */
  #once<T>(work: (tx: Transaction<Tables>) => Promise<T>, alone: readonly string[]): Promise<T> {
    const transaction = this.db.transaction();
    if (this.dialect === "sqlite") return transaction.execute(work);
    if (alone.length === 0) {
      return transaction.setIsolationLevel("serializable").execute(work);
    }
    // What each statement sees is newer than the locks.
    return transaction.setIsolationLevel("read committed").execute(async (tx) => {
      await lockAll(tx, alone);
      return work(tx);
    });
  }

  async isReady(): Promise<boolean> {
    if (this.#closed !== undefined) return false;
    let withdraw = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      withdraw = this.#clock.at(this.#clock.nowMs() + READY_MS, () => resolve(false));
    });
    // others in the way are no reason to send players elsewhere
    const answered = this.#proof.give().then(() => true, isBusy);
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

  #heed(error: unknown): void {
    if (isUnavailable(error)) this.#proof.forget();
  }

  /** From half of it to all of it. */
  #jitter(ms: number): number {
    const [byte = 0] = this.#random(1);
    return ms * (0.5 + byte / 510);
  }
}

/** Waits until no other transaction holds one of these names; in one order, so that none waits for one that waits for it. */
async function lockAll(tx: Transaction<Tables>, names: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(name) from (
    select distinct hashtextextended(name, 0) as name from unnest(${names}::text[]) as name order by 1
  ) as names`.execute(tx);
}
