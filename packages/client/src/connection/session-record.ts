import { type LoginRecord, type LoginStore, readLogin } from "../accounts/login-record.ts";
import type { SessionStorage } from "../ports.ts";

/** What brings a client back into its seats. */
export interface SessionRecord {
  /** A guest's login that the client made itself. */
  readonly login?: LoginRecord;
  /** The name that it was made for. */
  readonly name?: string;
  /** Resumes the session once. */
  readonly resume?: string;
}

/** Keeps a session's record in memory, and in a storage that outlives the page where one is given. */
export class SessionKeeper {
  readonly #storage: SessionStorage | undefined;
  readonly #key: string;
  #record: SessionRecord;

  constructor(storage: SessionStorage | undefined, url: string) {
    this.#storage = storage;
    this.#key = `realmwright.session:${url}`;
    this.#record = parse(storage?.getItem(this.#key) ?? null);
  }

  get record(): SessionRecord {
    return this.#record;
  }

  set(change: SessionRecord): void {
    this.#record = { ...this.#record, ...change };
    this.#storage?.setItem(this.#key, JSON.stringify(this.#record));
  }

  forget(what: keyof SessionRecord): void {
    const { [what]: _, ...rest } = this.#record;
    this.#record = rest;
    this.#storage?.setItem(this.#key, JSON.stringify(rest));
  }

  clear(): void {
    this.#record = {};
    this.#storage?.removeItem(this.#key);
  }

  /** Keeps a guest's login with the session: each tab is a guest of its own. */
  guestStore(name: string | undefined): LoginStore {
    const { record } = this;
    // a player who takes another name is another guest
    if (name !== undefined && record.name !== undefined && record.name !== name) this.clear();
    return {
      read: () => this.#record.login,
      write: (login) => {
        // another guest is another account, which has no seats
        const account = login?.profile.account ?? "";
        if (account === "" || account !== this.#record.login?.profile.account) this.clear();
        if (login !== undefined) this.set({ login, ...(name === undefined ? {} : { name }) });
      },
    };
  }
}

/** Whatever stands there, of any version: only what is understood is taken. */
function parse(text: string | null): SessionRecord {
  let value: unknown;
  try {
    value = text === null ? undefined : JSON.parse(text);
  } catch {
    // not ours: the session starts anew
    return {};
  }
  if (typeof value !== "object" || value === null) return {};
  const { login: kept, name, resume } = value as Record<string, unknown>;
  const login = readLogin(kept);
  return {
    ...(login === undefined ? {} : { login }),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof resume === "string" ? { resume } : {}),
  };
}
