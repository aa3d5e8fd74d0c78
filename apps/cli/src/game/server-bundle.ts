import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { GameDefinition } from "@realmwright/core";
import { rolldown } from "rolldown";
import { dataFolder, type GameFolder } from "./game-folder.ts";
import { readModules } from "./read-modules.ts";
import { withDefaults, type RoomDefaults } from "./room-defaults.ts";
import { fromBundler, fromRun, SourceError } from "./source-error.ts";

/**
 * Bundles the game's rules into one file and loads it. Each build gets a name of its own, since a module once loaded stays
 * loaded; packages stay outside of the bundle. Undefined for a game of scripts alone. Throws SourceError.
 *
 * @param version tells builds of one process apart.
 */
export async function loadGame(
  game: GameFolder,
  version: number,
  defaults: RoomDefaults,
): Promise<GameDefinition | undefined> {
  if (game.server === undefined) return undefined;
  const { file } = await bundleServer(game, game.server, `game-${process.pid}-${version}.mjs`);
  const module = await importFile<{ default?: unknown }>(file, game.root);
  if (!isGame(module.default)) {
    throw new SourceError(
      "The default export is not a game. Write: export default defineGame({ … })",
      {
        file: "server.ts",
      },
    );
  }
  return withDefaults(module.default, defaults);
}

/** A built file, and the paths of the game's sources in it. */
export interface ServerBundle {
  readonly file: string;
  readonly modules: ReadonlySet<string>;
}

/** Bundles one entry for Node into the data folder. Throws SourceError. */
export async function bundleServer(
  game: GameFolder,
  entry: string,
  name: string,
): Promise<ServerBundle> {
  const folder = await dataFolder(game, "build");
  const { modules, plugin } = readModules();
  try {
    const bundle = await rolldown({
      input: entry,
      cwd: game.root,
      platform: "node",
      logLevel: "silent",
      plugins: [plugin],
      external: (id) => !/^[./]|^[A-Za-z]:[\\/]/.test(id),
    });
    await bundle.write({
      dir: folder,
      format: "esm",
      sourcemap: true,
      entryFileNames: name,
      codeSplitting: false,
    });
    await bundle.close();
    return { file: join(folder, name), modules };
  } catch (error) {
    throw fromBundler(error, game.root);
  }
}

/** Loads a built file. Throws SourceError for what its top level throws. */
export async function importFile<T>(file: string, root: string): Promise<T> {
  try {
    return (await import(pathToFileURL(file).href)) as T;
  } catch (error) {
    throw fromRun(error, root);
  }
}

/** Removes what earlier processes have built. */
export async function clearBuilds(game: GameFolder): Promise<void> {
  for (const folder of [await dataFolder(game), await dataFolder(game, "build")]) {
    for (const name of await readdir(folder)) {
      const pid = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1]);
      if (!Number.isNaN(pid) && !isRunning(pid)) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isGame(value: unknown): value is GameDefinition {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "game";
}
