import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SourceFolders } from "./source-folders.ts";
import { watchSources } from "./source-watch.ts";

let root: string;
let told: string[];
let warnings: string[];
let stop: () => void;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "realmwright-sources-"));
  for (const path of ["server.ts", "client/main.ts", "client/ui/deep/hud.ts"]) write(path, "1");
  told = [];
  warnings = [];
  stop = watchSources(
    root,
    async (paths) => void told.push(...paths),
    (text) => warnings.push(text),
  );
});
afterEach(() => {
  stop();
  rmSync(root, { recursive: true, force: true });
  expect(warnings).toEqual([]);
});

function write(path: string, text: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
/** As Vim, JetBrains, sed -i and git do. */
function saveByRename(path: string, text: string): void {
  write(`${path}~`, text);
  renameSync(join(root, `${path}~`), join(root, path));
}
/** As Vim does with a backup: the file itself goes, and another comes. */
function saveByBackup(path: string, text: string): void {
  renameSync(join(root, path), join(root, `${path}~`));
  write(path, text);
  rmSync(join(root, `${path}~`));
}
const heard = (...paths: string[]): Promise<void> =>
  vi.waitFor(() => expect(told).toEqual(expect.arrayContaining(paths)), { timeout: 10_000 });
/** Saves, and waits to be told of it, again and again. */
async function again(path: string, save: (path: string, text: string) => void): Promise<void> {
  for (let time = 0; time < 6; time++) {
    told.length = 0;
    save(path, `save ${time}`);
    await heard(path);
  }
}

describe.each(["server.ts", "client/main.ts", "client/ui/deep/hud.ts"])("%s", (path) => {
  test.each([
    ["by rename", saveByRename],
    ["by way of a backup", saveByBackup],
    ["in place", write],
  ])("is seen however often it is saved %s", async (_, save) => {
    await again(path, save);
    expect(new Set(told)).toEqual(new Set([path]));
  });
});

test("ways of saving may take turns", async () => {
  for (const save of [saveByRename, write, saveByBackup, saveByRename, write]) {
    told.length = 0;
    save("server.ts", save.name);
    await heard("server.ts");
  }
  expect(new Set(told)).toEqual(new Set(["server.ts"]));
});

test("a burst of saves of many files is told whole", async () => {
  const paths = Array.from({ length: 60 }, (_, n) => `client/part${n}/file.ts`);
  for (const path of paths) {
    write(path, "1");
    saveByRename(path, "2");
  }
  await heard(...paths);
  told.length = 0;
  for (const path of paths) for (const text of ["3", "4", "5"]) saveByRename(path, text);
  await heard(...paths);
  expect(told.filter((path) => !paths.includes(path))).toEqual([]);
});

test("folders that come are seen with what was in them before", async () => {
  write("rules/more/one.ts", "1");
  await heard("rules/more/one.ts");
  await again("rules/more/one.ts", saveByRename);
  renameSync(join(root, "rules"), join(root, "client/rules"));
  await heard("client/rules/more/one.ts");
  await again("client/rules/more/one.ts", saveByRename);
  expect(new Set(told)).toEqual(new Set(["client/rules/more/one.ts"]));
});

test("a folder that is renamed is seen under its new name alone", async () => {
  renameSync(join(root, "client/ui"), join(root, "client/hud"));
  await heard("client/ui", "client/hud", "client/hud/deep/hud.ts");
  await again("client/hud/deep/hud.ts", saveByRename);
  expect(told.filter((path) => path.startsWith("client/ui"))).toEqual([]);
});

test("a folder that is deleted and made anew is seen again, time after time", async () => {
  for (let time = 0; time < 4; time++) {
    told.length = 0;
    rmSync(join(root, "client"), { recursive: true });
    if (time % 2 === 0) await heard("client");
    write("client/ui/new.ts", String(time));
    await heard("client/ui/new.ts");
    await again("client/ui/new.ts", saveByRename);
    expect(new Set(told)).toEqual(new Set(["client/ui/new.ts"]));
  }
});

test("what is no source is left out, also when folders of it come", async () => {
  for (const path of [
    "node_modules/a/index.js",
    ".realmwright/game.db",
    ".idea/workspace.xml",
    "client/.cache/x/y.ts",
    "dist/a.js",
    "test/a.ts",
    "server.test.ts",
    ".server.ts.swp",
    "#server.ts#",
    "server.ts~",
  ]) {
    write(path, "1");
  }
  saveByRename("server.ts", "2");
  await heard("server.ts");
  expect(told.filter((path) => !["server.ts", "client"].includes(path))).toEqual([]);
});

test("nothing is told after the stop", async () => {
  stop();
  saveByRename("server.ts", "2");
  const ear = vi.fn<(path: string) => void>();
  const other = new SourceFolders(root, { told: ear, warn: ear, isIgnored: () => false });
  saveByRename("client/main.ts", "2");
  await vi.waitFor(() => expect(ear).toHaveBeenCalledWith("client/main.ts"));
  other.stop();
  expect(other.size).toBe(0);
  expect(told).toEqual([]);
});

describe("folders one by one", () => {
  const folders = (foldersMax?: number): SourceFolders =>
    new SourceFolders(
      root,
      {
        told: (path) => told.push(path),
        warn: (text) => warnings.push(text),
        isIgnored: (path) => path.startsWith("."),
      },
      foldersMax,
    );

  test("no more than so many are watched, and what that means is said once", async () => {
    const few = folders(3);
    expect(few.size).toBe(3);
    expect(warnings.splice(0)).toEqual([
      expect.stringMatching(
        /^The game has more than 3 folders: changes in client\/ui\/deep\/ may go unnoticed\. Keep /,
      ),
    ]);
    write("another/one.ts", "1");
    await heard("another");
    expect(few.size).toBe(3);
    // a place becomes free
    rmSync(join(root, "client"), { recursive: true });
    await vi.waitFor(() => expect(few.size).toBe(1));
    write("third/one.ts", "1");
    await vi.waitFor(() => expect(told).toContain("third/one.ts"));
    few.stop();
  });

  test("watches of folders that go are given up", async () => {
    const all = folders();
    expect(all.size).toBe(4);
    rmSync(join(root, "client"), { recursive: true });
    await vi.waitFor(() => expect(all.size).toBe(1));
    write("client/a/b/c.ts", "1");
    await vi.waitFor(() => expect(all.size).toBe(4));
    all.stop();
  });

  test("a link around in a circle is not followed", () => {
    symlinkSync(root, join(root, "client/circle"));
    const all = folders();
    expect(all.size).toBe(4);
    all.stop();
  });
});
