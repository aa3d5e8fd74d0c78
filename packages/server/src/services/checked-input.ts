import { limits, RealmError, type Problem } from "@realmwright/protocol";
import type { z } from "zod";
import type { AnyOperation } from "./operation.ts";

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

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** What is expected; undefined leaves it to the library. A text that a schema has of its own comes before it. */
function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return kinds[issue.expected];
    case "too_small":
      return bounded(
        issue.origin,
        issue.inclusive === false ? "more than" : "at least",
        issue.minimum,
      );
    case "too_big":
      return bounded(
        issue.origin,
        issue.inclusive === false ? "less than" : "at most",
        issue.maximum,
      );
    case "invalid_format":
      if (issue.format === "uuid") return "a UUID";
      return issue.pattern === undefined ? undefined : `a text that fits ${issue.pattern}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "invalid_union": {
      const ways = issue.errors.flatMap((of) => of.filter(({ path }) => path.length === 0));
      if (ways.length > 0) return [...new Set(ways.map(({ message }) => message))].join(" or ");
      return issue.errors.length === 0 ? "one of the kinds that there are" : undefined;
    }
    default:
      return undefined;
  }
}

function bounded(origin: string, bound: string, count: number | bigint): string {
  if (origin === "string") return `a text of ${bound} ${count} characters`;
  if (origin === "array") return `a list of ${bound} ${count}`;
  return `${origin === "int" ? "a whole number" : "a number"} of ${bound} ${count}`;
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
