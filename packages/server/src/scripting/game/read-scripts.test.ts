import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readScripts } from "./read-scripts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "realmwright-scripts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

test("[S-LUA26] reads the Lua files of a folder by their names", async () => {
  write("b.lua", "return 'ä'");
  write("a.lua", "\ufeffreturn 1");
  write("notes.md", "return 2");
  write("lua", "return 3");
  mkdirSync(path.join(folder, "deep.lua"));
  symlinkSync(path.join(folder, "gone"), path.join(folder, "c.lua"));
  symlinkSync(path.join(folder, "b.lua"), path.join(folder, "d.lua"));
  expect([...(await readScripts(folder))]).toEqual([
    ["a", "return 1"],
    ["b", "return 'ä'"],
    ["d", "return 'ä'"],
  ]);
});

test("[S-LUA26] reads none where there is no folder", async () => {
  expect(await readScripts(path.join(folder, "none"))).toEqual(new Map());
  write("file", "");
  expect(await readScripts(path.join(folder, "file"))).toEqual(new Map());
});

test("[S-LUA26] reads no more of a file and of a folder than can be refused", async () => {
  const { value: bytes } = limits.scriptSourceBytes;
  write("a.lua", "x".repeat(bytes));
  write("b.lua", "x".repeat(bytes * 3));
  const two = await readScripts(folder);
  expect([two.get("a")!.length, two.get("b")!.length]).toEqual([bytes, bytes + 1]);
  const { value: most } = limits.scriptsPerGame;
  for (let i = 0; i < most + 5; i++) write(`z${i}.lua`, "");
  expect((await readScripts(folder)).size).toBe(most + 1);
});
