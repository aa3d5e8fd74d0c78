import { RealmError } from "@realmwright/protocol";
import type { ScriptValue } from "../../ports/script-engine.ts";

/** The first words of Redis' own errors, which a script met and did not catch. */
const engineCodes: ReadonlySet<string> = new Set(
  (
    "ERR WRONGTYPE OOM NOSCRIPT READONLY MISCONF NOREPLICAS NOPERM NOAUTH LOADING MASTERDOWN " +
    "CROSSSLOT MOVED ASK CLUSTERDOWN TRYAGAIN BUSY BUSYKEY BUSYGROUP EXECABORT"
  ).split(" "),
);

/** What a script answered, for its caller: texts that are JSON are read. */
export function answerOf(result: ScriptValue): unknown {
  if (typeof result !== "string") return result;
  try {
    const value: unknown = JSON.parse(result);
    return isFiniteJson(value) ? value : result;
  } catch (error) {
    if (error instanceof SyntaxError) return result;
    throw error;
  }
}

/** Numbers that are too large are no numbers of JSON when they are written again. */
function isFiniteJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isFiniteJson);
}

/** `SCRIPT_REFUSED` with the script's own code where its error begins with one, else `SCRIPT_FAILED`. */
export function failureOf(error: string): RealmError {
  const [, code, text = ""] = /^([A-Z][A-Z\d_]{0,39})(?: (.*))?$/su.exec(error) ?? [];
  if (code === undefined || engineCodes.has(code)) {
    return new RealmError("SCRIPT_FAILED", { detail: error });
  }
  const refusal = { code, text: text.slice(0, 500) };
  return new RealmError("SCRIPT_REFUSED", { detail: error, refusal });
}
