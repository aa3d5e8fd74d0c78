import { RealmError } from "@realmwright/protocol";
import type { HotValue } from "../../ports/hot.ts";
import { Expiries } from "./expiries.ts";
import type { SortedSet } from "./sorted-set.ts";

export interface Kinds {
  readonly value: HotValue;
  readonly hash: Map<string, string>;
  readonly set: Set<string>;
  readonly sorted: SortedSet;
  readonly list: string[];
}

export type Kind = keyof Kinds;

interface Slot {
  readonly kind: Kind;
  readonly content: Kinds[Kind];
  bytes: number;
}

/** What an item costs besides its characters: about what the engine needs to find it. */
const itemBytes = 64;

export function costOf(...parts: readonly HotValue[]): number {
  let cost = itemBytes;
  for (const part of parts) cost += typeof part === "string" ? 2 * part.length : part.length;
  return cost;
}

export interface KeyspaceBounds {
  readonly keysMax: number;
  readonly bytesMax: number;
}

/** Keys with their kinds, their ends and what they cost. */
export class Keyspace {
  readonly #slots = new Map<string, Slot>();
  readonly #expiries = new Expiries();
  readonly #bounds: KeyspaceBounds;
  #bytes = 0;

  constructor(bounds: KeyspaceBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Everything whose time has come is gone from here on. */
  expire(nowMs: number): void {
    for (;;) {
      const key = this.#expiries.takeDue(nowMs);
      if (key === undefined) return;
      this.#forget(key);
    }
  }

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  /** Undefined: no such key. Throws `HOT_WRONG_TYPE`. */
  find<K extends Kind>(key: string, kind: K): Kinds[K] | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if (slot.kind !== kind) throw new RealmError("HOT_WRONG_TYPE", { detail: `no ${kind}` });
    return slot.content as Kinds[K];
  }

  /** Throws `HOT_FULL` unless `cost` more bytes fit, and the key itself where it is new. Changes nothing. */
  makeRoom(key: string, cost: number): void {
    const isNew = !this.#slots.has(key);
    const bytes = this.#bytes + cost + (isNew ? costOf(key) : 0);
    if (isNew && this.#slots.size >= this.#bounds.keysMax) {
      throw new RealmError("HOT_FULL", { detail: `${this.#slots.size} keys` });
    }
    if (bytes > this.#bounds.bytesMax && cost > 0) {
      throw new RealmError("HOT_FULL", { detail: `${bytes} bytes` });
    }
  }

  /** The key's content, made if it is new. `makeRoom` goes before. */
  open<K extends Kind>(key: string, kind: K, make: () => Kinds[K]): Kinds[K] {
    const found = this.find(key, kind);
    if (found !== undefined) return found;
    const content = make();
    const bytes = costOf(key);
    this.#slots.set(key, { kind, content, bytes });
    this.#bytes += bytes;
    return content;
  }

  /** The key's content has grown by so much, or shrunk. */
  charge(key: string, bytes: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    slot.bytes += bytes;
    this.#bytes += bytes;
  }

  setValue(key: string, value: HotValue): void {
    const cost = costOf(value);
    const before = this.#slots.get(key)?.bytes ?? 0;
    this.makeRoom(key, Math.max(0, cost + (before > 0 ? costOf(key) : 0) - before));
    this.delete(key);
    this.open(key, "value", () => value);
    this.charge(key, cost);
  }

  delete(key: string): boolean {
    this.#expiries.delete(key);
    return this.#forget(key);
  }

  expireAt(key: string, atMs: number): boolean {
    if (!this.#slots.has(key)) return false;
    this.#expiries.set(key, atMs);
    return true;
  }

  expiryOf(key: string): number | undefined {
    return this.#expiries.atMs(key);
  }

  #forget(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#bytes -= slot.bytes;
    return this.#slots.delete(key);
  }
}
