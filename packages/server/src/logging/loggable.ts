/** Of each text; the rest is cut off. */
const charactersMax = 8192;
/** Errors and objects that are kept of what was thrown: itself, its causes and what stands in its lists. */
const partsMax = 16;
const recordKeysMax = 16;
/** What errors carry besides name, message, stack, cause and inner errors: codes and PostgreSQL's words on them. */
const told = ["code", "severity", "detail"] as const;
/** PostgreSQL's details on values and constraints quote whole rows, with what nobody else may read. */
const quotesRows = /^2[23][0-9A-Z]{3}$/;
/** Keys whose values never reach a log, should they get into one by mistake. */
export const secretNames: readonly string[] = Object.freeze([
  ...["token", "secret", "resume", "authorization", "password", "cookie", "secretKey"],
]);
const unreadable = "[can not be read: looking at it throws]";

interface Budget {
  parts: number;
}

/**
 * What was thrown, safe to log: a copy of its texts, in which nothing of the original is left. Game code may throw anything,
 * also what throws when it is read, what answers otherwise the next time, or 50 MB of text; writing that to the log must not
 * cost more than the room that threw it. An error stays an `Error`, with name, message, stack, `code`,
 * `severity`, `detail`, `cause` and `errors`; whatever else it holds, as a whole connection with its login, is left out.
 */
export function loggable(thrown: unknown): unknown {
  return copied(thrown, { parts: partsMax });
}

function copied(value: unknown, budget: Budget): unknown {
  if (typeof value !== "object" || value === null) return plain(value);
  if (budget.parts-- <= 0) return "[more]";
  try {
    return value instanceof Error ? copiedError(value, budget) : record(value);
  } catch {
    return unreadable;
  }
}

function copiedError(error: Error, budget: Budget): Error {
  const name = text(read(error, "name"));
  const kind = read(error, "constructor");
  const kindName = typeof kind === "function" ? text(read(kind, "name")) : "";
  const copy = new Error(text(read(error, "message")));
  // an own `constructor` that is none lets a log go by the name
  const hidden = {
    constructor: undefined,
    name: name === "Error" && kindName !== "" ? kindName : name,
    stack: text(read(error, "stack")),
  };
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(copy, key, { value });
  const said = Object.fromEntries(told.map((key) => [key, plain(read(error, key))]));
  if (quotesRows.test(String(said["code"]))) delete said["detail"];
  for (const [key, value] of Object.entries(said)) {
    if (value !== undefined) Object.assign(copy, { [key]: value });
  }
  const cause = read(error, "cause");
  if (cause !== undefined) {
    Object.defineProperty(copy, "cause", { value: copied(cause, budget) });
  }
  const errors = read(error, "errors");
  if (Array.isArray(errors)) {
    const value = Array.from({ length: Math.min(errors.length, partsMax) }, (_, at) =>
      copied(read(errors, at), budget),
    );
    Object.defineProperty(copy, "errors", { value });
  }
  return copy;
}

function record(value: object): Record<string, unknown> {
  const keys = Object.keys(value).slice(0, recordKeysMax);
  return Object.fromEntries(
    keys.map((key) => [
      text(key),
      secretNames.includes(key) ? "[secret]" : plain(read(value, key)),
    ]),
  );
}

/** The one time that a part is looked at. */
function read(of: object, key: string | number): unknown {
  try {
    return (of as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return unreadable;
  }
}

/** Numbers, booleans and nothing as they are, anything else as a text. */
function plain(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return value === undefined || value === null ? value : text(value);
}

function text(value: unknown): string {
  if (typeof value !== "string") return `[${typeof value}]`;
  return value.length <= charactersMax ? value : `${value.slice(0, charactersMax)}… [cut]`;
}
