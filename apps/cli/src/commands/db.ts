import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { copySqlite, readDatabaseUrl } from "@realmwright/server/internal";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { answer, explained, type StoreSettings } from "./database.ts";

/** Copies a database into a file: one of SQLite as such a file, one of PostgreSQL by pg_dump. Throws Failure. */
export async function backup(
  file: string,
  { url }: StoreSettings,
  terminal: Terminal,
): Promise<void> {
  if (existsSync(file)) {
    throw new Failure(`${file} is there already.`, "Name a file that is not there yet.");
  }
  await explained(url, async () => {
    const place = readDatabaseUrl(url);
    if (place.dialect === "sqlite") copySqlite(place.file, file);
    else await dump(file, place.variables);
  });
  const { size: bytes } = statSync(file);
  terminal.say(`${terminal.green("✓")} ${file}  ${bytes} bytes`);
  answer(terminal, { file, bytes });
}

/** Passwords go by the environment: arguments of programs can be seen by everyone on the machine. */
async function dump(file: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn("pg_dump", ["--format=custom", "--no-password", `--file=${file}`], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...variables },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0) return;
  } catch (cause) {
    throw new Failure(
      "There is no pg_dump, which copies databases of PostgreSQL.",
      "Install PostgreSQL's client programs (on Debian and Ubuntu: apt-get install postgresql-client).",
      cause,
    );
  }
  throw new Failure(`pg_dump failed: ${said.trim()}`, "Its restore is pg_restore.");
}
