// Whatever `--help` offers is used in a run of the tests in this folder.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { outcome } from "./support/command.ts";

test("every flag of every command has its run", async () => {
  const folder = import.meta.dirname;
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
  const flags = new Set<string>();
  for (const command of [[], ["dev"], ["start"], ["bots"]]) {
    const { code, output } = await outcome([...command, "--help"]);
    expect(code).toBe(0);
    for (const line of output) {
      const [, flag] = /^ +(?:-\w, )?(--[a-z][a-z0-9-]*)/.exec(line) ?? [];
      if (flag !== undefined) flags.add(flag);
    }
  }
  expect([...flags]).toEqual(expect.arrayContaining(["--port", "--joined", "--json", "--help"]));
  // `--port` has its short form in one more
  expect([...flags].filter((flag) => !sources.includes(`"${flag}"`))).toEqual([]);
});

test("--version says the package's version", async () => {
  const { code, output } = await outcome(["--version"]);
  const manifest = new URL("../../apps/cli/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  expect([code, ...output]).toEqual([0, version]);
});
