import { chainedSends } from "./type-layout.ts";
import type { UpdateCache, UpdateView } from "./update-cache.ts";

/** 32 bits for each index, and as much again for what is longer. */
const wordsAtFirst = 2_048;

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
  /** Index, record and sent of what was told in this pass. */
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
    const { handles } = view;
    const cache = this.#cache;
    const { layout, changes } = cache.mirror;
    const { refMax, types } = layout;
    this.bits = 0;
    // Records and entries are read here by plain numbers: names of constants cost a fifth of this loop.
    const { records, sightAt, typeAt, high } = handles;
    const { entries, gaps, stride, capacity, stamp } = cache;
    const { fields } = changes;
    const near = fields[0]!;
    const isPlain = layout.sightMax === 1;
    const turn = Math.floor(stamp / stride);
    const far = chainedSends * stride;
    // What stands above the slot in the record of an entity that is told with every send, and when that was.
    const inStep = stride << 2;
    const before = stamp - stride;
    if (this.#undo.length < high * 3) this.#undo = new Int32Array(high * 6);
    const undo = this.#undo;
    let { words } = this;
    let told = 0;
    let length = 0;
    let word = 0;
    let filled = 0;
    for (let index = 0; index < high; index++) {
      const record = records[index * 2]!;
      const slot = record & 0xffff;
      const sent = records[index * 2 + 1]!;
      const since = stamp - sent;
      let size = 0;
      let at = 0;
      if (slot !== 0xffff && since !== 0) {
        const sight = isPlain ? 0 : sightAt[index]!;
        if (
          refMax > 0 &&
          types[typeAt[index]!]!.hasRefs &&
          view.changedRefs(index, slot, sight) !== 0
        ) {
          this.#unsay(records, told);
          return false;
        }
        at = ((sight << 2) * capacity + slot) << 2;
        // Of those told with every send, most were encoded for another client before.
        let isDue =
          record >>> 16 === inStep &&
          sent === before &&
          entries[at] === stamp &&
          entries[at + 1] === sent;
        if (!isDue) {
          const tier = (record >>> 16) & 3;
          const changedAt = sight === 0 ? near[slot]! : fields[sight]![slot]!;
          // A slower tier's turn comes by slots, for all clients alike; what has missed its turn is due at once.
          isDue =
            changedAt > sent &&
            (tier === 0 || since > stride << tier || ((turn + slot) & ((1 << tier) - 1)) === 0);
          if (isDue) {
            const gap = since > far ? 0 : record >>> 18;
            const from = since > far ? cache.atRest(sight, slot, sent) : sent;
            // Clients in step with the sends land on the first way, those of slower tiers on others.
            const way = (since > stride ? 1 : 0) + (since === gap ? 0 : 2);
            at += (way * capacity) << 2;
            if (
              entries[at] !== stamp ||
              entries[at + 1] !== from ||
              (way > 1 && gaps[at >> 2] !== gap)
            ) {
              cache.encode(at, slot, types[typeAt[index]!]!, sight, from, gap, 0, undefined);
            }
          }
        }
        if (isDue) {
          size = entries[at + 2]!;
          if (size !== 0) {
            undo[told++] = index;
            undo[told++] = record;
            undo[told++] = sent;
            records[index * 2] = (record & 0x3ffff) | ((since > 0x3fff ? 0x3fff : since) << 18);
            records[index * 2 + 1] = stamp;
          }
        }
      }
      if (size < 32) {
        const value = size === 0 ? 0 : (entries[at + 3]! << 1) | 1;
        const low = word | (value << filled);
        words[length] = low;
        // Without a branch, which no processor could predict: 1 when the word is full, and what stands in the next one.
        const end = filled + size + 1;
        const isFull = end >>> 5;
        const rest = (value >>> 1) >>> (31 - filled);
        word = (low & (isFull - 1)) | (rest & -isFull);
        length += isFull;
        filled = end & 31;
        continue;
      }
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
        const value = left < 32 ? all & ((1 << left) - 1) : all;
        word |= value << filled;
        filled += count;
        if (filled >= 32) {
          words[length++] = word;
          filled -= 32;
          word = filled === 0 ? 0 : value >>> (count - filled);
        }
      }
    }
    words[length] = word;
    const bits = length * 32 + filled;
    if (told === 0 || bits > bitsMost || !isDense(told / 3, high)) {
      this.#unsay(records, told);
      return false;
    }
    this.bits = bits;
    return true;
  }

  /** Takes back what was noted. */
  #unsay(records: Int32Array, told: number): void {
    const undo = this.#undo;
    for (let i = 0; i < told; i += 3) {
      records[undo[i]! * 2] = undo[i + 1]!;
      records[undo[i]! * 2 + 1] = undo[i + 2]!;
    }
  }

  #grow(length: number): Int32Array {
    const words = new Int32Array(length * 2 + wordsAtFirst);
    words.set(this.words);
    this.words = words;
    return words;
  }
}
