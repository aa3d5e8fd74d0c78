import { statSync } from "node:fs";
import { join } from "node:path";

/** Quiet time after a change before it is acted upon: editors write a file in several steps. */
const quietMs = 25;
/** So long a file may stay empty before it is taken to be meant so. */
const emptyMs = 400;

/** Collects changed files until they are written to their end. */
export class SettlingFiles {
  readonly #root: string;
  readonly #changed: (paths: ReadonlySet<string>) => Promise<void>;
  #paths = new Set<string>();
  /** What each of them held when last looked at. */
  #sizes = "";
  #emptyForMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isStopped = false;

  /** @param changed gets the paths; while its promise is pending, further changes wait. */
  constructor(root: string, changed: (paths: ReadonlySet<string>) => Promise<void>) {
    this.#root = root;
    this.#changed = changed;
  }

  /** A file has changed. @param path relative to the root. */
  add(path: string): void {
    if (this.#isStopped) return;
    this.#paths.add(path);
    this.#sizes = "";
    this.#emptyForMs = 0;
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#settle(), quietMs);
  }

  async #settle(): Promise<void> {
    if (this.#isBusy || this.#paths.size === 0) return;
    if (this.#isBeingWritten()) {
      this.#schedule();
      return;
    }
    this.#isBusy = true;
    const batch = this.#paths;
    this.#paths = new Set();
    try {
      await this.#changed(batch);
    } finally {
      this.#isBusy = false;
      if (this.#paths.size > 0 && !this.#isStopped) this.#schedule();
    }
  }

  /** Some file has grown since the last look, or holds nothing and may be about to be filled. */
  #isBeingWritten(): boolean {
    const sizes = [...this.#paths].map((path) => sizeOf(join(this.#root, path)));
    const before = this.#sizes;
    this.#sizes = sizes.join();
    if (this.#sizes !== before) return true;
    this.#emptyForMs += quietMs;
    return sizes.includes(0) && this.#emptyForMs < emptyMs;
  }
}

/** In bytes; undefined for a file that is not there. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
