/** Whether two plain values are equal; zeros are, whatever their sign, which JSON does not keep. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return sameBytes(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = b as Record<string, unknown>;
  const count = Object.values(right).filter((value) => value !== undefined).length;
  return (
    left.length === count &&
    left.every(([key, value]) => Object.hasOwn(right, key) && same(value, right[key]))
  );
}

/** Whether another reader found the same, who may have kept more keys than we know. */
export function agrees(ours: unknown, theirs: unknown): boolean {
  if (typeof ours !== "object" || ours === null || Array.isArray(ours)) {
    if (!Array.isArray(ours) || !Array.isArray(theirs)) return same(ours, theirs);
    return ours.length === theirs.length && ours.every((of, i) => agrees(of, theirs[i]));
  }
  if (typeof theirs !== "object" || theirs === null || Array.isArray(theirs)) return false;
  return Object.entries(ours).every(([key, value]) =>
    agrees(value, (theirs as Record<string, unknown>)[key]),
  );
}

function sameBytes(a: object, b: object): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return false;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Values inside a value, itself included; undefined where one has a prototype that is not its kind's. */
export function countPlain(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 1;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return undefined;
  let count = 1;
  for (const inner of Object.values(value)) {
    const within = countPlain(inner);
    if (within === undefined) return undefined;
    count += within;
  }
  return count;
}

/** Whether anybody has added to what all objects share. */
export function isPolluted(): boolean {
  for (const _ in {}) return true;
  return Object.hasOwn(Object.prototype, "polluted");
}
