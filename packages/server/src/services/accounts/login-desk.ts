import { RealmError } from "@realmwright/protocol";
import { signToken, type TokenRules } from "../../auth/access-token.ts";
import { newUuid, RefreshTokens, secretHash, type RefreshToken } from "../../auth/refresh-token.ts";
import type { Role, Subject } from "../../auth/subject.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import type { LimitValues } from "../../session/limit-values.ts";
import type { AccountEvents } from "./account-events.ts";
import { checkBan, roleOf, rotationOf, type Account, type LoginSession } from "./rules.ts";
import {
  addSession,
  changeAccount,
  endLogins,
  endSession,
  findAccount,
  findSession,
  isLinked,
  rotateSession,
  type Queries,
} from "./store.ts";

/** What a login gives. */
export interface LoginAnswer {
  /** The access token. */
  readonly token: string;
  readonly expiresInS: number;
  readonly refreshToken: string;
  readonly refreshExpiresInS: number;
  readonly session: string;
  readonly account: string;
  /** What others see. */
  readonly name: string;
  /** null: a guest, or one who logs in elsewhere. */
  readonly username: string | null;
  readonly role: Role;
  readonly isGuest: boolean;
}

/** A login that is stored, and not yet answered. */
export interface OpenLogin {
  readonly account: Account;
  readonly refresh: RefreshToken;
  readonly atMs: number;
  /** Logins that had to give way. */
  readonly gone: readonly string[];
}

interface Verdict {
  readonly kind: "login" | "reused" | "refused";
  readonly login?: OpenLogin;
  readonly account?: string;
}

/** Opens login sessions, gives their tokens, and ends them. */
export class LoginDesk {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #rules: TokenRules;
  readonly #events: AccountEvents;
  readonly #refresh: RefreshTokens;
  readonly #limits: LimitValues;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly rules: TokenRules;
    readonly events: AccountEvents;
    readonly limits: LimitValues;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#rules = parts.rules;
    this.#events = parts.events;
    this.#limits = parts.limits;
    this.#refresh = new RefreshTokens(parts.rules.secret);
  }

  /** Opens a session inside a transaction that knows the account to be good. Throws `ACCOUNT_BANNED`. */
  async open(tx: Queries, account: Account): Promise<OpenLogin> {
    const nowMs = this.#clock.wallMs();
    checkBan(account, nowMs);
    const refresh = this.#refresh.first(newUuid(this.#random), this.#random);
    const row: LoginSession = {
      id: refresh.session,
      account_id: account.id,
      generation: refresh.generation,
      secret_hash: secretHash(refresh.secret),
      request_hash: null,
      rotated_ms: nowMs,
      expires_ms: nowMs + this.#limits.refreshTokenMs,
    };
    const gone = await addSession(tx, row, this.#limits.loginSessions);
    await changeAccount(tx, account.id, { seen_ms: nowMs });
    return { account, refresh, atMs: nowMs, gone };
  }

  /** The tokens of a login; to be called when it is stored. The same login gives the same answer. */
  async answer({ account, refresh, atMs, gone }: OpenLogin): Promise<LoginAnswer> {
    for (const session of gone) this.#tellEnd(account.id, session);
    const issuedAtS = Math.floor(atMs / 1000);
    const expiresInS = Math.floor(this.#limits.accessTokenMs / 1000);
    const about = {
      account: account.id,
      name: account.display_name,
      role: roleOf(account),
      isGuest: account.is_guest === 1,
      session: refresh.session,
    };
    const { version } = account;
    const claims = { ...about, version, issuedAtS, expiresAtS: issuedAtS + expiresInS };
    return {
      ...about,
      token: await signToken(this.#rules, claims, secretHash(refresh.secret).slice(0, 22)),
      expiresInS,
      refreshToken: this.#refresh.write(refresh),
      refreshExpiresInS: Math.floor(this.#limits.refreshTokenMs / 1000),
      username: account.user_name,
    };
  }

  /**
   * Trades a refresh token for the next one. A token serves once; used again it ends its session, except that the same
   * `request` is given the same one again for a day: a device may go offline before it has the answer. Rejects with `REFRESH_INVALID` or `ACCOUNT_BANNED`.
   */
  async refresh(text: string, request: string | undefined): Promise<LoginAnswer> {
    const token = this.#refresh.read(text);
    if (token === undefined) throw new RealmError("REFRESH_INVALID", { detail: "not of ours" });
    const fresh = this.#refresh.next(token, request ?? newUuid(this.#random));
    const requestHash = request === undefined ? undefined : secretHash(request);
    const session = await findSession(this.#store.db, token.session);
    if (session === undefined) throw new RealmError("REFRESH_INVALID", { detail: "no session" });
    const { kind, login, account } = await this.#store.transaction(
      (tx) => this.#rotate(tx, token, fresh, requestHash),
      [session.account_id],
    );
    if (login !== undefined) return await this.answer(login);
    if (kind === "reused" && account !== undefined) this.#tellEnd(account, token.session);
    throw new RealmError("REFRESH_INVALID", { detail: kind });
  }

  /** Ends this login. A foreign one ends with all others that its issuer vouched for until now. */
  async logout({ account, session }: Subject): Promise<void> {
    const ended = await this.#store.transaction(
      async (tx) => {
        if (await endSession(tx, account, session)) return "own";
        if (!(await isLinked(tx, account))) return "none";
        await changeAccount(tx, account, { ended_ms: this.#clock.wallMs() });
        return "foreign";
      },
      [account],
    );
    if (ended === "own") this.#tellEnd(account, session);
    if (ended === "foreign") this.#events.publish({ account, error: "SESSION_ENDED" });
  }

  async logoutEverywhere({ account }: Subject): Promise<void> {
    await this.#store.transaction((tx) => endLogins(tx, account, this.#clock.wallMs()), [account]);
    this.#events.publish({ account, error: "SESSION_ENDED" });
  }

  async #rotate(
    tx: Queries,
    token: RefreshToken,
    fresh: RefreshToken,
    requestHash: string | undefined,
  ): Promise<Verdict> {
    const nowMs = this.#clock.wallMs();
    const session = await findSession(tx, token.session);
    const account = session && (await findAccount(tx, session.account_id));
    if (session === undefined || account === undefined) return { kind: "refused" };
    checkBan(account, nowMs);
    const { generation, secret } = token;
    const presented = { generation, secretHash: secretHash(secret), requestHash };
    const rotation = rotationOf(session, presented, {
      nowMs,
      graceMs: this.#limits.refreshGraceMs,
    });
    if (rotation === "next") {
      await rotateSession(tx, {
        ...session,
        generation: fresh.generation,
        secret_hash: secretHash(fresh.secret),
        request_hash: requestHash ?? null,
        rotated_ms: nowMs,
        expires_ms: nowMs + this.#limits.refreshTokenMs,
      });
      return { kind: "login", login: { account, refresh: fresh, atMs: nowMs, gone: [] } };
    }
    if (rotation === "again") {
      // the same refresh token; an access token as old as the first answer may be over
      return { kind: "login", login: { account, refresh: fresh, atMs: nowMs, gone: [] } };
    }
    if (rotation === "reused") await endSession(tx, account.id, session.id);
    return { kind: rotation, account: account.id };
  }

  #tellEnd(account: string, session: string): void {
    this.#events.publish({ account, session, error: "SESSION_ENDED" });
  }
}
