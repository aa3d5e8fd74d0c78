import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");
const rules = [...spec.matchAll(/^- \*\*(C-[A-Z]+\d+)\*\* /gmu)].map(([, rule]) => rule!);

/** Rules that test titles begin with, over the whole repository. */
function cited(): Set<string> {
  const files = globSync(["packages/*/src/**/*.test.ts", "test/**/*.test.ts"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules") || path.includes("dist"),
  });
  const found = new Set<string>();
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, "utf8");
    for (const [opening] of text.matchAll(/["'`]\[?C-[A-Z]+\d+(?:[\s,]+C-[A-Z]+\d+)*/gu)) {
      for (const [rule] of opening.matchAll(/C-[A-Z]+\d+/gu)) found.add(rule);
    }
  }
  return found;
}

test("every rule of the client has a number of its own and a test", () => {
  expect(rules.length).toBeGreaterThan(40);
  expect(new Set(rules).size).toBe(rules.length);
  const tested = cited();
  expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
});

test("tests cite no rule that is not written down", () => {
  expect([...cited()].filter((rule) => !rules.includes(rule))).toEqual([]);
});
