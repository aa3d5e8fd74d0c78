import type { z } from "zod";

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

/** What a schema expects, in plain words; undefined leaves it to the library. A text that a schema has of its own comes before it. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
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
