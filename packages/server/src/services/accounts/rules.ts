import { RealmError } from "@realmwright/protocol";
import { isRole, type LoginMark, type Role, type Subject } from "../../auth/subject.ts";
import type { AccountsTable, LoginSessionsTable } from "../../ports/tables/accounts.ts";

/** An account as it is stored. */
export type Account = AccountsTable;
export type LoginSession = LoginSessionsTable;

/** Throws `INTERNAL` for a role that the database should not hold. */
export function roleOf(account: Account): Role {
  const { role } = account;
  if (!isRole(role)) throw new RealmError("INTERNAL", { detail: "an account of an unknown role" });
  return role;
}

/** At a wall time, in milliseconds since 1970. */
export function isBanned(account: Account, nowMs: number): boolean {
  const { ban_reason: reason, ban_until_ms: untilMs } = account;
  return reason !== null && (untilMs === null || untilMs > nowMs);
}

/** Throws `ACCOUNT_BANNED`, with the wait if there is an end. */
export function checkBan(account: Account, nowMs: number): void {
  if (!isBanned(account, nowMs)) return;
  const { ban_until_ms: untilMs } = account;
  throw new RealmError("ACCOUNT_BANNED", untilMs === null ? {} : { retryAfterMs: untilMs - nowMs });
}

/** A refresh token that was presented, hashed. */
export interface Presented {
  readonly generation: number;
  readonly secretHash: string;
  /** undefined: the client named no request, so its answer can not be given again. */
  readonly requestHash: string | undefined;
}

/**
 * What to do with a refresh token: give the next one, give the last answer again, end the session because the token was
 * used before, or refuse it.
 */
export type Rotation = "next" | "again" | "reused" | "refused";

/** `graceMs`: how long the last answer is given again. */
export function rotationOf(
  session: LoginSession,
  presented: Presented,
  { nowMs, graceMs }: { readonly nowMs: number; readonly graceMs: number },
): Rotation {
  const { generation, secret_hash: secretHash, request_hash: requestHash } = session;
  if (nowMs >= session.expires_ms) return "refused";
  if (presented.generation === generation) {
    return presented.secretHash === secretHash ? "next" : "refused";
  }
  // a database that was put back to an earlier state knows less than its clients
  if (presented.generation > generation) return "refused";
  const isSameRequest =
    presented.requestHash !== undefined &&
    presented.requestHash === requestHash &&
    presented.generation === generation - 1;
  const isRecent = nowMs - session.rotated_ms <= graceMs;
  return isSameRequest && isRecent ? "again" : "reused";
}

/** Whom a moderator may ban: players. Admins may ban all but other admins; nobody bans itself. Throws `FORBIDDEN`. */
export function checkBanner(by: Subject, account: Account): void {
  const role = roleOf(account);
  const isAllowed = by.role === "admin" ? role !== "admin" : role === "player";
  if (!isAllowed || by.account === account.id) {
    throw new RealmError("FORBIDDEN", { detail: `ban of a ${role}` });
  }
}

/** Throws `ACCOUNT_BANNED` or `SESSION_ENDED` for what is over since it was made. `hasSession`: the login's row is there. */
export function checkStanding(
  account: Account,
  hasSession: boolean,
  mark: LoginMark,
  nowMs: number,
): void {
  checkBan(account, nowMs);
  const isOver =
    mark.version === undefined
      ? mark.issuedMs <= account.ended_ms
      : !hasSession || mark.version !== account.version;
  if (isOver) throw new RealmError("SESSION_ENDED");
}
