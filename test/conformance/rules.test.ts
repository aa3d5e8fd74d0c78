import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/*
 * packages/protocol tests its own rules. What sessions and rooms must show is tested where they are
 * made and played: here we see to it that each of those rules has its test somewhere.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const spec = readFileSync(`${root}/packages/protocol/SPEC.md`, "utf8");
const [, shown = ""] = spec.split("## Session and room rules");
const rules = [...shown.matchAll(/^- \*\*(P-[A-Z]+\d+)\*\* /gmu)].map((of) => of[1] as string);

const titles = globSync(
  ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"],
  {
    cwd: root,
    exclude: (path) => path.includes("node_modules") || path.includes("dist"),
  },
).flatMap((file) =>
  [
    ...readFileSync(`${root}/${file}`, "utf8").matchAll(
      /["'`]\[?P-[A-Z]+\d+(?:[\s,:\]]+P-[A-Z]+\d+)*/gu,
    ),
  ].map(([opening]) => opening),
);
const cited = new Set(titles.flatMap((title) => title.match(/P-[A-Z]+\d+/gu) ?? []));

test("there are rules, and titles that cite them", () => {
  expect(rules.length).toBeGreaterThan(30);
  expect(cited.size).toBeGreaterThan(30);
});

test.each(rules)("%s is cited by the title of a test", (rule) => {
  expect(cited.has(rule)).toBe(true);
});
