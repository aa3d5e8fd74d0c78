import type { Command } from "commander";
import { Argument } from "commander";
import type { Terminal } from "../terminal.ts";
import { ofDatabase, type DatabaseFlags } from "./database.ts";
import { backup } from "./db.ts";
import { migrate, type Direction } from "./migrate.ts";

/** Adds `migrate` and `db`. `folder` finds a game's folder from where somebody stands. */
export function addDatabaseCommands(
  program: Command,
  terminal: () => Terminal,
  folder: (path: string) => string,
): void {
  const placed = (flags: DatabaseFlags): DatabaseFlags => ({ ...flags, game: folder(flags.game) });

  ofDatabase(
    program
      .command("migrate")
      .description("bring the database's schema up, take its newest step back, or say where it is")
      .addArgument(new Argument("<direction>", "what to do").choices(["up", "down", "status"])),
  )
    .option("--yes", "take back the newest step with the data in it (down)")
    .action(async (direction: Direction, flags: DatabaseFlags & { readonly yes?: true }) => {
      await migrate(direction, placed(flags), terminal());
    });

  const db = program.command("db").description("look after the database");
  ofDatabase(
    db
      .command("backup")
      .description("copy the database as it is now; the game may go on meanwhile")
      .argument("<file>", "the copy; it must not be there yet"),
  ).action(async (file: string, flags: DatabaseFlags) => {
    await backup(file, placed(flags), terminal());
  });
}
