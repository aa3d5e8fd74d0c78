import { RealmError } from "@realmwright/protocol";
import type { ScriptLimits } from "../ports/script-engine.ts";

/** Throws `SCRIPT_INVALID` for a name or source that no engine is given. */
export function checkSource(name: string, source: string, bytesMax: number): void {
  if (!/^[\w.-]{1,100}$/.test(name)) throw invalidScript(name.slice(0, 100), "not a script's name");
  const bytes = Buffer.byteLength(source);
  if (bytes > bytesMax) throw invalidScript(name, `${name}:1: longer than ${bytesMax} bytes`);
}

/** `text` begins with file and line, as Lua's messages do. */
export function invalidScript(name: string, text: string): RealmError {
  const problems = [{ path: `/${name}`, expected: "Lua 5.1", got: text }];
  return new RealmError("SCRIPT_INVALID", { detail: text, problems });
}

/** Throws `SCRIPT_CALL_INVALID` for keys and arguments beyond the limits. */
export function checkCall(
  keys: readonly string[],
  args: readonly string[],
  limits: ScriptLimits,
): void {
  const keysMax = limits.scriptKeys;
  if (keys.length > keysMax) throw invalidCall(`at most ${keysMax} keys`, keys.length);
  const argsMax = limits.scriptArguments;
  if (args.length > argsMax) throw invalidCall(`at most ${argsMax} arguments`, args.length);
  const charactersMax = limits.scriptCallCharacters;
  let characters = 0;
  for (const key of keys) characters += key.length;
  for (const arg of args) characters += arg.length;
  if (characters > charactersMax) {
    throw invalidCall(`at most ${charactersMax} characters`, characters);
  }
}

function invalidCall(expected: string, got: number): RealmError {
  const problems = [{ path: "", expected, got: String(got) }];
  return new RealmError("SCRIPT_CALL_INVALID", { problems });
}
