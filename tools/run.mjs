// The repository's commands. Plain JavaScript without dependencies: it runs before anything is installed, on Node 18.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./check.mjs";
import { chromiumAdvice, ensureChromium } from "./setup/chromium.mjs";
import { installDependencies } from "./setup/dependencies.mjs";
import { useNode } from "./setup/node.mjs";
import { ensurePostgres, findPostgres, postgresAdvice } from "./setup/postgres.mjs";
import { ensureRedis, findRedis, findValkey, redisAdvice } from "./setup/redis.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const fromSource = ["--conditions=@realmwright/source", "--disable-warning=ExperimentalWarning"];

/** @type {Record<string, (node: string, args: string[]) => Promise<number>>} */
const tasks = {
  start: (node, args) =>
    foreground(node, [...fromSource, "apps/cli/src/main.ts", "dev", "games/realm", ...args]),
  realmwright: (node, args) => foreground(node, [...fromSource, "apps/cli/src/main.ts", ...args]),
  // Any program of TypeScript that lies in the clone.
  file: (node, args) => foreground(node, [...fromSource, ...args]),
  test,
  check: (node, args) => check(root, node, args),
  // The umbrella and the command refer to all other packages.
  build: (node) =>
    foreground(node, [bin("typescript/bin/tsc"), "-b", "packages/realmwright", "apps/cli"]),
  bench: (node, args) => {
    nameServers();
    return foreground(node, [...fromSource, "--expose-gc", "bench/run.ts", ...args]);
  },
  proof: (node, args) => {
    nameServers();
    return foreground(node, [...fromSource, "bench/proof/run.ts", ...args]);
  },
  // Little memory for what is young: garbage is not mistaken for what is held.
  oracle: (node, args) => foreground(node, [...fromSource, "test/oracle/run.ts", ...args]),
  fuzz: (node, args) =>
    foreground(node, [...fromSource, "--max-semi-space-size=8", "test/fuzz/run.ts", ...args]),
};

const [name = "", ...args] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) {
  console.error(`Usage: node tools/run.mjs ${Object.keys(tasks).join("|")} [arguments]`);
  process.exit(2);
}
try {
  const node = useNode(root);
  installDependencies(root, node);
  process.exitCode = await task(node, args);
} catch (error) {
  console.error(error instanceof Error ? `\n${error.message}` : error);
  process.exitCode = 1;
}

/**
 * @param {string} node
 * @param {string[]} args for Vitest
 */
async function test(node, args) {
  const projects = args.filter(
    (arg, i) => arg.startsWith("--project=") || args[i - 1] === "--project",
  );
  const wantsBrowser = projects.length === 0 || projects.some((arg) => arg.includes("e2e"));
  const chromium = wantsBrowser ? ensureChromium() : undefined;
  const skipsBrowser = wantsBrowser && chromium === undefined;
  if (chromium !== undefined) process.env["CHROMIUM"] = chromium;
  if (skipsBrowser && process.env["CI"]) throw new Error(chromiumAdvice);

  const postgres = ensurePostgres();
  if (postgres !== undefined) process.env["POSTGRES_BIN"] = postgres;
  else if (process.env["CI"]) throw new Error(postgresAdvice);
  else console.warn(`\nSKIPPED: no test runs on PostgreSQL. ${postgresAdvice}\n`);
  const withoutRedis = redisAdvice(ensureRedis());
  if (withoutRedis !== undefined && process.env["CI"]) throw new Error(withoutRedis);
  if (withoutRedis !== undefined) console.warn(`\nSKIPPED: ${withoutRedis}\n`);

  const notice = `SKIPPED: the browser tests (project e2e) did not run. ${chromiumAdvice}`;
  if (skipsBrowser) console.warn(`\n${notice}\n`);
  const code = await foreground(node, [bin("vitest/vitest.mjs"), "run", ...args]);
  if (skipsBrowser) console.warn(`\n${notice}`);
  return code;
}

/** Tells programs which database servers there are. */
function nameServers() {
  process.env["POSTGRES_BIN"] = findPostgres() ?? "";
  process.env["REDIS_SERVER"] = findRedis() ?? "";
  process.env["VALKEY_SERVER"] = findValkey() ?? "";
}

/** @param {string} file path inside node_modules */
function bin(file) {
  return path.join(root, "node_modules", file);
}

/**
 * Runs Node with the terminal handed through. Signals end the child, and the child's end is ours.
 *
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
function foreground(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: "inherit" });
  // A terminal sends Ctrl-C to the child itself; a second one from here would mean "at once" to it.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  if (process.env["npm_lifecycle_event"] !== undefined) endWithParent(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const byNumber = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };
      resolve(code ?? byNumber[/** @type {keyof typeof byNumber} */ (signal)] ?? 1);
    });
  });
}

/**
 * A signal to npm ends the shell that npm put between itself and us, and never comes here.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
function endWithParent(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  }, 500);
  timer.unref();
}
