import { RealmError } from "@realmwright/protocol";
import type { ForeignClaims } from "../../auth/foreign-issuer.ts";
import { playerName } from "../../auth/player-name.ts";
import { newUuid } from "../../auth/refresh-token.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import { newAccount } from "./new-account.ts";
import { addAccount, type Queries } from "./store.ts";

const KNOWN_MAX = 10_000;

/** Accounts of those who log in elsewhere: made when they are first seen. */
export class ForeignAccounts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** Ids by issuer and subject; a link never changes, and goes with its account only. */
  readonly #known = new Map<string, string>();

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly random: RandomBytes;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** Id of the account. An account that was deleted is made anew, with another id. */
  async accountOf(claims: ForeignClaims): Promise<string> {
    const key = `${claims.issuer} ${claims.subject}`;
    const known = this.#known.get(key);
    if (known !== undefined && (await this.#exists(known))) return known;
    const id = await this.#store.transaction((tx) => this.#findOrAdd(tx, claims), [key]);
    this.#known.set(key, id);
    if (this.#known.size > KNOWN_MAX) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return id;
  }

  async #exists(id: string): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom("accounts")
      .select("id")
      .where("id", "=", id)
      .executeTakeFirst();
    return row !== undefined;
  }

  async #findOrAdd(tx: Queries, claims: ForeignClaims): Promise<string> {
    const { issuer, subject } = claims;
    const linked = await tx
      .selectFrom("account_links")
      .select("account_id")
      .where("issuer", "=", issuer)
      .where("subject", "=", subject)
      .executeTakeFirst();
    if (linked !== undefined) return linked.account_id;
    const nowMs = this.#clock.wallMs();
    const account = newAccount(newUuid(this.#random), this.#nameOf(claims.name), nowMs);
    const made = await addAccount(tx, account, `user-${account.id}`);
    if (!made) throw new RealmError("INTERNAL", { detail: "a random id came twice" });
    const link = { issuer, subject, account_id: account.id, created_ms: nowMs };
    await tx.insertInto("account_links").values(link).execute();
    return account.id;
  }

  /** Its name there, where our rules allow it. */
  #nameOf(text: string | undefined): string {
    try {
      return playerName(
        Array.from(text ?? "")
          .slice(0, 24)
          .join(""),
      );
    } catch (error) {
      if (!(error instanceof RealmError && error.code === "NAME_INVALID")) throw error;
      const [high = 0, low = 0] = this.#random(2);
      return `Player ${1000 + ((high * 256 + low) % 9000)}`;
    }
  }
}
