import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Script } from "../script/script.ts";

const folder = path.join(import.meta.dirname, "../fixtures");

/** A run that went wrong once, shrunk. */
export interface Fixture {
  /** What was wrong. */
  readonly about: string;
  readonly script: Script;
}

export function fixtureNames(): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).map(({ name }) => name);
  return files.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
}

export function readFixture(name: string): Fixture {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")) as Fixture;
}

/** Answers the path of the file. */
export function writeFixture(name: string, fixture: Fixture): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(fixture, undefined, 1)}\n`);
  return file;
}
