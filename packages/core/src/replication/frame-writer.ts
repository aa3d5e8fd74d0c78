import type { EntityDefinition, EntityId, EventDefinition } from "@realmwright/protocol";
import { limits, RealmError } from "@realmwright/protocol";
import { BitWriter, type CompiledStruct } from "@realmwright/protocol/internal";
import type { JsonPatch } from "../documents/json-patch.ts";
import type { EmitTarget, EntityBase, Point } from "../game/room.ts";
import {
  audienceAll,
  audienceNear,
  audienceOwner,
  audienceSeat,
  audienceTeam,
} from "../world/audience.ts";
import { generationOf, slotOf } from "../world/entity-id.ts";
import type { World } from "../world/world.ts";
import { Frame } from "./frame.ts";
import type { Mirror } from "./mirror.ts";
import { typeDiffs, type TypeDiff } from "./room-diff.ts";
import type { SeatView } from "./seat-view.ts";
import { fillKeyframe } from "./keyframe.ts";

/** What the room says of a seat. */
export interface SeatInfo {
  /** The entity that it steers, 0 for none. */
  readonly entity: EntityId;
  readonly team: number;
}

interface SeatState extends SeatInfo {
  readonly view: EntityId | Point | undefined;
}

/**
 * The authority's end of the stream: compares the world with the room's mirror, once per tick, and tells the difference.
 * Between two `write`s the room says what else happened.
 */
export class FrameWriter {
  readonly #world: World;
  readonly #mirror: Mirror;
  readonly #predicted: EntityDefinition | undefined;
  readonly #types: TypeDiff[];
  readonly #events = new Map<string, CompiledStruct>();
  readonly #seats = new Map<number, SeatState>();
  readonly #dirtySeats = new Set<number>();
  readonly #pins = new Map<number, Set<EntityId>>();
  readonly #frames = [new Frame(), new Frame(), new Frame()] as const;
  #writes = 0;
  /** The frame that gathers what happens before the next write. */
  #next: Frame = this.#frames[0];
  readonly #bits = new BitWriter(256);
  #blobVersions: Int32Array[];
  /** Fields to send, by slot; all bits for an entity that enters. */
  #masks = new Int32Array(64);
  /** 1: the entity enters with this frame. */
  #entering = new Uint8Array(64);
  /** Quanta of this tick, by field and slot. */
  readonly #quanta: Int32Array[] = [];
  /** Slots in use, by type. */
  readonly #slots: Int32Array[];
  readonly #counts: Int32Array;

  constructor(world: World, mirror: Mirror, predicted?: EntityDefinition) {
    this.#world = world;
    this.#mirror = mirror;
    this.#predicted = predicted;
    this.#types = typeDiffs(world, mirror.room);
    for (const event of mirror.room.events) this.#events.set(event.name, event);
    this.#blobVersions = world.blobVersions.map((column) => new Int32Array(column.length));
    this.#slots = this.#types.map(() => new Int32Array(64));
    this.#counts = new Int32Array(this.#types.length);
    for (const _ of mirror.now) this.#quanta.push(new Int32Array(64));
  }

  /**
   * Throws `LIMIT_REACHED` above the limit per tick, `GAME_INVALID` for one that the room does not list, and `ENTITY_GONE` for
   * one at an entity that was despawned in an earlier tick: its slot may be another's by now.
   */
  event(definition: EventDefinition, data: object, to: EmitTarget): void {
    const compiled = this.#events.get(definition.name);
    if (compiled === undefined) throw unknownEvent(definition.name);
    const { events } = this.#next;
    if (events.length >= limits.eventsPerTick.value)
      throw new RealmError("LIMIT_REACHED", { detail: "events of one tick" });
    const place = { event: compiled.index, data, x: 0, y: 0, target: -1, bonds: undefined };
    if (to === "all") events.push({ ...place, audience: audienceAll });
    else if ("team" in to) events.push({ ...place, audience: audienceTeam, target: to.team });
    else if ("seat" in to) events.push({ ...place, audience: audienceSeat, target: to.seat.seat });
    else if ("owner" in to) {
      events.push({ ...place, audience: audienceOwner, target: to.owner.owner });
    } else if (isEntity(to.near)) {
      const { id } = to.near;
      const slot = slotOf(id);
      if (this.#world.generationOf[slot] !== generationOf(id)) {
        const detail = `event "${definition.name}" at entity ${id}, despawned in an earlier tick`;
        throw new RealmError("ENTITY_GONE", { detail });
      }
      const { x, y } = this.#place(slot);
      const bonds = {
        generation: generationOf(id),
        owner: -1,
        team: 0,
        seat: -1,
        audience: 0,
      };
      events.push({ ...place, audience: audienceNear, target: slot, x, y, bonds });
    } else {
      events.push({ ...place, audience: audienceNear, x: to.near.x, y: to.near.y });
    }
  }

