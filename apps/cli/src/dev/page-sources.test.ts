import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceOf } from "./page-sources.ts";

let root: string;
const game = (): { root: string; data: string } => ({ root, data: join(root, ".realmwright") });

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "realmwright-sources-")));
  mkdirSync(join(root, ".realmwright/client"), { recursive: true });
  mkdirSync(join(root, "client"));
  writeFileSync(join(root, "client/main.ts"), "\n    if (true) {\n      framee();\n    }");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Says of a built script that its first place comes from the third line, seventh column, of a source. */
function map(script: string, source: string): void {
  const text = JSON.stringify({ version: 3, sources: [source], names: [], mappings: "AAEM" });
  writeFileSync(join(root, ".realmwright", `${script}.map`), text);
}

test("the innermost call that is the game's own is the place, drawn without common indentation", () => {
  map("client/main.js", "../../client/main.ts");
  map("client/other.js", "../../node_modules/other/index.ts");
  const error = sourceOf(["/none.js:1:1", "/other.js:1:1", "/main.js:1:1"], game());
  expect(error?.place).toBe("client/main.ts:3:7");
  expect(error?.frame).toBe("1: \n2: if (true) {\n3:   framee();\n     ^\n4: }");
});

test.each([
  "",
  "/main.js",
  "/main.js:0:0",
  "/main.js:x:1",
  "main.js:1:1",
  "/main.js:9999999999:1",
  "/main.css:1:1",
  "/../outside.js:1:1",
  "/%2e%2e/outside.js:1:1",
  "/a\0.js:1:1",
  "//host/main.js:1:1",
])("what is no place in what is served has no source: %j", (place) => {
  map("client/main.js", "../../../outside.ts");
  map("outside.js", "../client/main.ts");
  expect(sourceOf([place], game())).toBeUndefined();
  expect(sourceOf(["/main.js:1:1"], game())).toBeUndefined();
});

test("so many calls are looked at, and no more", () => {
  map("client/main.js", "../../client/main.ts");
  const none = (count: number): string[] => Array.from({ length: count }, () => "/none.js:1:1");
  expect(sourceOf([...none(19), "/main.js:1:1"], game())).toBeDefined();
  expect(sourceOf([...none(20), "/main.js:1:1"], game())).toBeUndefined();
});
