import { RealmError } from "@realmwright/protocol";
import type { SessionStorage } from "../ports.ts";
import type { Profile } from "./operations.ts";

/** A login as it is kept. */
export interface LoginRecord {
  readonly profile: Profile;
  /** The access token. */
  readonly token: string;
  /** When the token is to be replaced, by this machine's wall clock. A hint: the server decides. */
  readonly renewMs: number;
  /** Undefined: the server has no accounts, and with the token the login ends. */
  readonly refreshToken?: string;
  /** Names the trade of this refresh token: who asks again, or another tab at once, is answered the same; a thief is not. */
  readonly requestKey: string;
}

/** Where a login is kept. */
export interface LoginStore {
  /** What is there now: another tab may have changed it. */
  read(): LoginRecord | undefined;
  write(login: LoginRecord | undefined): void;
}

/** An access token that ends so soon is replaced before it is used. */
const earlyMs = 30_000;

const roles: ReadonlySet<unknown> = new Set(["player", "moderator", "admin", "service"]);

/** The login that an answer gives. Throws INTERNAL for what is no login. */
export function loginOf(answer: unknown, about: { key: string; nowMs: number }): LoginRecord {
  const { token, expiresInS, refreshToken, account, name, username, role, isGuest } =
    fieldsOf(answer);
  if (typeof token !== "string" || token === "") {
    throw new RealmError("INTERNAL", { detail: "a login without a token" });
  }
  const lifeMs = typeof expiresInS === "number" ? expiresInS * 1000 : Infinity;
  return {
    profile: {
      account: textOr(account, ""),
      name: textOr(name, ""),
      username: textOr(username, null),
      role: isRole(role) ? role : "player",
      isGuest: isGuest !== false,
    },
    token,
    // half a life is used in any case: a short one would be replaced for ever
    renewMs: Math.min(
      Number.MAX_SAFE_INTEGER,
      about.nowMs + Math.max(lifeMs / 2, lifeMs - earlyMs),
    ),
    ...(typeof refreshToken === "string" ? { refreshToken } : {}),
    requestKey: about.key,
  };
}

/** Whatever stands there: a login, or undefined. */
export function readLogin(value: unknown): LoginRecord | undefined {
  const { profile, token, renewMs, refreshToken, requestKey } = fieldsOf(value);
  const { account, name, username, role, isGuest } = fieldsOf(profile);
  const isOurs =
    typeof token === "string" &&
    typeof renewMs === "number" &&
    typeof requestKey === "string" &&
    (refreshToken === undefined || typeof refreshToken === "string") &&
    typeof account === "string" &&
    typeof name === "string" &&
    (username === null || typeof username === "string") &&
    isRole(role) &&
    typeof isGuest === "boolean";
  if (!isOurs) return undefined;
  return {
    profile: { account, name, username, role, isGuest },
    token,
    renewMs,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    requestKey,
  };
}

/** Keeps a login in a storage that several tabs may share; without one, or when it refuses, in memory. */
export class StoredLogin implements LoginStore {
  readonly #key: string;
  #storage: SessionStorage | undefined;
  #memory: LoginRecord | undefined;

  constructor(storage: SessionStorage | undefined, url: string) {
    this.#storage = storage;
    this.#key = `realmwright.login:${url}`;
  }

  read(): LoginRecord | undefined {
    if (this.#storage === undefined) return this.#memory;
    try {
      return readLogin(JSON.parse(this.#storage.getItem(this.#key) ?? "null"));
    } catch {
      // not ours, or not to be read: nobody is logged in
      return undefined;
    }
  }

  write(login: LoginRecord | undefined): void {
    this.#memory = login;
    try {
      if (login === undefined) this.#storage?.removeItem(this.#key);
      else this.#storage?.setItem(this.#key, JSON.stringify(login));
    } catch {
      this.#leave();
    }
  }

  /** A refresh token that is left behind would be used a second time after a reload, and end the login. */
  #leave(): void {
    const storage = this.#storage;
    this.#storage = undefined;
    try {
      storage?.removeItem(this.#key);
    } catch {
      // switched off: then nothing can be left behind either
    }
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function textOr<T>(value: unknown, other: T): string | T {
  return typeof value === "string" ? value : other;
}

function isRole(value: unknown): value is Profile["role"] {
  return roles.has(value);
}
