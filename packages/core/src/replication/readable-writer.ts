import type { ReadableSnapshot, SnapshotEnter, SnapshotUpdate } from "@realmwright/protocol";
import { BitReader } from "@realmwright/protocol/internal";
import type { ClientView } from "./client-view.ts";
import { preciseFields } from "./room-diff.ts";
import type { TypeLayout } from "./type-layout.ts";

/** A snapshot in words, for the readable encodings; the edge adds the membership. */
export type ReadableState = Omit<ReadableSnapshot, "m">;

/** Tells what a view has prepared in words, and takes note in the view of what was sent. */
export class ReadableWriter {
  readonly #view: ClientView;
  readonly #bits = new BitReader();

  constructor(view: ClientView) {
    this.#view = view;
  }

  /** Undefined when there is nothing to say. */
  write(): ReadableState | undefined {
    const view = this.#view;
    const { leaves, enters, updates } = view.cache;
    const snapshot: { -readonly [K in keyof ReadableState]: ReadableState[K] } = {
      tick: view.mirror.tick,
    };
    const { served } = view.seatView;
    if (served !== view.lastServed) snapshot.seq = served;
    if (leaves.length > 0) {
      snapshot.leave = Array.from({ length: leaves.length }, (_, i) => leaves.at(i));
    }
    if (enters.length > 0) {
      snapshot.enter = Array.from({ length: enters.length }, (_, i) => this.#enter(enters.at(i)));
    }
    if (updates.length > 0) {
      snapshot.update = Array.from({ length: updates.length >> 1 }, (_, i) =>
        this.#update(updates.at(i * 2), view.cache.groups[updates.at(i * 2 + 1) >> 2]!),
      );
    }
    const self = this.#self();
    if (self !== undefined) snapshot.self = self;
    view.lastServed = served;
    view.lastTick = view.mirror.tick;
    view.fresh = false;
    return Object.keys(snapshot).length > 1 ? snapshot : undefined;
  }

  #enter(index: number): SnapshotEnter {
    const { handles } = this.#view;
    const type = this.#view.layout(index);
    const relation = handles.relationAt[index]!;
    const entity: { -readonly [K in keyof SnapshotEnter]: SnapshotEnter[K] } = {
      id: handles.handle(index),
      type: type.type.name,
    };
    if ((relation & 4) !== 0) entity.owner = true;
    const visible = type.type.maskByRelation[relation]!;
    for (let f = 0; f < type.type.fixed.length; f++) {
      if ((visible >>> type.type.fixed[f]!.index) & 1) this.#fixed(entity, type, index, f);
    }
    for (let b = 0; b < type.type.blobs.length; b++) {
      if ((visible >>> type.type.blobs[b]!.index) & 1) this.#blob(entity, type, index, b);
    }
    this.#view.noteRefs(index, -1);
    return entity;
  }

  #update(index: number, changed: number): SnapshotUpdate {
    const { handles } = this.#view;
    const type = this.#view.layout(index);
    const { groups } = type.sights[handles.sightAt[index]!]!;
    const entity: { -readonly [K in keyof SnapshotUpdate]: SnapshotUpdate[K] } = {
      id: handles.handle(index),
    };
    for (const [g, group] of groups.entries()) {
      if (((changed >>> g) & 1) === 0) continue;
      if (group.blob >= 0) this.#blob(entity, type, index, group.blob);
      for (const f of group.fixed) this.#fixed(entity, type, index, f);
    }
    const { stamp } = this.#view.mirror;
    handles.told(index, stamp);
    this.#view.noteRefs(index, changed);
    return entity;
  }

  #fixed(entity: Record<string, unknown>, type: TypeLayout, index: number, f: number): void {
    const view = this.#view;
    const q = view.quantum(type, f, view.handles.slotAt(index));
    const field = type.type.fixed[f]!;
    entity[field.name] = type.isRef[f] === 1 ? q : field.toGame(field.fixed!.dequantise(q));
  }

  #blob(entity: Record<string, unknown>, type: TypeLayout, index: number, b: number): void {
    const { handles, mirror } = this.#view;
    const slot = handles.slotAt(index);
    this.#bits.reset(mirror.blobs[b]![slot]!);
    entity[type.type.blobs[b]!.name] = type.type.blobs[b]!.blob!.read(this.#bits);
  }

  #self(): Record<string, number> | undefined {
    const view = this.#view;
    const seat = view.seatView;
    const index = seat.entity >= 0 ? view.handles.indexOf(seat.entity) : -1;
    const id = index >= 0 ? view.handles.handle(index) : 0;
    const count = id === 0 ? 0 : seat.precise.length;
    const known = view.lastPrecise;
    let changed = id !== view.lastSelf || known.length !== count;
    for (let i = 0; i < count && !changed; i++) changed = known[i] !== seat.precise[i];
    if (!changed) return undefined;
    view.lastSelf = id;
    view.lastPrecise = seat.precise.slice(0, count);
    const self: Record<string, number> = { id };
    if (count > 0) {
      const type = view.layout(index).type;
      for (const [i, f] of preciseFields(type).entries()) {
        self[type.fixed[f]!.name] = seat.precise[i]!;
      }
    }
    return self;
  }
}
