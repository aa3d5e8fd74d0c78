// Servers for the tests of the hot state: Redis and Valkey. As a program it prepares both and says which there are.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const folder = path.join(root, ".tools", "valkey");
/** Runs what is unpacked beside it with the libraries that it was built for. */
const unpacked = path.join(folder, "valkey-server");
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * @param {string} variable that may name the binary
 * @param {string[]} places
 */
function find(variable, places) {
  const named = process.env[variable];
  if (named === undefined || named === "") return places.find((place) => existsSync(place));
  if (!existsSync(named)) throw new Error(`${variable} names ${named}, which does not exist.`);
  return named;
}

/** @param {string} name */
const onPath = (name) =>
  (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((one) => one !== "")
    .map((one) => path.join(one, name));

/**
 * What the variable REDIS_SERVER names, else redis-server on the PATH.
 *
 * @returns {string | undefined} path of the binary
 */
export function findRedis() {
  return find("REDIS_SERVER", [...onPath("redis-server"), "/usr/bin/redis-server"]);
}

/**
 * What the variable VALKEY_SERVER names, else valkey-server on the PATH, else the one in `.tools`.
 *
 * @returns {string | undefined} path of the binary
 */
export function findValkey() {
  return find("VALKEY_SERVER", [...onPath("valkey-server"), unpacked]);
}

/**
 * Finds both. Under CI, or when told to, what is missing is installed (Redis, as root) or unpacked into `.tools` (Valkey)
 * on a Debian machine.
 *
 * @param {boolean} [mayInstall]
 * @returns {{ redis: string | undefined, valkey: string | undefined }} none where a person has to install it
 */
export function ensureRedis(mayInstall = Boolean(process.env["CI"])) {
  const isDebian = process.platform === "linux" && existsSync("/usr/bin/apt-get");
  if (!mayInstall || !isDebian) return { redis: findRedis(), valkey: findValkey() };
  if (findRedis() === undefined && isRoot()) {
    console.log("Tests of the hot state need Redis: installing the package `redis-server` ...");
    apt(["update"]);
    apt(["install", "-y", "--no-install-recommends", "redis-server"]);
  }
  if (findValkey() === undefined) unpackValkey();
  return { redis: findRedis(), valkey: findValkey() };
}

/** Debian has Valkey from trixie on; it runs on older ones by its own libraries. Nothing is installed. */
function unpackValkey() {
  if (debianMirror() === undefined && isRoot()) apt(["update"]);
  const mirror = debianMirror();
  if (mirror === undefined || !existsSync(keyring)) return;
  console.log("Tests of the hot state need Valkey: unpacking Debian's package into .tools ...");
  rmSync(folder, { recursive: true, force: true });
  const at = (/** @type {string[]} */ ...parts) => path.join(folder, "apt", ...parts);
  for (const part of ["lists/partial", "cache/archives/partial", "empty"]) {
    mkdirSync(at(part), { recursive: true });
  }
  writeFileSync(at("status"), "");
  writeFileSync(at("sources.list"), `deb [signed-by=${keyring}] ${mirror} trixie main\n`);
  // A world of its own, in which no package is installed: what Valkey needs comes with it.
  const options = [
    `Dir::State=${at()}`,
    `Dir::State::lists=${at("lists")}`,
    `Dir::State::status=${at("status")}`,
    `Dir::Cache=${at("cache")}`,
    `Dir::Etc::sourcelist=${at("sources.list")}`,
    `Dir::Etc::sourceparts=${at("empty")}`,
    `Dir::Etc::preferencesparts=${at("empty")}`,
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);
  apt([...options, "update"]);
  apt([...options, "-y", "--no-install-recommends", "--download-only", "install", "valkey-server"]);

  const archives = at("cache", "archives");
  for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
    run("dpkg-deb", ["-x", path.join(archives, file), path.join(folder, "root")]);
  }
  const libraries = librariesIn(path.join(folder, "root", "usr", "lib"));
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (loader === undefined) throw new Error(`There is no ld-linux in ${libraries}.`);
  const line = [path.join(libraries, loader), "--library-path", libraries];
  const command = [...line, path.join(folder, "root", "usr", "bin", "valkey-server")];
  writeFileSync(unpacked, `#!/bin/sh\nexec ${command.map((one) => `'${one}'`).join(" ")} "$@"\n`);
  chmodSync(unpacked, 0o755);
  run(unpacked, ["--version"]);
  rmSync(path.join(folder, "apt"), { recursive: true, force: true });
}

/**
 * The folder of the machine's architecture.
 *
 * @param {string} lib
 */
function librariesIn(lib) {
  const name = readdirSync(lib).find((one) => existsSync(path.join(lib, one, "libc.so.6")));
  if (name === undefined) throw new Error(`There is no libc in ${lib}.`);
  return path.join(lib, name);
}

/** Where apt gets Debian's packages from, by its own configuration; undefined while it has no lists, or on no Debian. */
function debianMirror() {
  const format = "$(SITE)|$(ORIGIN)|$(LABEL)";
  const { stdout } = spawnSync(
    "apt-get",
    ["indextargets", "--format", format, "Created-By: Packages"],
    { encoding: "utf8" },
  );
  const lines = (stdout ?? "").split("\n").map((line) => line.split("|"));
  return lines.find(([, origin, label]) => origin === "Debian" && label === "Debian")?.[0];
}

const isRoot = () => process.getuid?.() === 0;

/** @param {string[]} args */
function apt(args) {
  run("apt-get", ["-q", ...args]);
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0) throw new Error(`${path.basename(command)} failed; its message stands above.`);
}

/**
 * What a person can do about what is missing; undefined when nothing is.
 *
 * @param {{ redis: string | undefined, valkey: string | undefined }} servers
 */
export function redisAdvice({ redis, valkey }) {
  const missing = [
    redis === undefined ? "Redis (redis-server, or set REDIS_SERVER to its path)" : "",
    valkey === undefined ? "Valkey (valkey-server, or set VALKEY_SERVER to its path)" : "",
  ].filter((one) => one !== "");
  if (missing.length === 0) return undefined;
  return (
    `Tests of the hot state need ${missing.join(" and ")}: install it, or run ` +
    "`node tools/setup/redis.mjs` on Debian."
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const servers = ensureRedis(true);
  console.log(`redis: ${servers.redis ?? "none"}\nvalkey: ${servers.valkey ?? "none"}`);
  const advice = redisAdvice(servers);
  if (advice !== undefined) console.error(advice);
  process.exitCode = advice === undefined ? 0 : 1;
}
