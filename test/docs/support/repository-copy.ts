import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../tidy/repository.ts";

/** A place where the repository's commands work as they do in it, and where games may be written. */
export interface RepositoryCopy {
  readonly folder: string;
  remove(): void;
}

/**
 * Everything is linked but `tools`, which takes its own place for the repository's, and what a reader's own files would lie
 * among: `games`. Dependencies count as installed.
 */
export function copyRepository(): RepositoryCopy {
  const folder = mkdtempSync(path.join(tmpdir(), "realmwright-docs-"));
  const own = new Set([".git", "games", "node_modules", "tools"]);
  for (const name of readdirSync(root)) {
    if (own.has(name) || name.startsWith(".tmp-")) continue;
    symlinkSync(path.join(root, name), path.join(folder, name));
  }
  mkdirSync(path.join(folder, "games"));
  for (const name of readdirSync(path.join(root, "games"))) {
    symlinkSync(path.join(root, "games", name), path.join(folder, "games", name));
  }
  cpSync(path.join(root, "tools"), path.join(folder, "tools"), {
    recursive: true,
    filter: (source) => path.basename(source) !== "realm-art",
  });
  const modules = path.join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, "node_modules"))) {
    if (name === ".realmwright-lockfile") continue;
    symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
  }
  const lockfile = readFileSync(path.join(root, "package-lock.json"));
  writeFileSync(
    path.join(modules, ".realmwright-lockfile"),
    createHash("sha256").update(lockfile).digest("hex"),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
