import { longer } from "../world/columns.ts";
import { moveColumnBack, movedBack } from "./stamps.ts";
import type { RoomLayout } from "./type-layout.ts";

/** Entities that one client can hold; a handle's index takes ten bits. */
export const handlesMax = 1_023;
export const indexBits = 10;
/** Generations of a handle come round after 64 uses of its index. */
export const generationBits = 6;
/** A whole handle less one. */
export const handleBits: number = indexBits + generationBits;

/** The slot in a record of a free index; no entity has it. */
export const freeSlot = 0xffff;
export const tierShift = 16;
export const gapShift = 18;
export const gapMost = 0x3fff;
export const belowGap: number = (1 << gapShift) - 1;
/** A record without its tier. */
export const tierless: number = ~(3 << tierShift);

/** The number by which a client knows an entity; 1 to 65,536. */
export function handleOf(index: number, generation: number): number {
  return (generation << indexBits) + index + 1;
}

/**
 * What one client holds: for each handle index the entity behind it and the tick of which it was told. An index is used
 * again by a later entity, with the next generation; a handle (a positive number) is both together. Ticks are stamps of the
 * client's mirror.
 */
export class HandleTable {
  /**
   * Two numbers for each index, side by side since every send reads all of them: slot (16 bits, `freeSlot` for an index
   * that is free), tier (2), ticks from the enter or update before the newest to that one, 0 after an enter (14); then the
   * tick as of which the client knows the entity.
   */
  records: Int32Array = freeRecords(32);
  /** Generation of the handle; rises when the index is given out. */
  generationAt: Uint8Array = new Uint8Array(32);
  /** Generation of the entity in its slot. */
  entityAt: Uint16Array = new Uint16Array(32);
  typeAt: Uint8Array = new Uint8Array(32);
  relationAt: Uint8Array = new Uint8Array(32);
  /** The type's sight for that relation. */
  sightAt: Uint8Array = new Uint8Array(32);
  /** Tick of the enter. */
  enteredAt: Int32Array = new Int32Array(32);
  /** Handles last sent in fields that name entities: index * refMax + place. */
  refs: Int32Array;

  readonly #layout: RoomLayout;
  /** index + 1 by slot: open addressing with linear probing, at most half full. A list by slot would be kilobytes for each client, of which a send reads a few places far apart. */
  #places: Uint16Array = new Uint16Array(64);
  #high = 0;
  #count = 0;
  #lowestFree = 0;

  constructor(layout: RoomLayout) {
    this.#layout = layout;
    this.refs = new Int32Array(32 * layout.refMax);
  }

  get count(): number {
    return this.#count;
  }

  /** One above the highest index in use. */
  get high(): number {
    return this.#high;
  }

  /** The index behind which a slot is, -1 for none. */
  indexOf(slot: number): number {
    return this.#places[this.#placeOf(slot)]! - 1;
  }

  /** The slot behind an index, -1 for a free one. */
  slotAt(index: number): number {
    const slot = this.records[index * 2]! & freeSlot;
    return slot === freeSlot ? -1 : slot;
  }

  /** How often it is updated: every send (0), every second (1) or every fourth (2). */
  tierAt(index: number): number {
    return (this.records[index * 2]! >>> tierShift) & 3;
  }

  /** Tick as of which the client knows the entity. */
  sentAt(index: number): number {
    return this.records[index * 2 + 1]!;
  }

  /** The client was told of an entity as it is at this tick. */
  told(index: number, tick: number): void {
    const { records } = this;
    const gap = Math.min(tick - records[index * 2 + 1]!, gapMost);
    records[index * 2] = (records[index * 2]! & belowGap) | (gap << gapShift);
    records[index * 2 + 1] = tick;
  }

  /** The handle at an index in use. */
  handle(index: number): number {
    return handleOf(index, this.generationAt[index]!);
  }

