import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { shell, type Child } from "./child.ts";
import { blocksOf, type CodeBlock } from "./code-blocks.ts";
import { copyRepository, type RepositoryCopy } from "./repository-copy.ts";

/** What `realmwright dev` says when it is ready. */
interface Ready {
  readonly url: string;
  readonly port: number;
}

/** A reader who does what docs/guide/tutorial.md says, in a copy of the repository. */
export class TutorialReader {
  readonly #repository: RepositoryCopy = copyRepository();
  readonly #blocks: readonly CodeBlock[] = blocksOf("docs/guide/tutorial.md");
  readonly #running: Child[] = [];

  get folder(): string {
    return this.#repository.folder;
  }

  /** The page's commands, in their order. */
  get commands(): readonly string[] {
    return this.#blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.trimEnd().split("\n"));
  }

  /** The files that the page prints. */
  get files(): readonly string[] {
    return this.#blocks.flatMap(({ file, language }) =>
      file === undefined || language === "diff" ? [] : [file],
    );
  }

  /** Runs the command that begins so, with what the page says must be added. */
  run(beginning: string, added = ""): Child {
    const commands = this.commands.filter((command) => command.startsWith(beginning));
    if (commands.length !== 1) throw new Error(`${commands.length} commands begin ${beginning}`);
    const child = shell(commands[0] + added, this.folder);
    this.#running.push(child);
    return child;
  }

  /** Makes the game's folder and writes the files into it that the page prints, as they stand there. */
  async write(files: readonly string[] = this.files): Promise<void> {
    const code = await this.run("mkdir ").ended;
    if (code !== 0) throw new Error(`mkdir ended with ${code}`);
    for (const file of files) {
      const block = this.#blocks.find((one) => one.file === file && one.language !== "diff");
      writeFileSync(this.#path(file), block!.code);
    }
  }

  /** Makes the changes to a file that the page shows. */
  edit(file: string): void {
    const diff = this.#blocks.filter((block) => block.file === file && block.language === "diff");
    if (diff.length !== 1) throw new Error(`${diff.length} changes of ${file}`);
    const lines = diff[0]!.code.split("\n");
    const from = sided(lines, "-");
    const to = sided(lines, "+");
    const text = readFileSync(this.#path(file), "utf8");
    if (text.split(from).length !== 2) throw new Error(`${file} has not one "${from}"`);
    writeFileSync(this.#path(file), text.replace(from, to));
  }

  /** Runs `dev` as the page says, with options that it does not speak of, and waits until the game can be played. */
  async play(added = ""): Promise<{ readonly dev: Child } & Ready> {
    const dev = this.run("npm run realmwright -- dev ", added);
    const isReady = (line: string): boolean => line.includes('"event":"ready"');
    await dev.until((output) => output.some(isReady));
    const ready = JSON.parse(dev.output.find(isReady)!) as Ready;
    return { dev, url: ready.url, port: ready.port };
  }

  /** Ends what was started, and leaves nothing behind. */
  async leave(): Promise<void> {
    for (const child of this.#running) await child.stop();
    this.#repository.remove();
  }

  #path(file: string): string {
    return path.join(this.folder, file);
  }
}

function sided(lines: readonly string[], side: "-" | "+"): string {
  return lines.flatMap((line) => (line.startsWith(side) ? [line.slice(1)] : [])).join("\n");
}
