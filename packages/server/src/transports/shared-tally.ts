import { isIPv4 } from "node:net";
import { addressKey } from "./peers.ts";

/** Of the whole memory: who holds the lock. */
const LOCK = 0;
/** Of the whole memory: the sum of all counts. */
const TOTAL = 1;
const HEAD = 2;

/** Of an entry: its address as 64 bits, the sum of its counts (0: the entry is free), then one count for each thread. */
const HIGH = 0;
const LOW = 1;
const SUM = 2;
const COUNTS = 3;

/** How a wish to be counted ends: by the bound of the address, or of the node. */
export type Taken = "taken" | "address" | "node";

/**
 * Counts by address (by /64 network, for IPv6), over all threads of a node and exactly: a hash table in memory that they
 * share, behind a lock that is held for less than a microsecond. What a thread has counted is known apart, so that it can
 * be forgotten when the thread dies.
 */
export class SharedTally {
  readonly #ints: Int32Array;
  readonly #thread: number;
  readonly #width: number;
  readonly #mask: number;
  #high = 0;
  #low = 0;

  /** Memory for so many counts at once. */
  static memory(countMax: number, threads: number): SharedArrayBuffer {
    const entries = 2 ** Math.ceil(Math.log2(countMax * 2));
    return new SharedArrayBuffer(4 * (HEAD + entries * (COUNTS + threads)));
  }

  /** @param thread below `threads`, or `threads` itself for one that counts nothing. */
  constructor(memory: SharedArrayBuffer, threads: number, thread: number) {
    this.#ints = new Int32Array(memory);
    this.#thread = thread;
    this.#width = COUNTS + threads;
    this.#mask = (this.#ints.length - HEAD) / this.#width - 1;
  }

  /** All counts together. */
  get total(): number {
    return Atomics.load(this.#ints, TOTAL);
  }

  /** Counts one more of an address, unless so many are counted of it or of all. */
  take(address: string, addressMax: number, nodeMax: number): Taken {
    this.#read(address);
    this.#lock();
    const outcome = this.#take(addressMax, nodeMax);
    this.#unlock();
    return outcome;
  }

  /** Takes back what this thread has counted. */
  give(address: string): void {
    this.#read(address);
    this.#lock();
    const at = this.#find();
    if (this.#ints[at + SUM]! > 0) {
      this.#add(at, -1);
      if (this.#ints[at + SUM] === 0) this.#free(at);
    }
    this.#unlock();
  }

  /** Takes back all that a thread has counted which is no more. */
  forget(thread: number): void {
    const ints = this.#ints;
    // it may have died with the lock
    Atomics.compareExchange(ints, LOCK, thread + 1, 0);
    this.#lock();
    const kept: Int32Array[] = [];
    for (let at = HEAD; at < ints.length; at += this.#width) {
      const row = ints.slice(at, at + this.#width);
      row[SUM] = row[SUM]! - row[COUNTS + thread]!;
      row[COUNTS + thread] = 0;
      if (row[SUM] > 0) kept.push(row);
    }
    ints.fill(0, TOTAL);
    for (const row of kept) {
      this.#high = row[HIGH]!;
      this.#low = row[LOW]!;
      ints.set(row, this.#find());
      ints[TOTAL] = ints[TOTAL]! + row[SUM]!;
    }
    this.#unlock();
  }

  #take(addressMax: number, nodeMax: number): Taken {
    const ints = this.#ints;
    if (ints[TOTAL]! >= nodeMax) return "node";
    const at = this.#find();
    if (ints[at + SUM]! >= addressMax) return "address";
    ints[at + HIGH] = this.#high;
    ints[at + LOW] = this.#low;
    this.#add(at, 1);
    return "taken";
  }

  #add(at: number, by: number): void {
    const ints = this.#ints;
    const count = at + COUNTS + this.#thread;
    ints[count] = ints[count]! + by;
    ints[at + SUM] = ints[at + SUM]! + by;
    ints[TOTAL] = ints[TOTAL]! + by;
  }

  /** The address's entry, or the free one where it belongs. */
  #find(): number {
    const ints = this.#ints;
    let slot = this.#home(this.#high, this.#low);
    for (;;) {
      const at = HEAD + slot * this.#width;
      const isOwn = ints[at + HIGH] === this.#high && ints[at + LOW] === this.#low;
      if (isOwn || ints[at + SUM] === 0) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Frees an entry, and moves up those behind it that would no longer be found. */
  #free(at: number): void {
    const ints = this.#ints;
    let hole = (at - HEAD) / this.#width;
    for (let slot = (hole + 1) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const from = HEAD + slot * this.#width;
      if (ints[from + SUM] === 0) break;
      const home = this.#home(ints[from + HIGH]!, ints[from + LOW]!);
      const stays = ((slot - home) & this.#mask) < ((slot - hole) & this.#mask);
      if (stays) continue;
      ints.copyWithin(HEAD + hole * this.#width, from, from + this.#width);
      hole = slot;
    }
    const free = HEAD + hole * this.#width;
    ints.fill(0, free, free + this.#width);
  }

  #home(high: number, low: number): number {
    let hash = Math.imul(high, 0x9e37_79b1) ^ Math.imul(low ^ (low >>> 15), 0x85eb_ca6b);
    hash ^= hash >>> 13;
    return (Math.imul(hash, 0xc2b2_ae35) >>> 7) & this.#mask;
  }

  /** An IPv4 address stands below a prefix that no IPv6 peer has. */
  #read(address: string): void {
    const key = addressKey(address);
    if (isIPv4(key)) {
      this.#high = -1;
      this.#low = key.split(".").reduce((bits, part) => (bits << 8) | Number(part), 0);
      return;
    }
    const [a = 0, b = 0, c = 0, d = 0] = key
      .split(":")
      .map((group) => Number.parseInt(group, 16) || 0);
    this.#high = (a << 16) | b;
    this.#low = (c << 16) | d;
  }

  #lock(): void {
    const ints = this.#ints;
    for (;;) {
      const owner = Atomics.compareExchange(ints, LOCK, 0, this.#thread + 1);
      if (owner === 0) return;
      Atomics.wait(ints, LOCK, owner, 1);
    }
  }

  #unlock(): void {
    Atomics.store(this.#ints, LOCK, 0);
    Atomics.notify(this.#ints, LOCK, 1);
  }
}
