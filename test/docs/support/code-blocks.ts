import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../tidy/repository.ts";

/** One fenced block of a page. */
export interface CodeBlock {
  /** What stands behind the opening fence, for example "ts". */
  readonly language: string;
  /** The file that the caption above it names, for example "games/my-game/shared.ts". */
  readonly file: string | undefined;
  readonly code: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

const caption = /^\*\*`([^`]+)`\*\*$/;

/** The fenced blocks of a Markdown text in their order. A caption is a line of its own: a file's name, bold, as code. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; file: string | undefined; line: number } | undefined;
  let code: string[] = [];
  let lastLine = "";
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open === undefined) {
      const fence = /^```(\S*)\s*$/.exec(line);
      if (fence !== null) {
        open = { language: fence[1] ?? "", file: caption.exec(lastLine)?.[1], line: index + 1 };
        code = [];
      } else if (line.trim() !== "") {
        lastLine = line.trim();
      }
    } else if (line === "```") {
      blocks.push({ ...open, code: `${code.join("\n")}\n` });
      open = undefined;
      lastLine = "";
    } else {
      code.push(line);
    }
  }
  if (open !== undefined) throw new Error(`the block that opens in line ${open.line} never ends`);
  return blocks;
}

/** The blocks of a page of this repository. */
export function blocksOf(page: string): CodeBlock[] {
  return codeBlocks(readFileSync(path.join(root, page), "utf8"));
}

/** The one block with that caption. */
export function fileBlock(blocks: readonly CodeBlock[], file: string): CodeBlock {
  const found = blocks.filter((block) => block.file === file);
  const [block] = found;
  if (block === undefined || found.length > 1) {
    throw new Error(`${found.length} blocks are captioned ${file}, not one`);
  }
  return block;
}
