import type { EntityId } from "@realmwright/protocol";
import type { BitWriter } from "@realmwright/protocol/internal";
import type { InterestOptions } from "../game/definition.ts";
import { interestRules, type InterestRules } from "../interest/interest-rules.ts";
import { sortNearest } from "../interest/nearest.ts";
import { permits } from "../world/audience.ts";
import { ClientInterest } from "./client-interest.ts";
import { entityId, generationOf, slotOf } from "../world/entity-id.ts";
import type { FrameEvent } from "./frame.ts";
import { HandleTable } from "./handle-table.ts";
import type { Mirror } from "./mirror.ts";
import { ReadableWriter, type ReadableState } from "./readable-writer.ts";
import { noValues, type SeatView } from "./seat-view.ts";
import { emptySnapshotBits, SnapshotWriter } from "./snapshot-writer.ts";
import type { TypeLayout } from "./type-layout.ts";
import { UpdateCache } from "./update-cache.ts";
import { isDense } from "./update-stream.ts";

export interface ClientViewOptions {
  readonly seat: number;
  readonly spectator: boolean;
  /** Undefined: the client sees everything. */
  readonly interest: InterestOptions | undefined;
  readonly tickRate: number;
  readonly sendRate: number;
  /** Any number; spreads the work of many clients over the sends. */
  readonly phase: number;
}

/** Weight of the wait of a change, by tier: nearer ones come first when bytes are short. */
const tierWeights = [1, 0.5, 0.25] as const;
/** Weight of one's own entity. */
const ownWeight = 8;

/** About what an update's index takes where few are updated. */
const gapBits = 5;
/** Bits that an update is taken to cost in words. */
const readableUpdateBits = 24;

/**
 * What one member's client holds, and what it is to be told next. Lives at the edge, one per membership. A send is
 * `prepare` (what left, what enters, what is updated, within the byte budget) and one of the writers.
 */
export class ClientView {
  readonly mirror: Mirror;
  readonly seat: number;
  readonly spectator: boolean;
  readonly handles: HandleTable;
  readonly rules: InterestRules;
  /** Where the updates are encoded. */
  readonly cache: UpdateCache;
  /** Nothing was sent yet: the next snapshot begins from nothing. */
  fresh = true;
  /** Tick of the snapshot before. */
  lastTick = 0;
  /** Served sequence number that the client knows. */
  lastServed = 0;
  /** Own entity's handle that the client knows, and its precise values. */
  lastSelf = 0;
  lastPrecise: Float64Array = noValues;

  readonly #interest: ClientInterest;
  readonly #binary: SnapshotWriter;
  readonly #readable: ReadableWriter;
  readonly #phase: number;
  /** What was sent above the budget is made up for, but for no more than a second: what can not be helped may go on for long. */
  readonly #debtMost: number;
  #sends = 0;
  #origin = 0;
  #tokens: number;
  #tokensAfterEnters = 0;
  #deferred = 0;
  /** Most of what the client holds was updated in the send before. */
  #isBusy = false;
  /** Work space of `#fitBudget`. */
  #order: Int32Array = new Int32Array(0);
  #urgencies: Float64Array = new Float64Array(0);

  constructor(mirror: Mirror, options: ClientViewOptions) {
    this.mirror = mirror;
    this.seat = options.seat;
    this.spectator = options.spectator;
    this.rules = interestRules(options.interest, options.tickRate, options.sendRate);
    this.handles = new HandleTable(mirror.layout);
    const stride = Math.max(1, Math.round(options.tickRate / options.sendRate));
    mirror.updates ??= new UpdateCache(mirror, stride);
    this.cache = mirror.updates;
    const { leaves } = this.cache;
    this.#interest = new ClientInterest(mirror, options.seat, this.rules, this.handles, leaves);
    this.#phase = options.phase;
    // What a client sees first may come at once.
    this.#tokens = Math.max(16_384, this.rules.bytesPerSend * 2);
    this.#debtMost = this.rules.bytesPerSend * options.sendRate;
    this.#binary = new SnapshotWriter(this, stride);
    this.#readable = new ReadableWriter(this);
  }

  /** Entities that the client holds. */
  get visible(): number {
    return this.handles.count;
  }

  /** Updates that waited in the last send because bytes were short. */
  get deferred(): number {
    return this.#deferred;
  }

