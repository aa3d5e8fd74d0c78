import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
  readDatabaseUrl,
  systemClock,
  withMigrator,
  type Migrator,
} from "@realmwright/server/internal";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { answer, explained, type StoreSettings } from "./database.ts";
import { makeLog } from "./serve.ts";

export type Direction = "up" | "down" | "status";

/** Changes the schema of a database, or says which it has. Throws Failure. */
export async function migrate(
  direction: Direction,
  settings: StoreSettings,
  flags: { readonly yes?: true },
  terminal: Terminal,
): Promise<void> {
  if (direction === "down" && flags.yes !== true) {
    throw new Failure(
      "A step down deletes the tables that it made, with all that is in them.",
      "Make a backup (db backup FILE), then add --yes.",
    );
  }
  const { url } = settings;
  const options = {
    ...settings,
    clock: systemClock(),
    random: (length: number) => randomBytes(length),
    log: makeLog({ logging: { level: "error", format: "auto" } }, terminal.isPerson),
  };
  await explained(url, async () => {
    const place = readDatabaseUrl(url);
    if (place.dialect === "sqlite") mayOpen(place.file, direction);
    await withMigrator(options, (migrator) => tasks[direction](migrator, terminal));
  });
}

/** Only a step up makes a database that is not there. */
function mayOpen(file: string, direction: Direction): void {
  if (direction === "up") mkdirSync(dirname(file), { recursive: true });
  else if (!existsSync(file)) {
    throw new Failure(`${file} is not there.`, "A server makes it when it starts, or: migrate up.");
  }
}

const tasks: Readonly<
  Record<Direction, (migrator: Migrator, terminal: Terminal) => Promise<void>>
> = {
  async up(migrator, terminal) {
    const done = await migrator.up();
    for (const name of done) terminal.say(`${terminal.green("✓")} ${name}`);
    if (done.length === 0) terminal.say("Nothing is missing.");
    answer(terminal, { done });
  },
  async down(migrator, terminal) {
    const name = await migrator.down();
    terminal.say(name === undefined ? "There is no step to take back." : `Took back ${name}.`);
    answer(terminal, { undone: name === undefined ? [] : [name] });
  },
  async status(migrator, terminal) {
    const steps = await migrator.status();
    for (const { name, appliedMs, isKnown } of steps) {
      const when = appliedMs === undefined ? "missing" : new Date(appliedMs).toISOString();
      terminal.say(`${name}  ${when}${isKnown ? "" : "  made by a newer version"}`);
    }
    answer(terminal, { steps });
  },
};
