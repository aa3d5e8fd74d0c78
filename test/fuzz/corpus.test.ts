import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { groups } from "./targets.ts";

/*
 * Inputs that once were read wrongly, and some that were never: one file for each target. `refused` is the first word of
 * the reason, null where the input is taken.
 */

interface Entry {
  readonly name: string;
  /** The input: as text, or as base64. */
  readonly text?: string;
  readonly base64?: string;
  /** Who sends it, where that matters. */
  readonly from?: "client" | "server";
  readonly refused: string | null;
}

const folder = new URL("corpus/", import.meta.url);
const files = readdirSync(folder);
const targets = [...(await groups.decoders()), ...(await groups.frames())];

function bytesOf({ text, base64 = "", from }: Entry): Uint8Array {
  const data = text === undefined ? Buffer.from(base64, "base64") : Buffer.from(text);
  return from === undefined ? data : Buffer.concat([Buffer.of(from === "client" ? 0 : 1), data]);
}

test("every target has its inputs", () => {
  expect(files.sort()).toEqual(targets.map(({ name }) => `${name}.json`).sort());
});

describe.each(files)("%s", (file) => {
  const entries = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Entry[];
  const target = targets.find(({ name }) => `${name}.json` === file);

  test.each(entries)("P-ENC3 $name: $refused", async (entry) => {
    const reason = await target?.replay(bytesOf(entry));
    expect(reason?.split(" ")[0] ?? null).toBe(entry.refused);
  });
});
