import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isScript, watchScripts } from "./script-watch.ts";

let root: string;
/** Paths that were told, batch by batch. */
let told: string[][];
let stop: () => void;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "realmwright-scripts-"));
  mkdirSync(join(root, "scripts"));
  told = [];
  stop = watchScripts(root, async (paths) => {
    told.push([...paths]);
  });
});
afterEach(() => {
  stop();
  rmSync(root, { recursive: true, force: true });
});

const write = (name: string, text = "return 1"): void => {
  writeFileSync(join(root, "scripts", name), text);
};
const heard = (path: string): Promise<void> =>
  vi.waitFor(() => expect(told.flat()).toContain(path), { timeout: 10_000 });

test("a script that is saved is told, what lies beside it is not", async () => {
  for (const other of ["notes.md", ".lobby.lua.swp", "lobby.lua~", ".#lobby.lua", "#lobby.lua#"]) {
    write(other);
  }
  writeFileSync(join(root, "shared.lua"), "");
  write("lobby.lua");
  await heard("scripts/lobby.lua");
  expect(told.flat()).toEqual(["scripts/lobby.lua"]);
});

test("a script that is written elsewhere and moved here, and one that goes, are told", async () => {
  writeFileSync(join(root, "new"), "return 2");
  renameSync(join(root, "new"), join(root, "scripts/lobby.lua"));
  await heard("scripts/lobby.lua");
  told.length = 0;
  rmSync(join(root, "scripts/lobby.lua"));
  await heard("scripts/lobby.lua");
  expect(told.flat()).toEqual(["scripts/lobby.lua"]);
});

test("a script is told however often it is saved by rename", async () => {
  for (let time = 0; time < 6; time++) {
    told.length = 0;
    write("lobby.lua~", `return ${time}`);
    renameSync(join(root, "scripts/lobby.lua~"), join(root, "scripts/lobby.lua"));
    await heard("scripts/lobby.lua");
  }
  expect(told.flat()).not.toContain("scripts/lobby.lua~");
});

test("a folder that goes and comes back is watched again", async () => {
  write("lobby.lua");
  await heard("scripts/lobby.lua");
  renameSync(join(root, "scripts"), join(root, "away"));
  await heard("scripts");
  told.length = 0;
  renameSync(join(root, "away"), join(root, "scripts"));
  await heard("scripts");
  told.length = 0;
  write("lobby.lua", "return 3");
  await heard("scripts/lobby.lua");
  expect(told.flat()).toContain("scripts/lobby.lua");
});

test.each([
  ["lobby.lua", true],
  ["move_player.v2.lua", true],
  ["lobby.LUA", false],
  [".lua", false],
  ["-x.lua", false],
  ["lobby.lua.bak", false],
  ["../lobby.lua", false],
])("%j is a script: %s", (name, expected) => {
  expect(isScript(name)).toBe(expected);
});
