import { watch } from "node:fs";
import { sep } from "node:path";
import { SettlingFiles } from "./settling-files.ts";
import { SourceFolders } from "./source-folders.ts";

const ignored =
  /(^|[\\/])(node_modules|\.[^\\/]*|dist|test)([\\/]|$)|(^|[\\/])#|~$|\.sw[a-z]$|\.test\.[a-z]+$/;

/**
 * Watches a game's folder. `changed` gets the changed paths (relative, with forward slashes) once they are written; while
 * its promise is pending, further changes wait. `warn` hears of what can not be watched. Returns a function that stops the
 * watch.
 */
export function watchSources(
  root: string,
  changed: (paths: ReadonlySet<string>) => Promise<void>,
  warn: (text: string) => void,
): () => void {
  const files = new SettlingFiles(root, changed);
  const stopWatch = watchAll(root, (path) => files.add(path), warn);
  return () => {
    stopWatch();
    files.stop();
  };
}

function watchAll(
  root: string,
  told: (path: string) => void,
  warn: (text: string) => void,
): () => void {
  // On Linux a recursive watch of Node's loses each file that another is moved upon, as most editors save.
  if (process.platform === "linux") {
    const folders = new SourceFolders(root, {
      told,
      warn,
      isIgnored: (path) => ignored.test(path),
    });
    return () => folders.stop();
  }
  const watcher = watch(root, { recursive: true }, (_, name) => {
    if (name !== null && !ignored.test(name)) told(name.split(sep).join("/"));
  });
  return () => watcher.close();
}
