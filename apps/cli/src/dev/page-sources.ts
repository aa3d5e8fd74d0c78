import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { placed, type SourceError } from "../game/source-error.ts";

/** `/main.js:12:5`, of a script that the page has run. */
const inBuilt = /^\/([^:?#\0]+\.js):(\d{1,9}):(\d{1,9})$/;
/** Innermost calls that are looked at. */
const placesMax = 20;

/**
 * Finds where in the game's source a page has failed.
 *
 * @param places as the browser tells them, innermost first.
 * @returns undefined when none of them came from the game's source.
 */
export function sourceOf(
  places: readonly string[],
  game: { readonly root: string; readonly data: string },
): SourceError | undefined {
  const served = join(game.data, "client");
  const maps = new Map<string, SourceMap | undefined>();
  for (const place of places.slice(0, placesMax)) {
    const [, name, line, column] = inBuilt.exec(place) ?? [];
    if (name === undefined) continue;
    const built = resolve(served, name);
    if (!built.startsWith(served + sep)) continue;
    if (!maps.has(built)) maps.set(built, mapOf(built));
    const entry = maps.get(built)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry)) continue;
    const source = resolve(dirname(built), entry.originalSource);
    if (!source.startsWith(game.root + sep) || source.includes("node_modules")) continue;
    return placed("", game.root, source, entry.originalLine + 1, entry.originalColumn + 1);
  }
  return undefined;
}

function mapOf(built: string): SourceMap | undefined {
  const file = `${built}.map`;
  if (!existsSync(file)) return undefined;
  return new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload);
}
