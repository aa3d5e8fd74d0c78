import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder of the real inputs that lie next to the repository and are no part of it, or none, which is said aloud: the
 * tests that need it are then skipped.
 */
export function sharedData(folder: string): string | undefined {
  const path = join(import.meta.dirname, "..", "..", "shared", "data", folder);
  if (existsSync(path)) return path;
  console.warn(`SKIPPED: there is no ../shared/data/${folder} next to the repository`);
  return undefined;
}
