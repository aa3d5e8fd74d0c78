import { limits, RealmError, type Problem } from "@realmwright/protocol";
import type { z } from "zod";
import type { AnyOperation } from "./operation.ts";
import { wordsFor } from "./problem-words.ts";

/** An operation's input, checked by its schema. Throws `REQUEST_INVALID` with what is wrong, or `MESSAGE_MALFORMED`. */
export function checkedInput(operation: AnyOperation, raw: unknown): Record<string, unknown> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw invalidInput([{ path: "", expected: "an object", got: kindOf(raw) }]);
  }
  const read = operation.input.safeParse(raw, { error: wordsFor });
  if (read.success) return read.data;
  const issues = read.error.issues.slice(0, limits.problems.value);
  throw invalidInput(issues.map((issue) => told(issue, raw)));
}

export function invalidInput(problems: readonly Problem[]): RealmError {
  return new RealmError("REQUEST_INVALID", { problems });
}

/** Bounds how deep schemas must follow: `JSON.parse` has no bound of its own. Throws `MESSAGE_MALFORMED`. */
export function checkDepth(value: unknown, left: number): void {
  if (typeof value !== "object" || value === null) return;
  if (left === 0) throw new RealmError("MESSAGE_MALFORMED", { detail: "nested too deeply" });
  for (const inner of Object.values(value)) checkDepth(inner, left - 1);
}

/** A JSON pointer. Foreign names are part of it, so it is cut. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"));
  return cutText(parts.map((part) => `/${part}`).join(""), 120);
}

/** A text of at most so many UTF-16 units, without halves of pairs. */
export function cutText(text: string, max: number): string {
  return (text.length > max ? `${text.slice(0, max - 1)}…` : text).toWellFormed();
}

export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `a text of ${value.length} characters`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** What came is told by its kind alone: it may be a password. */
function told(issue: z.core.$ZodIssue, raw: unknown): Problem {
  if (issue.code === "unrecognized_keys") {
    const path = pointerTo([...issue.path, issue.keys[0] ?? ""]);
    return { path, expected: "nothing", got: "a member" };
  }
  let got = raw;
  for (const key of issue.path) got = (got as Record<PropertyKey, unknown> | undefined)?.[key];
  return { path: pointerTo(issue.path), expected: cutText(issue.message, 120), got: kindOf(got) };
}
