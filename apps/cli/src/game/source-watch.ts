import { watch } from "node:fs";
import { sep } from "node:path";
import { SettlingFiles } from "./settling-files.ts";

const ignored =
  /(^|[\\/])(node_modules|\.realmwright|\.git|dist|test)([\\/]|$)|(^|[\\/])\.?#|~$|\.sw[a-z]$|\.test\.[a-z]+$/;

/**
 * Watches a game's folder. `changed` gets the changed paths (relative, with forward slashes) once they are written; while
 * its promise is pending, further changes wait. Returns a function that stops the watch.
 */
export function watchSources(
  root: string,
  changed: (paths: ReadonlySet<string>) => Promise<void>,
): () => void {
  const files = new SettlingFiles(root, changed);
  const watcher = watch(root, { recursive: true }, (_, name) => {
    if (name === null || ignored.test(name)) return;
    files.add(name.split(sep).join("/"));
  });
  return () => {
    watcher.close();
    files.stop();
  };
}
