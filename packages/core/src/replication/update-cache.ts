import { BitWriter } from "@realmwright/protocol/internal";
import { handleBits, type HandleTable } from "./handle-table.ts";
import { IntList } from "./int-list.ts";
import type { Mirror } from "./mirror.ts";
import { riceAge, RiceTable } from "./rice-table.ts";
import { UpdateStream } from "./update-stream.ts";
import {
  chainedSends,
  codedRaw,
  codedRef,
  difference,
  isChainedUpdate,
  predict,
  planBits,
  planCoding,
  planGroup,
  planPredicted,
  planRice,
  planStride,
  planTurn,
  type Sight,
  type TypeLayout,
} from "./type-layout.ts";

/** Where in an entry of `UpdateCache.entries` stands what. */
const entryTick = 0;
const entrySent = 1;
const entryBits = 2;
const entryWord = 3;
/** log2 of the numbers in an entry. */
const entryShift = 2;
/** log2 of the entries that an entity has in each sight. */
const wayShift = 2;

/** Ticks of which the values are remembered: enough for two updates of the slowest tier. */
const rowCount = 16;
/** Entries for updates that are one client's own, at a time. */
const ownEntries = 1_024;
const never = -1;

/** The client that is to be told. */
export interface UpdateView {
  readonly handles: HandleTable;
  handleOf(id: number): number;
  /** Groups of references that the client at an index would be told otherwise now. */
  changedRefs(index: number, slot: number, sight: number): number;
}

/**
 * Updates of one mirror's entities, encoded once for all clients that know an entity as of the same tick. An update says
 * everything that has changed since; what a client knows is therefore told by two ticks, the last one of which it heard and
 * the one before, and no values need keeping per client. Ticks are the mirror's stamps.
 */
export class UpdateCache {
  readonly mirror: Mirror;
  /** Ticks from one send to the next. */
  readonly stride: number;
  readonly rice: RiceTable;
  /** Of the mirror when it was remembered last. */
  capacity = 0;
  stamp: number = never;
  /** Of the send at hand: handles that are gone. */
  readonly leaves: IntList = new IntList();
  /** Of the send at hand: indices that are new. */
  readonly enters: IntList = new IntList();
  /** Of the send at hand: pairs of index and entry, indices ascending. */
  readonly updates: IntList = new IntList(128);
  /** Of the send at hand: the updates as they are sent, where they go the usual way. */
  readonly stream: UpdateStream = new UpdateStream(this);
  /** Four numbers each: tick, sent, bits, first 32 bits. */
  entries: Int32Array = new Int32Array(0);
  /**
   * By sight and slot, for who was told with the two sends before: the update behind a set bit, above its length (5 bits);
   * 0 where nothing is to be told; -1 where that is not known yet, or too long.
   */
  usual: Int32Array = new Int32Array(0);
  /** Of each entry: its groups, where all its bits begin in `words` if they are more than 32, and its gap. */
  groups: Int32Array = new Int32Array(0);
  offsets: Int32Array = new Int32Array(0);
  gaps: Int32Array = new Int32Array(0);
  /** The bits of updates longer than 32. */
  words: Int32Array = new Int32Array(1_024);

  readonly #sights: number;
  #wordsUsed = 0;
  #ownUsed = 0;
  #origin = 0;
  /** `#rows[f][row * capacity + slot]`: values of fixed field f when `rowTicks[row]` was told. */
  #rows: Int32Array[] = [];
  readonly #rowTicks = new Int32Array(rowCount).fill(never);
  #row = 0;
  readonly #out = new BitWriter(1_024);

  /** @param stride ticks from one send to the next. */
  constructor(mirror: Mirror, stride: number) {
    this.mirror = mirror;
    this.stride = stride;
    this.#sights = mirror.layout.sightMax;
    this.rice = new RiceTable(mirror.layout.riceFields);
  }

