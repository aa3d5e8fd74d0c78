import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createLog, openStore, type Store } from "@realmwright/server";
import { createIdentity, systemClock, type Identity } from "@realmwright/server/internal";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../program.ts";

const password = "correct horse battery";

let folder: string;
let url: string;
let store: Store;
let identity: Identity;
let said: string;
let complained: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "realm-accounts-"));
  url = `sqlite:${join(folder, "game.db")}`;
  said = "";
  complained = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    complained += String(text);
    return true;
  });
  const parts = {
    clock: systemClock(),
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: createLog({ level: "silent" }),
  };
  store = await openStore({ ...parts, url });
  identity = createIdentity({
    ...parts,
    store,
    rules: { secret: new Uint8Array(32).fill(7), issuer: "realmwright", audience: "game" },
    hashing: { cost: { memoryKib: 8, passes: 1, lanes: 1 } },
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Login {
  readonly account: string;
  readonly token: string;
  readonly role: string;
}

/** What a running server answers. */
async function ask(name: string, input: object): Promise<Login> {
  const operation = identity.operations.find((of) => of.name === `accounts.${name}`)!;
  const call = { subject: undefined, address: "192.0.2.1" };
  return (await operation.run(call, operation.input.parse(input))) as Login;
}

/** What a running server says to a token: its role, or why not. */
async function verdict(token: string): Promise<string> {
  identity.verifier.ended({ account: accountOf(token) });
  try {
    return (await identity.verifier.verify(token)).role;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function accountOf(token: string): string {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { sub: string }).sub;
}

/** What the command answers to machines; undefined when it failed. */
async function command(...args: string[]): Promise<unknown> {
  said = "";
  complained = "";
  const code = await run(["--json", "accounts", ...args, "--database-url", url]);
  expect(code === 0, complained).toBe(complained === "");
  return code === 0 ? JSON.parse(said) : undefined;
}

describe("[S-CFG9] accounts", () => {
  it("list shows who there is, guests when asked for, those first that were seen last", async () => {
    expect(await command("list")).toEqual({ accounts: [] });
    const ada = await ask("register", { username: "ada", password });
    const guest = await ask("guest", { name: "Gast" });
    const bob = await ask("register", { username: "bob", password, name: "Bobby" });
    const seen = (account: string, seen_ms: number) =>
      store.db.updateTable("accounts").set({ seen_ms }).where("id", "=", account).execute();
    for (const [i, { account }] of [ada, guest, bob].entries()) await seen(account, 1000 + i);
    const names = async (...flags: string[]): Promise<string[]> => {
      const { accounts } = (await command("list", ...flags)) as { accounts: { name: string }[] };
      return accounts.map(({ name }) => name);
    };
    expect(await names()).toEqual(["Bobby", "ada"]);
    expect(await names("--guests")).toEqual(["Bobby", "Gast", "ada"]);
    expect(await names("--guests", "--count", "2")).toEqual(["Bobby", "Gast"]);
    expect(await names("--role", "admin")).toEqual([]);
    await command("role", "ada", "admin");
    await command("ban", "bob", "--reason", "called names");
    expect(await names("--role", "admin")).toEqual(["ada"]);
    expect(await names("--banned")).toEqual(["Bobby"]);
  });

  it("role makes the first admin; its tokens end, and the next login has the role", async () => {
    const { account, token } = await ask("register", { username: "Ada", password });
    expect(await command("show", "ada")).toMatchObject({
      account,
      username: "Ada",
      role: "player",
    });
    expect(await command("role", "ADA", "admin")).toMatchObject({ account, role: "admin" });
    expect(await verdict(token)).toBe("SESSION_ENDED");
    const login = await ask("login", { username: "ada", password });
    expect([login.role, await verdict(login.token)]).toEqual(["admin", "admin"]);
    expect(await command("role", account, "player")).toMatchObject({ role: "player" });
    expect(await verdict(login.token)).toBe("SESSION_ENDED");
  });

  it("ban and unban end logins and let them begin again, for guests by id too", async () => {
    const guest = await ask("guest", {});
    const { token } = await ask("register", { username: "bob", password });
    expect(await command("ban", "bob", "--reason", "ü", "--days", "2")).toMatchObject({
      ban: { reason: "ü", untilMs: expect.any(Number) as number },
    });
    expect(await verdict(token)).toBe("ACCOUNT_BANNED");
    await expect(ask("login", { username: "bob", password })).rejects.toMatchObject({
      code: "ACCOUNT_BANNED",
    });
    expect(await command("ban", guest.account, "--reason", "also")).toMatchObject({
      ban: { untilMs: null },
    });
    expect(await verdict(guest.token)).toBe("ACCOUNT_BANNED");
    expect(await command("unban", "bob")).toMatchObject({ ban: null });
    expect((await ask("login", { username: "bob", password })).role).toBe("player");
  });

  it("reset-password gives a token that sets a new one, once", async () => {
    const { account } = await ask("register", { username: "ada", password });
    const reset = (await command("reset-password", "ada")) as { token: string; expiresMs: number };
    expect(reset).toMatchObject({ account, username: "ada" });
    expect(reset.expiresMs).toBeGreaterThan(Date.now());
    const input = { token: reset.token, password: "another horse battery" };
    await ask("completeReset", input);
    await expect(ask("completeReset", input)).rejects.toMatchObject({ code: "RESET_INVALID" });
    await expect(ask("login", { username: "ada", password })).rejects.toMatchObject({
      code: "LOGIN_REFUSED",
    });
    const login = await ask("login", { username: "ada", password: input.password });
    expect(login.account).toBe(account);
  });

  it("says what can not be done, and does nothing then", async () => {
    const guest = await ask("guest", {});
    await ask("register", { username: "ada", password });
    await command("role", "ada", "admin");
    const before = await command("list", "--guests");
    for (const [args, expected] of [
      [["show", "eve"], 'There is no account "eve".'],
      [["show", "' or 1=1 --\u0000"], "There is no account"],
      [["show", "00000000-0000-0000-0000-000000000000"], "There is no account"],
      [["role", guest.account, "admin"], "can not be done"],
      [["ban", "ada", "--reason", "x"], "can not be done"],
      [["reset-password", guest.account], "can not be done"],
      [["role", "ada", "king"], "player, moderator, admin, service"],
      [["ban", "ada"], "--reason"],
      [["ban", "ada", "--reason", "a\nb"], "no control characters"],
      [["list", "--count", "0"], "from 1 to 10000"],
    ] as const) {
      expect(await command(...args), args.join(" ")).toBeUndefined();
      expect(complained).toContain(expected);
      expect(complained).not.toContain("a bug");
    }
    expect(await command("list", "--guests")).toEqual(before);
  });

  it("does nothing to a schema that lacks steps, is newer, or to no database", async () => {
    const other = join(folder, "other.db");
    const on = (place: string) => run(["accounts", "list", "--database-url", place]);
    expect(await on(`sqlite:${other}`)).toBe(1);
    expect(complained).toContain("is not there");
    expect(await run(["migrate", "up", "--db-dsn", other])).toBe(0);
    expect(await run(["migrate", "down", "--yes", "--db-dsn", other])).toBe(0);
    complained = "";
    expect(await on(`sqlite:${other}`)).toBe(1);
    expect(complained).toContain("migrate up");
    const db = new DatabaseSync(join(folder, "game.db"));
    db.exec("insert into realmwright_migrations values ('9999-later', 1)");
    db.close();
    complained = "";
    expect(await on(url)).toBe(1);
    expect(complained).toContain("newer version");
  });
});
