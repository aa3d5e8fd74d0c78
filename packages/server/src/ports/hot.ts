/**
 * Hot state: fast, shared by all nodes, and rebuildable. It is in this process's memory or in Redis, Valkey or Dragonfly;
 * whoever uses it can not tell which.
 *
 * What is in it may be gone at any time: an engine that was restarted comes back empty. What must last belongs into the
 * store. Every call answers within `limits.hotCallMs`; when the engine is gone, hangs, or has too much waiting for it,
 * the call fails with `HOT_UNAVAILABLE`, and whether a write was done is then unknown.
 *
 * Names (keys, fields, members, channels) are 1 to `limits.hotKeyBytes` bytes of well-formed text, values 0 to
 * `limits.hotValueBytes` bytes; others are `HOT_INVALID`. A key that holds another kind of value is `HOT_WRONG_TYPE`. A
 * write that finds no memory is `HOT_FULL`. A hash, set, sorted set or list that becomes empty is no longer a key.
 */
export interface Hot {
  readonly keys: HotKeys;
  readonly hashes: HotHashes;
  readonly sets: HotSets;
  readonly sorted: HotSorted;
  readonly lists: HotLists;
  readonly channels: HotChannels;
  readonly leases: HotLeases;
  /**
   * Runs a script of Realmwright's own, atomically. Keys that it touches are all in `keys`; several of them carry the same
   * tag in braces, so that a cluster has them in one place. Fails with `HOT_SCRIPT_FAILED`. Scripts of games do not go
   * through here but through the script engine, which bounds them.
   */
  run(script: HotScript, keys: readonly string[], args: readonly HotValue[]): Promise<HotReply>;
  /** Name and version of the engine, such as "redis 7.0.15". */
  version(): Promise<string>;
  /** Whether the next call has an engine to go to. */
  isReady(): boolean;
  /**
   * Tells each time that the engine was out of reach and is back, with all subscriptions restored. Messages published
   * meanwhile are lost. Returns a function that stops it.
   */
  onReturn(listener: (news: HotReturn) => void): () => void;
  /** Idempotent. Calls that wait and calls made later fail with `HOT_UNAVAILABLE`. */
  close(): Promise<void>;
}

/** What came back. `empty`: it lost what it held, or may have. */
export interface HotReturn {
  readonly empty: boolean;
}

export type HotValue = string | Uint8Array;

export type HotReply = null | number | string | Uint8Array | readonly HotReply[];

/** A script in both forms; the contract suite holds them together. */
export interface HotScript {
  readonly name: string;
  /** Lua 5.1. Every key comes from `KEYS`. */
  readonly lua: string;
  /** The same on memory. `call` is `redis.call`, with null for Lua's false. */
  readonly memory: (call: HotCall, keys: readonly string[], args: readonly HotValue[]) => HotReply;
}

export type HotCall = (command: string, ...args: readonly HotValue[]) => HotReply;

/** Values by key. A time to live is whole milliseconds from 1 to a year; the key is gone exactly at its end. */
export interface HotKeys {
  get(key: string): Promise<string | undefined>;
  /** For values that are no text. */
  getBytes(key: string): Promise<Uint8Array | undefined>;
  /** Sets a value, and its time to live to the one given or none. False: `ifAbsent` was asked for, and the key is there. */
  set(
    key: string,
    value: HotValue,
    options?: { readonly ttlMs?: number; readonly ifAbsent?: boolean },
  ): Promise<boolean>;
  /** Of any kind. False: there was none. */
  delete(key: string): Promise<boolean>;
  /**
   * Adds a whole number, 1 by default, to a counter that begins at 0, and returns it. The time to live is given to a
   * counter that begins only. `HOT_WRONG_TYPE` when the value is no counter, or would pass ±(2^53 - 1).
   */
  increment(key: string, by?: number, options?: { readonly ttlMs?: number }): Promise<number>;
  /** Gives a key of any kind a new time to live. False: there is none. */
  expire(key: string, ttlMs: number): Promise<boolean>;
  /** What is left, in milliseconds; Infinity for a key that stays, undefined where there is none. */
  ttlMs(key: string): Promise<number | undefined>;
}

