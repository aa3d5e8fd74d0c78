import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { Finding } from "./target.ts";

/** The kind of a refusal: its code and, without numbers and names, what was wrong. */
export function reasonOf(error: RealmError): string {
  const cause = error.cause instanceof RealmError ? error.cause : undefined;
  if (cause !== undefined) return `${error.code} < ${reasonOf(cause)}`;
  const [first] = error.problems ?? [];
  const what = first === undefined ? error.message : `expected ${first.expected}`;
  return `${error.code} ${what.replace(`${error.code}: `, "")}`
    .replace(/^FRAME_GAP .*/s, "FRAME_GAP")
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replaceAll(/-?\d[\d.e+-]*/g, "#")
    .slice(0, 120);
}

/** The reason of a refusal that is among the allowed ones; anything else is a finding. */
export function refusal(error: unknown, allowed: readonly ErrorCode[], input: Uint8Array): string {
  if (!(error instanceof RealmError)) throw new Finding("an error of no catalogue", input, error);
  if (!allowed.includes(error.code)) {
    throw new Finding(`${error.code} has no place here`, input, error);
  }
  const problems = error.problems ?? [];
  if (problems.length > 8) throw new Finding("more than eight problems", input, error);
  return reasonOf(error);
}
