import { join } from "node:path";
import type { Command } from "commander";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { configOptions } from "../config/flag-layer.ts";
import type { Config } from "../config/config.ts";
import type { Configuration } from "../config/configuration.ts";
import { ConfigFailure } from "../config/problem.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

/** Which game's settings a command about a database goes by. */
export interface DatabaseFlags {
  readonly game: string;
}

/** What opens the store. */
export interface StoreSettings {
  readonly url: string;
  readonly durability: "full" | "normal";
  readonly connections: number;
}

/** Adds the options that name a database. */
export function ofDatabase(command: Command): Command {
  return configOptions(
    command.option("--game <folder>", "the game whose settings and database these are", "."),
  ).option("--database-url <url>", "sqlite:file or postgres://…");
}

/**
 * The store that the settings name.
 *
 * @param data gives the game's data folder, asked for where they name none.
 */
export function storeSettings({ database }: Config, data: () => string): StoreSettings {
  return {
    url: database.url ?? `sqlite:${join(data(), "game.db")}`,
    durability: database.durability,
    connections: database.pool_size,
  };
}

/** Throws ConfigFailure where the database is left to a variable that nobody set: another one would be taken for it. */
export function mustNameDatabase({ missing }: Configuration): void {
  const problems = missing
    .filter(({ path }) => path === "database.url")
    .map(({ place, variable }) => ({
      place,
      what: `database.url is left to the variable ${variable}, which is not set.`,
      remedy: `Set it, or name the database by --database-url.`,
    }));
  if (problems.length > 0) throw new ConfigFailure(problems);
}

const remedies: Partial<Record<ErrorCode, string>> = {
  STORE_URL_INVALID: "As in --db-dsn game.db, or --database-url postgres://user@host/name.",
  STORE_UNAVAILABLE: "Is it running, and is it the right address?",
  STORE_BUSY: "Another program changes it; try again.",
  STORE_SCHEMA_NEWER: "Use the version of the program that made it, or a newer one.",
  STORE_SCHEMA_OLDER: "Make a backup (db backup FILE), then: migrate up.",
};

/** Does something with a database, and says what a person can do where that fails. */
export async function explained<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const remedy = remedies[error.code];
    if (remedy === undefined) throw error;
    const kind = url.startsWith("sqlite:") ? url : "The database";
    const said = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Failure(`${kind}: ${error.text} ${said}`, remedy, error);
  }
}

/** What a command found out, for machines. */
export function answer(terminal: Terminal, value: object): void {
  if (!terminal.isPerson) terminal.print(JSON.stringify(value));
}
