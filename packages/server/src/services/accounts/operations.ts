import { limits as usual, RealmError } from "@realmwright/protocol";
import { z } from "zod";
import { roles, type Role, type Subject } from "../../auth/subject.ts";
import { operation, type AnyOperation, type Call } from "../operation.ts";
import type { LimitValues } from "../../session/limit-values.ts";
import type { Accounts } from "./accounts.ts";
import type { LoginDesk } from "./login-desk.ts";
import type { PasswordChanges } from "./password-changes.ts";
import { roleOf, type Account } from "./rules.ts";
import type { Tickets } from "./tickets.ts";

/** Lengths are those before normalisation; what they bound is the work. What is really asked for the descriptions say. */
const username = z
  .string()
  .min(1)
  .max(128)
  .describe(
    `${usual.userNameCharactersMin.value} to ${usual.userNameCharacters.value} letters, digits and \`_.-\`, without outer blanks, in any case.`,
  );
const password = z
  .string()
  .min(1)
  .max(1024)
  .describe(
    `${usual.passwordCharactersMin.value} to ${usual.passwordCharacters.value} characters.`,
  );
const name = z
  .string()
  .min(1)
  .max(128)
  .describe(`1 to ${usual.nameCharacters.value} characters of plain text, for others to see.`);
const origin = z
  .string()
  .max(256)
  .regex(/^[!-~]+$/u, "an origin as browsers write it");
const refreshToken = z.string().min(1).max(256);

const login = z
  .object({
    token: z.string(),
    expiresInS: z.int(),
    refreshToken: z.string(),
    refreshExpiresInS: z.int(),
    session: z.string(),
    account: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    role: z.enum(roles),
    isGuest: z.boolean(),
  })
  .meta({ id: "Login", description: "A login that has begun, or goes on." });

const profile = z
  .object({
    account: z.string(),
    username: z.string().nullable(),
    name: z.string(),
    role: z.enum(roles),
    isGuest: z.boolean(),
    createdMs: z.int(),
  })
  .meta({ id: "Profile", description: "What an account may know of itself." });
const done = z.object({});

/** What an account may know of itself. */
export interface Profile {
  readonly account: string;
  readonly username: string | null;
  readonly name: string;
  readonly role: Role;
  readonly isGuest: boolean;
  readonly createdMs: number;
}

/** Who holds the token that the operation's action asks for. */
export function subjectOf({ subject }: Call): Subject {
  if (subject === undefined) throw new RealmError("AUTH_REQUIRED");
  return subject;
}

export function profileOf(account: Account): Profile {
  return {
    account: account.id,
    username: account.user_name,
    name: account.display_name,
    role: roleOf(account),
    isGuest: account.is_guest === 1,
    createdMs: account.created_ms,
  };
}

export interface OwnServices {
  readonly accounts: Accounts;
  readonly logins: LoginDesk;
  readonly passwords: PasswordChanges;
  readonly tickets: Tickets;
  readonly limits: LimitValues;
}

/** By which accounts are entered: nobody needs a token. `guests`: whether players may come without an account. */
export function enteringOperations(
  services: OwnServices,
  guests: boolean,
): readonly AnyOperation[] {
  const { accounts, limits, logins, passwords } = services;
  return [
    operation({
      name: "accounts.register",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/accounts", status: 201 },
      aliases: [
        { method: "POST", path: "/register", status: 201 },
        { method: "POST", path: "/auth/register", status: 201 },
      ],
      over: "http",
      summary: "Makes an account with a name and a password, and logs in.",
      input: z.strictObject({ username, password, name: name.optional() }),
      output: login,
      errors: ["NAME_INVALID", "NAME_TAKEN", "PASSWORD_WEAK", "LOGINS_BUSY"],
      throttle: { perMinute: limits.registrationsPerMinute, by: "address" },
      example: { input: { username: "ada", password: "correct horse battery" } },
      run: (_call, input) => accounts.register(input.username, input.password, input.name),
    }),
    operation({
      name: "accounts.login",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/login" },
      aliases: [
        { method: "POST", path: "/login" },
        { method: "POST", path: "/auth/login" },
      ],
      over: "http",
      summary: "Logs in with name and password.",
      input: z.strictObject({ username, password }),
      output: login,
      errors: ["LOGIN_REFUSED", "LOGINS_SLOWED", "LOGINS_BUSY", "ACCOUNT_BANNED"],
      throttle: { perMinute: limits.loginsPerMinute, by: "address" },
      example: { input: { username: "ada", password: "correct horse battery" } },
      run: ({ address }, input) => accounts.login({ ...input, address }),
    }),
    operation({
      name: "accounts.guest",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/guests" },
      aliases: [{ method: "POST", path: "/guest-login" }],
      over: "http",
      summary: "Makes an account for a player who has none, and logs in.",
      input: z.strictObject({ name: name.optional() }),
      output: login,
      errors: ["NAME_INVALID", "GUESTS_OFF"],
      throttle: { perMinute: limits.loginsPerMinute, by: "address" },
      example: { input: { name: "Ada" } },
      async run(_call, input) {
        if (!guests) throw new RealmError("GUESTS_OFF");
        return await accounts.loginAsGuest(input.name);
      },
    }),
    operation({
      name: "accounts.refresh",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/sessions/refresh" },
      over: "http",
      summary:
        "Trades a refresh token for the next one and an access token. With the same idempotency key it gives the same one again for a day, until that is used.",
      input: z.strictObject({ refreshToken }),
      output: login,
      errors: ["REFRESH_INVALID", "ACCOUNT_BANNED"],
      takesKey: true,
      throttle: { perMinute: limits.loginsPerMinute, by: "address" },
      run: ({ idempotencyKey }, input) => logins.refresh(input.refreshToken, idempotencyKey),
    }),
    operation({
      name: "accounts.requestReset",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/password-resets", status: 202 },
      over: "http",
      summary: "Has a token for a new password delivered to the account's owner, if there is one.",
      input: z.strictObject({ username }),
      output: done,
      errors: ["RESET_OFF", "LOGINS_SLOWED"],
      throttle: { perMinute: limits.resetsPerMinute, by: "address" },
      example: { input: { username: "ada" } },
      async run({ address }, input) {
        await passwords.requestReset(input.username, address);
        return {};
      },
    }),
    operation({
      name: "accounts.completeReset",
      action: "accounts.enter",
      route: { method: "POST", path: "/v1/password-resets/complete" },
      over: "http",
      summary: "Sets a new password by a token that was delivered; all logins end.",
      input: z.strictObject({ token: z.string().min(1).max(256), password }),
      output: done,
      errors: ["RESET_INVALID", "PASSWORD_WEAK", "LOGINS_BUSY"],
      throttle: { perMinute: limits.resetsPerMinute, by: "address" },
      async run(_call, input) {
        await passwords.completeReset(input.token, input.password);
        return {};
      },
    }),
  ];
}

