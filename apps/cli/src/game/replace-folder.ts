import type { Dirent } from "node:fs";
import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/**
 * Puts what is in `next` in the place of what is in `folder`, file by file, and `next` is gone then. Whoever reads from
 * the folder meanwhile, another server of the same game for example, finds each file that is in both: as it was, or as
 * it is now.
 *
 * @param last name of a file that may name others, and comes after them.
 */
export async function replaceFolder(folder: string, next: string, last: string): Promise<void> {
  const files = (await entriesOf(next)).filter((entry) => !entry.isDirectory());
  const paths = files.map((file) => pathIn(next, file)).sort((a, b) => rank(a) - rank(b));
  for (const path of paths) {
    const to = join(folder, path);
    await mustBeFolders(folder, dirname(path));
    if (await isFolder(to)) await rm(to, { recursive: true, force: true });
    await rename(join(next, path), to);
  }
  const kept = new Set(paths);
  // folders stay, empty ones too: another server may be looking into them
  for (const entry of await entriesOf(folder)) {
    const path = pathIn(folder, entry);
    if (!entry.isDirectory() && !kept.has(path)) await rm(join(folder, path), { force: true });
  }
  await rm(next, { recursive: true, force: true });

  function rank(path: string): number {
    return path === last ? 1 : 0;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { recursive: true, withFileTypes: true });
}

function pathIn(folder: string, entry: Dirent): string {
  return join(relative(folder, entry.parentPath), entry.name);
}

/** Makes the folders of a path below another one; a file that stands where one is to be goes. */
async function mustBeFolders(root: string, path: string): Promise<void> {
  let at = root;
  for (const name of ["", ...path.split(/[\\/]/u)]) {
    at = join(at, name);
    if (await isFolder(at)) continue;
    await rm(at, { force: true });
    await mkdir(at, { recursive: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return found?.isDirectory() === true;
}
