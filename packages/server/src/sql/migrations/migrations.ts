import { games } from "./0001-games.ts";
import { accounts } from "./0002-accounts.ts";
import { objects } from "./0003-objects.ts";
import { loginEndings } from "./0004-login-endings.ts";
import type { Migration } from "./migration.ts";

/** All steps, in order. */
export const migrations: readonly Migration[] = [games, accounts, objects, loginEndings];
