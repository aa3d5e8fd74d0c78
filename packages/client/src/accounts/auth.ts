import type { RealmError } from "@realmwright/protocol";
import type { Unsubscribe } from "../listeners.ts";
import type { ClientPorts, SessionStorage } from "../ports.ts";
import type { OperationInput, OperationName, OperationOutput, Profile } from "./operations.ts";

export interface AuthOptions {
  /** The server's address, as `connect` takes it. Default: the server that the page came from. */
  readonly url?: string;
  /**
   * Keeps the login, for all that share it; null: it ends with the page. Default: `localStorage` in a page, else null. Whoever
   * can read the storage can be the player.
   */
  readonly storage?: SessionStorage | null;
  /** Ways to touch the world outside that differ from the platform's. */
  readonly ports?: Partial<ClientPorts>;
}

export interface CallOptions {
  /**
   * Names this piece of work: asked again with it, the server does it once and answers the same. 1 to 64 plain characters.
   * Operations that say so in `/openapi.json` heed it.
   */
  readonly key?: string;
}

/** Who the player is at a server: logs in, keeps the login alive, and asks the server's operations in its name. */
export interface Auth {
  /** Who is logged in. Undefined: nobody, or who that is only the application knows, which gave a token. */
  readonly profile: Profile | undefined;

  /** Makes an account and logs in. Rejects with NAME_INVALID, NAME_TAKEN, PASSWORD_WEAK and whatever HTTP may answer. */
  register(username: string, password: string, name?: string): Promise<Profile>;
  /** Rejects with LOGIN_REFUSED, LOGINS_SLOWED, LOGINS_BUSY, ACCOUNT_BANNED. */
  login(username: string, password: string): Promise<Profile>;
  /** Makes an account for this device alone; its refresh token is the only key to it. Rejects with NAME_INVALID. */
  guest(name?: string): Promise<Profile>;
  /** Gives a guest a name and a password; the account stays, with all that it owns. Rejects with GUEST_ONLY, or as `register`. */
  upgrade(username: string, password: string, name?: string): Promise<Profile>;
  /** Gives the account another name for others to see, from the next connection on. Rejects with NAME_INVALID. */
  rename(name: string): Promise<Profile>;
  /** Gets another access token now, and who one is by today. Nobody needs to: it is done when it is due. */
  refresh(): Promise<Profile | undefined>;
  /** All other logins of the account end. Rejects with LOGIN_REFUSED for a wrong password, and with PASSWORD_WEAK. */
  changePassword(password: string, newPassword: string): Promise<void>;
  /** Has the server send a token for a new password to the account's owner. Rejects with RESET_OFF where it can not. */
  requestReset(username: string): Promise<void>;
  /** Sets a new password by such a token; all logins end. Rejects with RESET_INVALID, PASSWORD_WEAK. */
  completeReset(token: string, password: string): Promise<void>;
  /** Ends this login. It is forgotten here also when the server does not hear of it, in which case it rejects. */
  logout(): Promise<void>;
  /** Ends all logins of the account, on all devices. */
  logoutEverywhere(): Promise<void>;
  /** Deletes the account with all that it owns. One that has a password has to give it. */
  deleteAccount(password?: string): Promise<void>;

  /** An access token that is good for a while, to be given to programs of one's own. Rejects with AUTH_REQUIRED, SESSION_ENDED. */
  token(): Promise<string>;
  /**
   * Asks for one of the server's operations, over HTTP. Rejects with the server's error, with CONNECTION_LOST when nobody
   * answers, and with AUTH_REQUIRED when nobody is logged in and somebody has to be.
   */
  call<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    options?: CallOptions,
  ): Promise<OperationOutput<N>>;
  /**
   * Runs one of the game's Lua scripts and gives its answer. What the script refuses rejects with SCRIPT_REFUSED, whose
   * `refusal` has the script's own code and text.
   */
  rpc(
    script: string,
    args?: Readonly<Record<string, unknown>> | readonly unknown[],
    options?: CallOptions,
  ): Promise<unknown>;

  /** Calls back when somebody has logged in, become another, or logged out, on this page. */
  onChange(call: (profile: Profile | undefined) => void): Unsubscribe;
  /** Calls back when the server has ended the login: with SESSION_ENDED or ACCOUNT_BANNED. One has to log in again. */
  onEnded(call: (error: RealmError) => void): Unsubscribe;
}
