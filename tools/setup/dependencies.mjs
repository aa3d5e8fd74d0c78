import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runNpm } from "./npm.mjs";

/**
 * Installs the dependencies unless those of the present lockfile are in place.
 *
 * @param {string} root
 * @param {string} node
 */
export function installDependencies(root, node) {
  const stamp = path.join(root, "node_modules", ".realmwright-lockfile");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hashOfLockfile(root)) return;

  console.log("Installing dependencies with npm; the first time takes a minute ...");
  const code = runNpm(node, ["install"], root);
  if (code !== 0) {
    throw new Error(
      `npm install failed with exit code ${code}; its own message stands above. ` +
        "Check that the npm registry can be reached, then run the command again.",
    );
  }
  writeFileSync(stamp, hashOfLockfile(root));
}

/** @param {string} root */
function hashOfLockfile(root) {
  return createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}
