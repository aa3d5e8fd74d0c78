// The doors that browsers load, bundled as a browser's bundler would: no server code comes along.
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./repository.ts";

interface Bundle {
  /** Every file that was read for it, even where nothing of it was kept. */
  readonly files: string[];
  /** What it still imports when it runs. */
  readonly imports: string[];
  readonly exports: string[];
}

let directory: string;

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), "realmwright-doors-")));
  symlinkSync(path.join(root, "test/node_modules"), path.join(directory, "node_modules"));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Bundles `export * from <module>`, as a person's project would resolve it. */
async function bundle(module: string): Promise<Bundle> {
  const input = path.join(directory, `${module.replaceAll("/", "-")}.js`);
  writeFileSync(input, `export * from ${JSON.stringify(module)};\n`);
  const files: string[] = [];
  const build = await rolldown({
    input,
    platform: "browser",
    resolve: { conditionNames: ["@realmwright/source", "browser", "import", "default"] },
    logLevel: "silent",
    plugins: [{ name: "files", moduleParsed: ({ id }) => void files.push(id) }],
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  const [chunk] = output;
  return { files, imports: [...chunk.imports, ...chunk.dynamicImports], exports: chunk.exports };
}

function serverParts({ files, imports }: Bundle): string[] {
  const packages = files.filter((file) =>
    /[\\/](packages|apps)[\\/](server|testkit|cli)[\\/]|[\\/]node_modules[\\/](ws|fastify|pino)[\\/]/.test(
      file,
    ),
  );
  const builtins = imports.filter(
    (name) => name.startsWith("node:") || builtinModules.includes(name),
  );
  return [...packages, ...builtins];
}

test.each(["realmwright", "realmwright/client", "realmwright/kits"])(
  "%s holds no server code",
  async (door) => {
    const bundled = await bundle(door);
    expect(serverParts(bundled)).toEqual([]);
    expect(bundled.imports).toEqual([]);
    // A door that offers nothing would pass for the wrong reason.
    expect(bundled.exports.length).toBeGreaterThan(0);
  },
);

test.each(["@realmwright/server", "realmwright/server", "ws", "node:fs"])(
  "server code would be noticed: %s",
  async (module) => {
    expect(serverParts(await bundle(module))).not.toEqual([]);
  },
);
