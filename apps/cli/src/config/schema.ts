import { limits } from "@realmwright/protocol";
import { z } from "zod";
import { hotPrefix } from "@realmwright/server/internal";
import { asOrigin, isHostName, isOrigin } from "../arguments.ts";
import { looksLikeAddress } from "./dsn.ts";
import { adjustableLimits, largest, snakeCase } from "./adjustable-limits.ts";
import type { Config } from "./config.ts";

/** What is known of a setting besides its shape. */
export interface SettingFacts {
  readonly description: string;
  /** Names in the environment besides REALMWRIGHT_…, which is stronger. */
  readonly variables?: readonly string[];
  /** Never printed; may come from a file. */
  readonly secret?: true;
  /** Read and checked, but nothing follows it yet: says what happens instead. */
  readonly pending?: string;
  /** What holds when it is not set. */
  readonly unset?: string;
}

function setting<T extends z.ZodType>(shape: T, description: string, facts: Facts = {}): T {
  return shape.meta({ description, ...facts });
}
type Facts = Omit<SettingFacts, "description">;

const noLiveKit = { pending: "LiveKit is not connected yet" } as const;

const whole = (least: number, most: number): z.ZodInt => z.int().min(least).max(most);
const text = (): z.ZodString => z.string().min(1).max(4096);
/** Addresses of one kind, as `redis://…`. */
const url = (schemes: RegExp, example: string): z.ZodString =>
  text().refine((value) => URL.canParse(value) && schemes.test(value), {
    error: `expected an address such as ${example}`,
  });
const listOf = (fits: (value: string) => boolean, example: string): z.ZodArray<z.ZodString> =>
  z.array(text().refine(fits, { error: `expected ${example}` })).max(64);

const secretText = text().refine((value) => Buffer.byteLength(value) >= 32, {
  error: "expected at least 32 bytes of secret text",
});
const isDatabase = (value: string): boolean =>
  (/^sqlite:./.test(value) && !looksLikeAddress(value.slice("sqlite:".length))) ||
  (/^postgres(ql)?:\/\//.test(value) && canParsePostgres(value));

/** A PostgreSQL address may leave its host to the query: `postgres://user@/game?host=%2Frun%2Fpostgresql`. */
function canParsePostgres(value: string): boolean {
  return URL.canParse(value) || URL.canParse(value.replace("@/", "@host/"));
}

const claims = { issuer: text(), audience: text() };
const issuer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("secret"), ...claims, secret: secretText }),
  z.strictObject({
    kind: z.literal("jwks"),
    ...claims,
    jwks_url: url(/^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1)[:/]/, "https://…/jwks.json"),
  }),
]);

