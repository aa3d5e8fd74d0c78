import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../program.ts";
import { databaseUrl } from "./database.ts";

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
      "can not be read",
    ],
    ["nobody", ["status", "--db-dsn", "host=127.0.0.1 port=1 password=secret"], "ECONNREFUSED"],
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

describe("the database's address", () => {
  it.each([
    [{ dbDsn: "game.db" }, "sqlite:game.db"],
    [{ dbDsn: "sqlite:game.db" }, "sqlite:game.db"],
    [{ dbType: "sqlite", dbDsn: "a=b.db" }, "sqlite:a=b.db"],
    [{ dbDsn: "host=db user=a" }, "host=db user=a"],
    [{ dbType: "postgres", dbDsn: "postgres://a@b/c" }, "postgres://a@b/c"],
    [{ databaseUrl: "postgres://a@b/c", dbDsn: "game.db" }, "sqlite:game.db"],
    [{ databaseUrl: "postgres://a@b/c" }, "postgres://a@b/c"],
  ] as const)("%j is %s", (flags, url) => {
    expect(databaseUrl({ game: ".", ...flags })).toBe(url);
  });
});
