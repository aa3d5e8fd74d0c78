import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");
const rules = [...spec.matchAll(/^- \*\*(S-[A-Z]+\d+)\*\* /gmu)].map((of) => of[1] as string);

/** Rules that titles of tests cite, with a file that does. */
function cited(): Map<string, string> {
  const files = globSync(["{packages,apps}/*/src/**/*.test.ts", "test/**/*.test.ts"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules") || path.includes("dist"),
  });
  const found = new Map<string, string>();
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, "utf8");
    for (const [, rule] of text.matchAll(/["'`]\[(S-[A-Z]+\d+)\] /gu)) found.set(rule!, file);
  }
  return found;
}

describe("the rules of the server", () => {
  it("have a number each", () => {
    expect(rules.length).toBeGreaterThan(60);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it("are all tested", () => {
    const tested = cited();
    expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
  });

  it("that tests cite are all written down", () => {
    const known = new Set(rules);
    expect([...cited()].filter(([rule]) => !known.has(rule))).toEqual([]);
  });
});
