import { float, floatText } from "./numbers.ts";
import { CommandError, wrongType } from "./reply.ts";
import { SortedSet } from "./sorted-set.ts";

export type Value = string | Map<string, string> | Set<string> | SortedSet | string[];
export type ValueType = "string" | "hash" | "set" | "zset" | "list";

/** A key's value as plain data: pairs of hashes and sorted sets stand flat, one after the other. */
export interface StoredKey {
  readonly key: string;
  readonly type: ValueType | "none";
  readonly value: string | readonly string[];
  /** wall time in ms; 0 = never */
  readonly expiresMs: number;
}

interface Entry {
  value: Value;
  expiresMs: number;
  /** as at the end of the last call that wrote it */
  stored: StoredKey | undefined;
  bytes: number;
}

/** What an empty key costs, about. */
const KEY_BYTES = 100;

/** All keys of an engine. One call at a time works on it, between `begin` and `commit` or `rollBack`. */
export class KeySpace {
  readonly #entries = new Map<string, Entry>();
  /** Keys that this call wrote, as they were before it. */
  readonly #touched = new Map<string, StoredKey | undefined>();
  /** Keys that have an end, or had one. */
  readonly #expiring = new Set<string>();
  readonly #bytesMax: number;
  #bytes = 0;
  #charged = 0;
  /** Wall time, the same for all of one call. */
  nowMs = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  begin(nowMs: number): void {
    this.nowMs = nowMs;
    this.#touched.clear();
    this.#charged = 0;
  }

  /** Refuses what would write beyond the memory; `bytes` is what the arguments of the command hold. */
  charge(bytes: number): void {
    this.#charged += bytes;
    if (this.#bytes + this.#charged > this.#bytesMax) {
      throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
    }
  }

  /** Keeps what the call wrote; answers the keys with their new values. */
  commit(): StoredKey[] {
    const changes: StoredKey[] = [];
    for (const [key, before] of this.#touched) {
      const entry = this.#entries.get(key);
      if (entry === undefined) {
        if (before !== undefined) changes.push(none(key));
        continue;
      }
      entry.stored = stored(key, entry);
      const bytes = sizeOf(entry.stored);
      this.#bytes += bytes - entry.bytes;
      entry.bytes = bytes;
      changes.push(entry.stored);
    }
    return changes;
  }

  /** Takes back what the call wrote. */
  rollBack(): void {
    for (const [key, before] of this.#touched) {
      this.#drop(key);
      if (before !== undefined) this.restore(before);
    }
  }

  restore(from: StoredKey): void {
    this.#drop(from.key);
    const bytes = sizeOf(from);
    this.#bytes += bytes;
    const { expiresMs } = from;
    this.#entries.set(from.key, { value: revived(from), expiresMs, stored: from, bytes });
    if (expiresMs !== 0) this.#expiring.add(from.key);
  }

  /** Looks at some of the keys that have an end, between calls; answers those that are over. */
  sweepExpired(nowMs: number, count: number): string[] {
    const gone: string[] = [];
    for (const key of [...this.#expiring].slice(0, count)) {
      this.#expiring.delete(key);
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.expiresMs === 0) continue;
      if (entry.expiresMs > nowMs) this.#expiring.add(key);
      else {
        this.#drop(key);
        gone.push(key);
      }
    }
    return gone;
  }

  has(key: string): boolean {
    return this.#entry(key) !== undefined;
  }

  typeOf(key: string): ValueType | "none" {
    const entry = this.#entry(key);
    return entry === undefined ? "none" : typeOf(entry.value);
  }

  string(key: string): string | undefined {
    const value = this.#entry(key)?.value;
    if (value !== undefined && typeof value !== "string") throw new CommandError(wrongType);
    return value;
  }

  hash(key: string): Map<string, string> | undefined {
    return this.#of(key, (value) => value instanceof Map);
  }

  set(key: string): Set<string> | undefined {
    return this.#of(key, (value) => value instanceof Set);
  }

  sortedSet(key: string): SortedSet | undefined {
    return this.#of(key, (value) => value instanceof SortedSet);
  }

  list(key: string): string[] | undefined {
    return this.#of(key, (value) => Array.isArray(value));
  }

  /** Says that the value of the key is about to change in place. */
  touch(key: string): void {
    if (!this.#touched.has(key)) this.#touched.set(key, this.#entries.get(key)?.stored);
  }

  /** Sets a value. Without `keepExpiry` the key never ends by itself. */
  put<T extends Value>(key: string, value: T, keepExpiry = false): T {
    this.touch(key);
    const old = this.#entry(key);
    if (old === undefined) {
      this.#entries.set(key, { value, expiresMs: 0, stored: undefined, bytes: 0 });
    } else {
      old.value = value;
      if (!keepExpiry) old.expiresMs = 0;
    }
    return value;
  }

  delete(key: string): boolean {
    if (this.#entry(key) === undefined) return false;
    this.touch(key);
    this.#drop(key);
    return true;
  }

  /** Collections that became empty are no keys. */
  deleteIfEmpty(key: string, size: number): void {
    if (size === 0) this.delete(key);
  }

  /** Wall time at which the key ends; 0 = never, undefined = there is no such key. */
  expiry(key: string): number | undefined {
    return this.#entry(key)?.expiresMs;
  }

  expire(key: string, atMs: number): boolean {
    const entry = this.#entry(key);
    if (entry === undefined) return false;
    this.touch(key);
    if (atMs !== 0 && atMs <= this.nowMs) this.#drop(key);
    else entry.expiresMs = atMs;
    if (atMs > this.nowMs) this.#expiring.add(key);
    return true;
  }

  #of<T extends Value>(key: string, is: (value: Value) => boolean): T | undefined {
    const value = this.#entry(key)?.value;
    if (value !== undefined && !is(value)) throw new CommandError(wrongType);
    return value as T | undefined;
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresMs === 0 || entry.expiresMs > this.nowMs) return entry;
    this.touch(key);
    this.#drop(key);
    return undefined;
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
  }
}

function none(key: string): StoredKey {
  return { key, type: "none", value: "", expiresMs: 0 };
}

function typeOf(value: Value): ValueType {
  if (typeof value === "string") return "string";
  if (value instanceof Map) return "hash";
  if (value instanceof Set) return "set";
  return value instanceof SortedSet ? "zset" : "list";
}

function stored(key: string, { value, expiresMs }: Entry): StoredKey {
  return { key, type: typeOf(value), value: plain(value), expiresMs };
}

function plain(value: Value): string | string[] {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return [...value];
  if (value instanceof Set) return [...value];
  const flat: string[] = [];
  if (value instanceof Map) for (const [field, text] of value) flat.push(field, text);
  else for (const member of value.members) flat.push(member, floatText(value.score(member)!));
  return flat;
}

function revived({ type, value }: StoredKey): Value {
  if (typeof value === "string") return value;
  if (type === "list") return [...value];
  if (type === "set") return new Set(value);
  const map = new Map<string, string>();
  const sorted = new SortedSet();
  for (let i = 0; i < value.length; i += 2) {
    if (type === "hash") map.set(value[i]!, value[i + 1]!);
    else sorted.set(value[i]!, float(value[i + 1]!));
  }
  return type === "hash" ? map : sorted;
}

function sizeOf({ key, value }: StoredKey): number {
  let bytes = KEY_BYTES + key.length;
  if (typeof value === "string") return bytes + value.length;
  for (const item of value) bytes += item.length + 24;
  return bytes;
}