export interface HotHashes {
  get(key: string, field: string): Promise<string | undefined>;
  getAll(key: string): Promise<ReadonlyMap<string, string>>;
  /** At least one field. Others stay. */
  set(key: string, fields: ReadonlyMap<string, string>): Promise<void>;
  delete(key: string, field: string): Promise<boolean>;
  /** As for keys. */
  increment(key: string, field: string, by?: number): Promise<number>;
}

export interface HotSets {
  /** False: it was in already. */
  add(key: string, member: string): Promise<boolean>;
  remove(key: string, member: string): Promise<boolean>;
  has(key: string, member: string): Promise<boolean>;
  /** In no order. */
  members(key: string): Promise<readonly string[]>;
  size(key: string): Promise<number>;
}

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

export type HotOrder = "ascending" | "descending";

/**
 * Members by score, a number from -(2^53 - 1) to 2^53 - 1, fractions too. Equal scores are in the order of the members'
 * UTF-8 bytes. Descending is the exact reverse.
 */
export interface HotSorted {
  /**
   * At least one member. `only` leaves a member as it is unless the new score is greater, or less. Returns how many came
   * or changed.
   */
  add(
    key: string,
    members: readonly ScoredMember[],
    options?: { readonly only?: "greater" | "less" },
  ): Promise<number>;
  /** Adds to a score that begins at 0, and returns it. */
  increment(key: string, member: string, by: number): Promise<number>;
  score(key: string, member: string): Promise<number | undefined>;
  /** From 0. */
  rank(key: string, member: string, order?: HotOrder): Promise<number | undefined>;
  /** `count` members from rank `from`, both 0 or more. */
  range(
    key: string,
    from: number,
    count: number,
    order?: HotOrder,
  ): Promise<readonly ScoredMember[]>;
  /** The first `count` members with scores from `min` to `max`, both included; either may be infinite. */
  rangeByScore(
    key: string,
    min: number,
    max: number,
    count: number,
    order?: HotOrder,
  ): Promise<readonly ScoredMember[]>;
  remove(key: string, member: string): Promise<boolean>;
  size(key: string): Promise<number>;
}

export type HotEnd = "head" | "tail";

/** Queues: pushed at the tail and popped from the head unless told otherwise. */
export interface HotLists {
  /** Returns the new length. */
  push(key: string, item: string, end?: HotEnd): Promise<number>;
  pop(key: string, end?: HotEnd): Promise<string | undefined>;
  /** `count` items from index `from`, both 0 or more. */
  range(key: string, from: number, count: number): Promise<readonly string[]>;
  length(key: string): Promise<number>;
  /** Takes out the first item that equals this one. */
  remove(key: string, item: string): Promise<boolean>;
}

/** Messages to whoever listens now: at most once, in the order of each publisher. */
export interface HotChannels {
  publish(channel: string, message: HotValue): Promise<void>;
  /**
   * Resolves once it is in effect, to a function that ends it. It is restored when the engine returns. The bytes belong to
   * all listeners: not to be changed. What a listener throws is logged.
   */
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<() => Promise<void>>;
}

/** One owner at a time. `epoch` is from 1 to 2^53 - 1. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly epoch: number;
}

/**
 * Leases with fencing. Each new lease of a name has a higher epoch than all before it, also when the engine came back empty:
 * epochs are at least the engine's time in seconds since 1970, so they rise as long as a name changes hands less than once a second
 * on average and that clock is not set back.
 */
export interface HotLeases {
  /**
   * Undefined: somebody has it, this holder perhaps: a process that starts anew waits for its old lease's end. `above` is an
   * epoch that was seen elsewhere, which the new one exceeds too.
   */
  acquire(
    name: string,
    holder: string,
    ttlMs: number,
    options?: { readonly above?: number },
  ): Promise<Lease | undefined>;
  /** False: it is lost. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** False: it was lost before. */
  release(lease: Lease): Promise<boolean>;
  /** Who has it now. */
  holder(name: string): Promise<Lease | undefined>;
  /** Sets the value that belongs to the name, with a time to live if given. False, and nothing is written: the lease is lost. */
  write(lease: Lease, value: HotValue, options?: { readonly ttlMs?: number }): Promise<boolean>;
  /** What the last holder that wrote has written. */
  read(name: string): Promise<Uint8Array | undefined>;
}
