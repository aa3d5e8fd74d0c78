import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { openBackend, type Backend, type ForeignIssuer, type Log } from "@realmwright/server";
import { limitValues, systemClock } from "@realmwright/server/internal";
import { storeFailure, storeSettings } from "./commands/database.ts";
import { limitOverrides } from "./config/adjustable-limits.ts";
import type { Config, Issuer } from "./config/config.ts";
import { Failure } from "./failure.ts";
import type { GameFolder } from "./game/game-folder.ts";

const DAY_MS = 86_400_000;

const remedies: Partial<Record<ErrorCode, readonly [what: string, remedy: string]>> = {
  HOT_UNAVAILABLE: ["redis.url", "Start it, or leave it out: then hot state is in memory."],
  HOT_INVALID: ["redis", "As in redis://localhost:6379."],
};

/** Opens what a server stands on, as it is configured. Throws Failure. */
export async function openBackendOf(
  config: Config,
  parts: {
    readonly folder: GameFolder;
    /** Its name. */
    readonly game: string;
    readonly secret: Uint8Array;
    /** Whether scripts run. */
    readonly scripts: boolean;
    readonly log: Log;
  },
): Promise<Backend> {
  const { auth, database, redis } = config;
  const { folder, game, log, scripts, secret } = parts;
  if (database.url === undefined) await mkdir(folder.data, { recursive: true });
  const store = storeSettings(config, () => folder.data);
  try {
    return await openBackend({
      game,
      secret,
      database: store,
      ...(redis.url === undefined ? {} : { redis: { url: redis.url, prefix: redis.prefix } }),
      scripts,
      issuers: auth.issuers.map((issuer) => foreignIssuer(issuer)),
      guests: auth.guests,
      guestIdleMs: auth.guest_idle_days * DAY_MS,
      limits: limitValues(limitOverrides(config.limits)),
      clock: systemClock(),
      random: (length) => randomBytes(length),
      log,
    });
  } catch (error) {
    const failure = storeFailure(error, store.url);
    if (failure !== undefined) throw failure;
    if (!(error instanceof RealmError)) throw error;
    const [what, remedy] = remedies[error.code] ?? [];
    if (what === undefined || remedy === undefined) throw error;
    const said = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Failure(`${what}: ${error.text} ${said}`, remedy, error);
  }
}

function foreignIssuer(of: Issuer): ForeignIssuer {
  const { issuer, audience } = of;
  const key = of.kind === "secret" ? { secret: Buffer.from(of.secret) } : { jwksUrl: of.jwks_url };
  return { issuer, audience, key };
}
