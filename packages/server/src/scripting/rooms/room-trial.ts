import { RealmError } from "@realmwright/protocol";
import type { ScriptEngine, ScriptOutcome } from "../../ports/script-engine.ts";
import { batchArguments } from "./room-batch.ts";
import { trialAnswer } from "./room-function.ts";

/** A version of a room's script that no room has yet. */
export interface TriedScript {
  /** as it stands in Lua's messages */
  readonly file: string;
  readonly version: number;
  readonly source: string;
  /** How many keys its rooms give it. */
  readonly keys: number;
}

/** An engine that can not take the call now says nothing of the script: its rooms tell what there is to be told. */
const notNow: ReadonlySet<string> = new Set(["HOT_UNAVAILABLE", "SCRIPT_BUSY"]);

/**
 * Runs the top level of a room's script in the engine, with no room's keys and with nothing that has happened. Answers why
 * no room can use it, as `file:line: text`; undefined where one can.
 */
export async function problemOfRoom(
  engine: ScriptEngine,
  { file, version, source, keys: count }: TriedScript,
): Promise<string | undefined> {
  const keys = Array.from({ length: count }, (_, i) => `trial:${file}:${i + 1}`);
  const args = batchArguments([], { version: 0, trial: true });
  let outcome: ScriptOutcome;
  try {
    outcome = await engine.call(file, version, keys, args);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    if (notNow.has(error.code)) return undefined;
    if (error.code !== "SCRIPT_BUDGET") throw error;
    return `${file}:1: what stands outside of its functions takes too much`;
  }
  const lastLine = source.trimEnd().split("\n").length;
  // of what it returns the call of a function, Lua tells no place
  if (!outcome.ok)
    return hasPlace(outcome.error) ? outcome.error : `${file}:${lastLine}: ${outcome.error}`;
  if (outcome.result === trialAnswer) return undefined;
  return `${file}:${lastLine}: a room's script must end with: return realm.room(room)`;
}

function hasPlace(error: string): boolean {
  return /^[^\s:]+:\d+: /.test(error);
}
