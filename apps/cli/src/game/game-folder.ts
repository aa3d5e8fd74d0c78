import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { isScript, scriptsName } from "./script-watch.ts";

/** Where the parts of a game lie. */
export interface GameFolder {
  readonly root: string;
  readonly name: string;
  /** The rules: its default export is `defineGame(…)`. Undefined for a game of scripts alone. */
  readonly server: string | undefined;
  /** The folder of its scripts, if there is one in Lua. */
  readonly scripts: string | undefined;
  /** What server and client share, if the game keeps it in a file of its own. */
  readonly shared: string | undefined;
  /** The browser's page, if the game has one. */
  readonly page: string | undefined;
  readonly assets: string | undefined;
  /** How its bots behave, if the game says so. */
  readonly bots: string | undefined;
  /** Everything that Realmwright keeps for this game. */
  readonly data: string;
}

/**
 * Finds a game's parts. Fails with advice when there is none.
 *
 * @param flag stands before a folder on the command line.
 */
export function findGame(path: string, flag = ""): GameFolder {
  const root = resolve(path);
  mustBeFolder(path, flag);
  if (!holdsGame(root)) {
    throw new Failure(
      `${root} holds no game: it has neither server.ts nor scripts/*.lua.`,
      advice(root, flag),
    );
  }
  return {
    root,
    name: basename(root),
    server: serverOf(root),
    scripts: scriptsOf(root),
    shared: first(root, ["shared.ts", "shared.js"]),
    page: first(root, ["client/index.html"]),
    assets: first(root, ["assets"]),
    bots: first(root, ["bots.ts", "bots.js"]),
    data: join(root, ".realmwright"),
  };
}

/** Fails with advice where there is no such folder. @param flag as for `findGame`. */
export function mustBeFolder(path: string, flag = ""): void {
  const root = resolve(path);
  if (!existsSync(root)) {
    throw new Failure(`There is no folder ${root}.`, "Name the folder of a game, or go there.");
  }
  if (!statSync(root).isDirectory()) {
    throw new Failure(`${root} is a file.`, `Name its folder: ${flag}${dirname(path)}.`);
  }
}

/**
 * The folder that is meant by a path of the command line: below the working directory, or else below where the caller stands.
 *
 * @param caller where that is, if somebody else has changed the working directory.
 */
export function gamePath(path: string, caller: string | undefined): string {
  if (caller === undefined || holdsGame(resolve(path))) return path;
  const other = resolve(caller, path);
  return holdsGame(other) ? other : path;
}

/** Makes the data folder, and one inside it. */
export async function dataFolder(game: GameFolder, ...inside: string[]): Promise<string> {
  const folder = join(game.data, ...inside);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What to do where there is no game. */
function advice(root: string, flag: string): string {
  const folder = join(root, "games");
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const games = names.filter((name) => holdsGame(join(folder, name)));
  if (games.length === 0) {
    return "Write server.ts with `export default defineGame({ … })`; the tutorial in the README shows how.";
  }
  return `Name one: ${games.map((name) => `${flag}games/${name}`).join(", or ")}.`;
}

function holdsGame(root: string): boolean {
  return serverOf(root) !== undefined || scriptsOf(root) !== undefined;
}

/** Many a folder has scripts of another kind: one in Lua must be there. */
function scriptsOf(root: string): string | undefined {
  const folder = join(root, scriptsName);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && readdirSync(folder).some(isScript) ? folder : undefined;
}

function serverOf(root: string): string | undefined {
  return first(root, ["server.ts", "server.js", "server.mjs"]);
}

function first(root: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(root, name)).find((path) => existsSync(path));
}
