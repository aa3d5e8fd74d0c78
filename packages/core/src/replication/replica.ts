import { RealmError } from "@realmwright/protocol";
import {
  Problems,
  type BitReader,
  type CompiledField,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import { handleOf } from "./handle-table.ts";
import type { ReadableState } from "./readable-writer.ts";
import { ReplicaEntity } from "./replica-entity.ts";
import { preciseFields } from "./room-diff.ts";
import { SnapshotReader } from "./snapshot-reader.ts";
import { layoutRoom, type RoomLayout } from "./type-layout.ts";

/** What a client knows of a room, kept by the snapshots that it receives. */
export class Replica {
  readonly room: CompiledRoom;
  readonly layout: RoomLayout;
  /** The member's own entity, undefined while it has none in sight. */
  self: ReplicaEntity | undefined;
  /** A new entity, all its fields in place. */
  onEnter: ((entity: ReplicaEntity) => void) | undefined;
  /** An entity that is no longer seen; it keeps its last values. */
  onLeave: ((entity: ReplicaEntity) => void) | undefined;
  /** An entity whose fields have changed; bit i of `changed` is the field with `index` i. */
  onUpdate: ((entity: ReplicaEntity, changed: number, tick: number) => void) | undefined;
  /** The member's own entity at full precision, after `seq` inputs: values in the order of `preciseFields`. */
  onSelf: ((entity: ReplicaEntity, precise: Float64Array, seq: number) => void) | undefined;
  /** A snapshot was applied whole. */
  onSnapshot: ((tick: number, seq: number) => void) | undefined;

  readonly #entities = new Map<number, ReplicaEntity>();
  readonly #byIndex: (ReplicaEntity | undefined)[] = [];
  readonly #reader: SnapshotReader;
  #tick = -1;
  #served = 0;
  #precise: Float64Array = new Float64Array(0);
  #selfChanged = false;

  /** @param room the wire description, from the descriptor. */
  constructor(
    room: CompiledRoom,
    options: { readonly tickRate: number; readonly sendRate: number },
  ) {
    this.room = room;
    this.layout = layoutRoom(room);
    const stride = Math.max(1, Math.round(options.tickRate / options.sendRate));
    this.#reader = new SnapshotReader(this, stride);
  }

  /** By handle. */
  get entities(): ReadonlyMap<number, ReplicaEntity> {
    return this.#entities;
  }

  /** Tick of the newest snapshot, -1 before the first. */
  get tick(): number {
    return this.#tick;
  }

  /** Newest predicted input that the authority has applied. */
  get ackedSeq(): number {
    return this.#served;
  }

  /** Precise values of the own entity's lossy fields, in the order of `preciseFields`. */
  get precise(): Float64Array {
    return this.#precise;
  }

  /** Takes a binary snapshot. Throws DECODE_*: the stream is broken then, and the client must rejoin. */
  applyBinary(bits: BitReader): void {
    this.#reader.read(bits);
    this.#finish();
  }

  /** Takes a readable snapshot. Throws DECODE_INVALID. */
  applyReadable(snapshot: ReadableState): void {
    this.begin(snapshot.tick);
    if (snapshot.seq !== undefined) this.serve(snapshot.seq);
    for (const handle of snapshot.leave ?? []) this.removeHandle(handle);
    for (const entry of snapshot.enter ?? []) this.#enterReadable(entryOf(entry));
    for (const entry of snapshot.update ?? []) this.#updateReadable(entryOf(entry));
    if (snapshot.self !== undefined) this.#selfReadable(snapshot.self);
    this.#finish();
  }

  /** Forgets everything. */
  clear(): void {
    for (const entity of this.#entities.values()) this.onLeave?.(entity);
    this.#entities.clear();
    this.#byIndex.length = 0;
    this.self = undefined;
    this.#precise = new Float64Array(0);
    this.#served = 0;
    this.#tick = -1;
  }

  /** For the reader: a snapshot of this tick begins. */
  begin(tick: number): void {
    this.#tick = tick;
  }

  serve(seq: number): void {
    this.#served = seq;
    this.#selfChanged = true;
  }

  /** For the reader: the entity at an index, or undefined. */
  at(index: number): ReplicaEntity | undefined {
    return this.#byIndex[index];
  }

  get highIndex(): number {
    return this.#byIndex.length;
  }

  /** For the reader: puts a new entity at its index. Its fields follow, then `entered`. */
  add(index: number, generation: number, type: number, relation: number): ReplicaEntity {
    const layout = this.layout.types[type];
    if (layout === undefined || this.#byIndex[index] !== undefined) {
      throw new RealmError("DECODE_INVALID", { detail: `enter of type ${type} at ${index}` });
    }
    const handle = handleOf(index, generation);
    const entity = new ReplicaEntity(handle, layout, this.layout, relation, this.#tick);
    while (this.#byIndex.length < index) this.#byIndex.push(undefined);
    this.#byIndex[index] = entity;
    this.#entities.set(handle, entity);
    return entity;
  }

  entered(entity: ReplicaEntity): void {
    this.onEnter?.(entity);
  }

  remove(index: number): void {
    const entity = this.#byIndex[index];
    if (entity === undefined) {
      throw new RealmError("DECODE_INVALID", { detail: `leave of nothing at ${index}` });
    }
    this.#byIndex[index] = undefined;
    this.#entities.delete(entity.id);
    while (this.#byIndex.length > 0 && this.#byIndex.at(-1) === undefined) this.#byIndex.pop();
    if (this.self === entity) {
      this.self = undefined;
      this.#precise = new Float64Array(0);
    }
    this.onLeave?.(entity);
  }

  removeHandle(handle: number): void {
    // of a readable message it may be anything, even what can not be made a number
    const index = typeof handle === "number" ? (handle - 1) & 1_023 : -1;
    if (index < 0 || this.#byIndex[index]?.id !== handle) {
      throw new RealmError("DECODE_INVALID", { detail: "leave of an unknown handle" });
    }
    this.remove(index);
  }

  updated(entity: ReplicaEntity, changed: number): void {
    entity.updatedTick = this.#tick;
    this.onUpdate?.(entity, changed, this.#tick);
  }

  /** For the reader: the own entity; the answer is to be filled with its precise values. */
  setSelf(handle: number): Float64Array {
    const entity = handle === 0 ? undefined : this.#entities.get(handle);
    if (handle !== 0 && entity === undefined) {
      throw new RealmError("DECODE_INVALID", { detail: `self ${handle} was not sent` });
    }
    this.#selfChanged = true;
    if (entity !== this.self) {
      const count = entity === undefined ? 0 : preciseFields(entity.compiled).length;
      this.#precise = new Float64Array(count);
    }
    this.self = entity;
    return this.#precise;
  }

  #finish(): void {
    if (this.#selfChanged && this.self !== undefined) {
      this.onSelf?.(this.self, this.#precise, this.#served);
    }
    this.#selfChanged = false;
    this.onSnapshot?.(this.#tick, this.#served);
  }

  #enterReadable(entry: Readonly<Record<string, unknown>>): void {
    const { id, type } = entry;
    const compiled = typeof type === "string" ? this.room.entity(type) : undefined;
    if (!isHandle(id) || id === 0 || compiled === undefined) {
      throw new RealmError("DECODE_INVALID", { detail: "enter without id or type" });
    }
    const relation = entry["owner"] === true ? 5 : 1;
    const entity = this.add((id - 1) & 1_023, (id - 1) >>> 10, compiled.index, relation);
    this.#takeFields(entity, entry);
    this.entered(entity);
  }

  #updateReadable(entry: Readonly<Record<string, unknown>>): void {
    const entity = this.#entities.get(entry["id"] as number);
    if (entity === undefined) {
      throw new RealmError("DECODE_INVALID", { detail: "update of an unknown entity" });
    }
    this.updated(entity, this.#takeFields(entity, entry));
  }

  #takeFields(entity: ReplicaEntity, entry: Readonly<Record<string, unknown>>): number {
    let changed = 0;
    const { type } = entity.layout;
    for (const [f, field] of type.fixed.entries()) {
      if (!Object.hasOwn(entry, field.name)) continue;
      entity.set(f, quantumOf(field, entry[field.name]));
      changed |= 1 << field.index;
    }
    for (const [b, field] of type.blobs.entries()) {
      if (!Object.hasOwn(entry, field.name)) continue;
      const problems = new Problems();
      const value = field.blob!.check(entry[field.name], `/${field.name}`, problems);
      problems.throwIfAny("DECODE_INVALID");
      entity.blobs[b] = value;
      changed |= 1 << field.index;
    }
    return changed;
  }

  #selfReadable(self: Readonly<Record<string, unknown>>): void {
    const { id } = self;
    if (!isHandle(id)) throw new RealmError("DECODE_INVALID", { detail: "self without id" });
    const precise = this.setSelf(id);
    if (this.self === undefined) return;
    const { compiled } = this.self;
    for (const [i, f] of preciseFields(compiled).entries()) {
      const value = self[compiled.fixed[f]!.name];
      if (typeof value === "number") precise[i] = value;
    }
  }
}

/** An entry of a readable snapshot, whose lists hold any JSON. */
function entryOf(entry: unknown): Readonly<Record<string, unknown>> {
  if (typeof entry === "object" && entry !== null) return entry as Record<string, unknown>;
  throw new RealmError("DECODE_INVALID", { detail: "an entry that is no object" });
}

/** Handles have 16 bits; 0 stands for none. */
function isHandle(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}

function quantumOf(field: CompiledField, value: unknown): number {
  if (field.isRef) {
    if (isHandle(value)) return value;
    throw new RealmError("DECODE_INVALID", { detail: `${field.name} is no handle` });
  }
  try {
    return field.fixed!.quantise(field.fromGame(value));
  } catch (cause) {
    throw new RealmError("DECODE_INVALID", { detail: `${field.name} is of another kind`, cause });
  }
}
