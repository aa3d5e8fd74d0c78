import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readDatabaseUrl } from "@realmwright/server/internal";
import { storeSettings } from "./commands/database.ts";
import type { Config } from "./config/config.ts";

/** A server that runs. */
export interface Holder {
  readonly pid: number;
  /** The port that it was told; 0: any. */
  readonly port: number;
}

const waitMs = 200;
/** SQLite's own code: somebody else has the lock. */
const busy = 5;

/**
 * Says to others that a server runs. It is a lock that SQLite holds on a small file of its own, so that the system lets it
 * go when the process ends, however it ends: nothing is left to clean up.
 */
export class ServerLock {
  /** Who has it, where somebody else has. */
  readonly other: Holder | undefined;
  readonly #file: DatabaseSync;

  /** Takes the lock, unless somebody has it. */
  constructor(path: string, self: Holder) {
    this.#file = new DatabaseSync(path, { timeout: waitMs });
    this.other = this.#take(self);
    if (this.other !== undefined) this.release();
  }

  release(): void {
    if (this.#file.isOpen) this.#file.close();
  }

  /** The transaction stays open: others may read who began it, and begin none. */
  #take({ pid, port }: Holder): Holder | undefined {
    try {
      this.#file.exec("BEGIN IMMEDIATE");
      this.#file.exec("CREATE TABLE IF NOT EXISTS server (pid INTEGER, port INTEGER)");
      this.#file.exec("DELETE FROM server");
      this.#file.prepare("INSERT INTO server VALUES (?, ?)").run(pid, port);
      this.#file.exec("COMMIT");
      this.#file.exec("BEGIN IMMEDIATE");
      return undefined;
    } catch (error) {
      if ((error as { readonly errcode?: number }).errcode !== busy) throw error;
      const found = this.#file.prepare("SELECT pid, port FROM server").get();
      return { pid: Number(found?.["pid"]), port: Number(found?.["port"]) };
    }
  }
}

/** Where the servers of a game have their lock: beside its file of SQLite, else in its data folder. */
export function lockPath(config: Config, data: string): string | undefined {
  const place = readDatabaseUrl(storeSettings(config, () => data).url);
  if (place.dialect === "postgres") return join(data, "server-lock");
  return place.file === ":memory:" ? undefined : `${place.file}-server`;
}
