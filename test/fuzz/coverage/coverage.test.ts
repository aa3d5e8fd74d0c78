import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import type { RefusalSite } from "./refusal-sites.ts";
import type { Work } from "./work.ts";

interface Report {
  readonly sites: readonly (RefusalSite & { readonly runs: number })[];
  readonly problems: readonly string[];
  readonly work: readonly Work[];
}

/** In a process of its own, with little memory: an input that takes much of it ends the process. */
async function covered(): Promise<Report> {
  const module = fileURLToPath(new URL("main.ts", import.meta.url));
  const flags = ["--conditions=@realmwright/source", "--max-old-space-size=256"];
  const run = promisify(execFile)(process.execPath, [...flags, module], { maxBuffer: 2 ** 26 });
  // the report is there also where it says that something is wrong
  const { stdout } = await run.catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout?.startsWith("{")) throw new Error(error.stderr);
    return { stdout: error.stdout };
  });
  return JSON.parse(stdout) as Report;
}

// two seconds of work for each of its kinds, more where others need the machine
vi.setConfig({ testTimeout: 180_000 });

test("P-ENC3 P-ENC8 every refusal of a decoder is reached, and no input takes more work than its length", async () => {
  const { sites, problems, work } = await covered();
  expect(problems).toEqual([]);
  expect(sites.filter(({ runs }) => runs > 0).length).toBeGreaterThan(150);
  expect(work.filter(({ isTooMuch }) => isTooMuch)).toEqual([]);
  expect(work.length).toBeGreaterThan(40);
  // what was measured is the reading, not an early refusal
  expect(work.filter(({ long }) => long > 5000).length).toBeGreaterThan(25);
});