  /** The newest input of the predicted kind that was applied for a seat. */
  served(seat: number, seq: number): void {
    this.#next.served.push(seat);
    this.#next.served.push(seq);
  }

  /** The answer to one other input; no code: accepted. */
  confirm(seat: number, seq: number, code: string | undefined, text?: string): void {
    this.#next.confirms.push({ seat, seq, code, text });
  }

  /** A seat that is new or has changed; undefined when it is gone. */
  seat(seat: number, info: SeatInfo | undefined): void {
    if (info === undefined) {
      this.#seats.delete(seat);
      this.#pins.delete(seat);
    } else {
      this.#seats.set(seat, { ...info, view: this.#seats.get(seat)?.view });
    }
    this.#dirtySeats.add(seat);
  }

  /** What a seat looks from; undefined: its own entity. */
  viewpoint(seat: number, at: EntityId | Point | undefined): void {
    const state = this.#seats.get(seat);
    if (state === undefined) return;
    this.#seats.set(seat, { ...state, view: at });
    this.#dirtySeats.add(seat);
  }

  pin(seat: number, id: EntityId, on: boolean): void {
    const pins = this.#pins.get(seat) ?? new Set();
    this.#pins.set(seat, pins);
    if (on === pins.has(id)) return;
    if (on) pins.add(id);
    else pins.delete(id);
    this.#pinFrame(seat, id, on);
  }

  /** A change of a document; seat -1 is the shared one. */
  document(seat: number, version: number, value: object, patch: JsonPatch): void {
    this.#next.documents.push({ seat, version, value, patch });
  }

  /**
   * Compares, applies the frame to the mirror and answers it. The frame stays as it is until the second write after this one.
   *
   * @param tick one more than that of the write before.
   */
  write(room: string, epoch: number, tick: number, send: boolean): Frame {
    const frame = this.#next;
    this.#next = this.#frames[++this.#writes % 3]!;
    this.#next.clear();
    frame.room = room;
    frame.epoch = epoch;
    frame.tick = tick;
    frame.send = send;
    // Nothing precedes the first frame of a room.
    frame.key = this.#mirror.tick < 0;
    if (frame.key) frame.tick = tick;
    this.#structure(frame);
    this.#fields(frame);
    this.#blobs(frame);
    this.#unpinGone(frame);
    this.#bind(frame);
    this.#seatViews(frame);
    this.#precise(frame);
    this.#mirror.apply(frame);
    return frame;
  }

  /** The mirror as a frame from nothing, for a reader that comes late. */
  keyframe(room: string, epoch: number): Frame {
    const frame = new Frame();
    frame.room = room;
    frame.epoch = epoch;
    fillKeyframe(frame, this.#mirror);
    return frame;
  }

  /** Says of the entities at which events happen who may see them. */
  #bind(frame: Frame): void {
    const { ownerOf, teamOf, seatOf, audienceOf } = this.#world;
    for (const { bonds, target } of frame.events) {
      if (bonds === undefined) continue;
      bonds.owner = ownerOf[target]!;
      bonds.team = teamOf[target]!;
      bonds.seat = seatOf[target]!;
      bonds.audience = audienceOf[target]!;
    }
  }

