import { relative } from "node:path";
import { readDatabaseUrl } from "@realmwright/server/internal";
import type { Config } from "./config/config.ts";
import type { GameFolder } from "./game/game-folder.ts";
import { storeSettings } from "./commands/database.ts";

const redisPort = "6379";

/** Where a server has what it has, in words for people and machines that hold no user and no password. */
export interface Whereabouts {
  /** What lasts. */
  readonly database: string;
  /** Whether it lasts longer than the process. */
  readonly isKept: boolean;
  /** What is quick and may be rebuilt: where another process has it; undefined: in this one's memory. */
  readonly redis: string | undefined;
  /** What runs scripts; undefined: nothing does. */
  readonly scripts: "worker" | "redis" | undefined;
}

/** @param scripts whether scripts run. */
export function whereabouts(config: Config, folder: GameFolder, scripts: boolean): Whereabouts {
  const redis = config.redis.url === undefined ? undefined : redisPlace(config.redis.url);
  const engine = redis === undefined ? "worker" : "redis";
  return {
    ...databasePlace(storeSettings(config, () => folder.data).url),
    redis,
    scripts: scripts ? engine : undefined,
  };
}

function databasePlace(url: string): Pick<Whereabouts, "database" | "isKept"> {
  const read = readDatabaseUrl(url);
  if (read.dialect === "postgres") {
    const { host = "localhost", port = 5432, database = "" } = read.place;
    const place = host.startsWith("/") ? host : `${host}:${port}`;
    return { database: `PostgreSQL ${place}${database && `/${database}`}`, isKept: true };
  }
  if (read.file === ":memory:") return { database: "SQLite in memory", isKept: false };
  const path = relative(process.cwd(), read.file);
  const isNear = path !== "" && !path.startsWith("..");
  return { database: `SQLite ${isNear ? path : read.file}`, isKept: true };
}

function redisPlace(address: string): string {
  const { hostname, pathname, port } = new URL(address);
  const database = /^\/[1-9]\d*$/u.test(pathname) ? pathname : "";
  return `Redis ${hostname}:${port || redisPort}${database}`;
}
