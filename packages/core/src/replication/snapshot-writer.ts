import type { BitWriter } from "@realmwright/protocol/internal";
import type { ClientView } from "./client-view.ts";
import { generationBits, handleBits, indexBits } from "./handle-table.ts";
import { riceAges, riceAtFirst, riceBits, riceIndexBits } from "./rice-table.ts";
import { preciseFields } from "./room-diff.ts";
import { noValues } from "./seat-view.ts";
import { writeRef } from "./update-cache.ts";
import { isDense } from "./update-stream.ts";

/** Bits of a snapshot that says nothing but "one send later". */
export const emptySnapshotBits = 7;

/**
 * Writes what a view has prepared as bits, and takes note in the view of what was sent. The layout is drawn in
 * snapshot-layout.md; `SnapshotReader` is the other end and keeps the same state.
 */
export class SnapshotWriter {
  readonly #view: ClientView;
  /** Ticks from one send to the next. */
  readonly #stride: number;
  /** Parameters of the codes as the client knows them. */
  readonly #ks: Uint8Array;
  readonly #riceIndexBits: number;
  #riceVersion = 0;
  /** Where the own entity stood in the send before, -1 for nowhere; below -1: there was no send. */
  #selfIndex = -2;
  #out!: BitWriter;

  constructor(view: ClientView, stride: number) {
    this.#view = view;
    this.#stride = stride;
    const { riceFields } = view.mirror.layout;
    this.#ks = new Uint8Array(riceFields * riceAges).fill(riceAtFirst);
    this.#riceIndexBits = riceIndexBits(riceFields);
  }

  write(out: BitWriter): void {
    const view = this.#view;
    const { tick } = view.mirror;
    this.#out = out;
    out.bit(view.fresh);
    if (view.fresh) {
      out.bits(tick, 32);
      out.bits(tick / 2 ** 32, 13);
    } else {
      const usual = tick - view.lastTick === this.#stride;
      out.bit(!usual);
      if (!usual) out.varint(tick - view.lastTick);
    }
    this.#served();
    this.#leaves();
    this.#enters();
    this.#self();
    this.#updates(view.mirror.stamp);
    view.fresh = false;
    view.lastTick = tick;
  }

