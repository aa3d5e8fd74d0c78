import { RealmError } from "@realmwright/protocol";
import { decodeJwt } from "jose";
import type { AccessClaims, TokenRules } from "../../auth/access-token.ts";
import type { ForeignClaims, IssuerKeys } from "../../auth/foreign-issuer.ts";
import type { LoginsEnded } from "../../auth/logins-ended.ts";
import type { LoginMark, Subject } from "../../auth/subject.ts";
import { TokenReader } from "../../auth/token-reader.ts";
import { checkTokenForm, type TokenVerifier } from "../../auth/token-verifier.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import type { SessionIdentity } from "../../session/session-state.ts";
import type { ForeignAccounts } from "./foreign-accounts.ts";
import { checkStanding, roleOf, type Account } from "./rules.ts";
import { findAccount, hasSession, isUuid } from "./store.ts";

/** A subject, and what its login is to be compared with later. */
export interface KnownSubject extends Subject {
  readonly mark: LoginMark;
}

export interface SubjectVerifierOptions {
  readonly rules: TokenRules;
  /** By their `iss` claim. */
  readonly issuers: ReadonlyMap<string, IssuerKeys>;
  readonly foreign: ForeignAccounts;
  readonly store: Store;
  readonly clock: Clock;
}

interface Standing {
  readonly account: Account;
  readonly hasSession: boolean;
  readonly untilMs: number;
}

/** What is known of a login is looked up anew after so long, should nobody have told that it ended. */
const STANDING_MS = 1000;
const STANDINGS_MAX = 10_000;

/**
 * Says whose a token is, and whether its login lasts: what the store says is remembered for a second, and forgotten at
 * once when `ended` hears of it.
 */
export class SubjectVerifier implements TokenVerifier {
  readonly #options: SubjectVerifierOptions;
  readonly #tokens: TokenReader;
  readonly #standings = new Map<string, Map<string, Standing>>();

  constructor(options: SubjectVerifierOptions) {
    this.#options = options;
    this.#tokens = new TokenReader(options.rules, () => options.clock.wallMs());
  }

  /** Rejects with `TOKEN_INVALID`, `TOKEN_EXPIRED`, `SESSION_ENDED`, `ACCOUNT_BANNED`, or `ISSUER_GONE`. */
  async verify(token: string): Promise<KnownSubject> {
    checkTokenForm(token);
    const own = this.#tokens.recall(token);
    if (own !== undefined) return await this.#own(own);
    const keys = this.#options.issuers.get(issuerOf(token));
    if (keys !== undefined) return await this.#foreign(await keys.verify(token));
    return await this.#own(await this.#tokens.read(token));
  }

  /** Rejects when a login that was verified before has ended since: for sockets, every second or two. */
  async recheck({ account, mark }: KnownSubject): Promise<void> {
    await this.known(account, mark);
  }

  /** Who holds a session, as its account is now. Rejects as `verify` does when its login has ended. */
  async current({ account, mark }: SessionIdentity): Promise<KnownSubject> {
    if (mark === undefined) throw new RealmError("SESSION_ENDED");
    return await this.known(account, mark);
  }

  /** The subject of a login, as its account is now. */
  async known(account: string, mark: LoginMark): Promise<KnownSubject> {
    const standing = await this.#standing(account, mark.session);
    if (standing === undefined) throw new RealmError("SESSION_ENDED");
    checkStanding(standing.account, standing.hasSession, mark, this.#options.clock.wallMs());
    const { display_name: name, is_guest: isGuest } = standing.account;
    const role = roleOf(standing.account);
    return { account, name, role, isGuest: isGuest === 1, session: mark.session, mark };
  }

  /** Forgets what is known of an account. To be called for every `LoginsEnded`, on every node. */
  ended(event: Pick<LoginsEnded, "account">): void {
    this.#standings.delete(event.account);
  }

  async #own({ account, session, version, issuedAtS }: AccessClaims): Promise<KnownSubject> {
    return await this.known(account, { session, version, issuedMs: issuedAtS * 1000 });
  }

  async #foreign(claims: ForeignClaims): Promise<KnownSubject> {
    const account = await this.#options.foreign.accountOf(claims);
    const session = claims.session ?? `${claims.issuer} ${claims.subject}`;
    const issuedMs = claims.issuedAtS * 1000;
    return await this.known(account, { session, version: undefined, issuedMs });
  }

  async #standing(id: string, session: string): Promise<Standing | undefined> {
    const nowMs = this.#options.clock.nowMs();
    const kept = this.#standings.get(id)?.get(session);
    if (kept !== undefined && nowMs < kept.untilMs) return kept;
    // ids of other forms are of tokens that no account was made for
    if (!isUuid(id)) return undefined;
    const { db } = this.#options.store;
    const account = await findAccount(db, id);
    if (account === undefined) return undefined;
    const isOpen = await hasSession(db, id, session);
    const standing = { account, hasSession: isOpen, untilMs: nowMs + STANDING_MS };
    this.#keep(id, session, standing);
    return standing;
  }

  #keep(account: string, session: string, standing: Standing): void {
    let sessions = this.#standings.get(account);
    if (sessions === undefined || sessions.size >= 64) {
      sessions = new Map();
      this.#standings.delete(account);
      this.#standings.set(account, sessions);
    }
    sessions.set(session, standing);
    if (this.#standings.size <= STANDINGS_MAX) return;
    const [oldest] = this.#standings.keys();
    if (oldest !== undefined) this.#standings.delete(oldest);
  }
}

/** Who says to have made it: nothing but a choice of the key to check it with. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch (cause) {
    throw new RealmError("TOKEN_INVALID", { cause });
  }
}
