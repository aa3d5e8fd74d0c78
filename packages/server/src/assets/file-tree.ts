import { createHash } from "node:crypto";
import { open, readdir, realpath, type FileHandle } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import { RealmError } from "@realmwright/protocol";

/** Files that an index lists at most. */
const FILES_MAX = 20_000;
const PATH_CHARACTERS_MAX = 512;
const HASH_CHARACTERS = 24;

/** What is known of one file. */
export interface FileFacts {
  /** Relative to the tree's root, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Changes with the content: 96 bits of its SHA-256 in hexadecimal. */
  readonly hash: string;
}

/** An open file. Whoever has it reads its stream or closes it. */
export interface OpenFile {
  readonly facts: FileFacts;
  /** Its content; ends with the file closed. */
  stream(): Readable;
  bytes(): Promise<Buffer>;
  close(): Promise<void>;
}

interface Known {
  readonly modifiedMs: number;
  readonly facts: FileFacts;
}

/**
 * The files below a folder, and nothing else: paths that leave it, hidden files and links that lead out of it do not exist.
 * Hashes are kept for as long as size and time of a file stay the same.
 */
export class FileTree {
  readonly #root: string | undefined;
  readonly #known = new Map<string, Known>();
  #realRoot: string | undefined;

  /** @param root a folder; undefined is one without files. */
  constructor(root: string | undefined) {
    this.#root = root;
  }

  /** Undefined when there is no such file. */
  async open(path: string): Promise<OpenFile | undefined> {
    const place = await this.#locate(path);
    if (place === undefined) return undefined;
    const handle = await open(place, "r");
    try {
      const facts = await this.#facts(path, handle);
      if (facts !== undefined) return new OpenHandle(facts, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  /** The content of a file. Throws `NOT_FOUND`. */
  async read(path: string): Promise<Buffer> {
    const file = await this.open(path);
    if (file === undefined) throw new RealmError("NOT_FOUND", { detail: `no file ${path}` });
    try {
      return await file.bytes();
    } finally {
      await file.close();
    }
  }

  /** All files, by path. Throws `LIMIT_REACHED` when there are too many. */
  async list(): Promise<FileFacts[]> {
    const found: FileFacts[] = [];
    for (const path of await this.#walk()) {
      const file = await this.open(path);
      if (file === undefined) continue;
      found.push(file.facts);
      await file.close();
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #walk(): Promise<string[]> {
    const root = this.#root;
    if (root === undefined) return [];
    let entries;
    try {
      entries = await readdir(root, { recursive: true, withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const paths: string[] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name)
        .slice(root.length)
        .split(sep)
        .filter((part) => part !== "")
        .join("/");
      if (!entry.isDirectory() && isPath(path)) paths.push(path);
    }
    if (paths.length > FILES_MAX) {
      throw new RealmError("LIMIT_REACHED", { detail: `more than ${FILES_MAX} files in a folder` });
    }
    return paths;
  }

  /** Where a file really is, if that is below the root. */
  async #locate(path: string): Promise<string | undefined> {
    if (this.#root === undefined || !isPath(path)) return undefined;
    try {
      this.#realRoot ??= await realpath(this.#root);
      const place = await realpath(join(this.#realRoot, path));
      return place.startsWith(this.#realRoot + sep) ? place : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #facts(path: string, handle: FileHandle): Promise<FileFacts | undefined> {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const { size, mtimeMs } = stats;
    const known = this.#known.get(path);
    if (known?.modifiedMs === mtimeMs && known.facts.bytes === size) return known.facts;
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    const facts = { path, bytes, hash: hash.digest("hex").slice(0, HASH_CHARACTERS) };
    this.#known.set(path, { modifiedMs: mtimeMs, facts });
    return facts;
  }
}

class OpenHandle implements OpenFile {
  readonly facts: FileFacts;
  readonly #handle: FileHandle;

  constructor(facts: FileFacts, handle: FileHandle) {
    this.facts = facts;
    this.#handle = handle;
  }

  stream(): Readable {
    // exactly what was promised, also when the file grows meanwhile
    const end = this.facts.bytes - 1;
    return end < 0 ? emptyOf(this.#handle) : this.#handle.createReadStream({ start: 0, end });
  }

  async bytes(): Promise<Buffer> {
    const bytes = Buffer.alloc(this.facts.bytes);
    await this.#handle.read(bytes, 0, bytes.length, 0);
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function emptyOf(handle: FileHandle): Readable {
  return new Readable({
    read() {
      handle.close().then(
        () => this.push(null),
        (error: Error) => this.destroy(error),
      );
    },
  });
}

/** A path of plain names: no empty, hidden or dotted parts, no backslashes, nothing that ends a string early. */
function isPath(path: string): boolean {
  if (path.length === 0 || path.length > PATH_CHARACTERS_MAX) return false;
  if (path.includes("\\") || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && !part.startsWith("."));
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG";
}
