import { join } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { Failure } from "../failure.ts";
import { findGame } from "../game/game-folder.ts";

/** Which database a command is about. */
export interface DatabaseFlags {
  readonly game: string;
  readonly databaseUrl?: string;
  readonly dbType?: "sqlite" | "postgres";
  readonly dbDsn?: string;
}

/** Adds the options that name a database. */
export function ofDatabase(command: Command): Command {
  return command
    .option("--game <folder>", "the game whose own database it is", ".")
    .option("--database-url <url>", "sqlite:file or postgres://…")
    .addOption(
      new Option("--db-type <type>", "kind of the database").choices(["sqlite", "postgres"]),
    )
    .option("--db-dsn <dsn>", "a file, postgres://… or host=… user=… dbname=…; wins over the URL");
}

/** The address of a database; without any option that of the game's own. Throws Failure. */
export function databaseUrl(flags: DatabaseFlags): string {
  const { dbDsn: dsn, dbType: type, databaseUrl: url } = flags;
  if (dsn !== undefined) {
    const isPostgres = type === "postgres" || (type === undefined && /^postgres|=/u.test(dsn));
    return isPostgres ? dsn : `sqlite:${dsn.replace(/^(?:sqlite|file):/u, "")}`;
  }
  if (url !== undefined && type !== "sqlite") return url;
  if (type === "postgres") {
    throw new Failure("--db-type postgres does not say where.", "Add --db-dsn or --database-url.");
  }
  return `sqlite:${join(findGame(flags.game, "--game ").data, "game.db")}`;
}

const remedies: Partial<Record<ErrorCode, string>> = {
  STORE_URL_INVALID: "As in --db-dsn game.db, or --database-url postgres://user@host/name.",
  STORE_UNAVAILABLE: "Is it running, and is it the right address?",
  STORE_BUSY: "Another program changes it; try again.",
  STORE_SCHEMA_NEWER: "Use the version of the program that made it, or a newer one.",
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
