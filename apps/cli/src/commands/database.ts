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
  STORE_UNAVAILABLE: "Is it running, and is it the right address? doctor tries.",
  STORE_BUSY: "Another program changes it; try again.",
  STORE_SCHEMA_NEWER: "Use the version of the program that made it, or a newer one.",
  STORE_SCHEMA_OLDER: "Make a backup (db backup FILE), then: migrate up.",
};

/** What PostgreSQL refuses whom it does not know, or who may not, by the first characters of its code. */
const refusals: readonly (readonly [state: string, remedy: string])[] = [
  ["28", "Mend the user and the password in database.url, or what pg_hba.conf lets in."],
  ["3D", "Make it (createdb NAME), or mend the name in database.url."],
  ["42501", "Give the user of database.url the right (grant …), or make it the database's owner."],
];

/** What a person can do about an error of the store; undefined where that is unknown. Its words hold no password. */
export function storeFailure(error: unknown, url: string): Failure | undefined {
  if (!(error instanceof RealmError)) return undefined;
  const { cause } = error;
  const state = cause instanceof Error && "severity" in cause && "code" in cause ? cause.code : "";
  const refusal = refusals.find(([start]) => String(state).startsWith(start));
  const remedy = refusal?.[1] ?? remedies[error.code];
  if (remedy === undefined) return undefined;
  const kind = url.startsWith("sqlite:") ? `database.url (${url})` : "database.url";
  const said = cause instanceof Error ? cause.message : error.message;
  // a server that refuses has answered
  const text = refusal === undefined ? `${error.text} ` : "";
  return new Failure(`${kind}: ${text}${said}`, remedy, error);
}

/** Does something with a database, and says what a person can do where that fails. */
export async function explained<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error, url) ?? error;
  }
}

/** What a command found out, for machines. */
export function answer(terminal: Terminal, value: object): void {
  if (!terminal.isPerson) terminal.print(JSON.stringify(value));
}
