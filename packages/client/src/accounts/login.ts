import { type ErrorCode, RealmError } from "@realmwright/protocol";
import type { Credentials } from "../connection/credentials.ts";
import type { ClientPorts } from "../ports.ts";
import type { HttpApi } from "./http-api.ts";
import { loginOf, type LoginRecord, type LoginStore } from "./login-record.ts";
import type { Profile } from "./operations.ts";

export interface LoginParts {
  readonly api: HttpApi;
  readonly store: LoginStore;
  readonly ports: Pick<ClientPorts, "wallMs" | "key">;
  /** Does one piece of work at a time, over all that share the store. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  /** Where nobody is logged in, a guest is made; of this name, if it says one. */
  readonly guest?: { readonly name?: string };
  /** The login is over, for good. */
  readonly ended: (error: RealmError) => void;
}

/** By these a server says that no token of this login will ever do again. */
const endings: ReadonlySet<ErrorCode> = new Set(["SESSION_ENDED", "ACCOUNT_BANNED"]);

/** One login: gives access tokens, and gets the next one before the last ends or when it was refused. */
export class Login implements Credentials {
  readonly isTicket = false;
  readonly #parts: LoginParts;
  /** Whose this page is, once it has used a token. */
  #account: string | undefined;
  /** A token that the server takes no more. */
  #refused = "";
  /** The server has let this login in, on this page. */
  #isAccepted = false;
  /** Why there is no token until somebody logs in anew. */
  #ended: RealmError | undefined;
  #renewal: Promise<LoginRecord> | undefined;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /** Who is logged in. */
  get profile(): Profile | undefined {
    return this.#ended === undefined ? this.#own()?.profile : undefined;
  }

  get canRenew(): boolean {
    if (this.#ended !== undefined) return false;
    const login = this.#own();
    if (login === undefined) return this.#parts.guest !== undefined;
    return login.refreshToken !== undefined || this.#parts.guest !== undefined;
  }

  /**
   * An access token that is good for a while. Rejects with AUTH_REQUIRED when nobody is logged in, with SESSION_ENDED or
   * ACCOUNT_BANNED when the login is over, and with what kept it from being refreshed.
   */
  async token(): Promise<string> {
    if (this.#ended !== undefined) throw this.#ended;
    const kept = this.#own();
    const login = kept !== undefined && this.#isGood(kept) ? kept : await this.#renewed();
    this.#account ??= login.profile.account;
    return login.token;
  }

  forget(token: string): void {
    this.#refused = token;
  }

  accepted(): void {
    this.#isAccepted = true;
  }

  /** Takes up the login that an answer gives, in the place of the one before. Throws INTERNAL. */
  adopt(answer: unknown): Profile {
    return this.#adopted(answer).profile;
  }

  /** What the server knows of who is logged in has changed. */
  change(profile: Profile): void {
    const login = this.#own();
    if (login !== undefined) this.#parts.store.write({ ...login, profile });
  }

  /** The player has logged out: nothing begins anew by itself. */
  drop(): void {
    const isOurs = this.#ended === undefined && this.#own() !== undefined;
    if (isOurs) this.#parts.store.write(undefined);
    this.#account = undefined;
    this.#ended = new RealmError("AUTH_REQUIRED");
  }

  /** The server has said that the login is over; of other errors nothing is made. Says so once. */
  end(error: RealmError): RealmError {
    if (this.#ended !== undefined || !endings.has(error.code)) return error;
    if (this.#own() !== undefined) this.#parts.store.write(undefined);
    this.#ended = error;
    this.#parts.ended(error);
    return error;
  }

  /** What is kept, unless another tab has meanwhile logged in somebody else. */
  #own(): LoginRecord | undefined {
    const login = this.#parts.store.read();
    const isOther = this.#account !== undefined && login?.profile.account !== this.#account;
    return isOther ? undefined : login;
  }

  #isGood({ token, renewMs }: LoginRecord): boolean {
    return token !== this.#refused && this.#parts.ports.wallMs() < renewMs;
  }

  /** One at a time, whoever asks. */
  #renewed(): Promise<LoginRecord> {
    this.#renewal ??= this.#renew();
    return this.#renewal;
  }

  async #renew(): Promise<LoginRecord> {
    try {
      return await this.#parts.exclusive(() => this.#rotate());
    } finally {
      this.#renewal = undefined;
    }
  }

  async #rotate(): Promise<LoginRecord> {
    const login = this.#own();
    if (login === undefined) return await this.#begin();
    // another tab was faster
    if (this.#isGood(login)) return login;
    const { refreshToken, requestKey } = login;
    if (refreshToken === undefined) return await this.#begin();
    const { api, store } = this.#parts;
    try {
      const answer = await api.ask("accounts.refresh", { refreshToken }, { key: requestKey });
      const fresh = this.#loginOf(answer);
      const now = this.#own();
      // logged out meanwhile
      if (now === undefined) throw new RealmError("SESSION_ENDED");
      // another tab may be further on already
      if (now.refreshToken !== refreshToken) return now;
      store.write(fresh);
      return fresh;
    } catch (error) {
      return await this.#refreshFailed(login, error);
    }
  }

  async #refreshFailed(login: LoginRecord, error: unknown): Promise<LoginRecord> {
    if (!(error instanceof RealmError)) throw error;
    if (error.code === "ACCOUNT_BANNED") throw this.end(error);
    if (error.code !== "REFRESH_INVALID") throw error;
    const now = this.#own();
    if (now !== undefined && now.refreshToken !== login.refreshToken) return await this.#rotate();
    // a guest of some other day, of whom this page has shown nothing yet
    if (this.#parts.guest !== undefined && !this.#isAccepted) return await this.#begin();
    throw this.end(new RealmError("SESSION_ENDED", { cause: error }));
  }

  /** Makes a guest where there is no login. */
  async #begin(): Promise<LoginRecord> {
    const { api, guest } = this.#parts;
    if (guest !== undefined) return this.#adopted(await api.ask("accounts.guest", guest));
    if (this.#account === undefined) throw new RealmError("AUTH_REQUIRED");
    // another tab has logged out
    throw this.end(new RealmError("SESSION_ENDED"));
  }

  #adopted(answer: unknown): LoginRecord {
    const login = this.#loginOf(answer);
    this.#account = login.profile.account;
    this.#ended = undefined;
    this.#isAccepted = true;
    this.#parts.store.write(login);
    return login;
  }

  #loginOf(answer: unknown): LoginRecord {
    const { key, wallMs } = this.#parts.ports;
    return loginOf(answer, { key: key(), nowMs: wallMs() });
  }
}
