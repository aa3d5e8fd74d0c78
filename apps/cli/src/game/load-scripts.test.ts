import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadScripts, takeScripts } from "./load-scripts.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "realmwright-load-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what is wrong in a script is told with its place and the lines around it", async () => {
  mkdirSync(join(root, "scripts"));
  writeFileSync(join(root, "scripts/lobby.lua"), "local a = 1\n  local b = = 2\nreturn a\n");
  const loaded: (readonly string[])[] = [];
  const [error, ...others] = await loadScripts(root, {
    load: async (files) => {
      loaded.push([...files.keys()]);
      return [{ file: "lobby.lua", line: 2, text: "unexpected symbol near '='" }];
    },
  });
  expect(loaded).toEqual([["lobby"]]);
  expect(others).toEqual([]);
  expect(error).toMatchObject({
    place: "scripts/lobby.lua:2",
    message: "unexpected symbol near '='",
  });
  expect(error!.frame).toBe(
    "1: local a = 1\n2:   local b = = 2\n     ^\n3: return a\n4:".trimEnd(),
  );
});

test("a game without scripts has none, and nothing is wrong with them", async () => {
  let files: ReadonlyMap<string, string> | undefined;
  const load = async (given: ReadonlyMap<string, string>): Promise<[]> => {
    files = given;
    return [];
  };
  expect(await loadScripts(root, { load })).toEqual([]);
  expect(files?.size).toBe(0);
});

test("the game is defined anew when kinds of rooms have changed, and only then", async () => {
  const rooms = { outline: "a" };
  let reloads = 0;
  const take = async (outline: string): Promise<unknown> =>
    takeScripts(
      root,
      {
        rooms,
        scripts: {
          load: async () => {
            rooms.outline = outline;
            return [];
          },
        },
      },
      async () => void reloads++,
    );
  await take("a");
  expect(reloads).toBe(0);
  await take("b");
  expect(reloads).toBe(1);
});
