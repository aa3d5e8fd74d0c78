import {
  createLog,
  createServer,
  type HttpExtension,
  type Log,
  type Server,
} from "@realmwright/server";
import type { GameDefinition } from "@realmwright/core";
import { PinoPretty as pretty } from "pino-pretty";
import { Failure } from "../failure.ts";
import type { GameFolder } from "../game/game-folder.ts";
import { fromGame } from "../game/source-error.ts";
import { mustBeFree, nextFree } from "../port.ts";
import type { Secrets } from "../secrets.ts";
import { takeUncaught } from "../uncaught.ts";

export const defaultPort = 8080;

/** What `dev` and `start` have in common on the command line. */
export interface ServeFlags {
  readonly port: number | undefined;
  readonly host: string;
  readonly edges: number;
  readonly origins: readonly string[];
  readonly hosts: readonly string[];
  readonly proxyHops: number;
  readonly logLevel: string;
}

/** A port to listen on: the one asked for, else 8080, else (where that is allowed) the next free one; 0 is any. */
export async function choosePort(flags: ServeFlags, mayMove: boolean): Promise<number> {
  if (flags.port === undefined && mayMove) return nextFree(flags.host, defaultPort);
  const port = flags.port ?? defaultPort;
  await mustBeFree(flags.host, port);
  return port;
}

/** Starts a server for a loaded game. Throws Failure, and SourceError for what is wrong with the game. */
export async function serve(
  parts: {
    readonly folder: GameFolder;
    readonly game: GameDefinition;
    readonly secrets: Secrets;
    readonly client: string | undefined;
    readonly port: number;
    readonly log: Log;
    readonly extension?: HttpExtension;
    /** Something was thrown outside of every room, and nothing caught it. */
    readonly broken: (error: unknown) => void;
  },
  flags: ServeFlags,
): Promise<Server> {
  const { folder, game, client, extension } = parts;
  const server = createServer({
    game,
    secret: Buffer.from(parts.secrets.tokenSecret, "base64url"),
    http: {
      host: flags.host,
      port: parts.port,
      origins: flags.origins,
      proxyHops: flags.proxyHops,
      ...(flags.hosts.length > 0 ? { hosts: flags.hosts } : {}),
    },
    edges: flags.edges,
    log: parts.log,
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
      `Port ${parts.port} on ${flags.host} was taken a moment ago.`,
      "Run the command again, or name another port with --port.",
      error,
    );
  }
  return server;
}

/** Who can reach what listens so. */
export function reachOf({ host, hosts }: ServeFlags): "here" | "by-name" | "network" {
  if (/^(127\.[\d.]+|localhost|::1)$/i.test(host)) return "here";
  return hosts.includes("*") ? "network" : "by-name";
}

/** Log lines on standard error, so that standard output carries the command's own words alone; JSON unless a person reads. */
export function makeLog(level: string, isPerson: boolean): Log {
  const destination = isPerson
    ? pretty({ destination: 2, ignore: "pid,hostname" })
    : process.stderr;
  return createLog({ level, destination });
}
