import { longer } from "../world/columns.ts";
import { moveColumnBack } from "./stamps.ts";
import type { RoomLayout } from "./type-layout.ts";

/** An entity that has not changed for so many ticks has rested. */
const restTicks = 8;

/**
 * When a mirror's entities changed, so that a view knows by one comparison whether its client is up to date. Kept for each
 * sight: what a viewer may not see is no change to it. All ticks are the mirror's stamps.
 */
export class ChangeTicks {
  readonly #layout: RoomLayout;
  /** `fields[sight][slot]`: tick of the newest change of a field in that sight, references apart. */
  readonly fields: Int32Array[];
  /** The newest rest: from this tick on, and before that one, nothing changed. */
  readonly restedFrom: Int32Array[];
  readonly movedFrom: Int32Array[];
  /** `blobs[blob][slot]`: tick of a blob's newest change. */
  readonly blobs: Int32Array[];
  /** By slot: tick at which an entity came or went, or at which its owner, team, seat or audience was set. */
  structureAt: Int32Array = new Int32Array(64);
  /** The newest of `structureAt`. */
  structureTick = -1;

  constructor(layout: RoomLayout) {
    this.#layout = layout;
    const columns = (count: number): Int32Array[] =>
      Array.from({ length: count }, () => new Int32Array(64));
    this.fields = columns(layout.sightMax);
    this.restedFrom = columns(layout.sightMax);
    this.movedFrom = columns(layout.sightMax);
    this.blobs = columns(layout.blobMax);
  }

  /** A new entity is in a slot. */
  enter(slot: number, tick: number): void {
    for (let s = 0; s < this.fields.length; s++) {
      this.fields[s]![slot] = tick;
      this.restedFrom[s]![slot] = tick;
      this.movedFrom[s]![slot] = tick;
    }
    for (let b = 0; b < this.blobs.length; b++) this.blobs[b]![slot] = tick;
  }

  structure(slot: number, tick: number): void {
    this.structureAt[slot] = tick;
    this.structureTick = tick;
  }

  /** Any entity may have come or gone. */
  structures(tick: number): void {
    this.structureAt.fill(tick);
    this.structureTick = tick;
  }

  /** @param bits of the type's fixed fields. */
  fixed(type: number, slot: number, bits: number, tick: number): void {
    if (bits === 0) return;
    const { sights } = this.#layout.types[type]!;
    for (let s = 0; s < sights.length; s++) {
      if ((sights[s]!.fixedBits & bits) !== 0) this.#mark(s, slot, tick);
    }
  }

  blob(type: number, slot: number, blob: number, tick: number): void {
    this.blobs[blob]![slot] = tick;
    const { sights } = this.#layout.types[type]!;
    for (let s = 0; s < sights.length; s++) {
      if (((sights[s]!.blobBits >>> blob) & 1) !== 0) this.#mark(s, slot, tick);
    }
  }

  #mark(sight: number, slot: number, tick: number): void {
    const newest = this.fields[sight]!;
    if (tick - newest[slot]! > restTicks) {
      this.restedFrom[sight]![slot] = newest[slot]!;
      this.movedFrom[sight]![slot] = tick;
    }
    newest[slot] = tick;
  }

  /** The mirror's origin has moved. */
  moveBack(by: number): void {
    moveColumnBack(this.structureAt, by);
    this.structureTick = Math.max(-1, this.structureTick - by);
    for (const columns of [this.fields, this.restedFrom, this.movedFrom, this.blobs]) {
      for (const column of columns) moveColumnBack(column, by);
    }
  }

  /** Makes room for so many slots. */
  grow(size: number): void {
    this.structureAt = longer(this.structureAt, size);
    for (const columns of [this.fields, this.restedFrom, this.movedFrom, this.blobs]) {
      for (let i = 0; i < columns.length; i++) columns[i] = longer(columns[i]!, size);
    }
  }
}
