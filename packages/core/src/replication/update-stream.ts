import { belowGap, freeSlot, gapMost, gapShift, tierShift } from "./handle-table.ts";
import { chainedSends } from "./type-layout.ts";
import type { UpdateCache, UpdateView } from "./update-cache.ts";

/** 32 bits for each index, and as much again for what is longer. */
const wordsAtFirst = 2_048;

/** Longest update that is packed with its length into 31 bits. */
const usualBits = 25;
const nothingDue = -1;
/** The send goes by lists. */
const notUsual = -2;

/** Whether a bit for each index takes less than the gaps between those that are updated. */
export function isDense(updates: number, high: number): boolean {
  return updates * 5 + 10 >= high;
}

/**
 * Updates of one client as they stand in a snapshot: a bit for each index, and behind the ones the update. The usual send
 * is written so in one pass over what the client holds; one that does not fit into it goes by `UpdateCache.collect`. One
 * per mirror, used by one client after another.
 */
export class UpdateStream {
  words: Int32Array = new Int32Array(wordsAtFirst);
  /** Of the send at hand, 0: it is not written here. */
  bits = 0;

  readonly #cache: UpdateCache;
  /** Of what was told in this pass its index, above the gap (14 bits) that its record had. */
  #undo: Int32Array = new Int32Array(0);

  constructor(cache: UpdateCache) {
    this.#cache = cache;
  }

