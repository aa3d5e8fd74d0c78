import { type ErrorCode, RealmError } from "@realmwright/protocol";
import type { AskHttp, HttpRequest, SessionStorage } from "../ports.ts";

/** Storage that tabs of one device share. */
export class SharedStorage implements SessionStorage {
  readonly items: Map<string, string> = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

interface Session {
  readonly account: string;
  generation: number;
  lastKey: string | undefined;
}

/** A server's accounts, as far as logins need them; it does what a test tells it to. */
export class FakeAccounts {
  /** Every request, oldest first. */
  readonly asked: HttpRequest[] = [];
  readonly #sessions = new Map<string, Session>();
  /** Instead of the next answers, oldest first: an error, nobody there, or an answer that gets lost after its work was done. */
  readonly faults: (ErrorCode | "silence" | "lost answer")[] = [];
  /** Holds answers back until it resolves. */
  delay: () => Promise<void> = () => Promise.resolve();
  expiresInS = 600;
  /** No access token does, whosever it is. */
  refusesTokens = false;
  #made = 0;

  paths(): string[] {
    return this.asked.map(({ url }) => new URL(url).pathname);
  }

  /** Ends all logins. */
  endAll(): void {
    this.#sessions.clear();
  }

  /** Whether an access token is one of the newest of a login that lasts. */
  isGood(token: string): boolean {
    const [session, generation] = token.split(".");
    return this.#sessions.get(session ?? "")?.generation === Number(generation);
  }

  readonly http: AskHttp = async (request) => {
    this.asked.push(request);
    const fault = this.faults.shift();
    if (fault === "silence") throw new TypeError("nobody answers");
    if (fault !== undefined && fault !== "lost answer") {
      await this.delay();
      return problem(fault);
    }
    const hasToken = request.headers["authorization"] !== undefined;
    if (hasToken && this.refusesTokens) return problem("TOKEN_EXPIRED");
    const answer = this.#answer(request);
    await this.delay();
    if (fault === "lost answer") throw new TypeError("the connection broke");
    return answer;
  };

  #answer({ url, body, headers }: HttpRequest): { status: number; body: unknown } {
    const input = (body ?? {}) as Readonly<Record<string, string>>;
    switch (new URL(url).pathname) {
      case "/guest-login":
        return this.#enter(`guest-${++this.#made}`);
      case "/v1/login":
        return input["password"] === "right"
          ? this.#enter(input["username"] ?? "")
          : problem("LOGIN_REFUSED");
      case "/v1/sessions/refresh":
        return this.#refresh(input["refreshToken"] ?? "", headers["idempotency-key"]);
      default:
        return this.#own(headers["authorization"]?.slice("Bearer ".length) ?? "");
    }
  }

  #enter(account: string): { status: number; body: unknown } {
    const session = `session${this.#sessions.size + 1}of${account}`;
    this.#sessions.set(session, { account, generation: 1, lastKey: undefined });
    return this.#login(session);
  }

  #refresh(text: string, key: string | undefined): { status: number; body: unknown } {
    const [id = "", generation] = text.split(".");
    const session = this.#sessions.get(id);
    if (session === undefined) return problem("REFRESH_INVALID");
    const behind = session.generation - Number(generation);
    if (behind === 1 && key !== undefined && key === session.lastKey) return this.#login(id);
    if (behind !== 0) {
      this.#sessions.delete(id);
      return problem("REFRESH_INVALID");
    }
    session.generation++;
    session.lastKey = key;
    return this.#login(id);
  }

  #own(token: string): { status: number; body: unknown } {
    const account = this.#sessions.get(token.split(".")[0] ?? "")?.account;
    if (account === undefined) return problem("SESSION_ENDED");
    return { status: 200, body: { account, name: account } };
  }

  #login(id: string): { status: number; body: unknown } {
    const { account, generation } = this.#sessions.get(id)!;
    const body = {
      token: `${id}.${generation}`,
      expiresInS: this.expiresInS,
      refreshToken: `${id}.${generation}`,
      refreshExpiresInS: 2_592_000,
      session: id,
      account,
      name: account,
      username: account.startsWith("guest-") ? null : account,
      role: "player",
      isGuest: account.startsWith("guest-"),
    };
    return { status: 200, body };
  }
}

/** An error as servers tell it. */
export function problem(code: ErrorCode, more: object = {}): { status: number; body: unknown } {
  const { text, action, status } = new RealmError(code);
  return { status, body: { type: "about:blank", title: text, status, code, action, ...more } };
}