  /** Before each send to a client. Remembers the mirror's values, once a tick. */
  begin(): void {
    const { stamp, origin, capacity } = this.mirror;
    this.leaves.clear();
    this.enters.clear();
    this.updates.clear();
    this.stream.bits = 0;
    this.#ownUsed = 0;
    if (stamp === this.stamp && origin === this.#origin) return;
    if (capacity !== this.capacity) this.#resize(capacity);
    if (stamp < this.stamp || origin !== this.#origin) this.#forget();
    this.#origin = origin;
    this.stamp = stamp;
    this.#wordsUsed = 0;
    this.usual.fill(never);
    this.rice.follow();
    this.#remember();
  }

  /**
   * Lists what a client is to be told of: pairs of its index and the entry of its update, indices ascending. Answers the
   * bits that they take, with the one that each index takes.
   */
  collect(view: UpdateView): number {
    // Records and entries are read here by plain numbers: names of constants cost a fifth of this loop.
    const { handles } = view;
    const { updates } = this;
    const { records, sightAt, typeAt, high } = handles;
    // by time, so that snapshots between two sends, for who has just come, change nobody's turn
    const turn = Math.floor(this.stamp / this.stride);
    const { types, refMax, sightMax } = this.mirror.layout;
    const { fields } = this.mirror.changes;
    const near = fields[0]!;
    // Nobody sees more than others do, and there are no references.
    const isPlain = sightMax === 1 && refMax === 0;
    const tick = this.stamp;
    const stride = this.stride;
    const far = chainedSends * stride;
    const capacity = this.capacity;
    const { entries, gaps } = this;
    updates.reserve(high * 2);
    const { items } = updates;
    let bits = high;
    let length = 0;
    for (let index = 0; index < high; index++) {
      const record = records[index * 2]!;
      const slot = record & 0xffff;
      if (slot === 0xffff) continue;
      let sent = records[index * 2 + 1]!;
      if (sent === tick) continue;
      const sight = isPlain ? 0 : sightAt[index]!;
      const refGroups =
        isPlain || !types[typeAt[index]!]!.hasRefs ? 0 : view.changedRefs(index, slot, sight);
      const changedAt = sight === 0 ? near[slot]! : fields[sight]![slot]!;
      if (changedAt <= sent && refGroups === 0) continue;
      const tier = (record >>> 16) & 3;
      const since = tick - sent;
      // A slower tier's turn comes by slots, for all clients alike; what has missed its turn is due at once.
      if (tier > 0 && since <= stride << tier && ((turn + slot) & ((1 << tier) - 1)) !== 0)
        continue;
      let gap = record >>> 18;
      if (since > far) {
        gap = 0;
        sent = this.atRest(sight, slot, sent);
      }
      // Clients in step with the sends land on the first way, those of slower tiers on others.
      const way = (since > stride ? 1 : 0) + (since === gap ? 0 : 2);
      let at = (((sight << 2) + way) * capacity + slot) << 2;
      if (refGroups !== 0) {
        at = this.#ownEntry();
        this.encode(at, slot, types[typeAt[index]!]!, sight, sent, gap, refGroups, view);
      } else if (
        entries[at] !== tick ||
        entries[at + 1] !== sent ||
        (way > 1 && gaps[at >> 2] !== gap)
      ) {
        this.encode(at, slot, types[typeAt[index]!]!, sight, sent, gap, 0, undefined);
      }
      const size = entries[at + 2]!;
      if (size === 0) continue;
      items[length++] = index;
      items[length++] = at;
      bits += size;
    }
    updates.length = length;
    return bits;
  }

  /** Room for one client's own update until the next `begin`: references have other handles for each. */
  #ownEntry(): number {
    const own = this.#ownUsed++ % ownEntries;
    return (((this.#sights << wayShift) * this.capacity + own) << entryShift) | 0;
  }

  /**
   * Writes an update as the entry at `at`.
   *
   * @param gap ticks between the two updates before, as the client's record has it
   * @param refs the client, where groups of references are in it
   */
  encode(
    at: number,
    slot: number,
    type: TypeLayout,
    sightIndex: number,
    sent: number,
    gap: number,
    refGroups: number,
    refs: UpdateView | undefined,
  ): void {
    const { entries } = this;
    const sight = type.sights[sightIndex]!;
    const since = this.stamp - sent;
    const isChained = isChainedUpdate(gap, since, this.stride);
    const before = isChained ? this.#rowAt(sent - gap) : never;
    let base = this.#rowAt(sent);
    if (base < 0) base = this.#rowOfRest(sightIndex, slot, sent);
    if (isChained && before < 0) base = never;
    const fixed = base < 0 ? sight.fixedGroups : this.#differing(sight, slot, base, this.#row);
    const changed = fixed | refGroups | this.#changedBlobs(sight, slot, sent);
    entries[at + entryTick] = this.stamp;
    entries[at + entrySent] = sent;
    this.gaps[at >> entryShift] = gap;
    this.groups[at >> entryShift] = changed;
    entries[at + entryBits] = 0;
    if (changed === 0) return;
    const out = this.#out;
    out.reset();
    const isExpected =
      isChained && base >= 0 && changed === this.#differing(sight, slot, before, base);
    if (isChained) out.bit(!isExpected);
    if (base < 0) out.bits(0, sight.groups.length);
    if (!isExpected) out.bits(changed, sight.groups.length);
    const { plan } = sight;
    const age = riceAge(isChained, since, this.stride);
    for (let p = 0; p < plan.length; p += planStride) {
      if ((changed & plan[p + planGroup]!) === 0) continue;
      const value = this.mirror.now[plan[p]!]![slot]!;
      const coding = plan[p + planCoding]!;
      if (coding === codedRef) writeRef(out, refs!.handleOf(value));
      else if (coding === codedRaw || base < 0) out.bits(value, plan[p + planBits]!);
      else this.#residual(plan, p, slot, value, base, before, gap, since, age);
    }
    if (sight.blobBits !== 0) this.#blobs(sight, changed, slot);
    this.#store(at);
  }

  #residual(
    plan: Int32Array,
    p: number,
    slot: number,
    value: number,
    base: number,
    before: number,
    gap: number,
    since: number,
    age: number,
  ): void {
    const rows = this.#rows[plan[p]!]!;
    const last = rows[base * this.capacity + slot]!;
    const expected =
      before >= 0 && plan[p + planPredicted] === 1
        ? predict(last, rows[before * this.capacity + slot]!, gap, since)
        : last;
    const residual = difference(value, expected, plan[p + planTurn]!);
    const number = ((residual << 1) ^ (residual >> 31)) >>> 0;
    const entry = plan[p + planRice]! + age;
    this.#out.rice(number, this.rice.ks[entry]!);
    this.rice.note(entry, number);
  }

  #blobs(sight: Sight, changed: number, slot: number): void {
    for (let g = 0; g < sight.groups.length; g++) {
      const { blob } = sight.groups[g]!;
      if (blob >= 0 && ((changed >>> g) & 1) === 1) this.#blob(blob, slot);
    }
  }

  #blob(blob: number, slot: number): void {
    const bytes = this.mirror.blobs[blob]![slot]!;
    this.#out.varint(bytes.length);
    this.#out.bytes(bytes);
  }

  /** Moves what was written to the entry. */
  #store(at: number): void {
    const bits = this.#out.bitLength;
    this.entries[at + entryBits] = bits;
    const first = this.#out.firstWord;
    this.entries[at + entryWord] = bits < 32 ? first & ((1 << bits) - 1) : first;
    if (bits <= 32) return;
    const length = (bits + 31) >>> 5;
    this.#out.finish();
    const { buffer } = this.#out;
    while (this.#wordsUsed + length > this.words.length) {
      const words = new Int32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    this.offsets[at >> entryShift] = this.#wordsUsed;
    for (let i = 0; i < length; i++) this.words[this.#wordsUsed++] = word(buffer, i * 4);
  }

  /** Groups of fixed fields, references apart, whose values differ between two rows. */
  #differing({ plan }: Sight, slot: number, a: number, b: number): number {
    const first = a * this.capacity + slot;
    const second = b * this.capacity + slot;
    let changed = 0;
    for (let p = 0; p < plan.length; p += planStride) {
      const rows = this.#rows[plan[p]!]!;
      if (rows[first] !== rows[second] && plan[p + planCoding] !== codedRef) {
        changed |= plan[p + planGroup]!;
      }
    }
    return changed;
  }

  #changedBlobs(sight: Sight, slot: number, sent: number): number {
    if (sight.blobBits === 0) return 0;
    let changed = 0;
    for (let g = 0; g < sight.groups.length; g++) {
      const { blob } = sight.groups[g]!;
      if (blob >= 0 && this.mirror.changes.blobs[blob]![slot]! > sent) changed |= 1 << g;
    }
    return changed;
  }

