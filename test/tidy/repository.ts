import { globSync } from "node:fs";
import path from "node:path";

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, "../..");

const madeByTools = new Set(["node_modules", "dist", ".tools", ".realmwright", ".git"]);

/** Files of the repository that match a glob, from the root, with `/` on every system. */
export function sources(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (name) => madeByTools.has(path.basename(name)) })
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted();
}
