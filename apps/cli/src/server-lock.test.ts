import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfiguration } from "./config/configuration.ts";
import { lockPath, ServerLock } from "./server-lock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realmwright-lock-"));
  file = join(folder, "game.db-server");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("one has it; the next hears who that is, until it is let go", () => {
  const first = new ServerLock(file, { pid: 7, port: 8080 });
  expect(first.other).toBeUndefined();
  for (let time = 0; time < 3; time++) {
    const second = new ServerLock(file, { pid: 8, port: 8081 });
    expect(second.other).toEqual({ pid: 7, port: 8080 });
    second.release();
  }
  first.release();
  const third = new ServerLock(file, { pid: 9, port: 0 });
  expect(third.other).toBeUndefined();
  expect(new ServerLock(file, { pid: 8, port: 8081 }).other).toEqual({ pid: 9, port: 0 });
  third.release();
  third.release();
});

test("a process that was killed has it no more", async () => {
  const module = new URL("server-lock.ts", import.meta.url).href;
  const code = `import { ServerLock } from ${JSON.stringify(module)};
globalThis.lock = new ServerLock(${JSON.stringify(file)}, { pid: process.pid, port: 1 });
console.log("has it");
setInterval(() => undefined, 1000);`;
  const flags = ["--conditions=@realmwright/source", "--input-type=module", "--eval", code];
  const child = spawn(process.execPath, flags, {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: import.meta.dirname,
  });
  await once(child.stdout, "data");
  expect(new ServerLock(file, { pid: 2, port: 2 }).other).toEqual({ pid: child.pid, port: 1 });
  child.kill("SIGKILL");
  await once(child, "exit");
  const next = new ServerLock(file, { pid: 2, port: 2 });
  expect(next.other).toBeUndefined();
  next.release();
});

test("a file that is no lock is not written over", () => {
  const text = "somebody's own notes, longer than the head of a database. ".repeat(20);
  writeFileSync(file, text);
  expect(() => new ServerLock(file, { pid: 1, port: 1 })).toThrow("not a database");
  expect(readFileSync(file, "utf8")).toBe(text);
});

test.each([
  [{}, "/data/game.db-server"],
  [{ DATABASE_URL: "sqlite:/srv/other.db" }, "/srv/other.db-server"],
  [{ DATABASE_URL: "sqlite::memory:" }, undefined],
  [{ DATABASE_URL: "postgres://a@b/c" }, "/data/server-lock"],
])("of %j it lies at %s", (environment, path) => {
  const { config } = loadConfiguration({ folder: "nowhere", environment, flags: [] });
  expect(lockPath(config, "/data")).toBe(path);
});
