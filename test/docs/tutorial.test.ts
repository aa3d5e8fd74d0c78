// What docs/guide/tutorial.md tells its readers to do works as it stands there. In a browser: test/e2e/tutorial.test.ts.
import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
  "my-game/shared.ts",
  "my-game/server.ts",
  "my-game/client/index.html",
  "my-game/client/main.ts",
];

test("its files are those of a game, and their types hold under the repository's own rules", async () => {
  expect(reader.files).toEqual([...game, "my-game/bots.ts"]);
  await reader.write();
  expect(await complaints(path.join(reader.folder, "my-game"))).toEqual([]);
});

test("its commands run, its changes are taken, and twenty bots find their way", async () => {
  await reader.write(game);
  const { dev, url, port } = await reader.play();
  const page = await (await fetch(url)).text();
  expect(page).toContain("<title>Coins</title>");
  expect((await fetch(`${url}/main.js`)).status).toBe(200);

  const reloads = (output: readonly string[]): number =>
    output.filter((line) => line.includes('"event":"reloaded"')).length;
  for (const file of ["my-game/server.ts", "my-game/shared.ts"]) {
    const before = reloads(dev.output);
    reader.edit(file);
    await dev.until((output) => reloads(output) > before);
  }

  await reader.write(["my-game/bots.ts"]);
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
