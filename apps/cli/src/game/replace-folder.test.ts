import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFolder } from "./replace-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "replace-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a folder; a path that ends with "/" is an empty folder. */
function write(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(path.endsWith("/") ? at : dirname(at), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(at, text);
  }
  return folder;
}

function read(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const at = join(entry.parentPath, entry.name);
      const path = at.slice(folder.length + 1);
      return entry.isDirectory() ? [`${path}/`, ""] : [path, readFileSync(at, "utf8")];
    }),
  );
}

test("[S-LIFE7] what is new comes, and files that are old go", async () => {
  const folder = write("page", {
    "index.html": "old",
    "main.js": "old",
    "chunks/gone.js": "old",
    "empty/": "",
    "was-a-file": "old",
    "was-a-folder/inside/deep.css": "old",
  });
  const next = write("next", {
    "index.html": "new",
    "main.js": "new",
    "chunks/come.js": "new",
    "was-a-file/now.css": "new",
    "was-a-folder": "new",
  });
  await replaceFolder(folder, next, "index.html");
  expect(read(folder)).toEqual({
    "index.html": "new",
    "main.js": "new",
    "chunks/": "",
    "chunks/come.js": "new",
    "empty/": "",
    "was-a-file/": "",
    "was-a-file/now.css": "new",
    "was-a-folder": "new",
  });
  expect(readdirSync(root)).toEqual(["page"]);
});

test("[S-LIFE7] a folder that is not there yet is made", async () => {
  await replaceFolder(join(root, "a/b"), write("next", { "x/y.js": "1" }), "index.html");
  expect(read(join(root, "a/b"))).toEqual({ "x/": "", "x/y.js": "1" });
});

test("[S-LIFE7] who reads meanwhile finds all files that are in both, and whole", async () => {
  const files = (text: string): Record<string, string> =>
    Object.fromEntries(
      ["index.html", "main.js", "style.css", "chunks/a.js"].map((path) => [path, text.repeat(999)]),
    );
  const folder = write("page", files("0"));
  // two servers of one game, which build the same
  const replace = async (turn: number): Promise<void> => {
    const nexts = ["one", "two"].map((name) => write(name, files(String(turn % 10))));
    await Promise.all(nexts.map((next) => replaceFolder(folder, next, "index.html")));
  };
  const readAll = async (): Promise<void> => {
    for (const path of Object.keys(files("0"))) {
      expect(await readFile(join(folder, path), "utf8")).toMatch(/^(\d)\1{998}$/u);
    }
  };
  for (let turn = 1; turn <= 60; turn++) {
    await Promise.all([replace(turn), readAll(), readAll(), readAll()]);
  }
});
