import type { AccountTables } from "./accounts.ts";
import type { GameTables } from "./games.ts";
import type { ObjectTables } from "./objects.ts";

/**
 * The columns of all tables as queries write and read them, the same on both databases. Times are numbers
 * (milliseconds since 1970, columns `…_ms`), flags are 0 or 1, JSON is its text, ids are lower-case UUIDs.
 */
export interface Tables extends AccountTables, GameTables, ObjectTables {}
