import { lstatSync, readdirSync, watch, type FSWatcher } from "node:fs";
import { basename, join } from "node:path";

const foldersMaxByDefault = 1000;

/** Who hears of changes, and of what is left out. Paths are relative to the root, with forward slashes. */
interface Listener {
  readonly told: (path: string) => void;
  /** What is not watched, in words for people. */
  readonly warn: (text: string) => void;
  readonly isIgnored: (path: string) => boolean;
}

/** Watches a folder and those in it one by one, also those that come later; links to folders are left out. */
export class SourceFolders {
  readonly #root: string;
  readonly #listener: Listener;
  readonly #foldersMax: number;
  readonly #watchers = new Map<string, FSWatcher>();
  #hasWarned = false;

  constructor(root: string, listener: Listener, foldersMax: number = foldersMaxByDefault) {
    this.#root = root;
    this.#listener = listener;
    this.#foldersMax = foldersMax;
    this.#add("", false);
  }

  /** How many are watched. */
  get size(): number {
    return this.#watchers.size;
  }

  stop(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** @param isNew tells of what lies in it: it came while nobody was told of it. */
  #add(folder: string, isNew: boolean): void {
    if (this.#watchers.size >= this.#foldersMax) {
      this.#warnOf(
        folder,
        `The game has more than ${this.#foldersMax} folders`,
        "Keep what is no source in another place, or in a folder whose name begins with a dot.",
      );
      return;
    }
    try {
      const watcher = watch(join(this.#root, folder), (kind, name) =>
        this.#heard(folder, kind, name),
      );
      watcher.on("error", () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
      // after the watch has begun: what comes later is told by it
      for (const entry of readdirSync(join(this.#root, folder), { withFileTypes: true })) {
        const path = within(folder, entry.name);
        if (this.#listener.isIgnored(path)) continue;
        if (entry.isDirectory()) this.#add(path, isNew);
        else if (isNew) this.#listener.told(path);
      }
    } catch (error) {
      this.#failed(folder, error);
    }
  }

  #heard(folder: string, kind: string, name: string | null): void {
    if (name === null) return;
    const path = within(folder, name);
    if (this.#listener.isIgnored(path)) return;
    const what = this.#stat(path);
    // A folder that goes tells so under its own name; the one around it tells the same.
    if (what === undefined && name === basename(folder) && !this.#isThere(folder)) return;
    this.#listener.told(path);
    if (kind !== "rename") return;
    this.#drop(path);
    if (what?.isDirectory() === true) this.#add(path, true);
  }

  #isThere(folder: string): boolean {
    return this.#stat(folder) !== undefined && this.#watchers.has(folder);
  }

  #stat(path: string): ReturnType<typeof lstatSync> | undefined {
    return lstatSync(join(this.#root, path), { throwIfNoEntry: false });
  }

  /** Ends the watch of a folder and of all in it. */
  #drop(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }

  #failed(folder: string, error: unknown): void {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    // it went again meanwhile, which the folder around it tells
    if (folder !== "" && (code === "ENOENT" || code === "ENOTDIR")) return this.#drop(folder);
    if (code === "ENOSPC" || code === "EMFILE") {
      const remedy = "Raise it: sysctl fs.inotify.max_user_watches=524288.";
      this.#warnOf(folder, `This system watches no more folders (${code})`, remedy);
      return;
    }
    this.#warnOf(folder, `A folder can not be watched (${code})`, "Let this user read it.");
  }

  #warnOf(folder: string, why: string, remedy: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const place = folder === "" ? "the game's folder" : `${folder}/`;
    this.#listener.warn(`${why}: changes in ${place} may go unnoticed. ${remedy}`);
  }
}

function within(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
