import { statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { SettlingFiles } from "./settling-files.ts";

/** A game's folder of scripts. */
export const scriptsName = "scripts";

/** Whether a file of that folder is a script, and none that an editor keeps beside it. */
export function isScript(name: string): boolean {
  return /^\w[\w.-]*\.lua$/.test(name);
}

/**
 * Watches the scripts of a game, also where their folder comes later, or goes and comes back. `changed` gets the changed
 * paths (relative to the root, with forward slashes) once they are written, and must not reject; while its promise is
 * pending, further changes wait. Returns a function that stops the watch.
 */
export function watchScripts(
  root: string,
  changed: (paths: ReadonlySet<string>) => Promise<void>,
): () => void {
  const files = new SettlingFiles(root, changed);
  const folder = join(root, scriptsName);
  let inner: FSWatcher | undefined;
  const look = (): void => {
    inner?.close();
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    inner = isThere ? watch(folder, told) : undefined;
  };
  const told = (_: string, name: string | null): void => {
    if (name !== null && isScript(name)) files.add(`${scriptsName}/${name}`);
  };
  const outer = watch(root, (_, name) => {
    if (name !== scriptsName) return;
    look();
    files.add(scriptsName);
  });
  look();
  return () => {
    outer.close();
    inner?.close();
    files.stop();
  };
}
