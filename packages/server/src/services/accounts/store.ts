import type { Kysely } from "kysely";
import type { AccountsTable } from "../../ports/tables/accounts.ts";
import type { Tables } from "../../ports/tables/tables.ts";
import type { Account, LoginSession } from "./rules.ts";

/** The whole store, or a transaction of it. */
export type Queries = Kysely<Tables>;

/** Deletes what some part of the server keeps for accounts, in the transaction in which they go. */
export type Eraser = (tx: Queries, accounts: readonly string[]) => Promise<void>;

/** Adds the player and its account. False, and nothing is changed: the name is taken. */
export async function addAccount(
  tx: Queries,
  account: Account,
  playerName: string,
): Promise<boolean> {
  const { id, created_ms: createdMs } = account;
  const player = {
    id,
    username: playerName,
    email: null,
    created_at: new Date(createdMs).toISOString(),
    metadata: null,
  };
  const { numInsertedOrUpdatedRows: added } = await tx
    .insertInto("players")
    .values(player)
    .onConflict((of) => of.column("username").doNothing())
    .executeTakeFirst();
  if (Number(added ?? 0) === 0) return false;
  const { numInsertedOrUpdatedRows: made } = await tx
    .insertInto("accounts")
    .values(account)
    .onConflict((of) => of.column("name_key").doNothing())
    .executeTakeFirst();
  if (Number(made ?? 0) === 1) return true;
  await tx.deleteFrom("players").where("id", "=", id).execute();
  return false;
}

export function findAccount(db: Queries, id: string): Promise<Account | undefined> {
  return db.selectFrom("accounts").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function findByName(db: Queries, nameKey: string): Promise<Account | undefined> {
  // PostgreSQL takes no text with it, and no name has it
  if (nameKey.includes("\u0000")) return undefined;
  return await db
    .selectFrom("accounts")
    .selectAll()
    .where("name_key", "=", nameKey)
    .executeTakeFirst();
}

/** Accounts, those first that were seen last. */
export async function listAccounts(
  db: Queries,
  which: { readonly role: string | undefined; readonly guests: boolean; readonly banned: boolean },
  most: number,
): Promise<readonly Account[]> {
  let found = db.selectFrom("accounts").selectAll();
  if (which.role !== undefined) found = found.where("role", "=", which.role);
  if (!which.guests) found = found.where("is_guest", "=", 0);
  if (which.banned) found = found.where("ban_reason", "is not", null);
  return await found.orderBy("seen_ms", "desc").orderBy("id").limit(most).execute();
}

export async function changeAccount(
  tx: Queries,
  id: string,
  changes: Partial<Omit<AccountsTable, "id">>,
): Promise<void> {
  await tx.updateTable("accounts").set(changes).where("id", "=", id).execute();
}

/** Ends all tokens of an account that were made until now: those of its logins too, unless `except` names one. */
export async function endLogins(
  tx: Queries,
  account: string,
  nowMs: number,
  except?: string,
): Promise<void> {
  await tx
    .updateTable("accounts")
    .set((of) => ({
      ended_ms: nowMs,
      ...(except === undefined ? { version: of("version", "+", 1) } : {}),
    }))
    .where("id", "=", account)
    .execute();
  let gone = tx.deleteFrom("login_sessions").where("account_id", "=", account);
  if (except !== undefined && isUuid(except)) gone = gone.where("id", "!=", except);
  await gone.execute();
  await tx.deleteFrom("login_tickets").where("account_id", "=", account).execute();
}

/** `id` is a UUID. */
export function findSession(db: Queries, id: string): Promise<LoginSession | undefined> {
  return db.selectFrom("login_sessions").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Whether this login of this account lasts. False for what is no UUID: no login of ours is called so. */
export async function hasSession(db: Queries, account: string, id: string): Promise<boolean> {
  return isUuid(id) && (await findSession(db, id))?.account_id === account;
}

/** Whether a text may be asked for as an id: PostgreSQL refuses others. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(text);
}

/** Adds a login and ends those unused for longest beyond `most`; returns their ids. */
export async function addSession(
  tx: Queries,
  session: LoginSession,
  most: number,
): Promise<readonly string[]> {
  const older = await tx
    .selectFrom("login_sessions")
    .select("id")
    .where("account_id", "=", session.account_id)
    .orderBy("rotated_ms", "desc")
    .orderBy("id")
    .offset(most - 1)
    .limit(1000)
    .execute();
  const gone = older.map(({ id }) => id);
  if (gone.length > 0) await tx.deleteFrom("login_sessions").where("id", "in", gone).execute();
  await tx.insertInto("login_sessions").values(session).execute();
  return gone;
}

/** Gives a login its next refresh token. */
export async function rotateSession(tx: Queries, session: LoginSession): Promise<void> {
  const { id, account_id: _, ...changes } = session;
  await tx.updateTable("login_sessions").set(changes).where("id", "=", id).execute();
  await changeAccount(tx, session.account_id, { seen_ms: session.rotated_ms });
}

/** False: it was none of this account, or had ended. */
export async function endSession(tx: Queries, account: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const { numDeletedRows: deleted } = await tx
    .deleteFrom("login_sessions")
    .where("id", "=", id)
    .where("account_id", "=", account)
    .executeTakeFirst();
  return deleted > 0n;
}

/** Whether it logs in elsewhere. */
export async function isLinked(tx: Queries, account: string): Promise<boolean> {
  const links = tx.selectFrom("account_links").select("issuer").where("account_id", "=", account);
  return (await links.limit(1).executeTakeFirst()) !== undefined;
}

/** Deletes accounts with all that is theirs. */
export async function eraseAccounts(
  tx: Queries,
  ids: readonly string[],
  erasers: readonly Eraser[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const erase of erasers) await erase(tx, ids);
  await tx.deleteFrom("scores").where("player_id", "in", ids).execute();
  await tx.deleteFrom("players").where("id", "in", ids).execute();
}

/** Guests who were not seen since, those who are away for longest first; `among` these, where they are given. */
export async function idleGuests(
  db: Queries,
  sinceMs: number,
  most: number,
  among?: readonly string[],
): Promise<readonly string[]> {
  let found = db
    .selectFrom("accounts")
    .select("id")
    .where("is_guest", "=", 1)
    .where("seen_ms", "<", sinceMs);
  if (among !== undefined) found = found.where("id", "in", among);
  const rows = await found.orderBy("seen_ms").limit(most).execute();
  return rows.map(({ id }) => id);
}
