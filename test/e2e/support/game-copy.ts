import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A copy of a game inside the repository, to be edited at will; packages are found from there. */
export interface GameCopy {
  readonly folder: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Replaces text that must be there once. */
  edit(file: string, from: string, to: string): void;
  remove(): void;
}

export function copyGame(name: string): GameCopy {
  const source = join(root, "games", name);
  const folder = mkdtempSync(join(root, ".tmp-game-"));
  const left = new Set(["node_modules", ".realmwright", "test"]);
  cpSync(source, folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(source, "node_modules"), join(folder, "node_modules"));
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  return {
    folder,
    read,
    write,
    edit(file, from, to) {
      const text = read(file);
      if (text.split(from).length !== 2) throw new Error(`${file} has not one "${from}"`);
      write(
        file,
        text.replace(from, () => to),
      );
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