/** What an account does with itself. */
export function ownOperations(services: OwnServices): readonly AnyOperation[] {
  const { accounts, limits, logins, passwords, tickets } = services;
  const perAccount = { perMinute: limits.accountChangesPerMinute, by: "account" } as const;
  return [
    operation({
      name: "accounts.me",
      action: "accounts.self",
      route: { method: "GET", path: "/v1/accounts/me" },
      summary: "Says who is logged in.",
      input: z.strictObject({}),
      output: profile,
      errors: [],
      run: async (call) => profileOf(await accounts.find(subjectOf(call).account)),
    }),
    operation({
      name: "accounts.rename",
      action: "accounts.self",
      route: { method: "PUT", path: "/v1/accounts/me/name" },
      summary: "Gives the account another name for others to see; what one logs in by stays.",
      input: z.strictObject({ name }),
      output: profile,
      errors: ["NAME_INVALID"],
      throttle: perAccount,
      example: { input: { name: "Ada Lovelace" } },
      run: async (call, input) => profileOf(await accounts.rename(subjectOf(call), input.name)),
    }),
    operation({
      name: "accounts.upgrade",
      action: "accounts.upgrade",
      route: { method: "POST", path: "/v1/accounts/me/upgrade" },
      over: "http",
      summary: "Gives a guest a name and a password; the account stays with all that it owns.",
      input: z.strictObject({ username, password, name: name.optional() }),
      output: profile,
      errors: ["GUEST_ONLY", "NAME_INVALID", "NAME_TAKEN", "PASSWORD_WEAK", "LOGINS_BUSY"],
      throttle: perAccount,
      example: { input: { username: "ada", password: "correct horse battery" } },
      async run(call, input) {
        const subject = subjectOf(call);
        return profileOf(
          await accounts.upgrade(subject, input.username, input.password, input.name),
        );
      },
    }),
    operation({
      name: "accounts.changePassword",
      action: "accounts.self",
      route: { method: "POST", path: "/v1/accounts/me/password" },
      over: "http",
      summary: "Changes the password; all other logins end.",
      input: z.strictObject({ password, newPassword: password }),
      output: done,
      errors: ["LOGIN_REFUSED", "LOGINS_SLOWED", "LOGINS_BUSY", "PASSWORD_WEAK"],
      throttle: perAccount,
      async run(call, { password: from, newPassword: to }) {
        await passwords.change(subjectOf(call), { from, to, address: call.address });
        return {};
      },
    }),
    operation({
      name: "accounts.delete",
      action: "accounts.self",
      route: { method: "POST", path: "/v1/accounts/me/delete" },
      over: "http",
      summary: "Deletes the account with all that it owns; its password, if it has one, is asked.",
      input: z.strictObject({ password: password.optional() }),
      output: done,
      errors: ["LOGIN_REFUSED", "LOGINS_SLOWED", "LOGINS_BUSY"],
      throttle: perAccount,
      async run(call, input) {
        await accounts.delete(subjectOf(call), input.password, call.address);
        return {};
      },
    }),
    operation({
      name: "accounts.logout",
      action: "accounts.self",
      route: { method: "POST", path: "/v1/sessions/logout" },
      over: "http",
      summary: "Ends this login.",
      input: z.strictObject({}),
      output: done,
      errors: [],
      async run(call) {
        await logins.logout(subjectOf(call));
        return {};
      },
    }),
    operation({
      name: "accounts.logoutEverywhere",
      action: "accounts.self",
      route: { method: "POST", path: "/v1/sessions/logout-everywhere" },
      over: "http",
      summary: "Ends all logins of the account.",
      input: z.strictObject({}),
      output: done,
      errors: [],
      async run(call) {
        await logins.logoutEverywhere(subjectOf(call));
        return {};
      },
    }),
    operation({
      name: "accounts.ticket",
      action: "accounts.ticket",
      route: { method: "POST", path: "/v1/ws-ticket" },
      over: "http",
      summary: "Gives a ticket by which one connection is opened, from one origin, within 30 s.",
      input: z.strictObject({ origin: origin.optional() }),
      output: z.object({ ticket: z.string(), expiresInS: z.int() }),
      errors: [],
      throttle: { perMinute: limits.ticketsPerMinute, by: "account" },
      example: { input: { origin: "https://game.example" } },
      run: (call, { origin }) => tickets.issue(subjectOf(call), origin),
    }),
  ];
}
