import { RealmError } from "@realmwright/protocol";

/** Deeper JSON data than this is refused: schemas nest at most 6 levels, and recursion must end before the stack does. */
const depthMax = 64;

/**
 * A deep copy of plain JSON data. Throws `DECODE_INVALID` on anything else (functions, dates, class instances, NaN), on
 * more than 64 levels, and on the key `__proto__`, whose copying would change a prototype.
 */
export function cloneJson<T>(value: T): T {
  return clone(value, 0) as T;
}

function clone(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw notJson(String(value));
    case "object":
      break;
    default:
      throw notJson(typeof value);
  }
  if (value === null) return null;
  if (depth === depthMax) throw notJson(`more than ${depthMax} levels`);
  if (Array.isArray(value)) {
    // not map(), which skips the holes of a sparse list
    const list = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) list[i] = clone(value[i], depth + 1);
    return list;
  }
  if (!isPlainObject(value)) throw notJson("an instance of a class");
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === "__proto__") throw notJson("the key __proto__");
    copy[key] = clone(value[key], depth + 1);
  }
  return copy;
}

/** Freezes JSON data all the way down and returns it. Stops at what is frozen, so shared parts cost nothing again. */
export function freezeJson<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeJson(item);
  return value;
}

/** True for objects that a literal or JSON.parse makes. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notJson(got: string): RealmError {
  return new RealmError("DECODE_INVALID", {
    problems: [{ path: "", expected: "plain JSON data", got }],
  });
}
