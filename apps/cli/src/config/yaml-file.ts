import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Parser,
} from "yaml";
import type { Node } from "yaml";
import { ConfigFailure, type Problem } from "./problem.ts";

/** A part of a file, with its place. */
export interface YamlNode {
  /** Of the value, from 1. */
  readonly line: number;
  readonly column: number;
  readonly value: Scalar | readonly YamlNode[] | ReadonlyMap<string, YamlEntry>;
}
type Scalar = string | number | boolean | null;

export interface YamlEntry {
  /** Where the key stands. */
  readonly line: number;
  readonly column: number;
  readonly node: YamlNode;
}

/** Largest file, in bytes. */
export const yamlBytesMax = 65_536;
const aliasesMax = 100;
const nodesMax = 10_000;
const depthMax = 16;

/**
 * Reads YAML 1.2 with maps, lists, texts, numbers, booleans and nothing else. Throws ConfigFailure with file, line and
 * column.
 *
 * @param name how the file is called in errors.
 */
export function readYaml(bytes: Uint8Array, name: string): YamlNode {
  const text = decode(bytes, name);
  const lines = new LineCounter();
  mustBeShallow(text, lines, name);
  // Keys are compared here: the library's own comparison takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: new LineCounter(),
    prettyErrors: false,
    uniqueKeys: false,
    schema: "core",
    merge: false,
  });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    const known = faults[fault.code];
    const place = `${name}:${line}:${col}`;
    throw new ConfigFailure([
      {
        place,
        what: known?.[0] ?? `${fault.message}.`,
        remedy: known?.[1] ?? "Mend the YAML there.",
      },
    ]);
  }
  return new Reader(document, lines, name).read(document.contents, 0);
}

/** Texts for the faults that happen, by the library's codes: what is wrong and what to do. */
const faults: Readonly<Record<string, readonly [string, string] | undefined>> = {
  TAB_AS_INDENT: ["a tab is no indentation in YAML.", "Indent with spaces."],
  BAD_INDENT: ["this line is not indented like those beside it.", "Align it with its neighbours."],
  MULTIPLE_DOCS: ["a second document begins.", "Leave one, and no --- after it."],
  RESOURCE_EXHAUSTION: ["it is nested too deep.", "A setting lies two levels deep at most."],
  TAG_RESOLVE_FAILED: ["tags (!…) are not known here.", "Write the plain value."],
};

/** Refuses what is nested too deep before it is composed, which takes stack for each level. */
function mustBeShallow(text: string, lines: LineCounter, name: string): void {
  const tokens = new Parser(lines.addNewLine).parse(text);
  const waiting = [...tokens].map((token): [CST.Token, number] => [token, 0]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > depthMax) {
      const { line, col } = lines.linePos(token.offset);
      const [what, remedy] = faults["RESOURCE_EXHAUSTION"]!;
      throw new ConfigFailure([{ place: `${name}:${line}:${col}`, what, remedy }]);
    }
    if (token.type === "document" && token.value !== undefined) waiting.push([token.value, depth]);
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      for (const part of [key, value]) if (part != null) waiting.push([part, depth + 1]);
    }
  }
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #name: string;
  #nodes = 0;
  #aliases = 0;

  constructor(document: Document.Parsed, lines: LineCounter, name: string) {
    this.#document = document;
    this.#lines = lines;
    this.#name = name;
  }

  read(node: Node | null, depth: number): YamlNode {
    const { line, column } = this.#placeOf(node);
    this.#nodes++;
    if (this.#nodes > nodesMax || depth > depthMax) {
      this.#refuse(node, "there is too much in it, or nested too deep.", "Write settings only.");
    }
    if (node === null) return { line, column, value: null };
    if ("tag" in node && node.tag !== undefined) {
      this.#refuse(node, "tags (!…) are not known here.", "Write the plain value.");
    }
    if (isAlias(node)) return { line, column, value: this.#behind(node, depth).value };
    if (isMap(node)) return { line, column, value: this.#map(node.items, depth) };
    if (isSeq(node)) {
      return { line, column, value: node.items.map((item) => this.read(item as Node, depth + 1)) };
    }
    return { line, column, value: isScalar(node) ? (node.value as Scalar) : null };
  }

  #behind(alias: Extract<Node, { source: string }>, depth: number): YamlNode {
    this.#aliases++;
    if (this.#aliases > aliasesMax) {
      this.#refuse(alias, `there are more than ${aliasesMax} aliases.`, "Write the values out.");
    }
    const target = isAlias(alias) ? alias.resolve(this.#document) : undefined;
    if (target === undefined) {
      this.#refuse(
        alias,
        `no &${alias.source} stands before this alias.`,
        "Name an anchor above it.",
      );
    }
    return this.read(target, depth + 1);
  }

  #map(
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    depth: number,
  ): ReadonlyMap<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>();
    for (const { key, value } of items) {
      const node = key as Node | null;
      if (!isScalar(node) || typeof node.value !== "string") {
        return this.#refuse(node, "a name must be plain text.", "Write name: value.");
      }
      const before = entries.get(node.value);
      if (before !== undefined) {
        this.#refuse(
          node,
          `${node.value} stands on line ${before.line} already.`,
          "Keep one of them.",
        );
      }
      const read = this.read(value as Node | null, depth + 1);
      const place = this.#placeOf(node);
      // A value that is left out has no place of its own.
      entries.set(node.value, { ...place, node: value === null ? { ...read, ...place } : read });
    }
    return entries;
  }

  #placeOf(node: Node | null): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #refuse(node: Node | null, what: string, remedy: string): never {
    const { line, column } = this.#placeOf(node);
    throw new ConfigFailure([{ place: `${this.#name}:${line}:${column}`, what, remedy }]);
  }
}

function decode(bytes: Uint8Array, name: string): string {
  const refuse = (what: string, remedy: string): never => {
    const problem: Problem = { place: name, what, remedy };
    throw new ConfigFailure([problem]);
  };
  if (bytes.length > yamlBytesMax) {
    refuse(`it has ${bytes.length} bytes of ${yamlBytesMax} at most.`, "Is it the right file?");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse("it is no UTF-8 text.", "Save it as UTF-8.");
  }
  if (text.includes("\0")) refuse("it holds zero bytes.", "Save it as UTF-8 text.");
  return text;
}