  /** What the mirror says of the member's seat. */
  get seatView(): SeatView {
    return this.#interest.seatView;
  }

  /** Whether an event is for this client. */
  receives(event: FrameEvent): boolean {
    return this.#interest.receives(event);
  }

  /** What the member is to an entity: near 1, team 2, owner 4, seat 8. */
  relation(slot: number): number {
    return this.#interest.relation(slot);
  }

  /** The client's handle of an entity, 0 when it does not hold it. */
  handleOf(id: EntityId): number {
    if (id <= 0) return 0;
    const index = this.handles.indexOf(slotOf(id));
    return index >= 0 && this.handles.entityAt[index] === generationOf(id)
      ? this.handles.handle(index)
      : 0;
  }

  /** The entity behind a client's handle; 0 when it was never sent or is gone, so that inputs naming it are refused. */
  idOf(handle: number): EntityId {
    const index = this.handles.indexOfHandle(handle);
    if (index < 0) return 0;
    const slot = this.handles.slotAt(index);
    const generation = this.handles.entityAt[index]!;
    return this.mirror.typeOf[slot] !== 0 && this.mirror.generationOf[slot] === generation
      ? entityId(slot, generation)
      : 0;
  }

  layout(index: number): TypeLayout {
    return this.mirror.layout.types[this.handles.typeAt[index]!]!;
  }

  /** Writes the next snapshot; false when it says nothing new (it is one byte then, and keeps the client's time). */
  writeBinary(out: BitWriter): boolean {
    this.#prepare(true);
    const before = out.bitLength;
    this.#binary.write(out);
    this.#spend(out.bitLength - before);
    return out.bitLength - before > emptySnapshotBits;
  }

  /** The next snapshot as a readable message, or undefined when there is nothing to say. */
  writeReadable(): ReadableState | undefined {
    this.#prepare(false);
    // Readable text is several times larger; the budget speaks of the same content in bits.
    const { updates, enters } = this.cache;
    this.#spend(updates.length * (readableUpdateBits / 2) + enters.length * 128);
    return this.#readable.write();
  }

  #prepare(isBinary: boolean): void {
    this.cache.begin();
    const { origin } = this.mirror;
    if (origin !== this.#origin) this.handles.moveBack(origin - this.#origin);
    this.#origin = origin;
    // What is left of the first burst is not topped up.
    const burst = this.rules.bytesPerSend * 2;
    if (this.#tokens < burst)
      this.#tokens = Math.min(burst, this.#tokens + this.rules.bytesPerSend);
    this.#interest.dropGone();
    const due = (this.#sends + this.#phase) % this.rules.period === 0;
    if (due || this.fresh) this.#interest.choose();
    this.#sends++;
    this.#admit();
    this.#collectUpdates(isBinary);
  }

  #spend(bits: number): void {
    this.#tokens = Math.max(-this.#debtMost, this.#tokens - ((bits + 7) >>> 3));
  }

  /** Lets pending entities in while the budget lasts. */
  #admit(): void {
    const { handles, mirror } = this;
    const { enters } = this.cache;
    let bytes = this.#tokens;
    let isFull = false;
    let kept = 0;
    const { pending, pendingGenerations } = this.#interest;
    const { items, length } = pending;
    for (let i = 0; i < length; i++) {
      const slot = items[i]!;
      const generation = pendingGenerations.at(i);
      if (mirror.generationOf[slot] !== generation) continue;
      if (mirror.typeOf[slot] === 0 || handles.indexOf(slot) >= 0) continue;
      const relation = this.relation(slot);
      if (!permits(mirror.audienceOf[slot]!, relation)) continue;
      const type = mirror.typeOf[slot]! - 1;
      const left = bytes - this.#enterBytes(slot, type);
      // One always comes in, however small the budget; none before one that is nearer.
      isFull ||= left < 0 && enters.length > 0;
      if (isFull) {
        pendingGenerations.items[kept] = generation;
        items[kept++] = slot;
        continue;
      }
      const index = handles.open(slot, generation, type, relation, mirror.stamp);
      if (index >= 0) {
        bytes = left;
        enters.push(index);
        continue;
      }
      pendingGenerations.items[kept] = generation;
      items[kept++] = slot;
    }
    pending.length = kept;
    pendingGenerations.length = kept;
    enters.sort();
    this.#tokensAfterEnters = bytes;
  }

