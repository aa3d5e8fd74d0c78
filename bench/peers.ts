import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { progress } from "./rounds.ts";

const folder = new URL("peers/", import.meta.url);

/** A script of the peers' folder. */
export function peer(name: string): URL {
  return new URL(`${name}.mjs`, folder);
}

/** Installs what we are measured beside, once per clone: it is no part of Realmwright and nobody else needs it. */
export function installPeers(): void {
  if (existsSync(new URL("node_modules/@colyseus/core/package.json", folder))) return;
  progress("installing the peers (Colyseus and others) into bench/peers, once");
  // Not `ci`: of msgpackr's optional parts not every platform's is published, which it takes for a lock file out of date.
  const { status, stderr, error } = spawnSync("npm", ["install", "--no-save", "--no-progress"], {
    cwd: fileURLToPath(folder),
    encoding: "utf8",
  });
  if (status !== 0)
    throw new Error(`npm install in bench/peers failed:\n${stderr}`, { cause: error });
}