  #structure(frame: Frame): void {
    const { typeOf, generationOf, ownerOf, teamOf, seatOf, audienceOf } = this.#world;
    const mirror = this.#mirror;
    const high = Math.max(this.#world.high, mirror.high);
    if (this.#masks.length < high) this.#reserve(Math.max(this.#world.capacity, high));
    this.#counts.fill(0);
    for (let slot = 0; slot < high; slot++) {
      const type = slot < this.#world.high ? typeOf[slot]! : 0;
      const shown = slot < mirror.high ? mirror.typeOf[slot]! : 0;
      const same = type === shown && generationOf[slot] === mirror.generationOf[slot];
      if (shown !== 0 && !(same && type !== 0)) frame.leaves.push(slot);
      if (type === 0) continue;
      this.#slots[type - 1]![this.#counts[type - 1]!++] = slot;
      if (shown === 0 || !same) {
        frame.enters.push(slot);
        frame.enters.push(type - 1);
        frame.enters.push(generationOf[slot]!);
        this.#relation(frame, slot, true);
        // All bits: every field of a new entity is sent.
        this.#masks[slot] = -1;
        this.#entering[slot] = 1;
        continue;
      }
      this.#masks[slot] = 0;
      this.#entering[slot] = 0;
      if (
        ownerOf[slot] !== mirror.ownerOf[slot] ||
        teamOf[slot] !== mirror.teamOf[slot] ||
        seatOf[slot] !== mirror.seatOf[slot] ||
        audienceOf[slot] !== mirror.audienceOf[slot]
      ) {
        frame.relations.push(slot);
        this.#relation(frame, slot, false);
      }
    }
  }

  #reserve(size: number): void {
    this.#masks = new Int32Array(size);
    this.#entering = new Uint8Array(size);
    for (let f = 0; f < this.#quanta.length; f++) this.#quanta[f] = new Int32Array(size);
    for (let t = 0; t < this.#slots.length; t++) this.#slots[t] = new Int32Array(size);
  }

  #relation(frame: Frame, slot: number, enters: boolean): void {
    const list = enters ? frame.enters : frame.relations;
    list.push(this.#world.ownerOf[slot]!);
    list.push(this.#world.teamOf[slot]!);
    list.push(this.#world.seatOf[slot]!);
    list.push(this.#world.audienceOf[slot]!);
  }

  /** Column by column: quantise, compare, and mark what differs; then slot by slot: list it. */
  #fields(frame: Frame): void {
    const { values } = this.#world;
    const masks = this.#masks;
    for (const [t, diff] of this.#types.entries()) {
      const slots = this.#slots[t]!;
      const count = this.#counts[t]!;
      for (let f = 0; f < diff.fixed.length; f++) {
        const quanta = this.#quanta[f]!;
        const shown = this.#mirror.now[f]!;
        diff.quantisers[f]!(values[diff.fixed[f]!]!, slots, count, quanta);
        for (let i = 0; i < count; i++) {
          const slot = slots[i]!;
          if (quanta[slot] !== shown[slot]) masks[slot] = masks[slot]! | (1 << f);
        }
      }
      this.#listChanges(frame, slots, count, diff.fixed.length);
    }
  }

  #listChanges(frame: Frame, slots: Int32Array, count: number, fields: number): void {
    const { changes } = frame;
    const all = fields >= 32 ? -1 : (1 << fields) - 1;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const mask = this.#masks[slot]! & all;
      if (mask === 0) continue;
      changes.push(slot);
      changes.push(mask);
      for (let f = 0; f < fields; f++) {
        if ((mask >>> f) & 1) changes.push(this.#quanta[f]![slot]!);
      }
    }
  }

  #blobs(frame: Frame): void {
    const { typeOf, blobs, blobVersions, high } = this.#world;
    for (let b = 0; b < blobVersions.length; b++) {
      if (this.#blobVersions[b]!.length < blobVersions[b]!.length) {
        const longer = new Int32Array(blobVersions[b]!.length);
        longer.set(this.#blobVersions[b]!);
        this.#blobVersions[b] = longer;
      }
    }
    for (let slot = 0; slot < high; slot++) {
      const type = typeOf[slot]!;
      if (type === 0) continue;
      const diff = this.#types[type - 1]!;
      for (let w = 0; w < diff.blobs.length; w++) {
        const b = diff.blobs[w]!;
        const version = blobVersions[b]![slot]!;
        if (this.#entering[slot] === 0 && this.#blobVersions[b]![slot] === version) continue;
        this.#blobVersions[b]![slot] = version;
        this.#bits.reset();
        diff.wire.blobs[w]!.blob!.write(this.#bits, blobs[b]![slot]);
        frame.blobs.push({ slot, blob: w, bytes: this.#bits.toBytes() });
      }
    }
  }

  #seatViews(frame: Frame): void {
    if (frame.leaves.length > 0) this.#watchViewpoints();
    for (const seat of this.#dirtySeats) {
      const state = this.#seats.get(seat);
      if (state === undefined) {
        frame.seats.push({ seat, gone: true, entity: -1, team: 0, viewpoint: -1, x: 0, y: 0 });
        continue;
      }
      const entity = this.#world.isAlive(state.entity) ? slotOf(state.entity) : -1;
      const view = state.view ?? state.entity;
      const point = typeof view === "number" ? this.#lastPlace(seat, view) : view;
      const viewpoint = typeof view === "number" && this.#world.isAlive(view) ? slotOf(view) : -1;
      frame.seats.push({ seat, gone: false, entity, team: state.team, viewpoint, ...point });
    }
    this.#dirtySeats.clear();
  }

  /** A viewpoint that dies leaves its last place behind. */
  #watchViewpoints(): void {
    for (const [seat, state] of this.#seats) {
      const view = state.view ?? state.entity;
      const shown = this.#mirror.seats.get(seat);
      if (shown === undefined || typeof view !== "number") continue;
      if (shown.viewpoint >= 0 && !this.#world.isAlive(view)) this.#dirtySeats.add(seat);
    }
  }

  #lastPlace(seat: number, view: EntityId): Point {
    if (this.#world.isAlive(view)) return this.#place(slotOf(view));
    const shown: SeatView | undefined = this.#mirror.seats.get(seat);
    if (shown === undefined) return { x: 0, y: 0 };
    if (shown.viewpoint < 0) return { x: shown.x, y: shown.y };
    return { x: this.#mirror.x(shown.viewpoint), y: this.#mirror.y(shown.viewpoint) };
  }

  #place(slot: number): Point {
    const type = this.#world.room.entities[this.#world.typeOf[slot]! - 1];
    if (type === undefined || type.xField < 0) return { x: 0, y: 0 };
    return {
      x: this.#world.values[type.xField]![slot]!,
      y: this.#world.values[type.yField]![slot]!,
    };
  }

  /** A despawned entity is unpinned before its slot can have another tenant. */
  #unpinGone(frame: Frame): void {
    if (frame.leaves.length + frame.enters.length + frame.pins.length === 0) return;
    for (const [seat, pins] of this.#pins) {
      for (const id of pins) {
        if (this.#world.isAlive(id)) continue;
        pins.delete(id);
        frame.pins.push(seat);
        frame.pins.push(slotOf(id));
        frame.pins.push(0);
      }
    }
  }

  #pinFrame(seat: number, id: EntityId, on: boolean): void {
    this.#next.pins.push(seat);
    this.#next.pins.push(slotOf(id));
    this.#next.pins.push(on ? 1 : 0);
  }

  #precise(frame: Frame): void {
    if (this.#predicted === undefined) return;
    for (const [seat, { entity }] of this.#seats) {
      if (!this.#world.isAlive(entity)) continue;
      const slot = slotOf(entity);
      const diff = this.#types[this.#world.typeOf[slot]! - 1]!;
      if (diff.world.name !== this.#predicted.name || diff.precise.length === 0) continue;
      if (!this.#preciseChanged(seat, slot, diff.precise)) continue;
      const { precise } = frame;
      let at = precise.extend(diff.precise.length + 2);
      precise.items[at++] = seat;
      precise.items[at++] = diff.precise.length;
      for (let i = 0; i < diff.precise.length; i++) {
        precise.items[at++] = this.#world.values[diff.precise[i]!]![slot]!;
      }
    }
  }

  #preciseChanged(seat: number, slot: number, fields: Int32Array): boolean {
    const known = this.#mirror.seats.get(seat)?.precise;
    if (known === undefined || known.length !== fields.length) return true;
    for (let i = 0; i < fields.length; i++) {
      if (known[i] !== this.#world.values[fields[i]!]![slot]) return true;
    }
    return false;
  }
}

function unknownEvent(name: string): RealmError {
  return new RealmError("GAME_INVALID", { detail: `the room lists no event "${name}"` });
}

function isEntity(at: EntityBase | Point): at is EntityBase {
  return "id" in at && typeof at.id === "number" && generationOf(at.id) > 0;
}
