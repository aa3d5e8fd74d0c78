import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findGame } from "./game-folder.ts";
import { clearBuilds } from "./server-bundle.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "realmwright-builds-")));
  writeFileSync(join(root, "server.ts"), "export default {};\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what ended processes have built goes, and nothing else", async () => {
  // larger than any id that a system gives
  const gone = 2 ** 30;
  const game = findGame(root);
  const kept = [`build/game-${process.pid}-3.mjs`, `client-${process.pid}-next/main.js`];
  const left = [
    `build/game-${gone}-1.mjs`,
    `build/bots-${gone}-1.mjs`,
    `client-${gone}-next/a/b.js`,
  ];
  const other = ["client/index.html", "game.db", "secrets.json"];
  for (const path of [...kept, ...left, ...other]) {
    mkdirSync(join(game.data, path, ".."), { recursive: true });
    writeFileSync(join(game.data, path), "x");
  }
  await clearBuilds(game);
  const entries = readdirSync(game.data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(game.data.length + 1));
  expect(files.sort()).toEqual([...kept, ...other].sort());
});
