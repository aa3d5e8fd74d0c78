// House rules that the linter has no rule for.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root, sources } from "./repository.ts";

const code = sources("{packages,apps,games,test,bench,tools}/**/*.{ts,mjs,js}");
const texts = [
  ...sources("**/*.{ts,mjs,js,json,md,sh,yml,yaml,toml,lua,html,css,proto}"),
  ...sources("{.ci,.changeset}/*"),
];

/** Lines that match, as `file:line text`. */
function linesWith(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    readFileSync(path.join(root, file), "utf8")
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
  );
}

test("there is something to look at", () => {
  expect(code.length).toBeGreaterThan(50);
  expect(texts).toEqual(expect.arrayContaining(["package.json", ".ci/run", "CONTRIBUTING.md"]));
});

test("every package that is published brings the licence", () => {
  const licence = readFileSync(path.join(root, "LICENSE"), "utf8");
  const folders = sources("{packages,apps}/*/package.json").map((file) => path.dirname(file));
  expect(folders.length).toBeGreaterThan(7);
  for (const folder of folders) {
    expect(readFileSync(path.join(root, folder, "LICENSE"), "utf8"), folder).toBe(licence);
  }
});

test("no file switches a lint rule off", () => {
  expect(linesWith(/(oxlint|eslint)-(disable|enable)/, code)).toEqual([]);
});

test("no test waits by the clock", () => {
  const tests = code.filter((file) => file.endsWith(".test.ts"));
  const sleep = /\bsleep\(|setTimeout\((r|resolve|done)\b|timers\/promises/;
  expect(linesWith(sleep, tests)).toEqual([]);
});

test("no file names a place on somebody's machine", () => {
  expect(linesWith(/(^|["'`\s(=])\/(work|home|root|Users)\/[\w.]/, texts)).toEqual([]);
});
