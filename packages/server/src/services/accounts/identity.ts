import type { FetchImplementation } from "jose";
import { checkedRules, type TokenRules } from "../../auth/access-token.ts";
import { IssuerKeys, type ForeignIssuer } from "../../auth/foreign-issuer.ts";
import type { LoginsEnded } from "../../auth/logins-ended.ts";
import { LoginThrottle } from "../../auth/login-throttle.ts";
import { PasswordDesk, type PasswordDeskOptions } from "../../auth/password-desk.ts";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Hot } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import { limitValues, type LimitValues } from "../../session/limit-values.ts";
import type { AnyOperation } from "../operation.ts";
import type { AccountEvents } from "./account-events.ts";
import { Accounts, type AccountParts } from "./accounts.ts";
import { ForeignAccounts } from "./foreign-accounts.ts";
import { LoginDesk } from "./login-desk.ts";
import { Moderation } from "./moderation.ts";
import { moderationOperations } from "./moderation-operations.ts";
import { enteringOperations, ownOperations } from "./operations.ts";
import { PasswordChanges, type DeliverReset } from "./password-changes.ts";
import type { Eraser } from "./store.ts";
import { SubjectVerifier } from "./subject-verifier.ts";
import { sweepAccounts } from "./sweep.ts";
import { Tickets } from "./tickets.ts";

export interface IdentityOptions {
  readonly store: Store;
  /** Where nodes count logins that failed together. Default: in this process's memory. */
  readonly hot?: Hot;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly rules: TokenRules;
  /** Told of every end of a login after this node's own verifier. Default: there are no other nodes and no sockets. */
  readonly events?: AccountEvents;
  /** Default the usual ones. */
  readonly limits?: LimitValues;
  /** Whose tokens are taken besides our own. Default none. */
  readonly issuers?: readonly ForeignIssuer[];
  /** What fetches the issuers' keys. Default the platform's. */
  readonly fetch?: FetchImplementation;
  /** Whether players may come without an account. Default true. */
  readonly guests?: boolean;
  /** Without it passwords can not be reset. */
  readonly deliverReset?: DeliverReset;
  /** What else is deleted with an account. */
  readonly erasers?: readonly Eraser[];
  readonly hashing?: Omit<PasswordDeskOptions, "random">;
  /** A guest who was not seen for so long is deleted. Default as long as a refresh token lasts. */
  readonly guestIdleMs?: number;
}

/** All that has to do with who somebody is. */
export interface Identity {
  /** For HTTP and rpc. */
  readonly operations: readonly AnyOperation[];
  /** For HTTP, and for edges: `verify` at the beginning, `recheck` from time to time. */
  readonly verifier: SubjectVerifier;
  /** For edges: what stands for a token at the beginning. */
  readonly tickets: Tickets;
  /** Deletes what is over, a bounded number at a time; true: call again. For a job. */
  sweep(): Promise<boolean>;
  /** To be called with what other nodes have published. */
  ended(event: LoginsEnded): void;
}

/** Throws TypeError for secrets that are too short and keys of issuers that are not at https. */
export function createIdentity(options: IdentityOptions): Identity {
  const { store, clock, random, log, limits = limitValues() } = options;
  const rules = checkedRules(options.rules);
  const erasers = options.erasers ?? [];
  const verifier = new SubjectVerifier({
    rules,
    issuers: issuersOf(options),
    foreign: new ForeignAccounts({ store, clock, random }),
    store,
    clock,
  });
  const events: AccountEvents = {
    publish(event) {
      verifier.ended(event);
      options.events?.publish(event);
    },
  };
  const logins = new LoginDesk({ store, clock, random, rules, events, limits });
  const parts: AccountParts = {
    store,
    clock,
    random,
    passwords: new PasswordDesk({ random, ...options.hashing }),
    throttle: new LoginThrottle({
      hot: options.hot ?? createMemoryHot({ clock, log }),
      clock,
      log,
    }),
    events,
    logins,
    limits,
    renamed: (account) => verifier.ended({ account }),
    erasers,
  };
  const accounts = new Accounts(parts);
  const passwords = new PasswordChanges(parts, { accounts, log, deliver: options.deliverReset });
  const tickets = new Tickets({ store, clock, random, verifier, limits });
  const own = { accounts, logins, passwords, tickets, limits };
  const moderation = new Moderation(parts);
  const idleMs = options.guestIdleMs ?? limits.refreshTokenMs;
  return {
    operations: [
      ...enteringOperations(own, options.guests ?? true),
      ...ownOperations(own),
      ...moderationOperations({ accounts, moderation }),
    ],
    verifier,
    tickets,
    sweep: () => sweepAccounts({ store, clock, erasers, idleMs }),
    ended: (event) => verifier.ended(event),
  };
}

function issuersOf(options: IdentityOptions): ReadonlyMap<string, IssuerKeys> {
  const { clock, fetch, issuers = [], rules } = options;
  const keysOptions = {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    ...(fetch === undefined ? {} : { fetch }),
  };
  const keys = new Map<string, IssuerKeys>();
  for (const issuer of issuers) {
    if (issuer.issuer === rules.issuer || keys.has(issuer.issuer)) {
      throw new TypeError(`Two issuers are called ${issuer.issuer}`);
    }
    keys.set(issuer.issuer, new IssuerKeys(issuer, keysOptions));
  }
  return keys;
}