  /** The row of a tick, -1 when it is no longer remembered. */
  #rowAt(tick: number): number {
    for (let back = 0; back < rowCount; back++) {
      const row = (this.#row - back) & (rowCount - 1);
      const at = this.#rowTicks[row]!;
      if (at <= tick) return at === tick ? row : never;
    }
    return never;
  }

  /** The last tick of the rest in which `sent` lies, else `sent`: whoever has heard of a rest knows the same. */
  atRest(sight: number, slot: number, sent: number): number {
    const { restedFrom, movedFrom } = this.mirror.changes;
    const end = movedFrom[sight]![slot]!;
    return sent >= restedFrom[sight]![slot]! && sent < end ? end - 1 : sent;
  }

  /** A remembered row of the rest in which `sent` lies: the entity's values were the same. */
  #rowOfRest(sight: number, slot: number, sent: number): number {
    const { restedFrom, movedFrom } = this.mirror.changes;
    const from = restedFrom[sight]![slot]!;
    const to = movedFrom[sight]![slot]!;
    if (sent < from || sent >= to) return never;
    for (let back = 1; back < rowCount; back++) {
      const row = (this.#row - back) & (rowCount - 1);
      const at = this.#rowTicks[row]!;
      if (at < from) return never;
      if (at < to) return row;
    }
    return never;
  }

