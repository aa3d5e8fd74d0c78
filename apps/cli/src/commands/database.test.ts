import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../program.ts";
import { loadConfiguration } from "../config/configuration.ts";
import { storeSettings } from "./database.ts";

let folder: string;
let file: string;
let said: string;
let complained: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realm-db-"));
  file = join(folder, "data", "game.db");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What a command answers to machines; undefined when it failed. */
async function ask(...args: string[]): Promise<unknown> {
  said = "";
  complained = "";
  const code = await run(["--json", ...args]);
  expect(code === 0).toBe(complained === "");
  return code === 0 ? JSON.parse(said) : undefined;
}

describe("migrate", () => {
  it("goes up, tells, goes down when that is meant, and up again", async () => {
    const database = ["--db-type", "sqlite", "--db-dsn", file];
    const { done } = (await ask("migrate", "up", ...database)) as { done: string[] };
    expect(done[0]).toBe("0001-games");
    expect(await ask("migrate", "up", ...database)).toEqual({ done: [] });
    const { steps } = (await ask("migrate", "status", ...database)) as { steps: object[] };
    expect(steps).toMatchObject(
      done.map((name) => ({ name, appliedMs: expect.any(Number) as unknown, isKnown: true })),
    );
    expect(await ask("migrate", "down", ...database)).toBeUndefined();
    expect(complained).toContain("--yes");
    expect(await ask("migrate", "down", "--yes", ...database)).toEqual({ undone: [done.at(-1)] });
    expect(await ask("migrate", "up", ...database)).toEqual({ done: [done.at(-1)] });
  });

  it("leaves a schema that is newer as it is, and says so", async () => {
    const database = ["--database-url", `sqlite:${file}`];
    await ask("migrate", "up", ...database);
    const db = new DatabaseSync(file);
    db.exec("insert into realmwright_migrations values ('9999-later', 1)");
    db.close();
    expect(await ask("migrate", "up", ...database)).toBeUndefined();
    expect(complained).toContain("newer version");
  });

  it.each([
    ["what is not there", ["status", "--db-dsn", "none.db"], "is not there"],
    [
      "what is no database",
      ["status", "--database-url", "mysql://a:secret@b/c"],
      "expected postgres://user@host/name, or sqlite:file",
    ],
    [
      "nobody",
      ["status", "--db-dsn", "host=127.0.0.1 port=1 user=a password=secret"],
      "ECONNREFUSED",
    ],
    [
      "two databases",
      ["up", "--db-type", "sqlite", "--database-url", "postgres://a:secret@b/c"],
      "another database",
    ],
    ["postgres without a place", ["up", "--db-type", "postgres"], "--db-dsn"],
    ["no direction", ["sideways"], "up, down, status"],
  ])("says what is wrong with %s", async (_, args, expected) => {
    expect(await ask("migrate", ...args)).toBeUndefined();
    expect(complained).toContain(expected);
    expect(complained).not.toContain("secret");
    expect(complained).not.toContain("a bug");
  });
});

describe("db backup", () => {
  it("copies a database while somebody has it open and writes to it", async () => {
    await ask("migrate", "up", "--db-dsn", file);
    const db = new DatabaseSync(file);
    const add = db.prepare("insert into players (id, username) values (?, ?)");
    const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
    add.run(id(1), "ada");
    db.exec("begin immediate");
    add.run(id(2), "bob");
    const copy = join(folder, "copy.db");
    expect(await ask("db", "backup", copy, "--db-dsn", file)).toMatchObject({ file: copy });
    db.exec("commit");
    db.close();
    const copied = new DatabaseSync(copy);
    expect(copied.prepare("select username from players").all()).toEqual([{ username: "ada" }]);
    copied.close();
    expect(await ask("migrate", "status", "--db-dsn", copy)).toBeDefined();
  });

  it("overwrites nothing, and leaves nothing of a copy that failed", async () => {
    const copy = join(folder, "copy.db");
    expect(await ask("db", "backup", copy, "--db-dsn", file)).toBeUndefined();
    writeFileSync(join(folder, "text.db"), "no database, but long enough to be taken for a header");
    expect(await ask("db", "backup", copy, "--db-dsn", join(folder, "text.db"))).toBeUndefined();
    expect([existsSync(copy), existsSync(`${copy}.partial`)]).toEqual([false, false]);
    writeFileSync(copy, "mine");
    expect(await ask("db", "backup", copy, "--db-dsn", file)).toBeUndefined();
    expect(complained).toContain("is there already");
  });
});

