// The commands for databases and accounts do on PostgreSQL what they do on SQLite, and its backup can be restored.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLog, openStore } from "@realmwright/server";
import { createIdentity, systemClock } from "@realmwright/server/internal";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { PostgresCluster } from "../../packages/server/src/sql/testing/postgres-cluster.ts";
import { GameFolder, outcome } from "./support/command.ts";

const programs = process.env["POSTGRES_BIN"] ?? "";
if (programs === "") console.warn("SKIPPED: no server of PostgreSQL; see tools/setup/postgres.mjs");

describe.skipIf(programs === "" && process.env["CI"] === undefined)("on PostgreSQL", () => {
  let folder: string;
  let cluster: PostgresCluster;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "realmwright-postgres-"));
    cluster = await PostgresCluster.start(programs);
  });
  afterEach(() => void vi.unstubAllEnvs());
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a command answers; the database is that of the environment. */
  async function ask(url: string, ...args: string[]): Promise<unknown> {
    vi.stubEnv("DATABASE_URL", url);
    const { code, output } = await outcome(["--json", ...args, "--game", folder]);
    expect(code, output.join("\n")).toBe(0);
    return JSON.parse(output.at(-1) ?? "");
  }

  async function register(url: string, username: string): Promise<void> {
    const parts = {
      clock: systemClock(),
      random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
      log: createLog({ level: "silent" }),
    };
    const store = await openStore({ ...parts, url, migrate: false });
    const { operations } = createIdentity({
      ...parts,
      store,
      rules: { secret: new Uint8Array(32), issuer: "realmwright", audience: "game" },
    });
    const add = operations.find(({ name }) => name === "accounts.register")!;
    const input = add.input.parse({ username, password: "correct horse battery" });
    await add.run({ subject: undefined, address: "127.0.0.1" }, input);
    await store.close();
  }

  test("[S-CFG8] [S-CFG9] up, an admin, a backup, and a restore of it", async () => {
    const url = await cluster.database();
    const { done } = (await ask(url, "migrate", "up")) as { done: string[] };
    expect(done).toContain("0003-objects");
    await register(url, "ada");
    expect(await ask(url, "accounts", "role", "ada", "admin")).toMatchObject({ role: "admin" });
    const ban = ["accounts", "ban", "ada", "--reason", "x"];
    expect((await outcome([...ban, "--database-url", url, "--game", folder])).code).toBe(1);

    const copy = path.join(folder, "backup.dump");
    expect(await ask(url, "db", "backup", copy)).toMatchObject({ file: copy });
    await register(url, "late");

    const restored = await cluster.database();
    execFileSync(path.join(programs, "pg_restore"), [
      "--no-owner",
      "--exit-on-error",
      `--dbname=${restored}`,
      copy,
    ]);
    const { steps } = (await ask(restored, "migrate", "status")) as { steps: object[] };
    expect(steps).toHaveLength(done.length);
    expect(await ask(restored, "accounts", "list")).toMatchObject({
      accounts: [{ username: "ada", role: "admin" }],
    });
  });

  test("[S-CFG7] [S-STO4] a refused login and a missing database: one sentence, and what to do", async () => {
    const url = await cluster.database();
    await cluster.ask("postgres", "create role locked login password 'right'");
    const [{ hba_file: rules } = {}] = await cluster.ask("postgres", "show hba_file");
    await cluster.ask(
      "postgres",
      `copy (values ('local all locked scram-sha-256'), ('local all all trust')) to '${String(rules)}'`,
    );
    await cluster.ask("postgres", "select pg_reload_conf()");
    const game = new GameFolder();
    const cases = [
      [
        url.replace("realm@", "locked:wr0ng@"),
        /password authentication failed .+\n {2}Mend the user/,
      ],
      [url.replace("realm@", "stranger@"), /role "stranger" does not exist\n {2}Mend the user/],
      [url.replace(/realm\d+/u, "nowhere"), /database "nowhere" does not exist\n {2}Make it/],
    ] as const;
    for (const [address, wanted] of cases) {
      vi.stubEnv("DATABASE_URL", address);
      const start = ["start", game.path, "--port", "0"];
      for (const command of [start, ["accounts", "list"], ["migrate", "up"]]) {
        const { code, output } = await outcome(command);
        const said = output.join("\n");
        expect(code).toBe(1);
        expect(said).toMatch(/^✗ database\.url: /m);
        expect(said).toMatch(wanted);
        expect(said).not.toMatch(/wr0ng|bug of realmwright|^\s+at /m);
      }
      const { code, output } = await outcome(["doctor", game.path, "--port", "0"]);
      expect(code).toBe(1);
      expect(output.join("\n")).toMatch(
        /✗ failure +database +PostgreSQL at .+; database\.url: .+(?:exist|failed)/,
      );
      expect(output.join("\n")).not.toContain("wr0ng");
    }
    game.remove();
  });
});
