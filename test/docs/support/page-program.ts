import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../tidy/repository.ts";
import { blocksOf, type CodeBlock } from "./code-blocks.ts";

/**
 * A page's files as it captions them, and `page.ts`: its other blocks as one program in their order, each at the line
 * where it stands in the page.
 */
export function programOf(blocks: readonly CodeBlock[]): ReadonlyMap<string, string> {
  const typescript = blocks.filter(({ language }) => language === "ts");
  const files = new Map<string, string>();
  const program: string[] = [];
  for (const { file, code, line } of typescript) {
    if (file !== undefined) {
      files.set(file, code);
      continue;
    }
    while (program.length < line) program.push("");
    program.push(...code.trimEnd().split("\n"));
  }
  if (program.length > 0) files.set("page.ts", `${program.join("\n")}\nexport {};\n`);
  return files;
}

/** A folder of its own inside of the repository, where `realmwright` is found. */
export class PageFolder {
  readonly path: string = mkdtempSync(path.join(root, ".tmp-page-"));

  /** Writes files into a folder in it, and answers that. */
  write(files: ReadonlyMap<string, string>): string {
    const folder = mkdtempSync(path.join(this.path, "page-"));
    for (const [name, code] of files) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), code);
    }
    return folder;
  }

  /** Runs a page's program and answers what it exports. */
  async run<T>(page: string, file = "page.ts"): Promise<T> {
    return await this.runFiles<T>(programOf(blocksOf(page)), file);
  }

  /** Runs a program and answers what it exports. */
  async runFiles<T>(files: ReadonlyMap<string, string>, file = "page.ts"): Promise<T> {
    return (await import(path.join(this.write(files), file))) as T;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
