import { didYouMean } from "@realmwright/protocol/internal";
import { Failure } from "../failure.ts";

export type DatabaseType = "sqlite" | "postgres";

const charactersMax = 4096;

/** Keywords of libpq that have no place of their own in an address, and go into its query. */
const inQuery = new Map([
  ["application_name", "application_name"],
  ["options", "options"],
  ["sslcert", "sslcert"],
  ["sslkey", "sslkey"],
  ["sslrootcert", "sslrootcert"],
  ["connect_timeout", "connect_timeout"],
]);
const keywords = [
  ...["host", "hostaddr", "port", "user", "password", "dbname", "sslmode", "TimeZone"],
  ...inQuery.keys(),
];
const schemes = ["postgres", "postgresql"];
const sslModes = ["disable", "require", "verify-ca", "verify-full"];

/**
 * The address of a database from the flags `--db-type` and `--db-dsn`: a file for SQLite; for PostgreSQL an address, or
 * keywords as libpq has them (`host=localhost user=postgres password='a b' dbname=game sslmode=disable`). Throws Failure.
 */
export function databaseUrl(type: DatabaseType | undefined, dsn: string): string {
  if (dsn.length > charactersMax || dsn.includes("\0")) {
    throw refused(`has more than ${charactersMax} characters, or one that is none`);
  }
  const isAddress = /^postgres(ql)?:\/\//.test(dsn);
  const kind = type ?? (isAddress || /^\s*\w+\s*=/.test(dsn) ? "postgres" : "sqlite");
  if (kind === "sqlite") return sqliteUrl(dsn, isAddress);
  return isAddress ? dsn : postgresUrl(readKeywords(dsn));
}

/** Whether what is to be a file's name is an address of something else: it may hold a password. */
export function looksLikeAddress(file: string): boolean {
  return /^\s*\/*(?:[a-z][a-z0-9+.-]+:)*(?:[a-z][a-z0-9+.-]+:\/|postgres[a-z]*:|[^/\\]*:[^/\\]*@)/i.test(
    file,
  );
}

function sqliteUrl(dsn: string, isAddress: boolean): string {
  const file = dsn.replace(/^(sqlite|file):/, "");
  if (file === "" || isAddress) throw refused("names no file, as --db-dsn game.db does");
  if (looksLikeAddress(file)) throw refusedAddress(file);
  if (file.includes("?")) throw refused("has options after a ?, which SQLite files take none of");
  return `sqlite:${file}`;
}

/** The pairs of a connection string: `key = value`, values in single quotes if need be, `\` before a quote or a backslash. */
function readKeywords(dsn: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const pair =
    /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\[\s\S])*)'|((?:[^\s'\\]|\\[\s\S])*))(?=\s|$)/y;
  const end = dsn.trimEnd().length;
  while (pair.lastIndex < end) {
    const at = pair.lastIndex;
    const [, key, quoted, bare] = pair.exec(dsn) ?? [];
    if (key === undefined) {
      // what stands there may be a password
      throw refused(`can not be read from its character ${at + 1} on`);
    }
    if (!keywords.includes(key)) {
      throw refused(`has ${key.slice(0, 40)}, which is not known`, didYouMean(key, keywords));
    }
    if (pairs.has(key)) throw refused(`says ${key} twice`);
    pairs.set(key, (quoted ?? bare ?? "").replaceAll(/\\([\s\S])/g, "$1"));
  }
  if (pairs.size === 0) throw refused("is empty");
  return pairs;
}

function postgresUrl(pairs: ReadonlyMap<string, string>): string {
  const said = (key: string): string | undefined => pairs.get(key) || undefined;
  const host = said("host") ?? said("hostaddr") ?? "localhost";
  if (host.includes(",")) throw refused("names several hosts, of which one is possible");
  const port = said("port");
  if (
    port !== undefined &&
    !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536)
  ) {
    throw refused("has a port that is none");
  }
  const query = new URLSearchParams();
  // Folders of sockets and IPv6 addresses are no names in an address.
  const isName = /^[\w.-]+$/.test(host);
  if (!isName) query.set("host", host);
  if (!isName && port !== undefined) query.set("port", port);
  for (const [key, name] of inQuery) {
    const value = said(key);
    if (value !== undefined) query.set(name, value);
  }
  const zone = said("TimeZone");
  if (zone !== undefined) {
    if (query.has("options")) throw refused("has both options and TimeZone");
    query.set("options", `-c TimeZone=${zone.replaceAll(/[\\ ]/g, String.raw`\$&`)}`);
  }
  setSsl(query, said("sslmode"), host.startsWith("/"));
  const user = said("user");
  const password = said("password");
  if (user === undefined && password !== undefined) throw refused("has a password and no user");
  const login = [user, password].flatMap((part) => (part === undefined ? [] : [encode(part)]));
  const where = isName ? `${host}${port === undefined ? "" : `:${port}`}` : "";
  const name = encode(said("dbname") ?? user ?? "");
  if (name === "." || name === "..")
    throw refused("names a database of dots, which no address can");
  const before = login.length > 0 || !isName ? `${login.join(":")}@` : "";
  return `postgres://${before}${where}/${name}${query.size > 0 ? `?${query.toString().replaceAll("+", "%20")}` : ""}`;
}

/** Modes mean here what they mean to libpq, which encrypts nothing on the sockets of this machine. */
function setSsl(query: URLSearchParams, mode: string | undefined, isSocket: boolean): void {
  if (mode === undefined) return;
  if (!sslModes.includes(mode)) {
    const isMaybe = mode === "prefer" || mode === "allow";
    throw refused(
      isMaybe ? `has sslmode=${mode}, which may or may not encrypt` : "has an sslmode that is none",
      `Say ${sslModes.join(", ")}.`,
    );
  }
  if (isSocket) return;
  query.set("sslmode", mode);
  if (mode === "require" || mode === "verify-ca") query.set("uselibpqcompat", "true");
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("'", "%27");
}

/** Taken for a file, its password would become the name of a folder. */
function refusedAddress(file: string): Failure {
  const [, scheme] = /^\s*([a-z][a-z0-9+.-]*):/i.exec(file) ?? [];
  if (scheme === undefined || !file.includes(":/")) {
    return refused("is an address without postgres:// before it, or no file");
  }
  const hint = didYouMean(scheme, schemes).replace("?", "://?");
  return refused(`begins with ${scheme.slice(0, 40)}:, which is no kind of database here`, hint);
}

function refused(what: string, remedy = ""): Failure {
  const example =
    "As in --db-dsn \"host=localhost user=game password='…' dbname=game sslmode=disable\".";
  return new Failure(`--db-dsn ${what}.`, remedy === "" ? example : remedy);
}
