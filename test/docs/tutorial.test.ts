// What docs/guide/tutorial.md tells its readers to do works as it stands there. In a browser: test/e2e/tutorial.test.ts.
import { appendFileSync, existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { metric } from "../cli/support/command.ts";
import { root } from "../tidy/repository.ts";
import { node } from "./support/child.ts";
import { TutorialReader } from "./support/tutorial.ts";
import { complaints } from "./support/type-check.ts";

let reader: TutorialReader;

beforeEach(() => {
  reader = new TutorialReader();
});
afterEach(async () => {
  await reader.leave();
  expect(existsSync(reader.folder)).toBe(false);
});

const game = [
  "games/my-game/shared.ts",
  "games/my-game/server.ts",
  "games/my-game/client/index.html",
  "games/my-game/client/main.ts",
];
const slow = { timeout: 30_000 };

test("its files are those of a game, and their types hold under the repository's own rules", async () => {
  expect(reader.files).toEqual([...game, "games/my-game/bots.ts"]);
  await reader.write();
  expect(await complaints(path.join(reader.folder, "games/my-game"))).toEqual([]);
});

test("an editor and `npm run check` find it among the games, and have nothing against it", async () => {
  await reader.write();
  const check = async (script: string, ...args: readonly string[]): Promise<string> => {
    const child = node([path.join(root, "node_modules", script), ...args], reader.folder);
    const code = await child.ended;
    return code === 0 ? "" : child.output.join("\n");
  };
  const format = ["oxfmt/bin/oxfmt", "--check", "games/my-game"] as const;
  const lint = ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings", "games/my-game"] as const;
  expect([await check(...format), await check(...lint)]).toEqual(["", ""]);
  const shared = path.join(reader.folder, "games/my-game/shared.ts");
  appendFileSync(shared, "export const anything:any = 1;\n");
  expect(await check(...format)).toContain("games/my-game/shared.ts");
  expect(await check(...lint)).toContain("no-explicit-any");

  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const files = node([tsc, "-p", "tsconfig.games.json", "--listFilesOnly"], reader.folder);
  expect(await files.ended).toBe(0);
  expect(files.output.filter((file) => file.includes("/games/my-game/"))).toHaveLength(4);
});

test("its commands run, its changes are taken, and twenty bots find their way", async () => {
  await reader.write(game);
  const { dev, url, port } = await reader.play();
  const page = await (await fetch(url)).text();
  expect(page).toContain("<title>Coins</title>");
  expect((await fetch(`${url}/main.js`)).status).toBe(200);

  const reloads = (output: readonly string[]): number =>
    output.filter((line) => line.includes('"event":"reloaded"')).length;
  for (const file of ["games/my-game/server.ts", "games/my-game/shared.ts"]) {
    const before = reloads(dev.output);
    reader.edit(file);
    await dev.until((output) => reloads(output) > before);
  }

  await reader.write(["games/my-game/bots.ts"]);
  await expect.poll(async () => await metric(url, "realmwright_players"), slow).toBe(12);
  const bots = reader.run(
    "npm run realmwright -- bots ",
    port === 8080 ? "" : ` --url http://localhost:${port}`,
  );
  expect(await bots.ended).toBe(0);
  const report = bots.output.find((line) => line.startsWith("{")) ?? "{}";
  expect(JSON.parse(report)).toMatchObject({
    wanted: 20,
    joined: 20,
    errorCount: 0,
    passed: true,
  });

  await dev.stop();
  expect(dev.output.at(-1)).toContain('"event":"stopped"');
  expect(dev.output.filter((line) => line.includes('"event":"fault"'))).toEqual([]);
});
