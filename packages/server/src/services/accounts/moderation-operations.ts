import { limits } from "@realmwright/protocol";
import { z } from "zod";
import { roles } from "../../auth/subject.ts";
import { operation, type AnyOperation } from "../operation.ts";
import type { Accounts } from "./accounts.ts";
import type { Moderation } from "./moderation.ts";
import { profileOf, subjectOf, type Profile } from "./operations.ts";
import type { Account } from "./rules.ts";

const account = z.uuid().toLowerCase();
const inPath = { account: "path" } as const;
const reason = z
  .string()
  .min(1)
  .max(limits.banReasonCharacters.value)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "text without control characters");
const untilMs = z
  .int()
  .min(0)
  .max(8.64e15)
  .describe("Milliseconds since 1970, a time to come. Left out: for ever.");

const record = z
  .object({
    account: z.string(),
    username: z.string().nullable(),
    name: z.string(),
    role: z.enum(roles),
    isGuest: z.boolean(),
    createdMs: z.int(),
    seenMs: z.int(),
    /** null: not banned, or no longer. */
    ban: z.object({ reason: z.string(), untilMs: z.int().nullable() }).nullable(),
  })
  .meta({ id: "Account", description: "What those who look after a game see of an account." });

/** What those who look after a game see of an account. */
export interface AccountRecord extends Profile {
  readonly seenMs: number;
  readonly ban: { readonly reason: string; readonly untilMs: number | null } | null;
}

export function recordOf(stored: Account): AccountRecord {
  const { ban_reason: why, ban_until_ms: until, seen_ms: seenMs } = stored;
  const ban = why === null ? null : { reason: why, untilMs: until };
  return { ...profileOf(stored), seenMs, ban };
}

/** What moderators and admins do to other accounts. */
export function moderationOperations(services: {
  readonly accounts: Accounts;
  readonly moderation: Moderation;
}): readonly AnyOperation[] {
  const { accounts, moderation } = services;
  return [
    operation({
      name: "accounts.read",
      action: "accounts.read",
      route: { method: "GET", path: "/v1/accounts/:account" },
      summary: "Shows an account to who looks after the game.",
      input: z.strictObject({ account }),
      in: inPath,
      output: record,
      errors: ["ACCOUNT_UNKNOWN"],
      run: async (_call, input) => recordOf(await accounts.find(input.account)),
    }),
    operation({
      name: "accounts.ban",
      action: "accounts.ban",
      route: { method: "POST", path: "/v1/accounts/:account/ban" },
      summary: "Bans an account until a time, or for ever; its logins end.",
      input: z.strictObject({ account, reason, untilMs: untilMs.optional() }),
      in: inPath,
      output: record,
      errors: ["ACCOUNT_UNKNOWN"],
      async run(call, input) {
        const ban = { reason: input.reason, untilMs: input.untilMs };
        return recordOf(await moderation.ban(subjectOf(call), input.account, ban));
      },
    }),
    operation({
      name: "accounts.unban",
      action: "accounts.ban",
      route: { method: "POST", path: "/v1/accounts/:account/unban" },
      summary: "Ends an account's ban.",
      input: z.strictObject({ account }),
      in: inPath,
      output: record,
      errors: ["ACCOUNT_UNKNOWN"],
      run: async (call, input) => recordOf(await moderation.unban(subjectOf(call), input.account)),
    }),
    operation({
      name: "accounts.setRole",
      action: "accounts.role",
      route: { method: "PUT", path: "/v1/accounts/:account/role" },
      summary: "Gives an account another role; its tokens end, its logins are refreshed.",
      input: z.strictObject({ account, role: z.enum(roles) }),
      in: inPath,
      output: record,
      errors: ["ACCOUNT_UNKNOWN"],
      run: async (call, input) =>
        recordOf(await moderation.setRole(subjectOf(call), input.account, input.role)),
    }),
  ];
}
