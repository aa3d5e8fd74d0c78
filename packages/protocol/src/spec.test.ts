import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");
const [own = "", elsewhere = ""] = spec.split("## Session and room rules");

const rulesIn = (text: string): string[] =>
  [...text.matchAll(/^- \*\*(P-[A-Z]+\d+)\*\* /gmu)].map((of) => of[1] as string);

/** Rules that test titles cite, over the whole repository. */
function cited(): Map<string, string> {
  const files = globSync(
    ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"],
    {
      cwd: root,
      exclude: (path) => path.includes("node_modules") || path.includes("dist"),
    },
  );
  const rules = new Map<string, string>();
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, "utf8");
    // a title starts with its rules, in brackets or not
    for (const [opening] of text.matchAll(/["'`]\[?P-[A-Z]+\d+(?:[\s,:\]]+P-[A-Z]+\d+)*/gu)) {
      for (const [rule] of opening.matchAll(/P-[A-Z]+\d+/gu)) rules.set(rule, file);
    }
  }
  return rules;
}

describe("the rules", () => {
  test("have a number each", () => {
    const rules = rulesIn(spec);
    expect(rules.length).toBeGreaterThan(50);
    expect(new Set(rules).size).toBe(rules.length);
    expect(rulesIn(elsewhere).length).toBeGreaterThan(20);
  });

  test("of this package are all tested", () => {
    const tested = cited();
    expect(rulesIn(own).filter((rule) => !tested.has(rule))).toEqual([]);
  });

  test("that tests cite are all written down", () => {
    const known = new Set(rulesIn(spec));
    const unknown = [...cited()].filter(([rule]) => !known.has(rule));
    expect(unknown).toEqual([]);
  });
});
