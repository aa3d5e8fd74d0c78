import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import { findGame } from "./game-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "realmwright-folder-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function advice(flag?: string): string {
  try {
    findGame(root, flag);
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

it("says how to write one where there is none at all", () => {
  expect(advice()).toMatch(/^Write server\.ts/);
  mkdirSync(join(root, "games", "empty"), { recursive: true });
  expect(advice("--game ")).toMatch(/^Write server\.ts/);
});
