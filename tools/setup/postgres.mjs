import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const programs = ["initdb", "postgres"];
const debian = "/usr/lib/postgresql";

/** Folders that may hold a server's programs: Debian's newest version first, then those of PATH, then the usual ones. */
function* places() {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  versions.sort((a, b) => Number(b) - Number(a));
  for (const version of versions) yield path.join(debian, version, "bin");
  yield* (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  yield* ["/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql/bin"];
}

/**
 * The PostgreSQL server for tests: what the variable POSTGRES_BIN names, else the first in the usual places.
 *
 * @returns {string | undefined} folder of its programs
 */
export function findPostgres() {
  const isWhole = (/** @type {string} */ place) =>
    programs.every((name) => existsSync(path.join(place, name)));
  const named = process.env["POSTGRES_BIN"];
  if (named === undefined || named === "") return [...places()].find(isWhole);
  if (!isWhole(named))
    throw new Error(`POSTGRES_BIN names ${named}, which has no ${programs.join(", ")}.`);
  return named;
}

/**
 * Finds the server or, under CI on a Debian machine as root, installs it.
 *
 * @returns {string | undefined} none when a person has to install it
 */
export function ensurePostgres() {
  const found = findPostgres();
  if (found !== undefined || !process.env["CI"]) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("Tests need PostgreSQL: installing the Debian package `postgresql` with apt-get ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "postgresql"]]) {
    const { status } = spawnSync("apt-get", ["-q", ...args], {
      stdio: ["ignore", "inherit", "inherit"],
      env,
    });
    if (status !== 0)
      throw new Error(`apt-get ${args.join(" ")} failed; its own message stands above.`);
  }
  return findPostgres();
}

export const postgresAdvice =
  "Tests of the store on PostgreSQL need its server: install one " +
  "(on Debian and Ubuntu: apt-get install postgresql), or set POSTGRES_BIN to the folder of its programs.";
