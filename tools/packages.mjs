// Packs what is published as npm would, and looks at the tarballs as those who install them will: publint at their
// files and entries, attw at the types that each way of importing finds, and Node at whether every entry loads. Needs
// the builds of `tsc -b`.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** All packages are ES modules for Node 24 and bundlers: what older ways of resolving make of them is no fault. */
const supported = new Set(["node16-esm", "bundler"]);

const folder = mkdtempSync(path.join(tmpdir(), "realmwright-packages-"));
try {
  const faults = [];
  const entries = [];
  for (const name of published()) {
    const file = pack(name);
    const tarball = readFileSync(file);
    const found = [...(await filesOf(tarball)), ...(await typesOf(tarball)), ...textsOf(name)];
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    entries.push(...install(name, file));
  }
  faults.push(...load(entries));
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Folders of the packages that are not private. */
function published() {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((name) => manifestOf(name).private !== true);
}

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [dependencies]
 */

/**
 * @param {string} name folder of the package
 * @returns {Manifest}
 */
function manifestOf(name) {
  return JSON.parse(readFileSync(path.join(root, name, "package.json"), "utf8"));
}

/**
 * @param {string} name folder of the package
 * @returns {string} path of the tarball
 */
function pack(name) {
  const args = ["pack", `./${name}`, "--json", "--ignore-scripts", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm pack ${name} failed: ${stderr}`);
  const [{ filename }] = /** @type {[{ filename: string }]} */ (JSON.parse(stdout));
  return path.join(folder, filename);
}

/**
 * @param {Buffer} tarball
 * @returns {Promise<string[]>}
 */
async function filesOf(tarball) {
  const { messages, pkg } = await publint({
    pack: { tarball: Uint8Array.from(tarball).buffer },
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`);
}

/**
 * @param {Buffer} tarball
 * @returns {Promise<string[]>}
 */
async function typesOf(tarball) {
  const result = await checkPackage(createPackageFromTarballData(Uint8Array.from(tarball)));
  if (result.types === false) return ["attw: it has no types"];
  return result.problems
    .filter((problem) => !("resolutionKind" in problem) || supported.has(problem.resolutionKind))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}

/**
 * What npm shows of a package.
 *
 * @param {string} name folder of the package
 */
function textsOf(name) {
  const own = readdirSync(path.join(root, name));
  return ["README.md"].filter((file) => !own.includes(file)).map((file) => `it has no ${file}`);
}

/**
 * Puts a package where others find it, as npm would, with what it needs of others beside it.
 *
 * @param {string} name folder of the package
 * @param {string} tarball
 * @returns {string[]} what can be imported of it
 */
function install(name, tarball) {
  const manifest = manifestOf(name);
  const target = path.join(folder, "node_modules", manifest.name);
  mkdirSync(target, { recursive: true });
  const { status } = spawnSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", target]);
  if (status !== 0) throw new Error(`tar could not unpack ${tarball}`);
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (/^(@realmwright\/|realmwright$)/.test(dependency)) continue;
    const link = path.join(target, "node_modules", dependency);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(realpathSync(path.join(root, name, "node_modules", dependency)), link);
  }
  return Object.keys(manifest.exports).map((entry) => path.posix.join(manifest.name, entry));
}

/**
 * Imports everything that was installed, in a Node of its own.
 *
 * @param {string[]} entries
 * @returns {string[]} a line for each that does not load
 */
function load(entries) {
  const script = `for (const entry of ${JSON.stringify(entries)}) {
    await import(entry).catch((error) => console.log(entry + ": " + error.message));
  }`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { cwd: folder, encoding: "utf8" },
  );
  const lines = stdout.split("\n").filter((line) => line !== "");
  return status === 0 ? lines : [...lines, stderr];
}
