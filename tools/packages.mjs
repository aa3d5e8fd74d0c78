// Packs what is published as npm would, and looks at the tarballs as those who install them will: publint at their
// files and entries, attw at the types that each way of importing finds. Needs the builds of `tsc -b`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
  let faults = 0;
  for (const name of published()) {
    const tarball = pack(name);
    for (const fault of [
      ...(await filesOf(tarball)),
      ...(await typesOf(tarball)),
      ...textsOf(name),
    ]) {
      console.log(`${name}: ${fault}`);
      faults++;
    }
  }
  process.exitCode = faults === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Folders of the packages that are not private. */
function published() {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((name) => manifestOf(name)["private"] !== true);
}

/**
 * @param {string} name folder of the package
 * @returns {Record<string, unknown>}
 */
function manifestOf(name) {
  return JSON.parse(readFileSync(path.join(root, name, "package.json"), "utf8"));
}

/** @param {string} name folder of the package */
function pack(name) {
  const args = ["pack", `./${name}`, "--json", "--ignore-scripts", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm pack ${name} failed: ${stderr}`);
  const [{ filename }] = /** @type {[{ filename: string }]} */ (JSON.parse(stdout));
  return readFileSync(path.join(folder, filename));
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
