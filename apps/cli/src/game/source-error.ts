import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { RealmError } from "@realmwright/protocol";

/** Why a game does not build or load, with the place in its source where that is known. */
export class SourceError extends Error {
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The lines around the place. */
  readonly frame: string | undefined;

  constructor(message: string, place: Partial<SourceError>, cause?: unknown) {
    super(message, { cause });
    this.name = "SourceError";
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.frame = place.frame === undefined ? undefined : dedented(place.frame);
  }

  /** `server.ts:12:5`, as editors and terminals link it. */
  get place(): string {
    const parts = [this.file, this.line, this.column].filter((part) => part !== undefined);
    return parts.join(":");
  }
}

/** What the bundler says of one error. */
interface BundlerError {
  readonly message: string;
  readonly id?: string;
  readonly frame?: string;
  readonly loc?: { readonly line: number; readonly column: number; readonly file?: string };
}

/** Turns what the bundler throws into a place and a sentence. */
export function fromBundler(thrown: unknown, root: string): SourceError {
  const [error] = (thrown as { errors?: readonly BundlerError[] }).errors ?? [];
  if (error === undefined) return fromRun(thrown, root);
  const file = error.loc?.file ?? error.id;
  return new SourceError(
    headline(error.message),
    {
      ...(file === undefined ? {} : { file: relative(root, file) }),
      ...(error.loc === undefined ? {} : { line: error.loc.line, column: error.loc.column + 1 }),
      ...(error.frame === undefined ? {} : { frame: stripVTControlCharacters(error.frame) }),
    },
    thrown,
  );
}

/** Turns an error of the running source (its stack mapped back to it) into a place and a sentence. */
export function fromRun(thrown: unknown, root: string): SourceError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const inSource = /\(?(?:file:\/\/)?((?:[A-Za-z]:)?[^\s()]+?):(\d+):(\d+)\)?$/;
  for (const call of (error.stack ?? "").split("\n").slice(1)) {
    const match = inSource.exec(call.trim());
    const path = match?.[1];
    if (path === undefined || !path.startsWith(root) || path.includes("node_modules")) continue;
    return placed(error.message, root, path, Number(match?.[2]), Number(match?.[3]), thrown);
  }
  return new SourceError(error.message, {}, thrown);
}

/** An error at a known place of a file, with the lines around it. Lua's tell no column. */
export function placed(
  message: string,
  root: string,
  path: string,
  line: number,
  column?: number,
  cause?: unknown,
): SourceError {
  const frame = frameOf(path, line, column);
  const place = { file: relative(root, path), line, ...(column === undefined ? {} : { column }) };
  return new SourceError(message, { ...place, ...(frame === undefined ? {} : { frame }) }, cause);
}

/**
 * Turns what kept a game from starting into a place and a sentence, with all that led to it. Undefined when it is not the
 * game's doing: no error of the catalogue, and from nowhere in its source.
 */
export function fromGame(thrown: unknown, root: string): SourceError | undefined {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && !chain.includes(error); error = error.cause) {
    chain.push(error);
  }
  const message = chain.map((error) => error.message).join(": ");
  const places = chain.map((error) => fromRun(error, root));
  // The innermost is where it began.
  const place = places.findLast(({ file }) => file !== undefined);
  if (place === undefined && !(thrown instanceof RealmError)) return undefined;
  return new SourceError(message, place ?? {}, thrown);
}

/** The lines around a place as they stand in the file now, drawn as the bundler draws them. */
function frameOf(path: string, line: number, column: number | undefined): string | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8").split("\n");
  const from = Math.max(1, line - 2);
  const drawn = lines.slice(from - 1, line + 2).flatMap((text, i) => {
    const head = `${from + i}: `;
    const at = column ?? text.search(/\S|$/) + 1;
    const mark = from + i === line ? [`${" ".repeat(head.length + at - 1)}^`] : [];
    return [head + text, ...mark];
  });
  return drawn.join("\n").trimEnd();
}

/** Drawn lines without the indentation that all of them have: a phone is narrow. */
function dedented(frame: string): string {
  const lines = frame.split("\n");
  const indents = lines.flatMap((line) => /^\d+: ([ \t]*)\S/.exec(line)?.[1]?.length ?? []);
  const least = Math.min(...indents);
  if (least === 0 || indents.length === 0) return frame;
  // In a line without a number stands the mark below the place.
  const cut = (line: string): string =>
    /^\d+:/.test(line)
      ? line.replace(/^(\d+: )(.*)$/, (_, head: string, text: string) => head + text.slice(least))
      : line.slice(least);
  return lines.map(cut).join("\n");
}

/** The bundler's first line without its drawing. */
function headline(message: string): string {
  const plain = stripVTControlCharacters(message);
  return (plain.split("\n")[0] ?? plain).replace(/^\[[A-Z_]+\]\s*/, "");
}
