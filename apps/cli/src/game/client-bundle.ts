import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { rolldown, type OutputChunk, type RolldownBuild, type RolldownOutput } from "rolldown";
import { dataFolder, type GameFolder } from "./game-folder.ts";
import { readModules } from "./read-modules.ts";
import { replaceFolder } from "./replace-folder.ts";
import { fromBundler, SourceError } from "./source-error.ts";

/** A built page. */
export interface ClientBundle {
  /** What is to be served. */
  readonly folder: string;
  /** Paths of all sources in it. */
  readonly modules: ReadonlySet<string>;
}

/** Code for the browser that stands by itself. */
export interface SharedBundle {
  readonly code: string;
  readonly modules: ReadonlySet<string>;
}

/** Files beside the page that are source, and not served. */
const sourceEndings: ReadonlySet<string> = new Set([".ts", ".tsx", ".mts"]);

const noPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>No page yet</title>
    <link rel="icon" href="data:," />
    <style>
      body { max-width: 34rem; margin: 18vh auto 0; padding: 0 20px; font: 17px/1.6 system-ui, sans-serif;
        background: #161a28; color: #f4efe4; }
      code { color: #f5c95c; }
    </style>
  </head>
  <body>
    <h1>The game runs. It has no page yet.</h1>
    <p>Create <code>client/index.html</code> in the game's folder, with
      <code>&lt;script type="module" src="./main.ts"&gt;&lt;/script&gt;</code> in it, and
      <code>client/main.ts</code> beside it. As soon as they are saved they are shown here.</p>
  </body>
</html>
`;

/**
 * Builds the game's page: bundles each module script that it names, and copies what else lies beside it. What was built
 * before stays in place until everything is there, since a server may be serving it. Throws SourceError.
 */
export async function buildClient(game: GameFolder, minify: boolean): Promise<ClientBundle> {
  if (game.page === undefined) throw new TypeError(`${game.name} has no client/index.html`);
  const source = dirname(game.page);
  const folder = join(await dataFolder(game), "client");
  const next = await nextFolder(game);
  await cp(source, next, {
    recursive: true,
    filter: (path) => !sourceEndings.has(extname(path)),
  });
  let page = await readFile(game.page, "utf8");
  const entries = scripts(page);
  const input: Record<string, string> = {};
  for (const entry of entries) {
    input[withoutEnding(entry)] = join(source, entry);
    page = page.replace(entry, `${withoutEnding(entry)}.js`);
  }
  const { modules } =
    entries.length === 0
      ? { modules: new Set<string>() }
      : await bundled(game, input, (build) =>
          build.write({
            dir: next,
            format: "esm",
            sourcemap: true,
            minify,
            entryFileNames: "[name].js",
            chunkFileNames: "chunks/[name].js",
          }),
        );
  await writeFile(join(next, "index.html"), page);
  await replaceFolder(folder, next, "index.html");
  return { folder, modules };
}

/**
 * Where this process builds, beside what is served: source maps name sources from where they lie. `clearBuilds` removes
 * what is left there.
 */
async function nextFolder(game: GameFolder): Promise<string> {
  const next = join(await dataFolder(game), `client-${process.pid}-next`);
  await rm(next, { recursive: true, force: true });
  return next;
}

/** Puts a page where a game has none yet, which says so. Answers the folder to serve. */
export async function placeholder(game: GameFolder): Promise<string> {
  const folder = join(await dataFolder(game), "client");
  const next = await nextFolder(game);
  await mkdir(next);
  await writeFile(join(next, "index.html"), noPage);
  await replaceFolder(folder, next, "index.html");
  return folder;
}

/** Bundles the half that the page shares with the server, for a page that is running already. Throws SourceError. */
export async function buildShared(game: GameFolder): Promise<SharedBundle | undefined> {
  if (game.shared === undefined) return undefined;
  const { chunks, modules } = await bundled(game, { shared: game.shared }, (build) =>
    build.generate({ format: "esm", codeSplitting: false }),
  );
  return { code: chunks.map(({ code }) => code).join("\n"), modules };
}

async function bundled(
  game: GameFolder,
  input: Record<string, string>,
  emit: (build: RolldownBuild) => Promise<RolldownOutput>,
): Promise<{ readonly chunks: readonly OutputChunk[]; readonly modules: ReadonlySet<string> }> {
  const { modules, plugin } = readModules();
  try {
    const build = await rolldown({
      input,
      cwd: game.root,
      platform: "browser",
      logLevel: "silent",
      plugins: [plugin],
      resolve: { conditionNames: [...process.execArgv.flatMap(conditions), "browser", "import"] },
    });
    const { output } = await emit(build);
    await build.close();
    return { chunks: output.filter((part) => part.type === "chunk"), modules };
  } catch (error) {
    throw fromBundler(error, game.root);
  }
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
