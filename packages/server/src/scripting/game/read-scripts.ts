import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { limits } from "@realmwright/protocol";

/**
 * The Lua files of a folder by their names without ".lua"; none where there is no such folder. Of a file that is too long,
 * and of a folder with too many, comes one byte and one file too much: `GameScripts.load` says so.
 */
export async function readScripts(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await luaFiles(folder);
  const files = new Map<string, string>();
  for (const name of names.slice(0, limits.scriptsPerGame.value + 1)) {
    const source = await readStart(path.join(folder, name), limits.scriptSourceBytes.value + 1);
    if (source !== undefined) files.set(name.slice(0, -".lua".length), source);
  }
  return files;
}

async function luaFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    return names.filter((name) => name.endsWith(".lua")).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The first bytes of a file; undefined when it is gone since it was listed. */
async function readStart(file: string, bytes: number): Promise<string | undefined> {
  try {
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(bytes);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, bytes - length);
        length += bytesRead;
        if (bytesRead === 0) return new TextDecoder().decode(buffer.subarray(0, length));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}
