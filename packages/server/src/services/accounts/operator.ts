import { RealmError } from "@realmwright/protocol";
import type { Role, Subject } from "../../auth/subject.ts";
import { nameKey } from "../../auth/user-name.ts";
import type { AccountParts } from "./accounts.ts";
import { recordOf, type AccountRecord } from "./moderation-operations.ts";
import { Moderation, type Ban } from "./moderation.ts";
import { addReset, type PasswordReset } from "./password-changes.ts";
import type { Account } from "./rules.ts";
import { findAccount, findByName, isUuid, listAccounts } from "./store.ts";

/** Stands for the operator, who has no account. */
const operator: Subject = Object.freeze({
  account: "operator",
  name: "operator",
  role: "admin",
  isGuest: false,
  session: "operator",
});

/**
 * What the operator does to accounts, on the store itself: by what he may reach he needs no role. Accounts are named by
 * their user name or id; another name rejects with `ACCOUNT_UNKNOWN`.
 */
export class Operator {
  readonly #parts: Pick<AccountParts, "clock" | "events" | "limits" | "random" | "store">;
  readonly #moderation: Moderation;

  constructor(parts: Pick<AccountParts, "clock" | "events" | "limits" | "random" | "store">) {
    this.#parts = parts;
    this.#moderation = new Moderation(parts);
  }

  /** Those first that were seen last. */
  async list(
    which: {
      readonly role?: Role | undefined;
      readonly guests?: boolean | undefined;
      readonly banned?: boolean | undefined;
    },
    most: number,
  ): Promise<readonly AccountRecord[]> {
    const { role, guests = false, banned = false } = which;
    const found = await listAccounts(this.#parts.store.db, { role, guests, banned }, most);
    return found.map((account) => recordOf(account));
  }

  async show(name: string): Promise<AccountRecord> {
    return recordOf(await this.#find(name));
  }

  /** As `Moderation.setRole`: guests stay players (`FORBIDDEN`). */
  async setRole(name: string, role: Role): Promise<AccountRecord> {
    const { id } = await this.#find(name);
    return recordOf(await this.#moderation.setRole(operator, id, role));
  }

  /** As `Moderation.ban`: an admin must be given another role before (`FORBIDDEN`). */
  async ban(name: string, ban: Ban): Promise<AccountRecord> {
    const { id } = await this.#find(name);
    return recordOf(await this.#moderation.ban(operator, id, ban));
  }

  async unban(name: string): Promise<AccountRecord> {
    const { id } = await this.#find(name);
    return recordOf(await this.#moderation.unban(operator, id));
  }

  /** A token by which the account's owner sets a new password. Rejects with `FORBIDDEN` for who has none. */
  async resetPassword(name: string): Promise<PasswordReset> {
    const reset = await addReset(this.#parts, await this.#find(name));
    if (reset === undefined) throw new RealmError("FORBIDDEN", { detail: "no password" });
    return reset;
  }

  async #find(name: string): Promise<Account> {
    const { db } = this.#parts.store;
    const id = name.trim();
    const found = isUuid(id) ? await findAccount(db, id) : await findByName(db, nameKey(name));
    if (found === undefined) throw new RealmError("ACCOUNT_UNKNOWN");
    return found;
  }
}
