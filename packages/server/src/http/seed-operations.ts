import { limits, RealmError, type ErrorCode } from "@realmwright/protocol";
import { z } from "zod";
import type { Subject } from "../auth/subject.ts";
import type { GuestLogin } from "../auth/guest-login.ts";
import { operation, type AnyOperation } from "../services/operation.ts";

/**
 * Runs a script for somebody. Rejects with the catalogue's errors. The answer is JSON. With an idempotency key, what
 * has been done with it is not done again.
 */
export type RunScript = (call: {
  readonly subject: Subject;
  readonly script: string;
  readonly args: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly idempotencyKey?: string;
}) => Promise<unknown>;

/** Gives a token for a room of LiveKit. Rejects with the catalogue's errors. */
export type LiveKitToken = (call: {
  readonly subject: Subject;
  readonly room: string;
}) => Promise<{ readonly token: string; readonly url: string }>;

/** Guests of the token alone, for servers without accounts. */
export function guestLogin(login: GuestLogin, perMinute: number): AnyOperation {
  return operation({
    name: "guests.login",
    action: "accounts.enter",
    route: { method: "POST", path: "/guest-login" },
    over: "http",
    summary: "Makes an account for a player who has none, and logs in.",
    input: z.strictObject({ name: z.string().optional() }),
    output: z.object({
      token: z.string(),
      account: z.string(),
      name: z.string(),
      expiresInS: z.int(),
    }),
    errors: ["NAME_INVALID"],
    throttle: { perMinute, by: "address" },
    example: { input: { name: "Ada" } },
    run: (_call, { name }) => login.login(name),
  });
}

/** What the game's scripts, and the rooms that they open, are refused with. */
const scriptErrors: readonly ErrorCode[] = [
  "SCRIPT_UNKNOWN",
  "SCRIPT_REFUSED",
  "SCRIPT_FAILED",
  "SCRIPT_BUDGET",
  "SCRIPT_CALL_INVALID",
  "SCRIPT_BUSY",
  "SCRIPT_ENGINE_CLOSED",
  "KEY_REUSED",
  "HOT_UNAVAILABLE",
  "HOT_FULL",
  "ROOM_UNKNOWN",
  "ROOM_EXISTS",
  "ROOM_ID_INVALID",
];

type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

/** One schema for all that is any JSON, so that the document has one shape of it. */
const json: z.ZodType<Json> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(json),
      z.record(z.string(), json),
    ]),
  )
  .meta({ id: "Json", description: "Any JSON." });

/** `POST /api/rpc`: `{ script, args }`. Without `run` it answers `SCRIPTING_OFF`. */
export function callScript(run: RunScript | undefined): AnyOperation {
  return operation({
    name: "scripts.call",
    action: "scripts.call",
    route: { method: "POST", path: "/api/rpc" },
    summary: "Runs one of the game's scripts.",
    input: z.strictObject({
      script: z.string().min(1).max(limits.scriptNameCharacters.value),
      args: z.union([z.record(z.string(), json), z.array(json)]).default({}),
    }),
    output: json,
    errors: ["SCRIPTING_OFF", ...scriptErrors],
    takesKey: true,
    throttle: { perMinute: 6000, by: "account" },
    example: { input: { script: "create_lobby", args: { name: "Friday" } } },
    async run({ subject, idempotencyKey }, { script, args }) {
      if (run === undefined) throw new RealmError("SCRIPTING_OFF");
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      return (await run({ subject: subject!, script, args, ...key })) as Json;
    },
  });
}

/** `GET /auth/token?room=`. Without `give` it answers `LIVEKIT_OFF`. */
export function liveKitToken(give: LiveKitToken | undefined): AnyOperation {
  return operation({
    name: "media.token",
    action: "media.token",
    route: { method: "GET", path: "/auth/token" },
    summary: "Gives a token by which a client enters a room of LiveKit.",
    input: z.strictObject({ room: z.string().min(1).max(limits.roomNameCharacters.value) }),
    output: z.object({ token: z.string(), url: z.string() }),
    errors: ["LIVEKIT_OFF"],
    throttle: { perMinute: 60, by: "account" },
    async run({ subject }, { room }) {
      if (give === undefined) throw new RealmError("LIVEKIT_OFF");
      return await give({ subject: subject!, room });
    },
  });
}
