import { limits, RealmError } from "@realmwright/protocol";
import type { LoginThrottle } from "../../auth/login-throttle.ts";
import type { PasswordDesk } from "../../auth/password-desk.ts";
import { checkPassword } from "../../auth/password-rules.ts";
import { playerName } from "../../auth/player-name.ts";
import { newUuid } from "../../auth/refresh-token.ts";
import type { Subject } from "../../auth/subject.ts";
import { nameKey, userName } from "../../auth/user-name.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import type { LimitValues } from "../../session/limit-values.ts";
import type { AccountEvents } from "./account-events.ts";
import type { LoginAnswer, LoginDesk, OpenLogin } from "./login-desk.ts";
import { newAccount } from "./new-account.ts";
import type { Account } from "./rules.ts";
import {
  addAccount,
  changeAccount,
  eraseAccounts,
  findAccount,
  findByName,
  type Eraser,
} from "./store.ts";

export interface AccountParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly passwords: PasswordDesk;
  readonly throttle: LoginThrottle;
  readonly events: AccountEvents;
  readonly logins: LoginDesk;
  readonly limits: LimitValues;
  /** An account has another name: what is remembered of it is old. */
  readonly renamed: (account: string) => void;
  /** What else is deleted with an account. */
  readonly erasers: readonly Eraser[];
}

/** A name and a password as they were typed, and where. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** IP address. */
  readonly address: string;
}

/** How accounts come to be, log in, and go. */
export class Accounts {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Makes an account and its player. Rejects with `NAME_INVALID`, `NAME_TAKEN`, `PASSWORD_WEAK`, `LOGINS_BUSY`. */
  async register(
    username: string,
    password: string,
    displayName: string | undefined,
  ): Promise<LoginAnswer> {
    const { clock, logins, passwords, random, store } = this.#parts;
    const named = naming(username, displayName);
    checkPassword(password, named.user_name);
    await this.#checkFree(named.name_key);
    const hash = await passwords.hash(password);
    const id = newUuid(random);
    const login = await store.transaction(
      async (tx) => {
        const blank = newAccount(id, named.display_name, clock.wallMs());
        const account = { ...blank, ...named, password_hash: hash };
        if (!(await addAccount(tx, account, named.user_name))) return undefined;
        return await logins.open(tx, account);
      },
      [id, nameLock(named.name_key)],
    );
    return await this.#answer(login);
  }

  /** Rejects with `LOGIN_REFUSED`, `LOGINS_SLOWED`, `LOGINS_BUSY` or `ACCOUNT_BANNED`. */
  async login(typed: Credentials): Promise<LoginAnswer> {
    const { logins, store } = this.#parts;
    const key = nameKey(typed.username);
    const found = await findByName(store.db, key);
    const renewed = await this.checkPassword(found, { ...typed, username: key });
    // without an account no password is right
    if (found === undefined) throw new RealmError("LOGIN_REFUSED");
    const login = await store.transaction(
      async (tx) => {
        const account = await findAccount(tx, found.id);
        // changed since it was looked at
        if (account?.password_hash !== found.password_hash) return undefined;
        if (renewed !== undefined) await changeAccount(tx, account.id, { password_hash: renewed });
        return await logins.open(tx, account);
      },
      [found.id],
    );
    if (login === undefined) throw new RealmError("LOGIN_REFUSED", { detail: "changed meanwhile" });
    return await logins.answer(login);
  }

  /**
   * Whether it is the account's password, at the pace that the throttle allows; `username` is what failures are counted
   * by. Gives the hash to store instead, if the old one is outdated. Rejects with `LOGIN_REFUSED`, also without an account.
   */
  async checkPassword(
    account: Account | undefined,
    { username, password, address }: Credentials,
  ): Promise<string | undefined> {
    const { passwords, throttle } = this.#parts;
    const attempt = await throttle.attempt(username, address);
    try {
      const check = await passwords.check(password, account?.password_hash ?? undefined);
      if (!check.isRight) throw new RealmError("LOGIN_REFUSED");
      await attempt.succeeded();
      return check.renewed;
    } catch (error) {
      const isWrong = error instanceof RealmError && error.code === "LOGIN_REFUSED";
      if (!isWrong) await attempt.withdrawn();
      throw error;
    }
  }