  #served(): void {
    const view = this.#view;
    const { served } = view.seatView;
    const changed = served !== view.lastServed;
    this.#out.bit(changed);
    if (changed) this.#out.rice((served - view.lastServed) >>> 0, 1);
    view.lastServed = served;
  }

  #leaves(): void {
    const { leaves } = this.#view.cache;
    this.#out.bit(leaves.length > 0);
    if (leaves.length === 0) return;
    this.#out.rice(leaves.length - 1, 2);
    for (let i = 0; i < leaves.length; i++) this.#out.bits(leaves.at(i) - 1, indexBits);
  }

  #enters(): void {
    const { cache, handles, mirror } = this.#view;
    const { enters } = cache;
    const out = this.#out;
    out.bit(enters.length > 0);
    if (enters.length === 0) return;
    out.rice(enters.length - 1, 2);
    for (let i = 0; i < enters.length; i++) {
      const index = enters.at(i);
      out.bits(index, indexBits);
      out.bits(handles.generationAt[index]!, generationBits);
      out.bits(handles.typeAt[index]!, mirror.layout.typeBits);
      this.#enter(index);
    }
  }

  #enter(index: number): void {
    const view = this.#view;
    const { handles } = view;
    const out = this.#out;
    const type = view.layout(index);
    const slot = handles.slotAt(index);
    const relation = handles.relationAt[index]!;
    // Near is always set; what else the member is to the entity says which fields follow.
    if (type.hasAudiences) out.bits(relation >>> 1, 3);
    else out.bit((relation & 4) !== 0);
    const visible = type.type.maskByRelation[relation]!;
    for (let f = 0; f < type.type.fixed.length; f++) {
      if (((visible >>> type.type.fixed[f]!.index) & 1) === 0) continue;
      const q = view.quantum(type, f, slot);
      if (type.isRef[f] === 1) writeRef(out, q);
      else out.bits(q, type.bits[f]!);
    }
    for (let b = 0; b < type.type.blobs.length; b++) {
      if (((visible >>> type.type.blobs[b]!.index) & 1) === 0) continue;
      const bytes = view.mirror.blobs[b]![slot]!;
      out.varint(bytes.length);
      out.bytes(bytes);
    }
    view.noteRefs(index, -1);
  }

  /** The entity that the member steers, and its precise values where they have changed. */
  #self(): void {
    const view = this.#view;
    const out = this.#out;
    const seat = view.seatView;
    const index = seat.entity >= 0 ? this.#indexOfSelf(seat.entity) : -1;
    const { precise } = seat;
    if (
      index === this.#selfIndex &&
      precise === noValues &&
      view.lastPrecise === noValues &&
      view.cache.enters.length === 0
    ) {
      // who predicts nothing is told again only when the handle is another, which then enters
      out.bit(false);
      return;
    }
    this.#selfIndex = index;
    const self = index >= 0 ? view.handles.handle(index) : 0;
    const count = self === 0 ? 0 : precise.length;
    let changed = self !== view.lastSelf || view.lastPrecise.length !== count;
    if (changed) view.lastPrecise = count === 0 ? noValues : new Float64Array(count).fill(NaN);
    for (let i = 0; i < count && !changed; i++) changed = precise[i] !== view.lastPrecise[i];
    out.bit(changed);
    if (!changed) return;
    out.bit(self !== 0);
    view.lastSelf = self;
    if (self === 0) return;
    out.bits(self - 1, handleBits);
    for (let i = 0; i < count; i++) {
      const value = precise[i]!;
      const same = value === view.lastPrecise[i];
      out.bit(!same);
      if (!same) out.float64(value);
      view.lastPrecise[i] = value;
    }
    // Of somebody who predicts nothing there are no precise values; the reader looks for them all the same.
    if (count === 0) out.bits(0, preciseFields(view.layout(index).type).length);
  }

  /** Mostly where it stood before: the table of slots is seldom in the processor's cache. */
  #indexOfSelf(slot: number): number {
    const { handles } = this.#view;
    const before = this.#selfIndex;
    return before >= 0 && handles.slotAt(before) === slot ? before : handles.indexOf(slot);
  }

  #updates(stamp: number): void {
    const { handles, cache } = this.#view;
    const { updates, stream } = cache;
    const out = this.#out;
    if (stream.bits > 0) {
      out.bit(true);
      this.#parameters();
      out.bit(true);
      out.words(stream.words, stream.bits);
      return;
    }
    const { length } = updates;
    out.bit(length > 0);
    if (length === 0) return;
    this.#parameters();
    const { entries } = cache;
    const { high } = handles;
    const isBits = isDense(length >> 1, high);
    out.bit(isBits);
    if (!isBits) out.rice((length >> 1) - 1, 3);
    const { items } = updates;
    let next = 0;
    for (let i = 0; i < length; i += 2) {
      const index = items[i]!;
      const at = items[i + 1]!;
      const bits = entries[at + 2]!;
      const skipped = index - next;
      next = index + 1;
      if (isBits && skipped + bits < 32) {
        out.bits(((entries[at + 3]! << 1) | 1) << skipped, skipped + 1 + bits);
      } else {
        this.#skip(skipped, isBits);
        this.#entry(at, bits);
      }
      handles.told(index, stamp);
    }
    if (isBits) this.#zeros(high - next);
    this.#noteRefs();
  }

  #skip(skipped: number, isBits: boolean): void {
    if (isBits) {
      this.#zeros(skipped);
      this.#out.bit(true);
    } else this.#out.rice(skipped, 3);
  }

  #zeros(count: number): void {
    for (let left = count; left > 0; left -= 32) this.#out.bits(0, left < 32 ? left : 32);
  }

  #entry(at: number, bits: number): void {
    const { entries, offsets, words } = this.#view.cache;
    if (bits <= 32) {
      this.#out.bits(entries[at + 3]!, bits);
      return;
    }
    let offset = offsets[at >> 2]!;
    for (let left = bits; left > 0; left -= 32) {
      this.#out.bits(words[offset++]!, left < 32 ? left : 32);
    }
  }

  /** Tells which parameters of the codes have changed since the client was told last. */
  #parameters(): void {
    const { rice } = this.#view.cache;
    const out = this.#out;
    const known = this.#ks;
    let changed = 0;
    if (rice.version !== this.#riceVersion) {
      for (let i = 0; i < known.length; i++) if (known[i] !== rice.ks[i]) changed++;
    }
    this.#riceVersion = rice.version;
    out.bit(changed > 0);
    if (changed === 0) return;
    out.rice(changed - 1, 2);
    for (let i = 0; i < known.length; i++) {
      if (known[i] === rice.ks[i]) continue;
      out.bits(i, this.#riceIndexBits);
      out.bits(rice.ks[i]!, riceBits);
      known[i] = rice.ks[i]!;
    }
  }

  /** Keeps the handles that stood in the updates. */
  #noteRefs(): void {
    const view = this.#view;
    const { mirror, cache } = view;
    const { updates } = cache;
    if (mirror.layout.refMax === 0) return;
    for (let i = 0; i < updates.length; i += 2) {
      view.noteRefs(updates.items[i]!, cache.groups[updates.items[i + 1]! >> 2]!);
    }
  }
}