  /** The index of a handle in use, -1 for any other number. */
  indexOfHandle(handle: number): number {
    if (!Number.isInteger(handle) || handle <= 0) return -1;
    const index = (handle - 1) & handlesMax;
    if (index >= this.#high || this.slotAt(index) < 0) return -1;
    return this.handle(index) === handle ? index : -1;
  }

  /** Gives the lowest free index to a slot; -1 when all are in use. */
  open(slot: number, entity: number, type: number, relation: number, tick: number): number {
    while (this.#lowestFree < this.#high && this.slotAt(this.#lowestFree) >= 0) this.#lowestFree++;
    const index = this.#lowestFree;
    if (index >= handlesMax) return -1;
    if (index >= this.generationAt.length) this.#grow();
    if (index >= this.#high) this.#high = index + 1;
    this.#places[this.#placeOf(slot)] = index + 1;
    this.records[index * 2] = slot;
    this.records[index * 2 + 1] = tick;
    this.generationAt[index] = (this.generationAt[index]! + 1) & (2 ** generationBits - 1);
    this.entityAt[index] = entity;
    this.typeAt[index] = type;
    this.relationAt[index] = relation;
    this.sightAt[index] = this.#layout.types[type]!.sightOf[relation]!;
    this.enteredAt[index] = tick;
    this.#count++;
    this.#lowestFree = index + 1;
    return index;
  }

  /** The mirror's origin has moved. */
  moveBack(by: number): void {
    for (let i = 1; i < this.records.length; i += 2) {
      this.records[i] = movedBack(this.records[i]!, by);
    }
    moveColumnBack(this.enteredAt, by);
  }

  close(index: number): void {
    this.#forget(this.slotAt(index));
    this.records[index * 2] = freeSlot;
    this.#count--;
    if (index < this.#lowestFree) this.#lowestFree = index;
    while (this.#high > 0 && this.slotAt(this.#high - 1) < 0) this.#high--;
  }

  /** Where a slot stands among the places, or the free one where it would. */
  #placeOf(slot: number): number {
    const places = this.#places;
    const last = places.length - 1;
    let place = homeOf(slot, last);
    for (let held = places[place]!; held !== 0; held = places[place]!) {
      if ((this.records[held * 2 - 2]! & freeSlot) === slot) return place;
      place = (place + 1) & last;
    }
    return place;
  }

  /** Frees a slot's place, and moves back those behind it that would no longer be found. */
  #forget(slot: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let gap = this.#placeOf(slot);
    for (let place = (gap + 1) & last; places[place] !== 0; place = (place + 1) & last) {
      const home = homeOf(this.slotAt(places[place]! - 1), last);
      if (((place - home) & last) < ((place - gap) & last)) continue;
      places[gap] = places[place]!;
      gap = place;
    }
    places[gap] = 0;
  }

  #grow(): void {
    const size = this.generationAt.length * 2;
    const records = freeRecords(size);
    records.set(this.records);
    this.records = records;
    this.generationAt = longer(this.generationAt, size);
    this.entityAt = longer(this.entityAt, size);
    this.typeAt = longer(this.typeAt, size);
    this.relationAt = longer(this.relationAt, size);
    this.sightAt = longer(this.sightAt, size);
    this.enteredAt = longer(this.enteredAt, size);
    this.refs = longer(this.refs, size * this.#layout.refMax);
    this.#places = new Uint16Array(size * 2);
    for (let index = 0; index < this.#high; index++) {
      const slot = this.slotAt(index);
      if (slot >= 0) this.#places[this.#placeOf(slot)] = index + 1;
    }
  }
}

/** Where a slot is looked for first, by Fibonacci hashing: neighbours lie far apart (Knuth, TAOCP 3, §6.4). */
function homeOf(slot: number, last: number): number {
  return (Math.imul(slot, 0x9e37_79b1) >>> 16) & last;
}

function freeRecords(size: number): Int32Array {
  const records = new Int32Array(size * 2);
  for (let i = 0; i < size; i++) records[i * 2] = freeSlot;
  return records;
}