  /** An account for a device: its refresh token is the only key to it. Rejects with `NAME_INVALID`. */
  async loginAsGuest(wanted: string | undefined): Promise<LoginAnswer> {
    const { clock, logins, random, store } = this.#parts;
    const name = wanted === undefined ? this.#someName() : playerName(wanted);
    const id = newUuid(random);
    const login = await store.transaction(
      async (tx) => {
        const account = { ...newAccount(id, name, clock.wallMs()), is_guest: 1 };
        if (!(await addAccount(tx, account, `guest-${id}`))) return undefined;
        return await logins.open(tx, account);
      },
      [id],
    );
    if (login === undefined) throw new RealmError("INTERNAL", { detail: "a random id came twice" });
    return await logins.answer(login);
  }

  /**
   * Gives a guest a name and a password; account, login and all that it owns stay. Rejects with `GUEST_ONLY`, and as
   * `register` does.
   */
  async upgrade(
    subject: Subject,
    username: string,
    password: string,
    displayName: string | undefined,
  ): Promise<Account> {
    const { passwords, store } = this.#parts;
    const named = naming(username, displayName ?? subject.name);
    checkPassword(password, named.user_name);
    checkGuest(await findAccount(store.db, subject.account));
    await this.#checkFree(named.name_key);
    const hash = await passwords.hash(password);
    return await store.transaction(
      async (tx) => {
        const account = checkGuest(await findAccount(tx, subject.account));
        const holder = await findByName(tx, named.name_key);
        if (holder !== undefined) throw new RealmError("NAME_TAKEN");
        const changes = { ...named, password_hash: hash, is_guest: 0 };
        await changeAccount(tx, account.id, changes);
        await tx
          .updateTable("players")
          .set({ username: named.user_name })
          .where("id", "=", account.id)
          .execute();
        return { ...account, ...changes };
      },
      [subject.account, nameLock(named.name_key)],
    );
  }

  /** Gives the subject's account another name for others to see. Rejects with `NAME_INVALID`. */
  async rename(subject: Subject, wanted: string): Promise<Account> {
    const { renamed, store } = this.#parts;
    const name = playerName(wanted);
    const account = await store.transaction(
      async (tx) => {
        const found = await findAccount(tx, subject.account);
        if (found === undefined) throw new RealmError("SESSION_ENDED");
        await changeAccount(tx, found.id, { display_name: name });
        return { ...found, display_name: name };
      },
      [subject.account],
    );
    renamed(account.id);
    return account;
  }

  /** Rejects with `ACCOUNT_UNKNOWN`. */
  async find(id: string): Promise<Account> {
    const account = await findAccount(this.#parts.store.db, id);
    if (account === undefined) throw new RealmError("ACCOUNT_UNKNOWN");
    return account;
  }

  /**
   * Deletes the subject's account with all that is its own. One that has a password has to give it; `LOGIN_REFUSED`
   * otherwise.
   */
  async delete(subject: Subject, password: string | undefined, address: string): Promise<void> {
    const { erasers, events, store } = this.#parts;
    const account = await this.find(subject.account);
    if (account.password_hash !== null) {
      const username = account.name_key ?? account.id;
      await this.checkPassword(account, { username, password: password ?? "", address });
    }
    await store.transaction((tx) => eraseAccounts(tx, [account.id], erasers), [account.id]);
    events.publish({ account: account.id, error: "SESSION_ENDED" });
  }

  async #answer(login: OpenLogin | undefined): Promise<LoginAnswer> {
    if (login === undefined) throw new RealmError("NAME_TAKEN");
    return await this.#parts.logins.answer(login);
  }

  /** Spares the work of a hash that would be for nothing; what counts is the transaction. */
  async #checkFree(key: string): Promise<void> {
    const taken = await findByName(this.#parts.store.db, key);
    if (taken !== undefined) throw new RealmError("NAME_TAKEN");
  }

  #someName(): string {
    const [high = 0, low = 0] = this.#parts.random(2);
    return `Guest ${1000 + ((high * 256 + low) % 9000)}`;
  }
}

interface Naming {
  readonly user_name: string;
  readonly name_key: string;
  readonly display_name: string;
}

function naming(username: string, displayName: string | undefined): Naming {
  const name = userName(username);
  const short = Array.from(name).slice(0, limits.nameCharacters.value).join("");
  return {
    user_name: name,
    name_key: nameKey(name),
    display_name: playerName(displayName ?? short),
  };
}

/** By this whoever wants a name waits for others who do. */
function nameLock(key: string): string {
  return `name ${key}`;
}

function checkGuest(account: Account | undefined): Account {
  if (account === undefined) throw new RealmError("SESSION_ENDED");
  if (account.is_guest !== 1) throw new RealmError("GUEST_ONLY");
  return account;
}