  #remember(): void {
    const mirror = this.mirror;
    this.#row = (this.#row + 1) & (rowCount - 1);
    this.#rowTicks[this.#row] = this.stamp;
    const base = this.#row * this.capacity;
    for (let f = 0; f < this.#rows.length; f++) {
      this.#rows[f]!.set(mirror.now[f]!.subarray(0, mirror.high), base);
    }
  }

  #forget(): void {
    this.#rowTicks.fill(never);
    this.entries.fill(never);
  }

  #resize(capacity: number): void {
    const old = this.capacity;
    this.#rows = this.mirror.now.map((_, f) => {
      const rows = new Int32Array(capacity * rowCount);
      if (old === 0) return rows;
      for (let row = 0; row < rowCount; row++) {
        rows.set(this.#rows[f]!.subarray(row * old, (row + 1) * old), row * capacity);
      }
      return rows;
    });
    this.capacity = capacity;
    const entries = ((capacity * this.#sights) << wayShift) + ownEntries;
    this.entries = new Int32Array(entries << entryShift).fill(never);
    this.usual = new Int32Array(capacity * this.#sights);
    this.groups = new Int32Array(entries);
    this.offsets = new Int32Array(entries);
    this.gaps = new Int32Array(entries);
  }
}

export function writeRef(out: BitWriter, handle: number): void {
  out.bit(handle !== 0);
  if (handle !== 0) out.bits(handle - 1, handleBits);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
