import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

/** A server of PostgreSQL of its own, in a temporary folder, reached by a socket in that folder. */
export class PostgresCluster {
  readonly #folder: string;
  readonly #server: ChildProcess;
  #databases = 0;

  private constructor(folder: string, server: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
  }

  /**
   * @param programs folder of its programs
   * @param isDurable whether it waits for the disk, as others do: tests have no time for that
   */
  static async start(programs: string, { isDurable = false } = {}): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), "realm-pg-"));
    const user = ordinaryUser();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, "data");
    const { status, stderr } = spawnSync(
      join(programs, "initdb"),
      ["-D", data, "-U", "realm", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
      { encoding: "utf8", cwd: folder, ...user },
    );
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
    const settings = ["listen_addresses=", `unix_socket_directories=${folder}`];
    if (!isDurable) settings.push("fsync=off");
    const server = spawn(
      join(programs, "postgres"),
      ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      { cwd: folder, stdio: ["ignore", "ignore", "pipe"], ...user },
    );
    process.once("exit", () => server.kill("SIGQUIT"));
    await untilReady(server);
    return new PostgresCluster(folder, server);
  }

  async version(): Promise<string> {
    const [row] = await this.ask("postgres", "select version()");
    return String(row?.["version"]);
  }

  /** URL of a new, empty database. */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `realm${this.#databases}`;
    await this.ask("postgres", `create database ${name}`);
    return `postgres://realm@/${name}?host=${encodeURIComponent(this.#folder)}`;
  }

  /** The same place as keywords of libpq. */
  keywords(url: string): string {
    return `host='${this.#folder}' user=realm dbname=${/realm\d+/u.exec(url)?.[0]} sslmode=disable`;
  }

  /** Asks beside the store. */
  async ask(database: string, statement: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ host: this.#folder, user: "realm", database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const gone = once(this.#server, "exit");
      this.#server.kill("SIGQUIT");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The server refuses to be root. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`postgres ended: ${said}`)));
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready to accept connections")) resolve();
    });
  });
}
