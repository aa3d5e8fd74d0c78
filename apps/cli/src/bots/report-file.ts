import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";

/** Where a run writes its figures. Opened before the run, so that none is in vain. */
export class ReportFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Fails with advice when nothing can be written there. */
  static async at(path: string): Promise<ReportFile> {
    const file = new ReportFile(path);
    await file.#open("a", async () => {});
    return file;
  }

  /** Replaces what stands in it. */
  async write(report: unknown): Promise<void> {
    await this.#open("w", (handle) => handle.writeFile(`${JSON.stringify(report, null, 2)}\n`));
  }

  async #open(
    flags: "a" | "w",
    use: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
  ): Promise<void> {
    try {
      const handle = await open(this.#path, flags);
      try {
        await use(handle);
      } finally {
        await handle.close();
      }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? `there is no folder ${dirname(this.#path)}` : code;
      throw new Failure(
        `The report can not be written to ${this.#path}: ${why}.`,
        "Make the folder first, or name another file with --report.",
        cause,
      );
    }
  }
}
