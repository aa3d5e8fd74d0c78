import { spawnSync } from "node:child_process";

/**
 * Runs npm in the foreground, under a Node of our choice where npm's own script is known.
 *
 * @param {string} node binary that runs npm
 * @param {string[]} args
 * @param {string} cwd
 * @returns {number} exit code
 */
export function runNpm(node, args, cwd) {
  const quiet = [...args, "--no-audit", "--no-fund", "--loglevel=error"];
  const script = process.env["npm_execpath"];
  const known = script !== undefined && /npm-cli\.c?js$/.test(script);
  const { status, error } = known
    ? spawnSync(node, [script, ...quiet], { cwd, stdio: "inherit" })
    : spawnSync("npm", quiet, { cwd, stdio: "inherit", shell: process.platform === "win32" });
  if (error !== undefined) throw new Error("npm is not on the PATH. Install it.", { cause: error });
  return status ?? 1;
}
