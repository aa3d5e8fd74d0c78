import { RealmError } from "@realmwright/protocol";
import { checkPassword } from "../../auth/password-rules.ts";
import { secretHash } from "../../auth/refresh-token.ts";
import type { Subject } from "../../auth/subject.ts";
import { nameKey } from "../../auth/user-name.ts";
import type { Log } from "../../ports/log.ts";
import type { AccountParts, Accounts } from "./accounts.ts";
import type { Account } from "./rules.ts";
import { changeAccount, endLogins, findAccount, findByName } from "./store.ts";

/** A reset that somebody has asked for. */
export interface PasswordReset {
  readonly account: string;
  readonly username: string;
  /** To be given to the account's owner and to nobody else. */
  readonly token: string;
  /** Wall clock, milliseconds since 1970. */
  readonly expiresMs: number;
}

/** The operator's way to the owner of an account, for example by e-mail. */
export type DeliverReset = (reset: PasswordReset) => Promise<void>;

const TOKEN_BYTES = 32;

/** New passwords, for who knows the old one and for who has been sent a token. */
export class PasswordChanges {
  readonly #parts: AccountParts;
  readonly #accounts: Accounts;
  readonly #log: Log;
  readonly #deliver: DeliverReset | undefined;

  constructor(
    parts: AccountParts,
    more: {
      readonly accounts: Accounts;
      readonly log: Log;
      readonly deliver: DeliverReset | undefined;
    },
  ) {
    this.#parts = parts;
    this.#accounts = more.accounts;
    this.#log = more.log;
    this.#deliver = more.deliver;
  }

  /** All other logins of the account end. Rejects with `PASSWORD_WEAK`, and as a login does for a wrong old password. */
  async change(
    subject: Subject,
    change: { readonly from: string; readonly to: string; readonly address: string },
  ): Promise<void> {
    const { clock, events, passwords, store } = this.#parts;
    const account = await this.#accounts.find(subject.account);
    checkPassword(change.to, account.user_name ?? "");
    const username = account.name_key ?? account.id;
    const typed = { username, password: change.from, address: change.address };
    await this.#accounts.checkPassword(account, typed);
    const hash = await passwords.hash(change.to);
    await store.transaction(
      async (tx) => {
        checkUnchanged(account, await findAccount(tx, account.id));
        await changeAccount(tx, account.id, { password_hash: hash });
        await endLogins(tx, account.id, clock.wallMs(), subject.session);
        await tx.deleteFrom("password_resets").where("account_id", "=", account.id).execute();
      },
      [account.id],
    );
    events.publish({ account: account.id, except: subject.session, error: "SESSION_ENDED" });
  }

  /**
   * Has a token delivered to the owner of a name, if there is one; whoever asks is not told. Rejects with `RESET_OFF`
   * when nothing can be delivered, and with `LOGINS_SLOWED`.
   */
  async requestReset(username: string, address: string): Promise<void> {
    const deliver = this.#deliver;
    if (deliver === undefined) throw new RealmError("RESET_OFF");
    const { store, throttle } = this.#parts;
    const key = nameKey(username);
    await throttle.attempt(`reset ${key}`, address);
    const account = await findByName(store.db, key);
    const reset = account && (await addReset(this.#parts, account));
    if (reset === undefined) return;
    // not waited for: how long it takes would tell that there is such a name
    void deliver(reset).catch((error: unknown) => {
      this.#log.error("a password reset was not delivered", { account: reset.account, error });
    });
  }

  /** All logins of the account end. A token serves once. Rejects with `RESET_INVALID` or `PASSWORD_WEAK`. */
  async completeReset(token: string, password: string): Promise<void> {
    const { clock, events, passwords, store } = this.#parts;
    const tokenHash = secretHash(token);
    const asked = await store.db
      .selectFrom("password_resets")
      .innerJoin("accounts", "accounts.id", "password_resets.account_id")
      .select(["account_id", "user_name", "expires_ms"])
      .where("token_hash", "=", tokenHash)
      .executeTakeFirst();
    if (asked === undefined || clock.wallMs() >= asked.expires_ms) {
      throw new RealmError("RESET_INVALID");
    }
    checkPassword(password, asked.user_name ?? "");
    const hash = await passwords.hash(password);
    const { account_id: account } = asked;
    await store.transaction(
      async (tx) => {
        const { numDeletedRows: used } = await tx
          .deleteFrom("password_resets")
          .where("token_hash", "=", tokenHash)
          .executeTakeFirst();
        if (used === 0n) throw new RealmError("RESET_INVALID", { detail: "used meanwhile" });
        await changeAccount(tx, account, { password_hash: hash });
        await endLogins(tx, account, clock.wallMs());
      },
      [account],
    );
    events.publish({ account, error: "SESSION_ENDED" });
  }
}

/** A new token, in place of one that was asked for before; undefined for an account without a name of its own. */
export async function addReset(
  { clock, limits, random, store }: Pick<AccountParts, "clock" | "limits" | "random" | "store">,
  { id, user_name: username }: Account,
): Promise<PasswordReset | undefined> {
  if (username === null) return undefined;
  const token = Buffer.from(random(TOKEN_BYTES)).toString("base64url");
  const expiresMs = clock.wallMs() + limits.resetTtlMs;
  const row = { account_id: id, token_hash: secretHash(token), expires_ms: expiresMs };
  await store.db
    .insertInto("password_resets")
    .values(row)
    .onConflict((of) => of.column("account_id").doUpdateSet(row))
    .execute();
  return { account: id, username, token, expiresMs };
}

function checkUnchanged(before: Account, after: Account | undefined): void {
  if (after?.password_hash === before.password_hash) return;
  throw new RealmError("LOGIN_REFUSED", { detail: "changed meanwhile" });
}
