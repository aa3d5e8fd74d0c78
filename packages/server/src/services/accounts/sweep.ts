import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import { eraseAccounts, idleGuests, type Eraser } from "./store.ts";

export interface SweepOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly erasers: readonly Eraser[];
  /** A guest who was not seen for so long goes. */
  readonly idleMs: number;
}

/** In one call: on SQLite nothing else runs meanwhile, and a guest may own thousands of objects. */
const GUESTS = 10;
/** Of each other kind in one call. */
const ROWS = 100;

/**
 * Deletes guests who stayed away for too long with all that is theirs, in one transaction, and logins, tickets and resets
 * that have run out. True: there may be more. For a job; two at once do no harm.
 */
export async function sweepAccounts(options: SweepOptions): Promise<boolean> {
  const { store, clock, erasers, idleMs } = options;
  const nowMs = clock.wallMs();
  const sinceMs = nowMs - idleMs;
  const idle = await idleGuests(store.db, sinceMs, GUESTS);
  // alone with them: what is written for one at the same time comes before it goes, and goes too, or finds it gone
  if (idle.length > 0) {
    await store.transaction(async (tx) => {
      await eraseAccounts(tx, await idleGuests(tx, sinceMs, GUESTS, idle), erasers);
    }, idle);
  }
  const spent = [await sweepLogins(store, nowMs, ROWS), await sweepTickets(store, nowMs, ROWS)];
  await store.db.deleteFrom("password_resets").where("expires_ms", "<=", nowMs).execute();
  return idle.length === GUESTS || spent.includes(ROWS);
}

async function sweepLogins({ db }: Store, nowMs: number, most: number): Promise<number> {
  const spent = db.selectFrom("login_sessions").select("id").where("expires_ms", "<=", nowMs);
  const { numDeletedRows: deleted } = await db
    .deleteFrom("login_sessions")
    .where("id", "in", spent.limit(most))
    .executeTakeFirst();
  return Number(deleted);
}

async function sweepTickets({ db }: Store, nowMs: number, most: number): Promise<number> {
  const spent = db
    .selectFrom("login_tickets")
    .select("ticket_hash")
    .where("expires_ms", "<=", nowMs);
  const { numDeletedRows: deleted } = await db
    .deleteFrom("login_tickets")
    .where("ticket_hash", "in", spent.limit(most))
    .executeTakeFirst();
  return Number(deleted);
}
