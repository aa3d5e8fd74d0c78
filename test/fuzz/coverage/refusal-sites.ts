import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A place in a decoder's source that refuses what came in. */
export interface RefusalSite {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
  /** The line, without what surrounds it. */
  readonly text: string;
  /** Which one it is of the file's lines that read the same, from 1. */
  readonly nth: number;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Everything that reads bytes or values of others. */
const sources = [
  "packages/protocol/src/bytes/*-reader.ts",
  "packages/protocol/src/bytes/utf8.ts",
  "packages/protocol/src/encodings/*.ts",
  "packages/protocol/src/schema/{compile,definition,descriptor,field,json-codec,struct-codec,value-codec}.ts",
  "packages/core/src/documents/json-patch.ts",
  "packages/core/src/replication/{frame-codec,mirror,replica,snapshot-reader}.ts",
  "packages/core/src/tiled/*.ts",
];

/** A refusal that no input reaches: its line, and which one where the file has several that read the same. */
export interface Excuse {
  readonly file: string;
  readonly text: string;
  readonly nth?: number;
  readonly why: "writing" | "a caller's mistake" | "a definition by code" | "the game's own value";
}

export const excuses: readonly Excuse[] = [
  ...[
    [
      "binary",
      'throw new RealmError("INTERNAL", { detail: `there is no message ${message.type}` });',
    ],
    ["messagepack", 'else if (ArrayBuffer.isView(value)) throw unwritable("bytes");'],
    ["messagepack", "throw unwritable(typeof value);"],
    [
      "protobuf",
      'if (index < 0) throw unwritable(`${String(value)} is not one of ${type.words.join(", ")}`);',
    ],
    ["protobuf", 'if (!(value instanceof Uint8Array)) throw unwritable("values were not packed");'],
    ["protobuf", "throw unwritable(`${String(value)} is no unsigned whole number`);"],
    [
      "readable",
      'throw new RealmError("INTERNAL", { detail: "packed bits have no readable form" });',
    ],
    [
      "readable",
      'throw new RealmError("INTERNAL", { detail: `no schema is known for this ${message.type}` });',
    ],
    ["resolve", 'throw new RealmError("INTERNAL", {'],
  ].map(([name, text]) => ({
    file: `packages/protocol/src/encodings/${name}.ts`,
    text: text!,
    why: "writing" as const,
  })),
  {
    file: "packages/protocol/src/encodings/msgpack.ts",
    text: "if (!(cause instanceof RealmError)) throw cause;",
    why: "a caller's mistake",
  },
  {
    file: "packages/protocol/src/schema/definition.ts",
    text: "throw invalid(`${where} is no field; make it with t, as in t.uint(100)`);",
    why: "a definition by code",
  },
  {
    file: "packages/protocol/src/schema/field.ts",
    text: "throw invalid(",
    nth: 1,
    why: "a definition by code",
  },
  ...(
    [
      ["if (!isKind(value)) problems.add(path, kind, value);"],
      ['problems.add(path, "an entity\'s id, or 0", value);'],
      ['if (typeof value !== "string") problems.add(path, "a text", value);'],
      ['if (!Array.isArray(value)) problems.add(path, "a list", value);'],
      ['problems.add(path, "an object", value);', 2],
      ['problems.add(pointer(path, key), "no such key", (value as Values)[key]);', 2],
    ] as const
  ).map(([text, nth]) => ({
    file: "packages/protocol/src/schema/value-codec.ts",
    text,
    ...(nth === undefined ? {} : { nth }),
    why: "the game's own value" as const,
  })),
];

/** `throw`, and what notes a problem that is thrown later. */
const refusal = /\bthrow\b|\bproblems\.add\(|this\.#refuse\(/g;

export function refusalSites(): RefusalSite[] {
  const files = globSync(sources, { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  return files.sort().flatMap((file) => {
    const text = readFileSync(root + file, "utf8");
    const counts = new Map<string, number>();
    return [...withoutComments(text).matchAll(refusal)].map(({ index }) => {
      const start = text.lastIndexOf("\n", index) + 1;
      const content = text.slice(start, text.indexOf("\n", index)).trim();
      const nth = (counts.get(content) ?? 0) + 1;
      counts.set(content, nth);
      const line = text.slice(0, index).split("\n").length;
      return { file, line, offset: index, text: content, nth };
    });
  });
}

/** Comments turned into blanks, so that places stay where they are. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) =>
    comment.replaceAll(/[^\n]/g, " "),
  );
}

/** Whether an excuse is made for a place. */
export function fits({ file, text, nth = 1 }: Excuse, site: RefusalSite): boolean {
  return site.file === file && site.text === text && site.nth === nth;
}