  /** About what an enter takes in binary. */
  #enterBytes(slot: number, type: number): number {
    const { fixedBytes, type: compiled } = this.mirror.layout.types[type]!;
    let bytes = fixedBytes;
    for (let b = 0; b < compiled.blobs.length; b++)
      bytes += this.mirror.blobs[b]![slot]?.length ?? 0;
    return bytes;
  }

  #collectUpdates(isBinary: boolean): void {
    const { cache, handles } = this;
    const bitsMost = this.#tokensAfterEnters * 8;
    this.#deferred = 0;
    if (isBinary && this.#isBusy && cache.stream.write(this, bitsMost)) return;
    const coded = cache.collect(this);
    // as `writeReadable` counts them
    const bits = isBinary ? coded : (cache.updates.length >> 1) * readableUpdateBits;
    this.#isBusy = isDense(cache.updates.length >> 1, handles.high);
    if (cache.updates.length > 2 && bits > bitsMost) this.#fitBudget(bitsMost, isBinary);
  }

  /** Groups of references that this client would be told otherwise now. */
  changedRefs(index: number, slot: number, sight: number): number {
    const { handles, mirror } = this;
    const { refs } = mirror.layout.types[handles.typeAt[index]!]!.sights[sight]!;
    let changed = 0;
    for (let i = 0; i < refs.length; i++) {
      const { group, field, place } = refs[i]!;
      const handle = this.handleOf(mirror.now[field]![slot]!);
      if (handles.refs[index * mirror.layout.refMax + place] !== handle) changed |= 1 << group;
    }
    return changed;
  }

  /** The client is told of an entity's references in these groups as they are now. */
  noteRefs(index: number, groups: number): void {
    const { handles, mirror } = this;
    const type = mirror.layout.types[handles.typeAt[index]!]!;
    if (!type.hasRefs) return;
    const { refs } = type.sights[handles.sightAt[index]!]!;
    for (let i = 0; i < refs.length; i++) {
      const { group, field, place } = refs[i]!;
      if (((groups >>> group) & 1) === 0) continue;
      const handle = this.handleOf(mirror.now[field]![handles.slotAt(index)]!);
      handles.refs[index * mirror.layout.refMax + place] = handle;
    }
  }

  /** Keeps the updates that have waited longest, weighed, none before a more urgent one, while bytes are left; one always. */
  #fitBudget(bitsMost: number, isBinary: boolean): void {
    const { handles, mirror } = this;
    const { updates, entries } = this.cache;
    const { items } = updates;
    const own = this.seatView.entity;
    const count = updates.length >> 1;
    if (this.#order.length < count) {
      this.#order = new Int32Array(count * 2);
      this.#urgencies = new Float64Array(count * 2);
    }
    const order = this.#order;
    const urgencies = this.#urgencies;
    for (let i = 0; i < count; i++) {
      const index = items[i * 2]!;
      const weight =
        handles.slotAt(index) === own ? ownWeight : tierWeights[handles.tierAt(index)]!;
      order[i] = i;
      // the most urgent are to stand first
      urgencies[i] = -weight * (mirror.stamp - handles.sentAt(index));
    }
    sortNearest(order, urgencies, count);
    let left = bitsMost;
    let kept = 0;
    // A long one goes as soon as it is its turn, and what it takes too much is missing next time: were it to wait until it
    // fits, short ones would take what it waits for.
    for (; kept < count && (left > 0 || kept === 0); kept++) {
      const coded = entries[items[order[kept]! * 2 + 1]! + 2]! + gapBits;
      left -= isBinary ? coded : readableUpdateBits;
    }
    this.#deferred = count - kept;
    order.subarray(0, kept).sort();
    for (let i = 0; i < kept; i++) {
      items[i * 2] = items[order[i]! * 2]!;
      items[i * 2 + 1] = items[order[i]! * 2 + 1]!;
    }
    updates.length = kept * 2;
  }

  /** A field's value as this client is told it: entities by handle. */
  quantum(type: TypeLayout, field: number, slot: number): number {
    const q = this.mirror.now[field]![slot]!;
    return type.isRef[field] === 1 ? this.handleOf(q) : q;
  }
}
