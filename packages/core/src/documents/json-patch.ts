import { RealmError } from "@realmwright/protocol";
import { sameJson } from "@realmwright/protocol/internal";
import { cloneJson, isPlainObject } from "./json.ts";

/** One operation of a JSON patch (RFC 6902). `path` is a JSON pointer (RFC 6901). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** A JSON patch of the operations add, remove and replace, applied in order. */
export type JsonPatch = readonly PatchOperation[];

/**
 * A patch that turns `from` into `to`. Objects are compared by key. Of two lists what they share at both ends stays; what
 * lies between is compared place by place and the rest is added or removed. Not the shortest patch, but one insertion,
 * removal or change in a list costs one operation.
 */
export function diffJson(from: unknown, to: unknown): PatchOperation[] {
  const patch: PatchOperation[] = [];
  diff(from, to, "", patch);
  return patch;
}

function diff(from: unknown, to: unknown, path: string, patch: PatchOperation[]): void {
  if (from === to) return;
  if (Array.isArray(from) && Array.isArray(to)) diffLists(from, to, path, patch);
  else if (isPlainObject(from) && isPlainObject(to)) diffObjects(from, to, path, patch);
  else patch.push({ op: "replace", path, value: to });
}

function diffObjects(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  path: string,
  patch: PatchOperation[],
): void {
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) patch.push({ op: "remove", path: `${path}/${escape(key)}` });
  }
  for (const key of Object.keys(to)) {
    const inner = `${path}/${escape(key)}`;
    if (Object.hasOwn(from, key)) diff(from[key], to[key], inner, patch);
    else patch.push({ op: "add", path: inner, value: to[key] });
  }
}

function diffLists(
  from: readonly unknown[],
  to: readonly unknown[],
  path: string,
  patch: PatchOperation[],
): void {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && sameJson(from[start], to[start])) start++;
  let end = 0;
  while (end < shorter - start && sameJson(from[from.length - 1 - end], to[to.length - 1 - end])) {
    end++;
  }
  const oldEnd = from.length - end;
  const newEnd = to.length - end;
  const paired = Math.min(oldEnd, newEnd);
  for (let i = start; i < paired; i++) diff(from[i], to[i], `${path}/${i}`, patch);
  // from the back, so that the places of those still to go do not move
  for (let i = oldEnd - 1; i >= paired; i--) patch.push({ op: "remove", path: `${path}/${i}` });
  for (let i = paired; i < newEnd; i++) {
    patch.push({ op: "add", path: `${path}/${i}`, value: to[i] });
  }
}

/**
 * Applies a patch that may come from anywhere and returns the new value; `value` is left as it was, and what did not change
 * is shared with it. Throws `DECODE_INVALID` for anything but well-formed add, remove and replace operations on places
 * that exist, and for the key `__proto__`.
 */
export function applyPatch<T>(value: T, patch: JsonPatch): T {
  if (!Array.isArray(patch)) throw bad("", "a list of operations");
  let result: unknown = value;
  for (const operation of patch as readonly unknown[]) {
    if (!isPlainObject(operation)) throw bad("", "operations that are objects");
    const { op, path } = operation;
    if (typeof path !== "string") throw bad("", "a path that is a text");
    if (op !== "remove" && !Object.hasOwn(operation, "value")) throw bad(path, "a value");
    const tokens = parsePointer(path);
    if (op === "add" || op === "replace") {
      result = change(result, tokens, 0, path, op, cloneJson(operation["value"]));
    } else if (op === "remove") {
      if (tokens.length === 0) throw bad(path, "a place inside the document");
      result = change(result, tokens, 0, path, op, undefined);
    } else throw bad(path, "add, remove or replace");
  }
  return result as T;
}

type Operation = PatchOperation["op"];

/** A copy of `target` in which the place that `tokens` name, from `depth` on, is changed. */
function change(
  target: unknown,
  tokens: readonly string[],
  depth: number,
  path: string,
  op: Operation,
  value: unknown,
): unknown {
  const token = tokens[depth];
  if (token === undefined) return value;
  const isLast = depth === tokens.length - 1;
  if (Array.isArray(target)) {
    const copy: unknown[] = target.slice();
    const appends = isLast && op === "add";
    const index =
      appends && token === "-"
        ? copy.length
        : listIndex(token, appends ? copy.length : copy.length - 1, path);
    if (!isLast) copy[index] = change(copy[index], tokens, depth + 1, path, op, value);
    else if (op === "add") copy.splice(index, 0, value);
    else if (op === "remove") copy.splice(index, 1);
    else copy[index] = value;
    return copy;
  }
  if (!isPlainObject(target)) throw bad(path, "a place that exists");
  const exists = Object.hasOwn(target, token);
  if (!exists && !(isLast && op === "add")) throw bad(path, "a place that exists");
  const copy = { ...target };
  if (!isLast) copy[token] = change(copy[token], tokens, depth + 1, path, op, value);
  else if (op === "remove") delete copy[token];
  else copy[token] = value;
  return copy;
}

function listIndex(token: string, highest: number, path: string): number {
  // "-" names the place behind the last one, which only add may use
  if (!/^(0|[1-9][0-9]{0,6})$/.test(token)) throw bad(path, "an index of the list");
  const index = Number(token);
  if (index > highest) throw bad(path, "an index of the list");
  return index;
}

function parsePointer(path: string): string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw bad(path, "a JSON pointer");
  return path
    .slice(1)
    .split("/")
    .map((part) => {
      if (/~(?![01])/.test(part)) throw bad(path, "a JSON pointer");
      const token = part.replaceAll("~1", "/").replaceAll("~0", "~");
      if (token === "__proto__") throw bad(path, "a key of the document");
      return token;
    });
}

function escape(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function bad(path: string, expected: string): RealmError {
  const shown = path.length > 64 ? `${path.slice(0, 64)}…` : path;
  return new RealmError("DECODE_INVALID", {
    detail: "a patch can not be applied",
    problems: [{ path: shown, expected, got: "something else" }],
  });
}
