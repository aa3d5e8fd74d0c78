import type { ScriptEngine, ScriptValue } from "../../ports/script-engine.ts";
import { cjsonCases } from "./cjson-cases.ts";
import { hostCases } from "./host-cases.ts";
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

export const conformanceCases: readonly ConformanceCase[] = [
  ...languageCases,
  ...cjsonCases,
  ...keyCases,
  ...hostCases,
];

/** A case's outcome in the form of its expectation; `prefix` keeps keys of two cases apart. */
export async function runCase(
  engine: ScriptEngine,
  test: ConformanceCase,
  prefix: string,
): Promise<ConformanceCase["expect"]> {
  const keys = (test.keys ?? []).map((key) => `${prefix}${key}`);
  const { name, version } = await engine.load("case.lua", test.source);
  const answer = await engine.call(name, version, keys, test.args ?? []);
  engine.release(name, version);
  if (answer.ok) return answer.result;
  const { expect } = test;
  const wanted = typeof expect === "object" && expect !== null && "fails" in expect;
  return { fails: wanted && answer.error.includes(expect.fails) ? expect.fails : answer.error };
}
