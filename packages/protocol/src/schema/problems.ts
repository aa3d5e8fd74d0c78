import { RealmError, type ErrorCode, type Problem } from "../errors.ts";
import { limits } from "../limits.ts";

/** Collects what is wrong with a foreign value; keeps the first few. */
export class Problems {
  readonly list: Problem[] = [];

  add(path: string, expected: string, got: unknown): void {
    if (this.list.length < limits.problems.value) {
      this.list.push({ path: shortPath(path), expected, got: describe(got) });
    }
  }

  get full(): boolean {
    return this.list.length >= limits.problems.value;
  }

  throwIfAny(code: ErrorCode): void {
    if (this.list.length > 0) throw new RealmError(code, { problems: this.list });
  }
}

/** A JSON pointer one foreign key longer. Places in lists and names of fields need no escaping. */
export function pointer(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Foreign keys are part of it, so it is cut, and half of a surrogate pair is replaced: it must be fit to be sent. */
function shortPath(path: string): string {
  return (path.length > 120 ? `${path.slice(0, 119)}…` : path).toWellFormed();
}

/** Says in a few characters what a value is. Long text is not echoed. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  switch (typeof value) {
    case "string": {
      // control characters are told in six each
      const quoted = value.length > 24 ? "" : JSON.stringify(value);
      return quoted === "" || quoted.length > 64 ? `a text of ${value.length} characters` : quoted;
    }
    case "number":
    case "boolean":
      return String(value);
    case "object":
      if (Array.isArray(value)) return `a list of ${value.length}`;
      return ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : "an object";
    default:
      return `a ${typeof value}`;
  }
}
