import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { Argument, Option, type Command } from "commander";
import { RealmError } from "@realmwright/protocol";
import { openStore } from "@realmwright/server";
import {
  limitValues,
  Operator,
  readDatabaseUrl,
  roles,
  systemClock,
  type AccountRecord,
  type Role,
} from "@realmwright/server/internal";
import { banReason, whole } from "../arguments.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { databaseOf, type Surroundings } from "./database-commands.ts";
import { answer, explained, ofDatabase, type DatabaseFlags } from "./database.ts";
import { makeLog } from "./serve.ts";

const dayMs = 86_400_000;
const listedMax = 10_000;

/** Adds `accounts`: what the operator does on the database itself, also while servers run on it. */
export function addAccountCommands(program: Command, around: Surroundings): void {
  const accounts = program
    .command("accounts")
    .description("look at players' accounts, change roles, ban, and reset passwords");
  const add = (name: string, about: string): Command =>
    ofDatabase(accounts.command(name).description(about));
  const named = (name: string, about: string): Command =>
    add(name, about).argument("<name>", "the account's user name or id");

  add("list", "list accounts, those first that were seen last")
    .addOption(new Option("--role <role>", "of this role alone").choices(roles))
    .option("--guests", "guests too")
    .option("--banned", "those alone that were banned")
    .option("--count <n>", "how many at most", whole(1, listedMax), 50)
    .action(async (flags: ListFlags, command: Command) => {
      const found = await asOperator(flags, command, around, (operator) =>
        operator.list(flags, flags.count),
      );
      const terminal = around.terminal();
      for (const one of found) terminal.say(line(one));
      if (found.length === 0) terminal.say("There is none.");
      if (found.length === flags.count) terminal.say("There may be more: --count.");
      answer(terminal, { accounts: found });
    });

  named("show", "show an account").action(
    async (name: string, flags: DatabaseFlags, command: Command) => {
      const found = await asOperator(flags, command, around, (operator) => operator.show(name));
      show(found, around.terminal());
    },
  );

  named("role", "give an account a role; its connections end, and come back with it")
    .addArgument(new Argument("<role>", "what it may").choices(roles))
    .action(async (name: string, role: Role, flags: DatabaseFlags, command: Command) => {
      const change = (operator: Operator) => operator.setRole(name, role);
      show(await asOperator(flags, command, around, change), around.terminal());
    });

  named("ban", "end an account's connections, and let none begin")
    .requiredOption("--reason <text>", "why; kept with the account", banReason)
    .option("--days <n>", "for so long (default: for ever)", whole(1, 36_500))
    .action(async (name: string, flags: BanFlags, command: Command) => {
      const { days, reason } = flags;
      const untilMs = days === undefined ? undefined : Date.now() + days * dayMs;
      const ban = (operator: Operator) => operator.ban(name, { reason, untilMs });
      show(await asOperator(flags, command, around, ban), around.terminal());
    });

  named("unban", "end an account's ban").action(
    async (name: string, flags: DatabaseFlags, command: Command) => {
      const unban = (operator: Operator) => operator.unban(name);
      show(await asOperator(flags, command, around, unban), around.terminal());
    },
  );

  named("reset-password", "make a token by which the account's owner sets a new password").action(
    async (name: string, flags: DatabaseFlags, command: Command) => {
      const reset = (operator: Operator) => operator.resetPassword(name);
      const { account, expiresMs, token, username } = await asOperator(
        flags,
        command,
        around,
        reset,
      );
      const terminal = around.terminal();
      terminal.say(`${username} sets a new password with this token, by ${time(expiresMs)}:`);
      terminal.say(`  ${token}`);
      terminal.say("  POST /v1/password-resets/complete takes it; until then the old one is good.");
      answer(terminal, { account, username, token, expiresMs });
    },
  );
}

interface ListFlags extends DatabaseFlags {
  readonly role?: Role;
  readonly guests?: true;
  readonly banned?: true;
  readonly count: number;
}

interface BanFlags extends DatabaseFlags {
  readonly reason: string;
  readonly days?: number;
}

/** Does something on the store. Throws Failure. */
async function asOperator<T>(
  flags: DatabaseFlags,
  command: Command,
  around: Surroundings,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const { store: settings } = databaseOf(flags, command, around);
  const parts = { clock: systemClock(), random: (length: number) => randomBytes(length) };
  const log = makeLog({ logging: { level: "error", format: "auto" } }, around.terminal().isPerson);
  return await explained(settings.url, async () => {
    mustBeThere(settings.url);
    const store = await openStore({ ...settings, ...parts, log, migrate: false });
    try {
      // servers ask the store for ends of logins every second: nobody need be told
      const events = { publish: () => undefined };
      return await work(new Operator({ ...parts, store, events, limits: limitValues() }));
    } catch (error) {
      throw refusal(error, command.args[0] ?? "") ?? error;
    } finally {
      await store.close();
    }
  });
}

function mustBeThere(url: string): void {
  const place = readDatabaseUrl(url);
  if (place.dialect === "sqlite" && !existsSync(place.file)) {
    throw new Failure(
      `${place.file} is not there.`,
      "A server makes it when it starts; --game names another game, --database-url another place.",
    );
  }
}

/** What a person can do about what was refused. */
function refusal(error: unknown, name: string): Failure | undefined {
  if (!(error instanceof RealmError)) return undefined;
  if (error.code === "ACCOUNT_UNKNOWN") {
    const remedy =
      "accounts list shows them, with --guests guests too; those are named by their id.";
    return new Failure(`There is no account ${JSON.stringify(name)}.`, remedy, error);
  }
  if (error.code === "FORBIDDEN") {
    const remedy =
      "Guests stay players and have no password; an admin is banned after another role was given.";
    return new Failure("That can not be done to this account.", remedy, error);
  }
  return undefined;
}

function show(account: AccountRecord, terminal: Terminal): void {
  const { account: id, ban, createdMs, isGuest, name, role, seenMs, username } = account;
  terminal.say(`${terminal.bold(username ?? name)}  ${isGuest ? "guest" : role}  ${id}`);
  terminal.say(`  others see ${name}; made ${time(createdMs)}, seen ${time(seenMs)}`);
  if (ban !== null) {
    const end = ban.untilMs === null ? "for ever" : `until ${time(ban.untilMs)}`;
    terminal.say(`  banned ${end}: ${ban.reason}`);
  }
  answer(terminal, account);
}

function line({ account, ban, isGuest, name, role, seenMs, username }: AccountRecord): string {
  const banned = ban === null ? "" : "  banned";
  return `${account}  ${time(seenMs)}  ${(isGuest ? "guest" : role).padEnd(9)}  ${username ?? name}${banned}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
