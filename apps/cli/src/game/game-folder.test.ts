import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import { findGame, gamePath } from "./game-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "realmwright-folder-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function advice(flag?: string, path = root): string {
  try {
    findGame(path, flag);
  } catch (error) {
    if (error instanceof Failure) return error.remedy;
    throw error;
  }
  throw new Error("there is a game");
}

it("names the games that lie below a folder without one", () => {
  for (const name of ["realm", "arena", "empty"])
    mkdirSync(join(root, "games", name), { recursive: true });
  for (const name of ["realm", "arena"]) writeFileSync(join(root, "games", name, "server.ts"), "");
  expect(advice()).toBe("Name one: games/arena, or games/realm.");
  expect(advice("--game ")).toBe("Name one: --game games/arena, or --game games/realm.");
});

it("takes a folder of scripts in Lua for a game, and one of other scripts for none", () => {
  mkdirSync(join(root, "scripts"));
  writeFileSync(join(root, "scripts/build.sh"), "");
  writeFileSync(join(root, "scripts/.half.lua"), "");
  expect(() => findGame(root)).toThrow(/neither server\.ts nor scripts\/\*\.lua/);
  writeFileSync(join(root, "scripts/lobby.lua"), "");
  expect(findGame(root)).toMatchObject({ server: undefined, scripts: join(root, "scripts") });
  mkdirSync(join(root, "games/chess/scripts"), { recursive: true });
  writeFileSync(join(root, "games/chess/scripts/chess.lua"), "");
  rmSync(join(root, "scripts/lobby.lua"));
  expect(advice()).toBe("Name one: games/chess.");
  expect(gamePath("chess", join(root, "games"))).toBe(join(root, "games/chess"));
  rmSync(join(root, "scripts"), { recursive: true });
  writeFileSync(join(root, "scripts"), "no folder");
  writeFileSync(join(root, "server.ts"), "");
  expect(findGame(root)).toMatchObject({ server: join(root, "server.ts"), scripts: undefined });
});

it("says how to write one where there is none at all", () => {
  expect(advice()).toMatch(/^Write server\.ts/);
  mkdirSync(join(root, "games", "empty"), { recursive: true });
  expect(advice("--game ")).toMatch(/^Write server\.ts/);
});

it("asks for the folder of a file", () => {
  writeFileSync(join(root, "server.ts"), "");
  expect(() => findGame(join(root, "server.ts"))).toThrow(/server\.ts is a file\.$/);
  expect(advice("", join(root, "server.ts"))).toBe(`Name its folder: ${root}.`);
  expect(advice("--game ", join(root, "server.ts"))).toBe(`Name its folder: --game ${root}.`);
});

it("takes the game where the caller stands, if the working directory has none", () => {
  for (const name of ["here", "there"]) mkdirSync(join(root, name));
  expect(gamePath(".", undefined)).toBe(".");
  expect(gamePath(".", root)).toBe(".");
  writeFileSync(join(root, "there/server.ts"), "");
  expect(gamePath(".", join(root, "there"))).toBe(join(root, "there"));
  expect(gamePath("there", root)).toBe(join(root, "there"));
  expect(gamePath("../there", join(root, "here"))).toBe(join(root, "there"));
  // what is named and is there is meant
  writeFileSync(join(root, "here/server.ts"), "");
  expect(gamePath(join(root, "here"), join(root, "there"))).toBe(join(root, "here"));
});
