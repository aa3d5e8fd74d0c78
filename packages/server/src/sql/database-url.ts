import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import type { PoolConfig } from "pg";
import { RealmError } from "@realmwright/protocol";
import { readKeywordValue } from "./keyword-value.ts";

/** Where a database is. */
export type DatabasePlace =
  | { readonly dialect: "sqlite"; readonly file: string }
  | {
      readonly dialect: "postgres";
      readonly place: PoolConfig;
      /** The same as the variables that PostgreSQL's own programs read. */
      readonly variables: Readonly<Record<string, string>>;
    };

/** libpq lets a user stand before no host, which a URL does not. */
const noHost = /^(?<before>[a-z]+:\/\/[^/?#]*@)(?=[/?#]|$)/u;
const NO_HOST = "-";

/** Keywords, with the variables that say the same. */
const known: Readonly<Record<string, string>> = {
  host: "PGHOST",
  hostaddr: "PGHOSTADDR",
  port: "PGPORT",
  user: "PGUSER",
  password: "PGPASSWORD",
  dbname: "PGDATABASE",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  application_name: "PGAPPNAME",
  connect_timeout: "PGCONNECT_TIMEOUT",
  options: "PGOPTIONS",
};
/** Their values change nothing: times are read as UTC, and the modes are libpq's in any case. */
const needless: ReadonlySet<string> = new Set(["TimeZone", "uselibpqcompat"]);

/**
 * Reads `sqlite:path`, `sqlite::memory:`, `postgres://user:password@host:port/name?sslmode=…` and the keywords of libpq
 * (`host=… user=… dbname=…`). Throws `STORE_URL_INVALID`, which never holds the text: it may hold a password.
 */
export function readDatabaseUrl(text: string): DatabasePlace {
  if (text.startsWith("sqlite:")) return sqlite(text.slice("sqlite:".length));
  const settings = /^postgres(?:ql)?:/u.test(text) ? fromUrl(text) : readKeywordValue(text);
  if (settings === undefined || settings.size === 0) {
    throw invalid("write sqlite:path, postgres://… or host=… user=… dbname=…");
  }
  const place = postgres(settings);
  return { dialect: "postgres", place, variables: variables(settings) };
}

function sqlite(rest: string): DatabasePlace {
  const file = rest.replace(/^\/\/(?=\/)/u, "");
  if (file === "" || file.startsWith("file:") || file.startsWith("//") || file.includes("\0")) {
    throw invalid("after sqlite: stands the path of a file, or :memory:");
  }
  return { dialect: "sqlite", file };
}

function fromUrl(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const set = (key: string, value: string): void => {
    if (value !== "") found.set(key, value);
  };
  try {
    const url = new URL(text.replace(noHost, `$<before>${NO_HOST}`));
    for (const [key, value] of url.searchParams) set(key, value);
    if (url.hostname !== NO_HOST)
      set("host", decodeURIComponent(url.hostname).replace(/^\[(?<address>.*)\]$/u, "$<address>"));
    set("port", url.port);
    set("user", decodeURIComponent(url.username));
    set("password", decodeURIComponent(url.password));
    set("dbname", decodeURIComponent(url.pathname.slice(1)));
  } catch {
    throw invalid("the URL can not be read; is there a character to be percent-encoded?");
  }
  return found;
}

function postgres(settings: ReadonlyMap<string, string>): PoolConfig {
  for (const key of settings.keys()) {
    if (Object.hasOwn(known, key) || needless.has(key)) continue;
    throw invalid(`one of its keywords is none of ${Object.keys(known).join(", ")}`);
  }
  const host = settings.get("host") ?? settings.get("hostaddr") ?? "localhost";
  if (host.includes(",")) throw invalid("there is more than one host");
  const port = Number(settings.get("port") ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid("port is no port");
  const connectS = Number(settings.get("connect_timeout") ?? 0);
  if (!(connectS >= 0)) throw invalid("connect_timeout is no time");
  const user = settings.get("user") ?? userInfo().username;
  const password = settings.get("password");
  const name = settings.get("application_name");
  const options = settings.get("options");
  return {
    host,
    port,
    user,
    database: settings.get("dbname") ?? user,
    ssl: tls(settings),
    ...(password === undefined ? {} : { password }),
    ...(connectS > 0 ? { connectionTimeoutMillis: connectS * 1000 } : {}),
    ...(name === undefined ? {} : { application_name: name }),
    ...(options === undefined ? {} : { options }),
  };
}

function variables(settings: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const all = new Map([["sslmode", "disable"], ...settings]);
  return Object.fromEntries(
    [...all].flatMap(([key, value]) => {
      const name = known[key];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

/** What libpq means by its modes; `allow` and `prefer`, which promise nothing, are refused. */
function tls(settings: ReadonlyMap<string, string>): ConnectionOptions | false {
  const mode = settings.get("sslmode") ?? "disable";
  if (mode === "disable") return false;
  const ca = pem(settings, "sslrootcert");
  const files = { ...ca, ...pem(settings, "sslcert"), ...pem(settings, "sslkey") };
  if (mode === "verify-full") return files;
  const anyName = { ...files, checkServerIdentity: () => undefined };
  if (mode === "verify-ca" || (mode === "require" && ca.ca !== undefined)) return anyName;
  if (mode === "require") return { ...files, rejectUnauthorized: false };
  throw invalid("sslmode is none of disable, require, verify-ca, verify-full");
}

const pemNames = { sslrootcert: "ca", sslcert: "cert", sslkey: "key" } as const;

function pem(
  settings: ReadonlyMap<string, string>,
  keyword: keyof typeof pemNames,
): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  const path = settings.get(keyword);
  if (path === undefined || path === "system") return {};
  try {
    return { [pemNames[keyword]]: readFileSync(path, "utf8") };
  } catch (cause) {
    throw new RealmError("STORE_URL_INVALID", { cause, detail: `${keyword} can not be read` });
  }
}

function invalid(detail: string): RealmError {
  return new RealmError("STORE_URL_INVALID", { detail: `The database's address: ${detail}.` });
}
