interface Step {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** A document after a JSON patch (RFC 6902: add, replace, remove). Throws where a path leads nowhere. */
export function patched(value: unknown, patch: readonly Step[]): unknown {
  const holder = { root: structuredClone<unknown>(value) };
  for (const { op, path, value: next } of patch) {
    const keys = path.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    keys[0] = "root";
    const last = keys.pop()!;
    let at: unknown = holder;
    for (const key of keys) at = (at as Record<string, unknown>)[key];
    if (Array.isArray(at)) patchList(at, last, op, next);
    else patchObject(at as Record<string, unknown>, last, op, next);
  }
  return holder.root;
}

function patchList(list: unknown[], key: string, op: Step["op"], value: unknown): void {
  const index = key === "-" ? list.length : Number(key);
  const end = op === "add" ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > end) throw new Error(`no place ${key}`);
  list.splice(index, op === "add" ? 0 : 1, ...(op === "remove" ? [] : [structuredClone(value)]));
}

function patchObject(
  object: Record<string, unknown>,
  key: string,
  op: Step["op"],
  value: unknown,
): void {
  if (op !== "add" && !Object.hasOwn(object, key)) throw new Error(`no key ${key}`);
  if (op === "remove") delete object[key];
  else object[key] = structuredClone(value);
}
