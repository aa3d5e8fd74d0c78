import { watch } from "node:fs";
import { sep } from "node:path";

/** Quiet time after a change before it is acted upon: editors write a file in several steps. */
const quietMs = 25;

const ignored =
  /(^|[\\/])(node_modules|\.realmwright|\.git|dist|test)([\\/]|$)|~$|\.sw[a-z]$|\.test\.[a-z]+$/;

/**
 * Watches a game's folder. `changed` gets the changed paths (relative, with forward slashes) once things are quiet; while
 * its promise is pending, further changes wait. Returns a function that stops the watch.
 */
export function watchSources(
  root: string,
  changed: (paths: ReadonlySet<string>) => Promise<void>,
): () => void {
  let paths = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let stopped = false;

  const settle = async (): Promise<void> => {
    timer = undefined;
    if (busy || paths.size === 0) return;
    busy = true;
    const batch = paths;
    paths = new Set();
    try {
      await changed(batch);
    } finally {
      busy = false;
      if (paths.size > 0 && !stopped) schedule();
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void settle(), quietMs);
  };
  const watcher = watch(root, { recursive: true }, (_, name) => {
    if (name === null || ignored.test(name)) return;
    paths.add(name.split(sep).join("/"));
    schedule();
  });
  return () => {
    stopped = true;
    clearTimeout(timer);
    watcher.close();
  };
}
