import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root, sources } from "./repository.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const manifests = sources("{packages,apps,games}/*/package.json").map(
  (file) => JSON.parse(read(file)) as Manifest,
);
const published = manifests.filter((manifest) => manifest.private !== true);
const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const isOurs = (name: string): boolean => /^(@realmwright\/|realmwright$)/.test(name);
const decision = "docs/adr/0002-dependencies.md";

const uses = published.flatMap((manifest) => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    .filter((name) => !isOurs(name))
    .map((name): [string, string] => [name, manifest.name]);
});

test.each(uses)(`${decision} says why %s is a dependency of %s`, (name, user) => {
  const rows = read(decision)
    .split("\n")
    .filter((line) => line.startsWith(`| \`${name}\` | \`${user}\` |`));
  expect(rows).toHaveLength(1);
});

test(`${decision} names no dependency that is gone`, () => {
  const named = [...read(decision).matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gmu)];
  const inTable = named.map(([, name, user]) => `${name} of ${user}`).toSorted();
  expect(inTable).toEqual(uses.map(([name, user]) => `${name} of ${user}`).toSorted());
});

test("all packages have one version, and refer to one another by it", () => {
  const [first] = published;
  const versions = new Set(manifests.map(({ version }) => version));
  for (const { dependencies } of manifests) {
    for (const [name, range] of Object.entries(dependencies ?? {})) {
      if (isOurs(name)) versions.add(range);
    }
  }
  expect([...versions]).toEqual([first?.version]);
});

test("versions of runtime dependencies are exact", () => {
  const ranges = published.flatMap(({ dependencies }) => Object.entries(dependencies ?? {}));
  expect(ranges.length).toBeGreaterThan(0);
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
});

test("no runtime dependency needs an install script", () => {
  const scripted = Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript === true && entry.dev !== true)
    .map(([name, { optional }]) => ({ name: name.replace(/^.*node_modules\//, ""), optional }));
  // An accelerator of msgpackr for reading strings. Its script is blocked by .npmrc; msgpackr does without.
  expect(scripted).toEqual([{ name: "msgpackr-extract", optional: true }]);
});

test("the lockfile names no registry", () => {
  const resolved = Object.values(lock.packages).filter(
    (entry) => entry.resolved !== undefined && entry.link !== true,
  );
  expect(resolved).toEqual([]);
});