describe("[S-CFG8] the database", () => {
  const game = (): string => join(folder, "game");
  const own = (): string => join(game(), ".realmwright", "game.db");
  const named = (name: string): string => `sqlite:${join(folder, name)}`;
  const up = (...args: string[]) => run(["--json", "migrate", "up", "--game", game(), ...args]);
  const isThere = (name: string): boolean => existsSync(join(folder, name));

  beforeEach(() => {
    mkdirSync(game());
    writeFileSync(join(game(), "server.ts"), "export default {};");
  });

  it("is the game's own where nothing else is said", async () => {
    expect(await up()).toBe(0);
    expect(existsSync(own())).toBe(true);
  });

  it("is that of config.yaml, the environment before it, the flags before both", async () => {
    writeFileSync(join(game(), "config.yaml"), `database: { url: "${named("file.db")}" }\n`);
    expect(await up()).toBe(0);
    expect([isThere("file.db"), existsSync(own())]).toEqual([true, false]);
    vi.stubEnv("DATABASE_URL", named("environment.db"));
    expect(await up()).toBe(0);
    expect(isThere("environment.db")).toBe(true);
    expect(await up("--database-url", named("url.db"))).toBe(0);
    expect(isThere("url.db")).toBe(true);
    const dsn = ["-db-type", "sqlite", "-db-dsn", join(folder, "dsn.db")];
    expect(await up("--database-url", named("not.db"), ...dsn)).toBe(0);
    expect([isThere("dsn.db"), isThere("not.db")]).toEqual([true, false]);
    expect(await up("--db-type", "sqlite")).toBe(0);
    expect(existsSync(own())).toBe(true);
  });

  it("lies beside the config.yaml that names its file; what a variable names does not", () => {
    writeFileSync(join(game(), "config.yaml"), "database: { url: 'sqlite:data/a.db' }\n");
    const load = (environment: Record<string, string>) =>
      loadConfiguration({ folder: game(), environment, flags: [] }).config.database.url;
    expect(load({})).toBe(`sqlite:${join(game(), "data", "a.db")}`);
    expect(load({ DATABASE_URL: "sqlite:a.db" })).toBe("sqlite:a.db");
    for (const url of ["sqlite::memory:", "sqlite:/a.db", "sqlite:///a.db", "postgres://a@b/c"]) {
      writeFileSync(join(game(), "config.yaml"), `database: { url: "${url}" }\n`);
      expect(load({})).toBe(url);
    }
    writeFileSync(join(game(), "config.yaml"), 'database: { url: "${DATABASE_URL}" }\n');
    expect(load({ DATABASE_URL: "sqlite:a.db" })).toBe("sqlite:a.db");
  });

  it("is that of the file which --config names, whatever there is of a game", async () => {
    const file = join(folder, "other.yaml");
    writeFileSync(file, `database: { url: "${named("other.db")}" }\n`);
    expect(await run(["migrate", "up", "--game", folder, "--config", file])).toBe(0);
    expect(isThere("other.db")).toBe(true);
    const copy = join(folder, "copy.db");
    expect(await run(["db", "backup", copy, "--game", folder, "--config", file])).toBe(0);
    expect(isThere("copy.db")).toBe(true);
  });

  it("is not another one in production because a variable is missing", async () => {
    writeFileSync(join(game(), "config.yaml"), 'database: { url: "${DATABASE_URL}" }\n');
    vi.stubEnv("DATABASE_URL", "");
    complained = "";
    expect(await up()).toBe(0);
    expect(complained).toContain("Not set: DATABASE_URL.");
    rmSync(own());
    vi.stubEnv("NODE_ENV", "production");
    expect(await up()).toBe(1);
    expect(complained).toContain("database.url is left to the variable DATABASE_URL");
    expect(existsSync(own())).toBe(false);
    expect(await up("--database-url", named("named.db"))).toBe(0);
  });

  it("is opened as the settings say", () => {
    const environment = {
      DATABASE_URL: "postgres://a@b/c",
      REALMWRIGHT_DATABASE_POOL_SIZE: "3",
      REALMWRIGHT_DATABASE_DURABILITY: "normal",
    };
    const { config } = loadConfiguration({ folder: "nowhere", environment, flags: [] });
    const data = (): string => "data";
    expect(storeSettings(config, data)).toEqual({
      url: "postgres://a@b/c",
      connections: 3,
      durability: "normal",
    });
    const { config: usual } = loadConfiguration({ folder: "nowhere", environment: {}, flags: [] });
    expect(storeSettings(usual, data)).toEqual({
      url: `sqlite:${join("data", "game.db")}`,
      connections: 10,
      durability: "full",
    });
  });
});
