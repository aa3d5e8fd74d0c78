// Every limit bounds something, and is tried at its value.
import { readFileSync } from "node:fs";
import path from "node:path";
import { limits } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { root, sources } from "./repository.ts";

const files = sources("{packages,apps,games,test}/**/*.ts");
const isTest = (file: string): boolean => /\.test\.ts$|\/testing\//.test(file);

/** Tells of limits, but bounds nothing by them. */
const onlyTells = new Set([
  "packages/protocol/src/limits.ts",
  "packages/server/src/session/welcome.ts",
]);

/** The limits that a text names: as `limits.x`, `limits["x"]`, or taken out by `const { x } = limits`. */
function namedIn(text: string): string[] {
  const taken = [...text.matchAll(/const \{([^}]*)\} = [\w.#]*\blimits\b(?![.[])/g)];
  return [
    ...[...text.matchAll(/limits(?:\.|\[")(\w+)/g)].map(([, name]) => name!),
    ...taken.flatMap(([, parts]) => parts!.match(/\w+/g) ?? []),
  ];
}

/** Words of two and more parts: given another value, or listed, in a test; nothing else is called so. */
const compoundIn = (text: string): string[] => text.match(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g) ?? [];

function names(paths: readonly string[], find: (text: string) => readonly string[]): Set<string> {
  return new Set(paths.flatMap((file) => find(readFileSync(path.join(root, file), "utf8"))));
}

const bounding = names(
  files.filter(
    (file) => !isTest(file) && !onlyTells.has(file) && !file.startsWith("packages/protocol/tools/"),
  ),
  namedIn,
);
const tried = names(
  files.filter((file) => file.endsWith(".test.ts")),
  (text) => [...namedIn(text), ...compoundIn(text)],
);

test("there are limits, and files that name them", () => {
  expect(Object.keys(limits).length).toBeGreaterThan(40);
  expect(bounding.size).toBeGreaterThan(40);
  expect(tried.size).toBeGreaterThan(40);
});

test.each(Object.keys(limits))(
  "the limit %s is kept by some source, and tried by a test",
  (name) => {
    expect(bounding.has(name), "no source reads it").toBe(true);
    expect(tried.has(name), "no test names it").toBe(true);
  },
);
