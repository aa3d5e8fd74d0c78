import { RealmError, type Problem } from "@realmwright/protocol";
import type { Role, Subject } from "../../auth/subject.ts";
import type { AccountParts } from "./accounts.ts";
import { checkBanner, type Account } from "./rules.ts";
import { changeAccount, endLogins, findAccount, type Queries } from "./store.ts";

export interface Ban {
  readonly reason: string;
  /** Wall clock, milliseconds since 1970; undefined: for ever. */
  readonly untilMs: number | undefined;
}

type Parts = Pick<AccountParts, "clock" | "events" | "store">;

/** What moderators and admins do to accounts. Who may ask at all `authorize` has decided. */
export class Moderation {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Ends all logins of the account; none can begin until the ban is over. Rejects with `ACCOUNT_UNKNOWN`, `FORBIDDEN`, and
   * `REQUEST_INVALID` for a ban that would be over already.
   */
  async ban(by: Subject, id: string, { reason, untilMs }: Ban): Promise<Account> {
    const { clock, events, store } = this.#parts;
    if (untilMs !== undefined && untilMs <= clock.wallMs()) {
      const expected = "a time to come, in milliseconds since 1970";
      const problem: Problem = { path: "/untilMs", expected, got: "a time that is past" };
      throw new RealmError("REQUEST_INVALID", { problems: [problem] });
    }
    const account = await store.transaction(
      async (tx) => {
        checkBanner(by, await known(tx, id));
        await changeAccount(tx, id, { ban_reason: reason, ban_until_ms: untilMs ?? null });
        await endLogins(tx, id, clock.wallMs());
        return await known(tx, id);
      },
      [id],
    );
    events.publish({ account: id, error: "ACCOUNT_BANNED" });
    return account;
  }

  /** Rejects with `ACCOUNT_UNKNOWN` or `FORBIDDEN`. */
  async unban(by: Subject, id: string): Promise<Account> {
    return await this.#parts.store.transaction(
      async (tx) => {
        checkBanner(by, await known(tx, id));
        await changeAccount(tx, id, { ban_reason: null, ban_until_ms: null });
        return await known(tx, id);
      },
      [id],
    );
  }

  /**
   * Ends the account's tokens; its logins last, and their next refresh has the new role. Nobody changes its own role, so
   * that an admin is left. Rejects with `ACCOUNT_UNKNOWN` or `FORBIDDEN`.
   */
  async setRole(by: Subject, id: string, role: Role): Promise<Account> {
    const { clock, events, store } = this.#parts;
    const account = await store.transaction(
      async (tx) => {
        const before = await known(tx, id);
        if (by.account === id || (before.is_guest === 1 && role !== "player")) {
          throw new RealmError("FORBIDDEN", { detail: "the role of oneself or a guest" });
        }
        await changeAccount(tx, id, {
          role,
          version: before.version + 1,
          ended_ms: clock.wallMs(),
        });
        await tx.deleteFrom("login_tickets").where("account_id", "=", id).execute();
        return await known(tx, id);
      },
      [id],
    );
    events.publish({ account: id, error: "SESSION_ENDED" });
    return account;
  }
}

async function known(tx: Queries, id: string): Promise<Account> {
  const account = await findAccount(tx, id);
  if (account === undefined) throw new RealmError("ACCOUNT_UNKNOWN");
  return account;
}
