import {
  gameOwner,
  type ObjectOperation,
  type ObjectPermissions,
  type ObjectPlace,
  type ObjectResult,
  type StoredObject,
  type WriteOperation,
} from "@realmwright/core";
import { limits, RealmError, type Problem } from "@realmwright/protocol";

/** Who owns what belongs to no account: the game. */
export const nobody: string = gameOwner;

/** Names of collections and keys. */
export const namePattern: RegExp = /^[\w.:-]+$/u;
const visible = /^[!-~]+$/u;

export type { ObjectOperation, ObjectPlace as Place, ObjectResult, StoredObject, WriteOperation };

export type Readable = ObjectPermissions["readable"];
export type Writable = ObjectPermissions["writable"];

/** Throws `OBJECT_CHANGED` unless the object is as the writer believes. `path` is where the version stands in the request. */
export function mustBeExpected(
  expected: string | null | undefined,
  current: { readonly version: string } | undefined,
  path: string,
): void {
  if (expected === undefined || expected === (current?.version ?? null)) return;
  const problem: Problem = {
    path,
    expected: current === undefined ? "no object" : "the object's version",
    got: expected === null ? "none" : "another version",
  };
  throw new RealmError("OBJECT_CHANGED", { problems: [problem] });
}

/** A value as JSON. Throws `REQUEST_INVALID` for what JSON can not say, and `OBJECT_TOO_LARGE`. */
export function toJson(value: Readonly<Record<string, unknown>>): string {
  mustBeJson(value);
  const text = JSON.stringify(value);
  const { value: max } = limits.objectBytes;
  if (text.length > max || new TextEncoder().encode(text).length > max) {
    throw new RealmError("OBJECT_TOO_LARGE", { detail: `${text.length} characters` });
  }
  return text;
}

/** Walks without recursion: a value nested without end must not overflow the stack. */
function mustBeJson(value: unknown): void {
  const { value: max } = limits.objectDepth;
  let level: readonly unknown[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > max) throw invalid("/value", `at most ${max} levels`, "more");
    level = level.flatMap((container) => partsOf(container).filter((part) => !isScalar(part)));
  }
}

function isScalar(value: unknown): boolean {
  if (typeof value !== "number") {
    return value === null || typeof value === "string" || typeof value === "boolean";
  }
  if (!Number.isFinite(value)) throw invalid("/value", "a finite number", String(value));
  return true;
}

function partsOf(container: unknown): readonly unknown[] {
  if (Array.isArray(container)) return container;
  const isPlain =
    typeof container === "object" &&
    container !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(container) as null);
  if (!isPlain) throw invalid("/value", "a value of JSON", typeof container);
  return Object.values(container);
}

function invalid(path: string, expected: string, got: string): RealmError {
  return new RealmError("REQUEST_INVALID", { problems: [{ path, expected, got }] });
}

/** Where a list goes on: opaque to who carries it. */
export function toCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}

/** The key that a cursor stands for. Throws `REQUEST_INVALID` for what is no cursor. */
export function fromCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (namePattern.test(key) && toCursor(key) === cursor) return key;
  throw invalid("/cursor", "the cursor of a page", "another text");
}

/** Throws `REQUEST_INVALID` for what is no idempotency key. */
export function mustBeKey(key: string): void {
  const isKey = key.length <= limits.idempotencyKeyCharacters.value && visible.test(key);
  if (!isKey) throw invalid("", "an idempotency key", `${key.length} characters`);
}
