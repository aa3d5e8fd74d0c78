import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SettlingFiles } from "./settling-files.ts";

let root: string;
let files: SettlingFiles;
/** Paths that were acted upon, batch by batch. */
let taken: string[][];
/** Ends what is done about a batch. */
let done: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  root = mkdtempSync(join(tmpdir(), "realmwright-settling-"));
  taken = [];
  done = () => undefined;
  files = new SettlingFiles(root, async (paths) => {
    taken.push([...paths]);
    await new Promise<void>((resolve) => {
      done = resolve;
    });
  });
});
afterEach(() => {
  files.stop();
  vi.useRealTimers();
  rmSync(root, { recursive: true, force: true });
});

const file = (name = "server.ts"): string => join(root, name);
const wait = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test("files that are written are acted upon together", async () => {
  writeFileSync(file(), "whole");
  writeFileSync(file("shared.ts"), "whole");
  files.add("server.ts");
  files.add("shared.ts");
  files.add("server.ts");
  await wait(100);
  expect(taken).toEqual([["server.ts", "shared.ts"]]);
});

test("an empty file waits for what is to be written into it", async () => {
  writeFileSync(file(), "");
  files.add("server.ts");
  await wait(300);
  expect(taken).toEqual([]);
  // seen also when the system tells of the first step alone
  writeFileSync(file(), "whole");
  await wait(100);
  expect(taken).toEqual([["server.ts"]]);
});

test("a file that stays empty is meant so", async () => {
  writeFileSync(file(), "");
  files.add("server.ts");
  await wait(1000);
  expect(taken).toEqual([["server.ts"]]);
});

test("a file that grows waits for its end", async () => {
  writeFileSync(file(), "ha");
  files.add("server.ts");
  for (let i = 0; i < 5; i++) {
    await wait(25);
    appendFileSync(file(), "lf");
    expect(taken).toEqual([]);
  }
  await wait(100);
  expect(taken).toEqual([["server.ts"]]);
});

test("a file that is gone holds nothing up", async () => {
  files.add("server.ts.tmp");
  await wait(60);
  expect(taken).toEqual([["server.ts.tmp"]]);
});

test("what changes meanwhile is acted upon after that", async () => {
  writeFileSync(file(), "whole");
  files.add("server.ts");
  await wait(100);
  files.add("server.ts");
  await wait(1000);
  expect(taken).toHaveLength(1);
  done();
  await wait(100);
  expect(taken).toHaveLength(2);
});

test("nothing is acted upon once it is over", async () => {
  writeFileSync(file(), "whole");
  files.add("server.ts");
  files.stop();
  files.add("server.ts");
  await wait(1000);
  expect(taken).toEqual([]);
});
