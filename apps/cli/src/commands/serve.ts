import {
  createLog,
  createServer,
  type HttpExtension,
  type Log,
  type Server,
  type ServerServices,
} from "@realmwright/server";
import type { GameDefinition } from "@realmwright/core";
import { PinoPretty as pretty } from "pino-pretty";
import { Failure } from "../failure.ts";
import { limitOverrides } from "../config/adjustable-limits.ts";
import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/production.ts";
import type { GameFolder } from "../game/game-folder.ts";
import type { RoomDefaults } from "../game/room-defaults.ts";
import { fromGame } from "../game/source-error.ts";
import { mustBeFree, nextFree } from "../port.ts";
import { lockPath, ServerLock } from "../server-lock.ts";
import type { Terminal } from "../terminal.ts";
import { loadSecrets } from "../secrets.ts";
import { takeUncaught } from "../uncaught.ts";

export const defaultPort = 8080;

/** A port to listen on: the one asked for, else 8080, else (where that is allowed) the next free one; 0 is any. */
export async function choosePort({ server }: Config, mayMove: boolean): Promise<number> {
  if (server.http_port === undefined && mayMove) return nextFree(server.host, defaultPort);
  const port = server.http_port ?? defaultPort;
  await mustBeFree(server.host, port);
  return port;
}

/** What signs access tokens: what the configuration says, else what is kept in the data folder, made once. */
export async function tokenSecret({ auth }: Config, folder: GameFolder): Promise<Uint8Array> {
  if (auth.secret !== undefined) return Buffer.from(auth.secret);
  const secrets = await loadSecrets(folder.data);
  return Buffer.from(secrets.tokenSecret, "base64url");
}

/**
 * Says to others that a server of this game runs, and warns where one runs on the same file of SQLite already; where that
 * would be for players, it throws Failure. Call it once the store is open.
 */
export function lockServer(
  config: Config,
  about: {
    readonly folder: GameFolder;
    readonly port: number;
    readonly isProduction: boolean;
    readonly terminal: Terminal;
  },
): ServerLock | undefined {
  const { folder, isProduction, port, terminal } = about;
  const path = lockPath(config, folder.data);
  if (path === undefined) return undefined;
  const lock = new ServerLock(path, { pid: process.pid, port });
  const isShared = config.database.url?.startsWith("postgres") === true;
  if (lock.other === undefined || isShared) return lock;
  const found = `Another server (process ${lock.other.pid}) runs on the same database, ${path.replace(/-server$/, "")}; SQLite is for one.`;
  const remedy =
    "Stop that one, give this one a file of its own (--db-dsn other.db), or use PostgreSQL.";
  if (isProduction) throw new Failure(found, remedy);
  terminal.warn(`${found} What one keeps in memory the other does not know. ${remedy}`);
  return lock;
}

export function roomDefaults({ game }: Config): RoomDefaults {
  return { tickRate: game.default_tick_rate };
}

/** Starts a server for a loaded game. Throws Failure, and SourceError for what is wrong with the game. */
export async function serve(
  parts: {
    readonly folder: GameFolder;
    readonly game: GameDefinition;
    readonly secret: Uint8Array;
    readonly client: string | undefined;
    readonly port: number;
    readonly log: Log;
    readonly services: ServerServices;
    readonly extension?: HttpExtension;
    /** Something was thrown outside of every room, and nothing caught it. */
    readonly broken: (error: unknown) => void;
  },
  config: Config,
): Promise<Server> {
  const { folder, game, client, extension } = parts;
  const { host, hosts, origins } = config.server;
  const { token: metricsToken } = config.metrics;
  const server = createServer({
    game,
    secret: parts.secret,
    http: {
      host,
      port: parts.port,
      origins,
      proxyHops: config.server.proxy_hops,
      queryToken: config.auth.query_token,
      ...(metricsToken === undefined ? {} : { metricsToken }),
      ...(hosts.length > 0 ? { hosts } : {}),
    },
    edges: config.server.edges,
    limits: limitOverrides(config.limits),
    log: parts.log,
    services: parts.services,
    ...(folder.assets === undefined ? {} : { assets: folder.assets }),
    ...(client === undefined ? {} : { client }),
    ...(extension === undefined ? {} : { extension }),
  });
  takeUncaught(server, parts.broken);
  try {
    await server.start();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") {
      throw fromGame(error, folder.root) ?? error;
    }
    throw new Failure(
      `Port ${parts.port} on ${host} was taken a moment ago.`,
      "Run the command again, or name another port with --port.",
      error,
    );
  }
  return server;
}

/** Who can reach what listens so. */
export function reachOf({ server }: Config): "here" | "by-name" | "network" {
  if (isLoopback(server.host)) return "here";
  return server.hosts.includes("*") ? "network" : "by-name";
}

/** Log lines on standard error, so that standard output carries the command's own words alone; JSON unless a person reads. */
export function makeLog({ logging }: Pick<Config, "logging">, isPerson: boolean): Log {
  const { level, format } = logging;
  const isPretty = format === "pretty" || (format === "auto" && isPerson);
  const destination = isPretty
    ? pretty({ destination: 2, ignore: "pid,hostname" })
    : process.stderr;
  return createLog({ level, destination });
}
