// What the pages say of other places is so: links, commands, error codes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { errors } from "@realmwright/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { root, sources } from "../tidy/repository.ts";
import { node } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";

// Templates are parts of pages that lie elsewhere.
const pages = sources("**/*.md").filter((page) => !page.includes("/templates/"));
const textOf = (page: string): string => readFileSync(path.join(root, page), "utf8");

/** As GitHub makes the anchor of a heading. */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test("there are pages", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/README.md", "CONTRIBUTING.md"]));
});

test.for(pages)("the links of %s lead somewhere", (page) => {
  const links = textOf(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/\]\(([^)\s]+)\)/g);
  const broken = [...links].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? page : path.posix.join(path.posix.dirname(page), file);
    if (!existsSync(path.join(root, target))) return [link];
    return anchor === undefined || anchorsOf(target).has(anchor) ? [] : [link];
  });
  expect(broken).toEqual([]);
});

test("docs/README.md lists every page below docs", () => {
  const index = textOf("docs/README.md");
  const listed = sources("docs/**/*.md").filter((page) => page !== "docs/README.md");
  expect(listed.filter((page) => !index.includes(`(${page.slice("docs/".length)})`))).toEqual([]);
});

test("ARCHITECTURE.md names every package, and every folder of the server", () => {
  const text = textOf("ARCHITECTURE.md");
  const tree = /^packages\/server\/src\/\n(( {2}.+\n)+)/m.exec(text)?.[1] ?? "";
  const named = [...tree.matchAll(/^ {2}([a-z]+)\/ /gm)].map(([, name = ""]) => name);
  const foldersIn = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  expect(named.toSorted()).toEqual(foldersIn("packages/server/src").toSorted());
  for (const name of foldersIn("packages")) expect(text).toContain(`| \`packages/${name}\` |`);
});

test("troubleshooting knows every error code, once, and no other", () => {
  const codes = [
    ...textOf("docs/guide/troubleshooting.md").matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm),
  ].map(([, code = ""]) => code);
  expect(codes.toSorted()).toEqual(Object.keys(errors).toSorted());
});

describe("the commands that pages print", () => {
  const printed = pages.flatMap((page) =>
    blocksOf(page)
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.trimEnd().split("\n"))
      .map((command) => ({ page, command })),
  );
  const help = new Map<string, string>();

  beforeAll(async () => {
    const main = path.join(root, "apps/cli/src/main.ts");
    for (const words of [
      ["dev"],
      ["start"],
      ["bots"],
      ["migrate"],
      ["db", "backup"],
      ["accounts", "list"],
      ["accounts", "ban"],
      ["config", "print"],
      ["doctor"],
    ]) {
      const asked = node(["--conditions=@realmwright/source", main, ...words, "--help"], root);
      expect(await asked.ended).toBe(0);
      const before = help.get(words[0]!) ?? "";
      help.set(words[0]!, `${before}\n${asked.output.join("\n")}`);
    }
  });

  test("are scripts of the repository", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const run = printed.flatMap(({ command }) => /^npm (?:run )?([a-z]+)/.exec(command)?.[1] ?? []);
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((name) => name !== "install" && scripts[name] === undefined)).toEqual([]);
  });

  test("have flags that the command knows", () => {
    const unknown = printed.flatMap(({ page, command }) => {
      // `npm start` is `dev games/realm`
      const line = command.replace(/^npm start( --)?/, "npm run realmwright -- dev");
      const [, name = "", rest = ""] = /^npm run realmwright -- (\w+)(.*)$/.exec(line) ?? [];
      if (name === "") return [];
      const flags = [...rest.matchAll(/ (--?[a-z][a-z0-9-]*)/g)].map(([, flag = ""]) => flag);
      const known = help.get(name) ?? "";
      return flags
        .filter((flag) => !new RegExp(`(^|[ ,])${flag}\\b`, "m").test(known))
        .map((flag) => `${page}: ${name} has no ${flag}`);
    });
    expect(unknown).toEqual([]);
  });
});
