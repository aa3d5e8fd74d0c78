import type { ScriptValue } from "../../ports/script-engine.ts";
import { cjsonCases } from "./cjson-cases.ts";
import { keyCases } from "./key-cases.ts";
import { languageCases } from "./language-cases.ts";

/** One script that every engine must answer alike. Keys and arguments are made unique by the caller's prefix. */
export interface ConformanceCase {
  readonly title: string;
  readonly source: string;
  readonly keys?: readonly string[];
  readonly args?: readonly string[];
  /** What it answers; or a part of the text by which it fails. */
  readonly expect: ScriptValue | { readonly fails: string };
}

/** Runs one script on some engine. */
export type RunScript = (
  source: string,
  keys: readonly string[],
  args: readonly string[],
) => Promise<{ readonly result: ScriptValue } | { readonly error: string }>;

export const conformanceCases: readonly ConformanceCase[] = [
  ...languageCases,
  ...cjsonCases,
  ...keyCases,
];

/** A case's outcome in the form of its expectation; `prefix` keeps keys of two cases apart. */
export async function runCase(
  run: RunScript,
  test: ConformanceCase,
  prefix: string,
): Promise<ConformanceCase["expect"]> {
  const keys = (test.keys ?? []).map((key) => `${prefix}${key}`);
  const answer = await run(test.source, keys, test.args ?? []);
  if ("result" in answer) return answer.result;
  const { expect } = test;
  const wanted = typeof expect === "object" && expect !== null && "fails" in expect;
  return { fails: wanted && answer.error.includes(expect.fails) ? expect.fails : answer.error };
}
