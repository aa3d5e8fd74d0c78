import { RealmError } from "@realmwright/protocol";
import type { CompiledEntity, CompiledRoom } from "@realmwright/protocol/internal";
import { InterestScratch } from "../interest/interest-scratch.ts";
import { PointGrid } from "../interest/point-grid.ts";
import { longer, grown } from "../world/columns.ts";
import { slotsMax } from "../world/entity-id.ts";
import { enterStride, type Frame, relationStride } from "./frame.ts";
import { ChangeTicks } from "./change-ticks.ts";
import { layoutRoom, type RoomLayout } from "./type-layout.ts";
import type { UpdateCache } from "./update-cache.ts";
import { stampAfterMove, stampMax } from "./stamps.ts";
import { newSeatView, type SeatView } from "./seat-view.ts";

export interface MirrorOptions {
  /** Ticks that the history remembers, 0 for none. */
  readonly historyTicks: number;
  /** Edge of a cell of the interest grid, in world units; 0: no grid is wanted. */
  readonly cellSize: number;
}

/**
 * A room as its frames describe it: quantised, replicated fields only. One per room and thread, however many clients; the
 * authority's own is its history.
 */
export class Mirror {
  readonly room: CompiledRoom;
  readonly layout: RoomLayout;
  /** Work space of the views that read this mirror. */
  readonly scratch: InterestScratch = new InterestScratch();
  /** `now[f][slot]`, f = index among the fixed fields of the slot's type. */
  readonly now: Int32Array[] = [];
  readonly blobs: (Uint8Array | undefined)[][] = [];
  readonly changes: ChangeTicks;
  /** What views of this mirror have encoded in this tick; made by the first of them. */
  updates: UpdateCache | undefined;
  /** Index of the type + 1; 0 = a free slot. */
  typeOf: Uint8Array = new Uint8Array(64);
  generationOf: Uint16Array = new Uint16Array(64);
  ownerOf: Int32Array = new Int32Array(64);
  teamOf: Uint16Array = new Uint16Array(64);
  seatOf: Int32Array = new Int32Array(64);
  audienceOf: Uint8Array = new Uint8Array(64);
  readonly seats: Map<number, SeatView> = new Map();
  /** Rises when a seat comes or goes; the view of a seat stays the same object in between. */
  seatsVersion = 0;
  shared: { version: number; value: object } | undefined;

  #tick = -1;
  #origin = 0;
  #high = 0;
  #capacity = 64;
  /** Types before the keyframe that is applied. */
  #typeBefore: Uint8Array = new Uint8Array(64);
  readonly #history: number;
  /** `ring[f][(tick % history) * capacity + slot]` */
  #ring: Int32Array[] = [];
  #ringGeneration: Uint16Array;

  readonly #places: Place[];
  readonly #grid: PointGrid | undefined;
  #gridTick = -1;
  /** Places in world units, NaN for what has none; true after `place`. */
  xs: Float64Array = new Float64Array(64);
  ys: Float64Array = new Float64Array(64);
  #placed: Int32Array = new Int32Array(64);
  /** Slots of entities without a place: everyone's interest. */
  #placeless: Int32Array = new Int32Array(64);
  #placelessCount = 0;

  /** @param room the wire description: `compileDescriptor(describeRoom(…))`. */
  constructor(room: CompiledRoom, options: MirrorOptions) {
    this.room = room;
    this.layout = layoutRoom(room);
    this.#history = options.historyTicks;
    this.#grid = options.cellSize > 0 ? new PointGrid(options.cellSize) : undefined;
    this.#places = room.entities.map(placeOf);
    this.changes = new ChangeTicks(this.layout);
    let fixed = 0;
    let blobs = 0;
    for (const type of room.entities) {
      fixed = Math.max(fixed, type.fixed.length);
      blobs = Math.max(blobs, type.blobs.length);
    }
    for (let f = 0; f < fixed; f++) {
      this.now.push(new Int32Array(64));
      this.#ring.push(new Int32Array(64 * this.#history));
    }
    for (let b = 0; b < blobs; b++) {
      this.blobs.push([]);
    }
    this.#ringGeneration = new Uint16Array(64 * this.#history);
  }

