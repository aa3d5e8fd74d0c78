import type { SessionStorage } from "../ports.ts";

/** What brings a client back into its seats. */
export interface SessionRecord {
  /** A token that the client fetched itself. */
  readonly token?: string;
  /** The name that the token was fetched for. */
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
  const { token, name, resume } = value as Record<string, unknown>;
  return {
    ...(typeof token === "string" ? { token } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof resume === "string" ? { resume } : {}),
  };
}
