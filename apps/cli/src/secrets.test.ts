import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "./failure.ts";
import { loadSecrets } from "./secrets.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realmwright-secrets-"));
  file = join(folder, "secrets.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (value: unknown): void => writeFileSync(file, JSON.stringify(value));

it("are 32 random bytes, made once and kept", async () => {
  const made = await loadSecrets(folder);
  expect(Buffer.from(made.tokenSecret, "base64url")).toHaveLength(32);
  expect(await loadSecrets(folder)).toEqual(made);
  const other = await loadSecrets(join(folder, "another"));
  expect(other.tokenSecret).not.toBe(made.tokenSecret);
});

it("are the same for all who ask at once, and nothing else is left behind", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => loadSecrets(folder)));
  expect(new Set(all.map(({ tokenSecret }) => tokenSecret)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(["secrets.json"]);
});

it.skipIf(process.platform === "win32")("are readable by their owner alone", async () => {
  const before = process.umask(0);
  try {
    await loadSecrets(folder);
  } finally {
    process.umask(before);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([0, 1, 16, 31])("of %i bytes are too short to be used", async (length) => {
  write({ tokenSecret: Buffer.alloc(length, 7).toString("base64url") });
  await expect(loadSecrets(folder)).rejects.toThrow(/no tokenSecret of 32 bytes/);
});

it("of 32 bytes are used as they are", async () => {
  const tokenSecret = Buffer.alloc(32, 7).toString("base64url");
  write({ tokenSecret, other: 1 });
  expect(await loadSecrets(folder)).toEqual({ tokenSecret });
});

it.each([null, 7, [], {}, { tokenSecret: 7 }, { tokenSecret: null }])(
  "that are %j are an error, not replaced",
  async (value) => {
    write(value);
    const before = readFileSync(file, "utf8");
    await expect(loadSecrets(folder)).rejects.toBeInstanceOf(Failure);
    expect(readFileSync(file, "utf8")).toBe(before);
  },
);

it("that are no JSON are an error", async () => {
  writeFileSync(file, "{");
  await expect(loadSecrets(folder)).rejects.toThrow(/is not JSON/);
});
