import type { Store } from "@realmwright/server";
import { HttpLine, requestOf, type Answer, type Asked } from "../backend/http-line.ts";

export const password = "correct horse battery staple";

/** What a login gives, as far as it is used here. */
export interface Login {
  readonly account: string;
  readonly token: string;
  readonly refreshToken: string;
}

interface Kept extends Login {
  readonly untilMs: number;
}

/** Tokens last for ten minutes. */
const KEEP_MS = 300_000;

/** Asks a backend over HTTP, each time from another address, so that nobody is taken for one who guesses or floods. */
export class Asker {
  readonly #port: number;
  #line: HttpLine | undefined;
  #count = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async ask(asked: Asked): Promise<Answer> {
    this.#count++;
    const [a, b, c] = [16, 8, 0].map((bits) => (this.#count >> bits) & 255);
    const headers = { ...asked.headers, "x-forwarded-for": `10.${a}.${b}.${c}` };
    if (this.#line?.isOpen !== true) this.#line = await HttpLine.open(this.#port);
    return await this.#line.ask(requestOf({ ...asked, headers }));
  }

  /** What is answered to what must be done. */
  async must<T>(asked: Asked): Promise<T> {
    const { status, text } = await this.ask(asked);
    if (status < 300) return (text === "" ? undefined : JSON.parse(text)) as T;
    throw new Error(`${asked.method} ${asked.path} was refused with ${status}: ${text}`);
  }

  close(): void {
    this.#line?.close();
  }
}

/** Who has logged in, by role and by use; made when asked for, and anew once it is spent. */
export class People {
  readonly #asker: Asker;
  readonly #store: Store;
  readonly #logins = new Map<string, Kept>();
  #made = 0;

  constructor(asker: Asker, store: Store) {
    this.#asker = asker;
    this.#store = store;
  }

  /** A name that nobody has. */
  newName(): string {
    return `new-${this.#made++}`;
  }

  /** @param name of a role, "guest", or of whatever it is for: then it is a player */
  async login(name: string): Promise<Login> {
    const kept = this.#logins.get(name);
    if (kept !== undefined && Date.now() < kept.untilMs) return kept;
    const login = name === "guest" ? await this.#guest() : await this.#member(name);
    this.#logins.set(name, { ...login, untilMs: Date.now() + KEEP_MS });
    return login;
  }

  /** The next time it is somebody else. */
  spend(name: string): void {
    this.#logins.delete(name);
  }

  #guest(): Promise<Login> {
    return this.#asker.must({ method: "POST", path: "/v1/guests", body: "{}" });
  }

  async #member(name: string): Promise<Login> {
    const body = JSON.stringify({ username: this.newName(), password });
    const made = await this.#asker.must<Login>({ method: "POST", path: "/v1/accounts", body });
    if (!["moderator", "admin", "service"].includes(name)) return made;
    const { db } = this.#store;
    const role = name as "admin";
    await db.updateTable("accounts").set({ role }).where("id", "=", made.account).execute();
    return await this.#asker.must({ method: "POST", path: "/v1/login", body });
  }
}
