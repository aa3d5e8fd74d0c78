import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { loadConfiguration, type Configuration, type FlagValue } from "./configuration.ts";
import { databaseUrl, type DatabaseType } from "./dsn.ts";
import type { Environment } from "./environment.ts";

/** Flags that are a setting each: the name of the option's value, and the setting's path. */
const plain = [
  ["port", "server.http_port", "--port"],
  ["host", "server.host", "--host"],
  ["edges", "server.edges", "--edges"],
  ["origin", "server.origins", "--origin"],
  ["hostName", "server.hosts", "--host-name"],
  ["proxyHops", "server.proxy_hops", "--proxy-hops"],
  ["log", "logging.level", "--log"],
] as const;

/** Adds the options of everything that reads the configuration. */
export function configOptions(command: Command): Command {
  return command
    .option("--config <file>", "settings (default: config.yaml in the game's folder)")
    .addOption(
      new Option("--db-type <type>", "kind of the database").choices(["sqlite", "postgres"]),
    )
    .option("--db-dsn <dsn>", "the database: a file, an address, or host=… user=… dbname=…");
}

/** Accepts `-db-type` and `-db-dsn` with one dash. */
export function twoDashes(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    const isOption = end === -1 || i < end;
    return isOption && /^-db-(type|dsn)(=|$)/.test(arg) ? `-${arg}` : arg;
  });
}

/**
 * The configuration for a command that was called.
 *
 * @param caller where who called stands, if npm has changed the working directory.
 */
export function configure(
  command: Command,
  folder: string,
  environment: Environment,
  caller: string | undefined,
): Configuration {
  const options = command.opts<{ config?: string; dbType?: DatabaseType }>();
  const configuration = loadConfiguration({
    folder,
    file: options.config === undefined ? undefined : pathFrom(options.config, caller),
    environment,
    flags: flagValues(command),
  });
  const { url } = configuration.config.database;
  if (options.dbType === "postgres" && url?.startsWith("postgres") !== true) {
    throw new Failure(
      "--db-type postgres does not say where.",
      "Add --db-dsn, or set DATABASE_URL.",
    );
  }
  if (options.dbType === "sqlite" && url?.startsWith("postgres") === true) {
    throw new Failure(
      "--db-type sqlite names another database than --database-url.",
      "Leave one out.",
    );
  }
  return configuration;
}

function flagValues(command: Command): FlagValue[] {
  const values: Readonly<Record<string, unknown>> = command.opts();
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  const flags: FlagValue[] = plain
    .filter(([name]) => isGiven(name))
    .map(([name, path, flag]) => ({ path, value: values[name], flag }));
  if (values["lan"] === true) {
    flags.push({ path: "server.host", value: "0.0.0.0", flag: "--lan" });
    flags.push({ path: "server.hosts", value: ["*"], flag: "--lan" });
  }
  const type = values["dbType"] as DatabaseType | undefined;
  const dsn = values["dbDsn"] as string | undefined;
  const url = values["databaseUrl"] as string | undefined;
  if (dsn !== undefined) {
    flags.push({ path: "database.url", value: databaseUrl(type, dsn), flag: "--db-dsn" });
  } else if (url !== undefined) {
    flags.push({ path: "database.url", value: url, flag: "--database-url" });
  } else if (type === "sqlite") {
    flags.push({ path: "database.url", value: undefined, flag: "--db-type" });
  }
  return flags;
}

function pathFrom(path: string, caller: string | undefined): string {
  return existsSync(path) || caller === undefined ? path : resolve(caller, path);
}
