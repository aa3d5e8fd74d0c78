import { games } from "./0001-games.ts";
import { accounts } from "./0002-accounts.ts";
import type { Migration } from "./migration.ts";

/** All steps, in order. */
export const migrations: readonly Migration[] = [games, accounts];
