import { RealmError } from "@realmwright/protocol";
import { secretHash } from "../../auth/refresh-token.ts";
import type { Subject } from "../../auth/subject.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import type { LimitValues } from "../../session/limit-values.ts";
import { findAccount, hasSession, isLinked } from "./store.ts";
import type { KnownSubject, SubjectVerifier } from "./subject-verifier.ts";

const TICKET_BYTES = 16;
/** 128 bits in base64url. */
const form = /^[\w-]{22}$/u;

/** Single-use tickets by which a client opens one connection, where a token could be seen by others. */
export class Tickets {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #verifier: SubjectVerifier;
  readonly #ttlMs: number;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly verifier: SubjectVerifier;
    readonly limits: LimitValues;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#verifier = parts.verifier;
    this.#ttlMs = parts.limits.ticketTtlMs;
  }

  /** `origin` of the page that will connect, undefined for other clients. Rejects with `SESSION_ENDED`. */
  async issue(
    { account: id, session }: Subject,
    origin: string | undefined,
  ): Promise<{ readonly ticket: string; readonly expiresInS: number }> {
    const ticket = Buffer.from(this.#random(TICKET_BYTES)).toString("base64url");
    const nowMs = this.#clock.wallMs();
    await this.#store.transaction(
      async (tx) => {
        const account = await findAccount(tx, id);
        const isOwn = await hasSession(tx, id, session);
        if (account === undefined || !(isOwn || (await isLinked(tx, id)))) {
          throw new RealmError("SESSION_ENDED");
        }
        const row = {
          ticket_hash: secretHash(ticket),
          account_id: id,
          session,
          issued_ms: nowMs,
          version: isOwn ? account.version : null,
          origin: origin ?? "",
          expires_ms: nowMs + this.#ttlMs,
        };
        await tx.insertInto("login_tickets").values(row).execute();
      },
      [id],
    );
    return { ticket, expiresInS: Math.floor(this.#ttlMs / 1000) };
  }

  /**
   * Takes a ticket from the client of this `Origin` header (undefined without one); whatever comes of it, it is used.
   * Rejects with `TICKET_INVALID`, or as `SubjectVerifier.verify` does for logins that have ended.
   */
  async take(ticket: string, origin: string | undefined): Promise<KnownSubject> {
    if (!form.test(ticket)) throw new RealmError("TICKET_INVALID", { detail: "form" });
    const row = await this.#store.db
      .deleteFrom("login_tickets")
      .where("ticket_hash", "=", secretHash(ticket))
      .returningAll()
      .executeTakeFirst();
    const isGood =
      row !== undefined && this.#clock.wallMs() < row.expires_ms && row.origin === (origin ?? "");
    if (!isGood) throw new RealmError("TICKET_INVALID");
    const { account_id: account, session, version, issued_ms: issuedMs } = row;
    return await this.#verifier.known(account, {
      session,
      version: version ?? undefined,
      issuedMs,
    });
  }
}