  /** The newest tick applied, -1 before the first frame. */
  get tick(): number {
    return this.#tick;
  }

  /** The tick from which stamps count. */
  get origin(): number {
    return this.#origin;
  }

  /** The newest tick applied, as stamps count: less the origin. */
  get stamp(): number {
    return this.#tick - this.#origin;
  }

  /** One above the highest slot in use so far. */
  get high(): number {
    return this.#high;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Takes the next tick. Throws `FRAME_GAP` when ticks are missing; only a keyframe can follow then. */
  apply(frame: Frame): void {
    if (frame.key) this.#clear(this.#stampOf(frame.tick));
    else if (frame.tick !== this.#tick + 1) {
      throw new RealmError("FRAME_GAP", {
        detail: `room ${frame.room}: tick ${frame.tick} came after ${this.#tick}`,
      });
    }
    const stamp = this.#stampOf(frame.tick);
    this.#tick = frame.tick;
    this.#applyStructure(frame, stamp);
    this.#applyChanges(frame, stamp);
    for (const { slot, blob, bytes } of frame.blobs) {
      const type = this.#typeAt(slot);
      if (equalBytes(this.blobs[blob]![slot], bytes)) continue;
      this.blobs[blob]![slot] = bytes;
      this.changes.blob(type, slot, blob, stamp);
    }
    if (frame.key) this.#typeBefore.fill(0);
    this.#applySeats(frame);
    if (this.#history > 0) this.#remember();
  }

  type(slot: number): CompiledEntity | undefined {
    return this.room.entities[this.typeOf[slot]! - 1];
  }

  /** The quantised value of a field at an earlier tick, or undefined when that is not remembered or another entity's. */
  at(tick: number, field: number, slot: number): number | undefined {
    if (tick > this.#tick || tick <= this.#tick - this.#history || tick < 0) return undefined;
    const index = (tick % this.#history) * this.#capacity + slot;
    if (this.typeOf[slot] === 0 || this.#ringGeneration[index] !== this.generationOf[slot]) {
      return undefined;
    }
    return this.#ring[field]![index];
  }

  /** Slots within a distance of a point, given as its square, and after them those without a place. */
  near(x: number, y: number, distance2: number, out: Int32Array): number {
    this.place();
    let n = this.#grid === undefined ? 0 : this.#grid.within(x, y, distance2, out);
    for (let i = 0; i < this.#placelessCount; i++) out[n++] = this.#placeless[i]!;
    return n;
  }

  /** Every slot in use. */
  all(out: Int32Array): number {
    let n = 0;
    for (let slot = 0; slot < this.#high; slot++) if (this.typeOf[slot] !== 0) out[n++] = slot;
    return n;
  }

  /** Where a slot is, in world units; 0 for one without a place. */
  x(slot: number): number {
    const place = this.#places[this.typeOf[slot]! - 1];
    return place === undefined || place.x < 0
      ? 0
      : place.minX + this.now[place.x]![slot]! * place.stepX;
  }

  y(slot: number): number {
    const place = this.#places[this.typeOf[slot]! - 1];
    return place === undefined || place.x < 0
      ? 0
      : place.minY + this.now[place.y]![slot]! * place.stepY;
  }

  #applyStructure(frame: Frame, stamp: number): void {
    const { leaves, enters, relations } = frame;
    for (let i = 0; i < leaves.length; i++) {
      const slot = leaves.at(i);
      this.typeOf[slot] = 0;
      this.changes.structure(slot, stamp);
      for (const column of this.blobs) column[slot] = undefined;
    }
    for (let i = 0; i < enters.length; i += enterStride) {
      const slot = enters.at(i);
      const type = enters.at(i + 1);
      if (slot < 0 || slot >= slotsMax || type < 0 || type >= this.room.entities.length) {
        throw new RealmError("DECODE_INVALID", { detail: `slot ${slot} of type ${type}` });
      }
      while (slot >= this.#capacity) this.#grow();
      this.#high = Math.max(this.#high, slot + 1);
      // After a keyframe most entities are still the ones that were there.
      if (
        this.#typeBefore[slot] !== enters.at(i + 1) + 1 ||
        this.generationOf[slot] !== enters.at(i + 2)
      ) {
        for (const column of this.blobs) column[slot] = undefined;
        this.changes.enter(slot, stamp);
      }
      this.changes.structure(slot, stamp);
      this.typeOf[slot] = enters.at(i + 1) + 1;
      this.generationOf[slot] = enters.at(i + 2);
      this.#relate(slot, enters.at(i + 3), enters.at(i + 4), enters.at(i + 5), enters.at(i + 6));
    }
    for (let i = 0; i < relations.length; i += relationStride) {
      const slot = relations.at(i);
      this.changes.structure(slot, stamp);
      this.#relate(
        slot,
        relations.at(i + 1),
        relations.at(i + 2),
        relations.at(i + 3),
        relations.at(i + 4),
      );
    }
  }

  /** The stamp of a tick; moves the origin where it would have none. */
  #stampOf(tick: number): number {
    const stamp = tick - this.#origin;
    if (stamp >= 0 && stamp <= stampMax) return stamp;
    const origin = Math.max(0, tick - stampAfterMove);
    this.changes.moveBack(origin - this.#origin);
    this.#origin = origin;
    return tick - origin;
  }

  #relate(slot: number, owner: number, team: number, seat: number, audience: number): void {
    this.ownerOf[slot] = owner;
    this.teamOf[slot] = team;
    this.seatOf[slot] = seat;
    this.audienceOf[slot] = audience;
  }

  #applyChanges(frame: Frame, stamp: number): void {
    const words = frame.changes.items;
    let i = 0;
    while (i < frame.changes.length) {
      const slot = words[i++]!;
      const type = this.#typeAt(slot);
      let mask = words[i++]!;
      let differs = 0;
      while (mask !== 0) {
        const bit = mask & -mask;
        mask &= mask - 1;
        const column = this.now[31 - Math.clz32(bit)]!;
        const value = words[i++]!;
        if (column[slot] === value) continue;
        column[slot] = value;
        differs |= bit;
      }
      this.changes.fixed(type, slot, differs, stamp);
    }
  }

  /** Type of the entity in a slot. A frame that changes nothing's fields is none of this stream. */
  #typeAt(slot: number): number {
    const type = this.typeOf[slot];
    if (type === undefined || type === 0) {
      throw new RealmError("DECODE_INVALID", { detail: `a change of nothing in slot ${slot}` });
    }
    return type - 1;
  }

  #applySeats(frame: Frame): void {
    for (const info of frame.seats) {
      if (info.gone) continue;
      const view = this.#seat(info.seat);
      view.entity = info.entity;
      view.team = info.team;
      view.viewpoint = info.viewpoint;
      view.x = info.x;
      view.y = info.y;
    }
    for (let i = 0; i < frame.served.length; i += 2) {
      // sequence numbers have 32 bits, of which a list of int32 makes the highest a sign
      this.#seat(frame.served.at(i)).served = frame.served.at(i + 1) >>> 0;
    }
    for (let i = 0; i < frame.pins.length; i += 3) {
      const { pins } = this.#seat(frame.pins.at(i));
      if (frame.pins.at(i + 2) === 1) pins.add(frame.pins.at(i + 1));
      else pins.delete(frame.pins.at(i + 1));
    }
    this.#applyPrecise(frame);
    for (const { seat, version, value } of frame.documents) {
      if (seat < 0) this.shared = { version, value };
      else this.#seat(seat).document = { version, value };
    }
    // last, so that nothing of the same frame makes it anew
    for (const info of frame.seats) {
      if (!info.gone) continue;
      this.seats.delete(info.seat);
      this.seatsVersion++;
    }
  }

  #applyPrecise(frame: Frame): void {
    const { items, length } = frame.precise;
    let i = 0;
    while (i < length) {
      const view = this.#seat(items[i++]!);
      const count = items[i++]!;
      if (view.precise.length !== count) view.precise = new Float64Array(count);
      for (let f = 0; f < count; f++) view.precise[f] = items[i++]!;
    }
  }

