import { sql, type Kysely } from "kysely";
import type { Clock } from "../ports/clock.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Tables } from "../ports/tables/tables.ts";

/** How long a proof serves. */
const SERVES_MS = 60_000;
/** More than what is left in pages that are written to in any case. */
const FILLER_CHARACTERS = 32_768;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Whether a database takes what is written: a disk may be full, a file read-only, a server a standby that answers well. */
export class WriteProof {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  #servesUntilMs = -Infinity;

  constructor(
    db: Kysely<Tables>,
    { clock, random }: { readonly clock: Clock; readonly random: RandomBytes },
  ) {
    this.#db = db;
    this.#clock = clock;
    this.#random = random;
  }

  /** Something failed: the next proof has to be a real one. */
  forget(): void {
    this.#servesUntilMs = -Infinity;
  }

  /** Rejects if the database does not take what is written. */
  async give(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#servesUntilMs) {
      // needs the right to write, and writes nothing
      await this.#db
        .deleteFrom("idempotency")
        .where(sql<boolean>`1 = 0`)
        .execute();
      return;
    }
    // before: what fails meanwhile forgets it
    this.#servesUntilMs = nowMs + SERVES_MS;
    try {
      await this.#write();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** What nobody else sees: it comes and goes in one transaction, which asks for space all the same. */
  async #write(): Promise<void> {
    const key = Buffer.from(this.#random(12)).toString("base64url");
    const filler = Buffer.from(this.#random(FILLER_CHARACTERS / 2)).toString("hex");
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .insertInto("idempotency")
        .values({ account: NOBODY, key, request: "", response: filler, created_ms: 0 })
        .execute();
      await tx
        .deleteFrom("idempotency")
        .where("account", "=", NOBODY)
        .where("key", "=", key)
        .execute();
    });
  }
}
