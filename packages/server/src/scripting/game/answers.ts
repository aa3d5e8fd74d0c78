import { limits, RealmError } from "@realmwright/protocol";
import type { ScriptValue } from "../../ports/script-engine.ts";

/** The first words of Redis' own errors, which a script met and did not catch. */
const engineCodes: ReadonlySet<string> = new Set(
  (
    "ERR WRONGTYPE OOM NOSCRIPT READONLY MISCONF NOREPLICAS NOPERM NOAUTH LOADING MASTERDOWN " +
    "CROSSSLOT MOVED ASK CLUSTERDOWN TRYAGAIN BUSY BUSYKEY BUSYGROUP EXECABORT"
  ).split(" "),
);

/** What a script answered, for its caller: texts that are JSON are read. Throws `SCRIPT_FAILED` for one that nests too deep. */
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

/** Numbers that are too large are no numbers of JSON when they are written again. Level by level: depth is a stranger's. */
function isFiniteJson(value: unknown): boolean {
  const { value: most } = limits.scriptAnswerDepth;
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (level.some((one) => typeof one === "number" && !Number.isFinite(one))) return false;
    const holders = level.filter((one) => typeof one === "object" && one !== null);
    if (depth >= most && holders.length > 0) {
      const detail = `its answer has more than ${most} levels`;
      throw new RealmError("SCRIPT_FAILED", { detail });
    }
    level = holders.flatMap((one): unknown[] => Object.values(one));
  }
  return true;
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

/** What an author is told of a failure, with what was probably meant. */
export function problemOf(error: RealmError): string {
  const text = error.message.slice(`${error.code}: `.length);
  const isGlobal = text.includes("Attempt to modify a readonly table");
  return isGlobal ? `${text} (a forgotten "local"?)` : text;
}
