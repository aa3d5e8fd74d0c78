import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { rolldown } from "rolldown";
import { dataFolder, type GameFolder } from "./game-folder.ts";
import { fromBundler, SourceError } from "./source-error.ts";

/** A built page: the folder to serve, and its text and the code of its chunks, to see what a rebuild changed. */
export interface ClientBundle {
  readonly folder: string;
  /** The page and the styles beside it. */
  readonly page: string;
  readonly chunks: ReadonlyMap<string, string>;
}

/** Files beside the page that are source, and not served. */
const sourceEndings: ReadonlySet<string> = new Set([".ts", ".tsx", ".mts"]);

/**
 * Builds the game's page: bundles each module script that it names, keeps the shared half in a chunk of its own (so that a
 * running page can take a new one), and copies what else lies beside it. Throws SourceError.
 */
export async function buildClient(game: GameFolder, minify: boolean): Promise<ClientBundle> {
  if (game.page === undefined) throw new TypeError(`${game.name} has no client/index.html`);
  const source = dirname(game.page);
  const folder = await dataFolder(game, "client");
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, {
    recursive: true,
    filter: (path) => !sourceEndings.has(extname(path)),
  });
  const page = await readFile(game.page, "utf8");
  const entries = scripts(page);
  const chunks = new Map<string, string>();
  if (entries.length > 0) {
    const input: Record<string, string> = {};
    for (const entry of entries) input[withoutEnding(entry)] = join(source, entry);
    if (game.shared !== undefined) input["shared"] = game.shared;
    for (const chunk of await bundle(game, input, folder, minify)) {
      chunks.set(chunk.fileName, chunk.code);
    }
  }
  let built = page;
  for (const entry of entries) built = built.replace(entry, `${withoutEnding(entry)}.js`);
  await writeFile(join(folder, "index.html"), built);
  return { folder, page: built + (await styles(source)), chunks };
}

async function bundle(
  game: GameFolder,
  input: Record<string, string>,
  folder: string,
  minify: boolean,
): Promise<{ readonly fileName: string; readonly code: string }[]> {
  try {
    const build = await rolldown({
      input,
      cwd: game.root,
      platform: "browser",
      logLevel: "silent",
      resolve: { conditionNames: [...process.execArgv.flatMap(conditions), "browser", "import"] },
    });
    const { output } = await build.write({
      dir: folder,
      format: "esm",
      sourcemap: true,
      minify,
      entryFileNames: "[name].js",
      chunkFileNames: "chunks/[name].js",
    });
    await build.close();
    return output.flatMap((part) => (part.type === "chunk" ? [part] : []));
  } catch (error) {
    throw fromBundler(error, game.root);
  }
}

/** The style sheets beside the page, in the order of their names. */
async function styles(source: string): Promise<string> {
  const names = (await readdir(source)).filter((name) => name.endsWith(".css")).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(source, name), "utf8")));
  return texts.join("");
}

/** The conditions under which this process itself finds packages: sources in a repository, builds elsewhere. */
function conditions(argument: string): string[] {
  const match = /^(?:--conditions|-C)=(.+)$/.exec(argument);
  return match?.[1] === undefined ? [] : [match[1]];
}

/** Relative module scripts of a page. */
function scripts(page: string): string[] {
  const found: string[] = [];
  for (const [tag] of page.matchAll(/<script\b[^>]*>/g)) {
    const source = /\bsrc="\.?\/?([^":]+\.(?:ts|tsx|mts|js|mjs))"/.exec(tag)?.[1];
    if (source === undefined || !/\btype="module"/.test(tag)) continue;
    if (source.includes("..")) {
      throw new SourceError(`The script ${source} lies outside of the client folder.`, {
        file: "client/index.html",
      });
    }
    found.push(source);
  }
  return found;
}

function withoutEnding(path: string): string {
  return path.slice(0, -extname(path).length);
}
