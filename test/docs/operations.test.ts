// What docs/guide/operations.md tells operators to do works as it stands there.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createLog, openStore } from "@realmwright/server";
import { createIdentity, systemClock } from "@realmwright/server/internal";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PostgresCluster } from "../../packages/server/src/sql/testing/postgres-cluster.ts";
import { field } from "../cli/support/command.ts";
import { shell } from "./support/child.ts";
import { blocksOf, fileBlock } from "./support/code-blocks.ts";
import { copyRepository, type RepositoryCopy } from "./support/repository-copy.ts";

const blocks = blocksOf("docs/guide/operations.md");
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.trimEnd().split("\n"));

let copy: RepositoryCopy;
let game: string;
let database: string;

beforeAll(() => {
  copy = copyRepository();
  game = path.join(copy.folder, "games/my-game");
  for (const [name, text] of Object.entries(field)) write(name, text);
  write("config.yaml", fileBlock(blocks, "games/my-game/config.yaml").code);
  database = path.join(game, "data", "game.db");
  vi.stubEnv("DATABASE_URL", `sqlite:${database}`);
  vi.stubEnv("PORT", "0");
});
afterAll(() => {
  vi.unstubAllEnvs();
  copy.remove();
});

function write(name: string, text: string): void {
  const file = path.join(game, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs the page's commands that begin so, and answers what they say. */
async function run(beginning: string): Promise<string> {
  const found = commands.filter((command) => command.startsWith(beginning));
  expect(found, beginning).not.toEqual([]);
  const said: string[] = [];
  for (const command of found) {
    const child = shell(command, copy.folder);
    expect(await child.ended, `${command}\n${child.output.join("\n")}`).toBe(0);
    said.push(...child.output);
    done.add(command);
  }
  return said.join("\n");
}

const done = new Set<string>();
const realmwright = "npm run realmwright -- ";

test("the secrets are this user's alone", async () => {
  await run("mkdir ");
  await run("(umask ");
  for (const name of ["auth", "metrics"]) {
    const { mode, size } = statSync(path.join(game, "secrets", name));
    expect([mode & 0o077, size > 64]).toEqual([0, true]);
  }
});

test("the settings are fit for production, and printed without the secrets", async () => {
  mkdirSync(path.dirname(database), { recursive: true });
  vi.stubEnv("NODE_ENV", "production");
  const said = await run(`${realmwright}config print`);
  expect(said).toMatch(/secret: "?\*\*\*"? +# .*config\.yaml.*secrets\/auth/);
  expect(said).not.toContain(readFileSync(path.join(game, "secrets/auth"), "utf8").trim());
  expect(await run(`${realmwright}doctor`)).toContain("failures: 0");
});

test("the schema is brought up, and a copy made of it can be put back", async () => {
  // there is nothing yet of which there could be a status
  await shell(
    commands.find((of) => of.includes("migrate up"))!,
    copy.folder,
  ).ended;
  rmSync(path.join(copy.folder, "backup.db"), { force: true });
  expect(await run(`${realmwright}migrate status`)).toContain("0001-games");
  await run(`${realmwright}migrate up`);
  await register(`sqlite:${database}`, "ada", "bob");
  await run(`${realmwright}db backup`);
  await register(`sqlite:${database}`, "late");
  for (const tail of ["-wal", "-shm"]) rmSync(`${database}${tail}`, { force: true });
  cpSync(path.join(copy.folder, "backup.db"), database);
  const listed = await run(`${realmwright}accounts list`);
  expect([listed.includes("bob"), listed.includes("late")]).toEqual([true, false]);
});

test("accounts are looked after", async () => {
  expect(await run(`${realmwright}accounts role ada admin`)).toContain('"role":"admin"');
  expect(await run(`${realmwright}accounts show bob`)).toContain('"ban":null');
  expect(await run(`${realmwright}accounts ban bob`)).toContain('"reason":"sold gold"');
  expect(await run(`${realmwright}accounts unban bob`)).toContain('"ban":null');
  expect(await run(`${realmwright}accounts reset-password bob`)).toMatch(/"token":"[\w-]{43}"/);
});

const programs = process.env["POSTGRES_BIN"] ?? "";
const hasPostgres = programs !== "" || process.env["CI"] !== undefined;
const forPostgres = ["createdb ", "pg_restore "];

describe.skipIf(!hasPostgres)("on PostgreSQL", () => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await PostgresCluster.start(programs);
  });
  afterAll(() => cluster?.stop());

  test("a user and a database are made, and a backup goes into another one", async () => {
    const host = new URL((await cluster.database()).replace("@/", "@host/")).searchParams.get(
      "host",
    );
    const { code } = blocks.find(({ language }) => language === "sql")!;
    for (const statement of code.trim().split("\n")) await cluster.ask("postgres", statement);
    const of = (name: string): string =>
      `postgres://game:…@/${name}?host=${encodeURIComponent(host!)}`;
    vi.stubEnv("DATABASE_URL", of("game"));
    await run(`${realmwright}migrate up`);
    await register(of("game"), "ada");
    rmSync(path.join(copy.folder, "backup.db"));
    await run(`${realmwright}db backup`);

    vi.stubEnv("PGHOST", host!);
    vi.stubEnv("PGUSER", "realm");
    vi.stubEnv("PATH", `${programs}${path.delimiter}${process.env["PATH"]}`);
    for (const command of forPostgres) await run(command);
    vi.stubEnv("DATABASE_URL", of("restored"));
    expect(await run(`${realmwright}accounts list`)).toContain('"username":"ada"');
  });
});

test("no command of the page was left out", () => {
  const left = commands.filter((command) => !done.has(command));
  const isSkipped = (command: string): boolean =>
    !hasPostgres && forPostgres.some((beginning) => command.startsWith(beginning));
  expect(left.filter((command) => !isSkipped(command))).toEqual([]);
  expect(existsSync(database)).toBe(true);
});

/** What players do at a running server. */
async function register(url: string, ...names: readonly string[]): Promise<void> {
  const parts = {
    clock: systemClock(),
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: createLog({ level: "silent" }),
  };
  const store = await openStore({ ...parts, url });
  const { operations } = createIdentity({
    ...parts,
    store,
    rules: { secret: new Uint8Array(32), issuer: "realmwright", audience: "field" },
  });
  const add = operations.find(({ name }) => name === "accounts.register")!;
  for (const username of names) {
    const input = add.input.parse({ username, password: "correct horse battery" });
    await add.run({ subject: undefined, address: "127.0.0.1" }, input);
  }
  await store.close();
}
