import { RealmError } from "@realmwright/protocol";

// Result codes of SQLite; the low byte of an extended one is its kind.
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_UNIQUE = 2067;
const SQLITE_PRIMARY_KEY = 1555;
/** read-only, IO error, corrupt, full, can not open, protocol, no database */
const sqliteGone: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 15, 26]);

const postgresConflicts: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);
const POSTGRES_UNIQUE = "23505";
/**
 * connection errors, login refused, no such database, out of resources, stopped by an operator, system errors; read-only; a
 * statement's time is over; rights that are missing
 */
const postgresGone = /^(?:08|28|3D|53|57P|58)|^(?:25006|57014|25P03|42501)$/u;
/** A statement was refused: the connection is as good as before. */
const sqlState = /^[0-9A-Z]{5}$/u;

/** What a caller of the store gets for an error of node:sqlite: ours, where it is none of the statement's own. */
export function fromSqlite(error: unknown): unknown {
  const kind = (errcodeOf(error) ?? 0) & 0xff;
  if (kind === SQLITE_BUSY || kind === SQLITE_LOCKED) return busy(error);
  return sqliteGone.has(kind) ? unavailable(error) : error;
}

/** The same for an error of pg. */
export function fromPostgres(error: unknown): unknown {
  if (isOurs(error)) return error;
  const state = sqlStateOf(error);
  if (state === undefined) return unavailable(error);
  if (postgresConflicts.has(state)) return busy(error);
  return postgresGone.test(state) ? unavailable(error) : error;
}

/**
 * Whether the server itself answered, and will do the connection's next statement. One that may only read stays so, though
 * the server would let another one write.
 */
export function isAnswer(error: unknown): boolean {
  if (isOurs(error)) return true;
  const state = sqlStateOf(error);
  return state !== undefined && !/^(?:08|57P|25006)/u.test(state);
}

/** Whether a row was refused because another one has the same key. */
export function isUniqueViolation(error: unknown): boolean {
  const code = errcodeOf(error);
  if (code === SQLITE_UNIQUE || code === SQLITE_PRIMARY_KEY) return true;
  return sqlStateOf(error) === POSTGRES_UNIQUE;
}

/** Whether others were in the way, so that it may be tried again. */
export function isBusy(error: unknown): boolean {
  return error instanceof RealmError && error.code === "STORE_BUSY";
}

/** Whether the database did not do it, for no reason of the statement's own. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof RealmError && error.code === "STORE_UNAVAILABLE";
}

export function unavailable(cause: unknown): RealmError {
  return new RealmError("STORE_UNAVAILABLE", { cause, detail: String(cause) });
}

function busy(cause: unknown): RealmError {
  return new RealmError("STORE_BUSY", { cause, detail: String(cause) });
}

/** A value that a column's reader refused, or one that is no parameter. */
function isOurs(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError;
}

function sqlStateOf(error: unknown): string | undefined {
  // Errors of the network have codes too, and no severity.
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  return typeof error.code === "string" && sqlState.test(error.code) ? error.code : undefined;
}

function errcodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}