  #seat(seat: number): SeatView {
    let view = this.seats.get(seat);
    if (view === undefined) {
      view = newSeatView();
      this.seats.set(seat, view);
      this.seatsVersion++;
    }
    return view;
  }

  #clear(stamp: number): void {
    this.#typeBefore.set(this.typeOf);
    this.typeOf.fill(0);
    this.changes.structures(stamp);
    this.seats.clear();
    this.seatsVersion++;
    this.shared = undefined;
    this.#high = 0;
    this.#gridTick = -1;
    this.#ringGeneration.fill(0);
  }

  #remember(): void {
    const base = (this.#tick % this.#history) * this.#capacity;
    for (let f = 0; f < this.now.length; f++) {
      this.#ring[f]!.set(this.now[f]!.subarray(0, this.#high), base);
    }
    this.#ringGeneration.set(this.generationOf.subarray(0, this.#high), base);
  }

  #grow(): void {
    const old = this.#capacity;
    const size = grown(old, slotsMax + 1);
    this.#capacity = size;
    for (let f = 0; f < this.now.length; f++) {
      this.now[f] = longer(this.now[f]!, size);
      this.#ring[f] = widened(this.#ring[f]!, new Int32Array(size * this.#history), old, size);
    }
    const generations = new Uint16Array(size * this.#history);
    this.#ringGeneration = widened(this.#ringGeneration, generations, old, size);
    this.changes.grow(size);
    this.typeOf = longer(this.typeOf, size);
    this.#typeBefore = longer(this.#typeBefore, size);
    this.generationOf = longer(this.generationOf, size);
    this.ownerOf = longer(this.ownerOf, size);
    this.teamOf = longer(this.teamOf, size);
    this.seatOf = longer(this.seatOf, size);
    this.audienceOf = longer(this.audienceOf, size);
    this.xs = longer(this.xs, size);
    this.ys = longer(this.ys, size);
    this.#placed = new Int32Array(size);
    this.#placeless = new Int32Array(size);
  }

  /** Brings `xs`, `ys` and the grid up to date; once per tick. */
  place(): void {
    if (this.#gridTick === this.#tick) return;
    this.#gridTick = this.#tick;
    let placed = 0;
    this.#placelessCount = 0;
    for (let slot = 0; slot < this.#high; slot++) {
      const place = this.#places[this.typeOf[slot]! - 1];
      if (place === undefined) continue;
      if (place.x < 0) {
        this.#placeless[this.#placelessCount++] = slot;
        this.xs[slot] = this.ys[slot] = NaN;
        continue;
      }
      this.xs[slot] = place.minX + this.now[place.x]![slot]! * place.stepX;
      this.ys[slot] = place.minY + this.now[place.y]![slot]! * place.stepY;
      this.#placed[placed++] = slot;
    }
    this.#grid?.build(this.#placed, placed, this.xs, this.ys);
  }
}

/** Which fields place a type's entities, and what a quantum of them is. */
interface Place {
  /** -1: the type has no place. */
  readonly x: number;
  readonly y: number;
  readonly minX: number;
  readonly minY: number;
  readonly stepX: number;
  readonly stepY: number;
}

function placeOf(type: CompiledEntity): Place {
  const x = type.fixed[type.xField]?.spec;
  const y = type.fixed[type.yField]?.spec;
  if (x?.kind !== "position" || y?.kind !== "position") {
    return { x: -1, y: -1, minX: 0, minY: 0, stepX: 0, stepY: 0 };
  }
  return {
    x: type.xField,
    y: type.yField,
    minX: x.min,
    minY: y.min,
    stepX: x.step,
    stepY: y.step,
  };
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a === undefined || a.length !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Copies rows of `old` numbers into rows of `size`. */
function widened<A extends Int32Array | Uint16Array>(from: A, to: A, old: number, size: number): A {
  for (let row = 0; row * old < from.length; row++) {
    to.set(from.subarray(row * old, (row + 1) * old), row * size);
  }
  return to;
}