  /**
   * Writes all updates that are due and notes in the client's records that it was told. Does nothing but answer false where
   * that is not the usual send: it takes more than `bitsMost`, few of the indices have an update, or an entity refers to
   * another one than before, which has another handle for each client.
   */
  write(view: UpdateView, bitsMost: number): boolean {
    const cache = this.#cache;
    const { layout, changes } = cache.mirror;
    this.bits = 0;
    // Records and entries are read here by plain numbers: names of constants cost a fifth of this loop.
    const { records, sightAt, high } = view.handles;
    const { entries, stride, capacity, stamp, usual } = cache;
    const near = changes.fields[0]!;
    // Nobody sees more than others do.
    const isPlain = layout.sightMax === 1;
    const hasRefs = layout.refMax > 0;
    const mayRest = isPlain && !hasRefs;
    const turn = Math.floor(stamp / stride);
    // What stands above the slot in the record of an entity that is told with every send, and when that was.
    const inStep = stride << 2;
    const before = stamp - stride;
    if (this.#undo.length < high) this.#undo = new Int32Array(high * 2);
    const undo = this.#undo;
    let { words } = this;
    let told = 0;
    let length = 0;
    let word = 0;
    let filled = 0;
    for (let index = 0; index < high; index++) {
      const record = records[index * 2]!;
      const sent = records[index * 2 + 1]!;
      const slot = record & 0xffff;
      let size = 0;
      let value = 0;
      // Of those told with every send, most were encoded for another client before.
      const isUsual = record >>> 16 === inStep && sent === before;
      const packed = isUsual ? usual[isPlain ? slot : sightAt[index]! * capacity + slot]! : -1;
      if (packed >= 0) {
        if (hasRefs && view.changedRefs(index, slot, sightAt[index]!) !== 0) {
          this.#unsay(records, told);
          return false;
        }
        size = packed & 31;
        value = packed >>> 5;
        if (size !== 0) {
          undo[told++] = (index << 14) | stride;
          records[index * 2 + 1] = stamp;
        }
      } else if (sent !== stamp && slot !== 0xffff && !(mayRest && near[slot]! <= sent)) {
        const at = this.#due(view, index, turn);
        if (at === notUsual) {
          this.#unsay(records, told);
          return false;
        }
        size = at < 0 ? 0 : entries[at + 2]!;
        if (size !== 0) {
          undo[told++] = (index << 14) | (record >>> 18);
          records[index * 2] = (record & 0x3ffff) | ((stamp - sent) << 18);
          records[index * 2 + 1] = stamp;
          value = (entries[at + 3]! << 1) | 1;
        }
        if (size >= 32) {
          if (length + ((size + 31) >>> 5) + high > words.length) words = this.#grow(length + size);
          word |= 1 << filled;
          if (++filled === 32) {
            words[length++] = word;
            word = filled = 0;
          }
          let offset = cache.offsets[at >> 2]!;
          for (let left = size; left > 0; left -= 32) {
            const count = left < 32 ? left : 32;
            const all = size === 32 ? entries[at + 3]! : cache.words[offset++]!;
            const part = left < 32 ? all & ((1 << left) - 1) : all;
            word |= part << filled;
            filled += count;
            if (filled >= 32) {
              words[length++] = word;
              filled -= 32;
              word = filled === 0 ? 0 : part >>> (count - filled);
            }
          }
          continue;
        }
      }
      const low = word | (value << filled);
      words[length] = low;
      // Without a branch, which no processor could predict: 1 when the word is full, and what stands in the next one.
      const end = filled + size + 1;
      const isFull = end >>> 5;
      const rest = (value >>> 1) >>> (31 - filled);
      word = (low & (isFull - 1)) | (rest & -isFull);
      length += isFull;
      filled = end & 31;
    }
    words[length] = word;
    const bits = length * 32 + filled;
    if (told === 0 || bits > bitsMost || !isDense(told, high)) {
      this.#unsay(records, told);
      return false;
    }
    this.bits = bits;
    return true;
  }

  /** The entry of what is due at an index, encoded; `nothingDue`, or `notUsual`. Whoever is in step finds it by itself from here on. */
  #due(view: UpdateView, index: number, turn: number): number {
    const cache = this.#cache;
    const { records, sightAt, typeAt } = view.handles;
    const { changes, layout } = cache.mirror;
    const { capacity, entries, gaps, stamp, stride, usual } = cache;
    const record = records[index * 2]!;
    const slot = record & freeSlot;
    const sent = records[index * 2 + 1]!;
    const since = stamp - sent;
    const sight = sightAt[index]!;
    const type = layout.types[typeAt[index]!]!;
    if (type.hasRefs && view.changedRefs(index, slot, sight) !== 0) return notUsual;
    const tier = (record >>> tierShift) & 3;
    const gapBefore = record >>> gapShift;
    const isInStep = tier === 0 && since === stride && gapBefore === stride;
    // A slower tier's turn comes by slots, for all clients alike; what has missed its turn is due at once.
    const isTurn =
      tier === 0 || since > stride << tier || ((turn + slot) & ((1 << tier) - 1)) === 0;
    if (!isTurn || changes.fields[sight]![slot]! <= sent) {
      if (isInStep) usual[sight * capacity + slot] = 0;
      return nothingDue;
    }
    // no record holds so long a gap, so it could not be taken back
    if (since > gapMost) return notUsual;
    const isFar = since > chainedSends * stride;
    const gap = isFar ? 0 : gapBefore;
    const from = isFar ? cache.atRest(sight, slot, sent) : sent;
    // Clients in step with the sends land on the first way, those of slower tiers on others.
    const way = (since > stride ? 1 : 0) + (since === gap ? 0 : 2);
    const at = (((sight << 2) + way) * capacity + slot) << 2;
    if (entries[at] !== stamp || entries[at + 1] !== from || (way > 1 && gaps[at >> 2] !== gap)) {
      cache.encode(at, slot, type, sight, from, gap, 0, undefined);
    }
    const size = entries[at + 2]!;
    if (isInStep && size <= usualBits) {
      const value = size === 0 ? 0 : (entries[at + 3]! << 1) | 1;
      usual[sight * capacity + slot] = (value << 5) | size;
    }
    return at;
  }

  /** Takes back what was noted. */
  #unsay(records: Int32Array, told: number): void {
    const undo = this.#undo;
    for (let i = 0; i < told; i++) {
      const at = (undo[i]! >>> 14) * 2;
      // its gap is now what has passed since it was told before
      records[at + 1] = records[at + 1]! - (records[at]! >>> gapShift);
      records[at] = (records[at]! & belowGap) | (undo[i]! << gapShift);
    }
  }

  #grow(length: number): Int32Array {
    const words = new Int32Array(length * 2 + wordsAtFirst);
    words.set(this.words);
    this.words = words;
    return words;
  }
}
