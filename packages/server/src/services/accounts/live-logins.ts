import type { LoginsEnded } from "../../auth/logins-ended.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import { isBanned } from "./rules.ts";
import { isUuid } from "./store.ts";

/** A login by which somebody is connected. */
export interface LiveLogin {
  readonly account: string;
  /** As it was when the connection came. */
  readonly role: string;
  /** Id of the login session, or what a foreign issuer calls it. */
  readonly login: string | undefined;
  /** Wall clock, milliseconds since 1970, of the connection. */
  readonly sinceMs: number;
}

/** The connections of this node. */
export interface LiveLogins {
  /** Closes the connections of logins that have ended. */
  end(event: LoginsEnded): void;
  /** The logins by which somebody is connected. */
  all(): readonly LiveLogin[];
}

const GROUP = 200;

/** Accounts, at most 1,000, all of whose logins but perhaps one ended after that time, with the time of it. */
export async function accountsEndedAfter(
  { db }: Store,
  afterMs: number,
): Promise<readonly { readonly id: string; readonly ended_ms: number }[]> {
  return await db
    .selectFrom("accounts")
    .select(["id", "ended_ms"])
    .where("ended_ms", ">", afterMs)
    .orderBy("ended_ms", "desc")
    .limit(1000)
    .execute();
}

/** Of logins by which somebody is connected those that have ended, as the store knows them. */
export async function endedAmong(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  logins: readonly LiveLogin[],
): Promise<readonly LoginsEnded[]> {
  const ended: LoginsEnded[] = [];
  for (let i = 0; i < logins.length; i += GROUP) {
    ended.push(...(await endedIn(store, clock.wallMs(), logins.slice(i, i + GROUP))));
  }
  return ended;
}

async function endedIn(
  { db }: Store,
  nowMs: number,
  logins: readonly LiveLogin[],
): Promise<readonly LoginsEnded[]> {
  const ids = [...new Set(logins.map(({ account }) => account).filter(isUuid))];
  const sessions = [...new Set(logins.flatMap(({ login = "" }) => (isUuid(login) ? [login] : [])))];
  // both empty lists would be no SQL
  const accounts =
    ids.length === 0
      ? []
      : await db.selectFrom("accounts").selectAll().where("id", "in", ids).execute();
  const open =
    sessions.length === 0
      ? []
      : await db.selectFrom("login_sessions").select("id").where("id", "in", sessions).execute();
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const isOpen = new Set(open.map(({ id }) => id));
  return logins.flatMap(({ account: id, role, login, sinceMs }): LoginsEnded[] => {
    const account = byId.get(id);
    if (account === undefined) return [{ account: id, error: "SESSION_ENDED" }];
    if (isBanned(account, nowMs)) return [{ account: id, error: "ACCOUNT_BANNED" }];
    if (account.role !== role) return [{ account: id, error: "SESSION_ENDED" }];
    if (login === undefined) return [];
    const isOver = isUuid(login) ? !isOpen.has(login) : account.ended_ms >= sinceMs;
    return isOver ? [{ account: id, session: login, error: "SESSION_ENDED" }] : [];
  });
}
