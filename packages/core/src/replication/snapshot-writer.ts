import type { BitWriter } from "@realmwright/protocol/internal";
import { AdaptiveRice } from "./adaptive-rice.ts";
import type { ClientView } from "./client-view.ts";
import { generationBits, handleBits, indexBits } from "./handle-table.ts";
import {
  codedRaw,
  codedRef,
  difference,
  predict,
  type FieldGroup,
  type TypeLayout,
} from "./type-layout.ts";

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
  readonly #rice: AdaptiveRice;
  #out!: BitWriter;

  constructor(view: ClientView, stride: number) {
    this.#view = view;
    this.#stride = stride;
    this.#rice = new AdaptiveRice(view.mirror.layout.riceFields);
  }

  write(out: BitWriter): void {
    const view = this.#view;
    const { tick } = view.mirror;
    this.#out = out;
    out.bit(view.fresh);
    if (view.fresh) {
      out.bits(tick, 32);
    } else {
      const usual = tick - view.lastTick === this.#stride;
      out.bit(!usual);
      if (!usual) out.varint(tick - view.lastTick);
    }
    this.#served();
    this.#leaves();
    this.#enters(tick);
    this.#self();
    this.#updates(tick);
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
    const { leaves } = this.#view;
    this.#out.bit(leaves.length > 0);
    if (leaves.length === 0) return;
    this.#out.rice(leaves.length - 1, 2);
    for (let i = 0; i < leaves.length; i++) this.#out.bits(leaves.at(i) - 1, indexBits);
  }

  #enters(tick: number): void {
    const { enters, handles, mirror } = this.#view;
    const out = this.#out;
    out.bit(enters.length > 0);
    if (enters.length === 0) return;
    out.rice(enters.length - 1, 2);
    for (let i = 0; i < enters.length; i++) {
      const index = enters.at(i);
      out.bits(index, indexBits);
      out.bits(handles.generationAt[index]!, generationBits);
      out.bits(handles.typeAt[index]!, mirror.layout.typeBits);
      this.#enter(index, tick);
    }
  }

  #enter(index: number, tick: number): void {
    const view = this.#view;
    const { handles } = view;
    const out = this.#out;
    const type = view.layout(index);
    const slot = handles.slotAt[index]!;
    const relation = handles.relationAt[index]!;
    // Near is always set; what else the member is to the entity says which fields follow.
    if (type.hasAudiences) out.bits(relation >>> 1, 3);
    else out.bit((relation & 4) !== 0);
    const visible = type.type.maskByRelation[relation]!;
    for (let f = 0; f < type.type.fixed.length; f++) {
      if (((visible >>> type.type.fixed[f]!.index) & 1) === 0) continue;
      const q = view.quantum(type, f, slot);
      this.#whole(type, f, q);
      this.#keep(type, index, f, q);
    }
    for (let b = 0; b < type.type.blobs.length; b++) {
      if (((visible >>> type.type.blobs[b]!.index) & 1) === 0) continue;
      this.#blob(index, b, slot);
    }
    handles.sentAt[index] = tick;
    handles.gapAt[index] = 0;
  }

  /** The entity that the member steers, and its precise values where they have changed. */
  #self(): void {
    const view = this.#view;
    const out = this.#out;
    const seat = view.seatView;
    const index = seat.entity >= 0 ? view.handles.indexOf(seat.entity) : -1;
    const self = index >= 0 ? view.handles.handle(index) : 0;
    const { precise } = seat;
    const count = self === 0 ? 0 : precise.length;
    let changed = self !== view.lastSelf || view.lastPrecise.length !== count;
    if (changed) view.lastPrecise = new Float64Array(count).fill(NaN);
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
  }

  #updates(tick: number): void {
    const view = this.#view;
    const { updates, handles } = view;
    const out = this.#out;
    const count = updates.length >> 1;
    out.bit(count > 0);
    if (count === 0) return;
    const before = out.bitLength;
    // A bit for each entity in use, or gaps between those that are updated, whichever is shorter.
    const dense = count * 5 + 10 >= handles.count;
    out.bit(dense);
    if (!dense) out.rice(count - 1, 3);
    let next = 0;
    let gap = 0;
    for (let index = 0; index < handles.high; index++) {
      if (handles.slotAt[index]! < 0) continue;
      const updated = next < updates.length && updates.at(next) === index;
      if (dense) out.bit(updated);
      else if (updated) out.rice(gap, 3);
      gap++;
      if (!updated) continue;
      gap = 0;
      this.#update(index, updates.at(next + 1), tick);
      next += 2;
      if (!dense && next >= updates.length) break;
    }
    view.measured(out.bitLength - before, count);
  }

  #update(index: number, changed: number, tick: number): void {
    const view = this.#view;
    const { handles } = view;
    const out = this.#out;
    const type = view.layout(index);
    const groups = type.groupsByRelation[handles.relationAt[index]!]!;
    if (groups.length > 1) {
      const same = changed === handles.groupsAt[index];
      out.bit(!same);
      if (!same) {
        out.bits(changed, groups.length);
        handles.groupsAt[index] = changed;
      }
    }
    const slot = handles.slotAt[index]!;
    for (let g = 0; g < groups.length; g++) {
      if (((changed >>> g) & 1) === 0) continue;
      const group = groups[g]!;
      if (group.blob >= 0) this.#blob(index, group.blob, slot);
      else this.#fixedGroup(type, group, index, slot, tick);
    }
  }

  #fixedGroup(
    type: TypeLayout,
    group: FieldGroup,
    index: number,
    slot: number,
    tick: number,
  ): void {
    const view = this.#view;
    const { handles } = view;
    const { fixedMax, predictedMax } = view.mirror.layout;
    const since = tick - handles.sentAt[index]!;
    for (let i = 0; i < group.fixed.length; i++) {
      const f = group.fixed[i]!;
      const q = view.quantum(type, f, slot);
      if (type.coding[f] === codedRaw || type.coding[f] === codedRef) {
        this.#whole(type, f, q);
        this.#keep(type, index, f, q);
        continue;
      }
      const last = handles.values[index * fixedMax + f]!;
      const place = type.predicted[f]!;
      const expected =
        place < 0
          ? last
          : predict(
              last,
              handles.before[index * predictedMax + place]!,
              handles.gapAt[index]!,
              since,
            );
      const residual = difference(q, expected, type.turn[f]!);
      const number = ((residual << 1) ^ (residual >> 31)) >>> 0;
      this.#out.rice(number, this.#rice.k(type.riceBase + f));
      this.#rice.note(type.riceBase + f, number);
      if (place >= 0) handles.before[index * predictedMax + place] = last;
      handles.values[index * fixedMax + f] = q;
    }
    if (type.predicted[group.fixed[0]!]! >= 0) {
      handles.gapAt[index] = since;
      handles.sentAt[index] = tick;
    }
  }

  #keep(type: TypeLayout, index: number, f: number, q: number): void {
    const { handles, mirror } = this.#view;
    const { fixedMax, predictedMax } = mirror.layout;
    handles.values[index * fixedMax + f] = q;
    const place = type.predicted[f]!;
    if (place >= 0) handles.before[index * predictedMax + place] = q;
  }

  #whole(type: TypeLayout, f: number, q: number): void {
    if (type.coding[f] !== codedRef) {
      this.#out.bits(q, type.bits[f]!);
      return;
    }
    this.#out.bit(q !== 0);
    if (q !== 0) this.#out.bits(q - 1, handleBits);
  }

  #blob(index: number, blob: number, slot: number): void {
    const { handles, mirror } = this.#view;
    const bytes = mirror.blobs[blob]![slot]!;
    this.#out.varint(bytes.length);
    this.#out.bytes(bytes);
    handles.blobs[index * mirror.layout.blobMax + blob] = mirror.blobVersions[blob]![slot]!;
  }
}
