import { spawn } from "node:child_process";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {string[]} command
 * @property {string} [after] another one, without whose success this one would say nothing new
 * @typedef {Job & { code: number, output: string, seconds: number }} Outcome
 */

/**
 * Runs all static checks side by side and prints the output of those that fail, then one line for each.
 *
 * @param {string} root
 * @param {string} node
 * @param {string[]} args `--fix` formats and mends what can be mended first
 * @returns {Promise<number>} exit code
 */
export async function check(root, node, args) {
  const unknown = args.filter((arg) => arg !== "--fix");
  if (unknown.length > 0)
    throw new Error(`npm run check does not know ${unknown.join(" ")}; it takes --fix.`);

  if (args.includes("--fix")) {
    // What they cannot mend, the checks below say.
    for (const job of fixes) await run(root, node, job);
  }
  /** @type {Map<string, Promise<Outcome>>} */
  const running = new Map();
  for (const job of checks) {
    const before = job.after === undefined ? undefined : running.get(job.after);
    running.set(job.name, inTurn(root, node, job, before));
  }
  return report(await Promise.all(running.values()));
}

/** @type {Job[]} */
const fixes = [
  { name: "lint fixes", command: ["oxlint/bin/oxlint", "--type-aware", "--fix"] },
  { name: "formatting", command: ["oxfmt/bin/oxfmt"] },
];

/** @type {Job[]} */
const checks = [
  { name: "format", command: ["oxfmt/bin/oxfmt", "--check"] },
  {
    name: "lint and boundaries",
    command: ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings"],
  },
  { name: "types", command: ["typescript/bin/tsc", "-b"] },
  { name: "dead code", command: ["knip/bin/knip.js", "--no-progress"] },
  // It packs what the compiler has written.
  { name: "packages", command: ["../tools/packages.mjs"], after: "types" },
  { name: "house rules", command: ["vitest/vitest.mjs", "run", "--project=system", "test/tidy"] },
];

/**
 * @param {string} root
 * @param {string} node
 * @param {Job} job
 * @param {Promise<Outcome> | undefined} before
 * @returns {Promise<Outcome>}
 */
async function inTurn(root, node, job, before) {
  const outcome = await before;
  if (outcome === undefined || outcome.code === 0) return await run(root, node, job);
  return { ...job, code: 1, output: `This needs "${outcome.name}" to succeed.`, seconds: 0 };
}

/**
 * @param {string} root
 * @param {string} node
 * @param {Job} job
 * @returns {Promise<Outcome>}
 */
function run(root, node, job) {
  const [script = "", ...args] = job.command;
  const color = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const started = performance.now();
  const child = spawn(node, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...color },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      // Not all of these tools honour NO_COLOR.
      const text = process.stdout.isTTY ? output : stripVTControlCharacters(output);
      resolve({ ...job, code: code ?? 1, output: text, seconds });
    });
  });
}

/**
 * @param {Outcome[]} outcomes
 * @returns {number} exit code
 */
function report(outcomes) {
  const failed = outcomes.filter((outcome) => outcome.code !== 0);
  for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output.trimEnd()}`);
  console.log();
  for (const { name, code, seconds } of outcomes) {
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(20)} ${seconds.toFixed(1)} s`);
  }
  if (failed.some(({ name }) => name === "format")) {
    console.log("\nnpm run check -- --fix formats, and mends what lint can mend.");
  }
  return failed.length === 0 ? 0 : 1;
}
