import { type ErrorCode, RealmError } from "@realmwright/protocol";
import type { Credentials } from "../connection/credentials.ts";
import { Listeners, type Unsubscribe } from "../listeners.ts";
import type { ClientPorts } from "../ports.ts";
import type { Auth, CallOptions } from "./auth.ts";
import { HttpApi } from "./http-api.ts";
import { Login } from "./login.ts";
import type { LoginStore } from "./login-record.ts";
import type { OperationInput, OperationName, OperationOutput, Profile } from "./operations.ts";
import { routes } from "./routes.ts";

export interface AccountDeskOptions {
  /** Of the server's WebSocket door. */
  readonly url: string;
  readonly ports: Pick<ClientPorts, "http" | "wallMs" | "key" | "report">;
  readonly store: LoginStore;
  /** Does one piece of work at a time, over all that share the store. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  /** Where nobody is logged in, a guest is made. */
  readonly guest?: { readonly name?: string };
  /** The application's own tokens, until somebody logs in. */
  readonly source?: Credentials;
}

/** What a server says of a token that is no good, or no longer. */
const tokenRefusals: ReadonlySet<ErrorCode> = new Set([
  "TOKEN_EXPIRED",
  "TOKEN_INVALID",
  "SESSION_ENDED",
]);
/** After these there is nothing left that one could log out of. */
const loggedOut: ReadonlySet<ErrorCode> = new Set([
  ...tokenRefusals,
  "AUTH_REQUIRED",
  "ACCOUNT_BANNED",
]);

export class AccountDesk implements Auth, Credentials {
  readonly url: string;
  readonly #api: HttpApi;
  readonly #login: Login;
  readonly #onChange: Listeners<[Profile | undefined]>;
  readonly #onEnded: Listeners<[RealmError]>;
  #source: Credentials | undefined;

  constructor(options: AccountDeskOptions) {
    const { url, ports, source } = options;
    this.url = url;
    this.#source = source;
    this.#onChange = new Listeners(ports.report);
    this.#onEnded = new Listeners(ports.report);
    this.#api = new HttpApi(url, ports.http);
    this.#login = new Login({
      ...options,
      api: this.#api,
      ended: (error) => {
        this.#onEnded.emit(error);
        this.#onChange.emit(undefined);
      },
    });
  }

  get profile(): Profile | undefined {
    return this.#source === undefined ? this.#login.profile : undefined;
  }

  /** Whether the player is logged in as that account; of the application's own tokens nobody can say. */
  isAccount(account: string | undefined): boolean {
    return this.#source !== undefined || this.#login.profile?.account === account;
  }

  get isTicket(): boolean {
    return this.#credentials.isTicket;
  }

  get canRenew(): boolean {
    return this.#credentials.canRenew;
  }

  token(): Promise<string> {
    return this.#credentials.token();
  }

  /** The token to ask operations with; a ticket is none. */
  async #bearer(): Promise<string> {
    if (this.isTicket) throw new RealmError("AUTH_REQUIRED");
    return await this.token();
  }

  forget(token: string): void {
    this.#credentials.forget(token);
  }

  accepted(): void {
    this.#credentials.accepted();
  }

  /** A connection has ended for good. */
  end(error: RealmError): void {
    this.#login.end(error);
  }

  register(username: string, password: string, name?: string): Promise<Profile> {
    return this.#enter("accounts.register", { username, password, ...named(name) });
  }

  login(username: string, password: string): Promise<Profile> {
    return this.#enter("accounts.login", { username, password });
  }

  guest(name?: string): Promise<Profile> {
    return this.#enter("accounts.guest", named(name));
  }

  async upgrade(username: string, password: string, name?: string): Promise<Profile> {
    const input = { username, password, ...named(name) };
    return this.#changed(await this.call("accounts.upgrade", input));
  }

  async rename(name: string): Promise<Profile> {
    return this.#changed(await this.call("accounts.rename", { name }));
  }

  async refresh(): Promise<Profile | undefined> {
    this.forget(await this.token());
    await this.token();
    return this.profile;
  }

  async changePassword(password: string, newPassword: string): Promise<void> {
    await this.call("accounts.changePassword", { password, newPassword });
  }

  async requestReset(username: string): Promise<void> {
    await this.call("accounts.requestReset", { username });
  }

  async completeReset(token: string, password: string): Promise<void> {
    await this.call("accounts.completeReset", { token, password });
  }

  logout(): Promise<void> {
    return this.#leave(() => this.call("accounts.logout", {}));
  }

  logoutEverywhere(): Promise<void> {
    return this.#leave(() => this.call("accounts.logoutEverywhere", {}));
  }

  async deleteAccount(password?: string): Promise<void> {
    await this.call("accounts.delete", password === undefined ? {} : { password });
    this.#forgotten();
  }

  async call<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    options: CallOptions = {},
  ): Promise<OperationOutput<N>> {
    if (routes[operation].isOpen === true) return await this.#api.ask(operation, input, options);
    const token = await this.#bearer();
    try {
      return await this.#api.ask(operation, input, { ...options, token });
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      if (error.code === "ACCOUNT_BANNED") this.end(error);
      if (!tokenRefusals.has(error.code)) throw error;
      if (!this.canRenew) {
        this.end(error);
        throw error;
      }
      this.forget(token);
    }
    return await this.#api.ask(operation, input, { ...options, token: await this.token() });
  }

  rpc(
    script: string,
    args: Readonly<Record<string, unknown>> | readonly unknown[] = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    return this.call("scripts.call", { script, args }, options);
  }

  onChange(call: (profile: Profile | undefined) => void): Unsubscribe {
    return this.#onChange.add(call);
  }

  onEnded(call: (error: RealmError) => void): Unsubscribe {
    return this.#onEnded.add(call);
  }

  get #credentials(): Credentials {
    return this.#source ?? this.#login;
  }

  async #enter<N extends "accounts.register" | "accounts.login" | "accounts.guest">(
    operation: N,
    input: OperationInput<N>,
  ): Promise<Profile> {
    const profile = this.#login.adopt(await this.#api.ask(operation, input));
    this.#source = undefined;
    this.#onChange.emit(profile);
    return profile;
  }

  #changed(answer: OperationOutput<"accounts.rename">): Profile {
    const { createdMs: _, ...profile } = answer;
    this.#login.change(profile);
    this.#onChange.emit(profile);
    return profile;
  }

  /** The login is forgotten whatever the server says: nobody who logs out wants to be logged in. */
  async #leave(ask: () => Promise<unknown>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      const isDone = error instanceof RealmError && loggedOut.has(error.code);
      if (!isDone) throw error;
    } finally {
      this.#forgotten();
    }
  }

  #forgotten(): void {
    this.#login.drop();
    this.#onChange.emit(undefined);
  }
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
