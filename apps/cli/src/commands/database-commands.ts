import type { Command } from "commander";
import { Argument } from "commander";
import type { Configuration } from "../config/configuration.ts";
import { findGame } from "../game/game-folder.ts";
import type { Terminal } from "../terminal.ts";
import { mustNameDatabase, ofDatabase, storeSettings, type DatabaseFlags } from "./database.ts";
import type { StoreSettings } from "./database.ts";
import { backup } from "./db.ts";
import { migrate, type Direction } from "./migrate.ts";

/** Where commands run. */
export interface Surroundings {
  readonly terminal: () => Terminal;
  /** Finds a game's folder from where somebody stands. */
  readonly folder: (path: string) => string;
  /** The configuration in force for a command that was called about a game. */
  readonly configured: (path: string, command: Command) => Configuration;
  readonly isProduction: boolean;
}

/** Adds `migrate` and `db`. */
export function addDatabaseCommands(program: Command, around: Surroundings): void {
  ofDatabase(
    program
      .command("migrate")
      .description("bring the database's schema up, take its newest step back, or say where it is")
      .addArgument(new Argument("<direction>", "what to do").choices(["up", "down", "status"])),
  )
    .option("--yes", "take back the newest step with the data in it (down)")
    .action(async (direction: Direction, flags: MigrateFlags, command: Command) => {
      const { store } = databaseOf(flags, command, around);
      await migrate(direction, store, flags, around.terminal());
    });

  const db = program.command("db").description("look after the database");
  ofDatabase(
    db
      .command("backup")
      .description("copy the database as it is now; the game may go on meanwhile")
      .argument("<file>", "the copy; it must not be there yet"),
  ).action(async (file: string, flags: DatabaseFlags, command: Command) => {
    const { store } = databaseOf(flags, command, around);
    await backup(file, store, around.terminal());
  });
}

type MigrateFlags = DatabaseFlags & { readonly yes?: true };

/** The database that a command is about, by the same settings as the server's; warnings are said. */
export function databaseOf(
  { game }: DatabaseFlags,
  command: Command,
  around: Surroundings,
): { readonly configuration: Configuration; readonly store: StoreSettings } {
  const configuration = around.configured(game, command);
  const terminal = around.terminal();
  for (const warning of configuration.warnings) terminal.warn(warning);
  if (around.isProduction) mustNameDatabase(configuration);
  const data = (): string => findGame(around.folder(game), "--game ").data;
  return { configuration, store: storeSettings(configuration.config, data) };
}