const schema = z.strictObject({
  server: z.strictObject({
    http_port: setting(
      whole(0, 65_535).optional(),
      "Port to listen on; 0 takes any. Without it `dev` takes the next free one from 8080 on.",
      { variables: ["PORT"], unset: "8080" },
    ),
    host: setting(
      text()
        .refine((value) => /^[\w.:-]+$/.test(value), { error: "expected a host name or address" })
        .default("127.0.0.1"),
      "Address to listen on: 127.0.0.1 is this machine alone, 0.0.0.0 the whole network.",
    ),
    hosts: setting(
      listOf(isHostName, "a name without scheme and port, such as play.example.com").default([]),
      "Names under which it is reached, for example behind a proxy; `*` is all.",
      { unset: "this machine's own" },
    ),
    origins: setting(
      listOf(isOrigin, "a scheme and a host, such as https://play.example.com")
        .overwrite((origins) => origins.map((origin) => asOrigin(origin)))
        .default([]),
      "Foreign pages that may connect; `*` is all.",
      { unset: "none" },
    ),
    proxy_hops: setting(
      whole(0, 16).default(0),
      "Proxies in front whose X-Forwarded-For is believed.",
    ),
    edges: setting(
      whole(0, limits.edgesPerNode.value).default(0),
      "Worker threads that serve clients (Linux); 0: the main thread does.",
    ),
  }),
  livekit: z.strictObject({
    host: setting(
      url(/^(https?|wss?):\/\//, "https://your-livekit.cloud").optional(),
      "Where LiveKit is.",
      { ...noLiveKit, unset: "no LiveKit" },
    ),
    api_key: setting(text().optional(), "Key of the LiveKit project.", {
      variables: ["LIVEKIT_API_KEY"],
      ...noLiveKit,
      unset: "none",
    }),
    api_secret: setting(text().optional(), "Secret that belongs to the key.", {
      variables: ["LIVEKIT_API_SECRET"],
      secret: true,
      ...noLiveKit,
      unset: "none",
    }),
  }),
  database: z.strictObject({
    url: setting(
      text()
        .refine(isDatabase, { error: "expected postgres://user@host/name, or sqlite:file" })
        .optional(),
      "Where what lasts is kept: `postgres://user@host/name`, `sqlite:file` or `sqlite::memory:`. The flags `--db-type` and `--db-dsn` win over it.",
      {
        variables: ["DATABASE_URL"],
        secret: true,
        unset: "SQLite in the game's .realmwright",
      },
    ),
    pool_size: setting(whole(1, 1000).default(10), "Connections to PostgreSQL at most."),
    durability: setting(
      z.enum(["full", "normal"]).default("full"),
      "`full`: what was acknowledged survives a power cut; `normal` is quicker, and survives a crash of the process.",
    ),
  }),
  redis: z.strictObject({
    url: setting(
      url(/^rediss?:\/\/[^/]/, "redis://localhost:6379").optional(),
      "Redis, Valkey or Dragonfly, for what is quick and may be rebuilt.",
      { variables: ["REDIS_URL"], secret: true, unset: "in memory" },
    ),
    prefix: setting(
      z
        .string()
        .refine((value) => hotPrefix.test(value), {
          error: "expected at most 64 letters, digits and : . _ -",
        })
        .default(""),
      "Stands before every key, where several games share one Redis.",
      { unset: "nothing" },
    ),
  }),
  game: z.strictObject({
    default_tick_rate: setting(
      whole(1, 128).optional(),
      "Steps per second of rooms that do not say their own.",
      { unset: "20" },
    ),
    authority_mode: setting(
      z.enum(["full", "validated", "observer"]).default("full"),
      "Who decides in rooms that do not say it: the server simulates (`full`), checks (`validated`) or watches (`observer`).",
      { pending: "every room is served with full authority" },
    ),
  }),
  auth: z.strictObject({
    secret: setting(
      secretText.optional(),
      "Signs access tokens: random text of at least 32 bytes, the same on every node.",
      { secret: true, unset: "made once, kept in .realmwright/secrets.json" },
    ),
    issuers: setting(
      z.array(issuer).max(16).default([]),
      "Others whose tokens are accepted: `kind` (`secret` for HS256 with a `secret`, `jwks` for ES256 and RS256 with a `jwks_url`), `issuer` and `audience`. In the environment: JSON.",
      { unset: "none" },
    ),
    guests: setting(z.boolean().default(true), "Whether guests may come without an account."),
    guest_idle_days: setting(
      whole(1, 3650).default(30),
      "Days after which a guest who has not come back is removed with what it owns.",
    ),
    query_token: setting(
      z.boolean().default(true),
      "Whether `/ws?token=…` is accepted; it ends up in the logs of proxies.",
    ),
  }),
  metrics: z.strictObject({
    token: setting(
      text().min(16).optional(),
      "Bearer token that `/metrics` asks for from other machines.",
      { secret: true, unset: "none" },
    ),
  }),
  limits: z.strictObject(
    Object.fromEntries(
      adjustableLimits.map((name) => [
        snakeCase(name),
        setting(
          whole(1, largest(name)).optional(),
          `${limits[name].about} (${limits[name].unit}).`,
          { unset: String(limits[name].value) },
        ),
      ]),
    ),
  ),
  logging: z.strictObject({
    level: setting(
      z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
      "Least level of log lines, on standard error.",
    ),
    format: setting(
      z.enum(["auto", "json", "pretty"]).default("auto"),
      "How log lines are written; `auto`: readable on a terminal, else JSON.",
    ),
  }),
});

/** The sections of config.yaml, and the settings in them. */
export function sections(): readonly (readonly [string, Readonly<Record<string, z.ZodType>>])[] {
  return Object.entries(schema.shape).map(([name, section]) => [name, section.shape] as const);
}

/** The whole configuration, from values that each are what their setting asks for. Throws ZodError. */
export function toConfig(
  values: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Config {
  return schema.parse(values);
}
