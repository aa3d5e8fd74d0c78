import { RealmError } from "@realmwright/protocol";
import { BitReader } from "@realmwright/protocol/internal";
import { generationBits, handleBits, handlesMax, indexBits } from "./handle-table.ts";
import type { Replica } from "./replica.ts";
import type { ReplicaEntity } from "./replica-entity.ts";
import { riceAge, riceAges, riceAtFirst, riceBits, riceIndexBits } from "./rice-table.ts";
import {
  codedRaw,
  codedRef,
  isChainedUpdate,
  predict,
  restored,
  type FieldGroup,
} from "./type-layout.ts";

/** Longest value of a field that is not a number, in bytes. */
const blobBytesMax = 4_096;

/** Reads what a `SnapshotWriter` wrote; keeps the same state. Wrong bytes throw DECODE_INVALID or DECODE_TRUNCATED. */
export class SnapshotReader {
  readonly #replica: Replica;
  readonly #stride: number;
  /** Parameters of the codes. */
  readonly #ks: Uint8Array;
  readonly #riceIndexBits: number;
  /** An entity's values before the update at hand, by predicted field. */
  readonly #lasts: Int32Array;
  readonly #blobBits = new BitReader();
  #bits: BitReader = this.#blobBits;

  constructor(replica: Replica, stride: number) {
    this.#replica = replica;
    this.#stride = stride;
    const { riceFields, predictedMax } = replica.layout;
    this.#ks = new Uint8Array(riceFields * riceAges).fill(riceAtFirst);
    this.#riceIndexBits = riceIndexBits(riceFields);
    this.#lasts = new Int32Array(predictedMax);
  }

  read(bits: BitReader): void {
    const replica = this.#replica;
    this.#bits = bits;
    // an edge leaves the seven zeros of an empty snapshot out
    if (bits.remaining === 0 && replica.tick >= 0) {
      replica.begin(replica.tick + this.#stride);
      return;
    }
    if (bits.bit()) {
      replica.clear();
      this.#ks.fill(riceAtFirst);
      replica.begin((bits.bits(32) >>> 0) + bits.bits(13) * 2 ** 32);
    } else {
      if (replica.tick < 0) throw invalid("the first snapshot is not from nothing");
      replica.begin(replica.tick + (bits.bit() ? bits.varint() : this.#stride));
    }
    if (bits.bit()) replica.serve((replica.ackedSeq + bits.rice(1)) >>> 0);
    if (bits.bit()) this.#leaves();
    if (bits.bit()) this.#enters();
    if (bits.bit()) this.#self();
    if (bits.bit()) this.#updates();
  }

  #leaves(): void {
    const count = this.#count(2);
    for (let i = 0; i < count; i++) this.#replica.remove(this.#bits.bits(indexBits));
  }

  #enters(): void {
    const bits = this.#bits;
    const count = this.#count(2);
    for (let i = 0; i < count; i++) {
      const index = bits.bits(indexBits);
      if (index >= handlesMax) throw invalid(`index ${index}`);
      const generation = bits.bits(generationBits);
      const type = bits.bits(this.#replica.layout.typeBits);
      const layout = this.#replica.layout.types[type];
      if (layout === undefined) throw invalid(`type ${type}`);
      const relation = layout.hasAudiences ? (bits.bits(3) << 1) | 1 : bits.bit() ? 5 : 1;
      const entity = this.#replica.add(index, generation, type, relation);
      this.#enter(entity);
      this.#replica.entered(entity);
    }
  }

  #enter(entity: ReplicaEntity): void {
    const { type } = entity.layout;
    const visible = type.maskByRelation[entity.relation]!;
    for (let f = 0; f < type.fixed.length; f++) {
      if (((visible >>> type.fixed[f]!.index) & 1) === 0) continue;
      entity.set(f, this.#whole(entity, f));
    }
    for (let b = 0; b < type.blobs.length; b++) {
      if ((visible >>> type.blobs[b]!.index) & 1) this.#blob(entity, b);
    }
  }

  #self(): void {
    const bits = this.#bits;
    const handle = bits.bit() ? bits.bits(handleBits) + 1 : 0;
    const precise = this.#replica.setSelf(handle);
    for (let i = 0; i < precise.length; i++) if (bits.bit()) precise[i] = bits.float64();
  }

  #updates(): void {
    const bits = this.#bits;
    const replica = this.#replica;
    if (bits.bit()) this.#parameters();
    const end = replica.highIndex;
    if (bits.bit()) {
      for (let index = 0; index < end; index++) if (bits.bit()) this.#update(index);
      return;
    }
    const count = this.#count(3);
    let index = -1;
    for (let i = 0; i < count; i++) {
      index += 1 + bits.rice(3);
      if (index >= end) throw invalid("updates past the last entity");
      this.#update(index);
    }
  }

  /** New parameters of the codes. */
  #parameters(): void {
    const count = this.#bits.rice(2) + 1;
    if (count > this.#ks.length) throw invalid(`${count} parameters`);
    for (let i = 0; i < count; i++) {
      const entry = this.#bits.bits(this.#riceIndexBits);
      if (entry >= this.#ks.length) throw invalid(`parameter ${entry}`);
      this.#ks[entry] = this.#bits.bits(riceBits);
    }
  }

  #update(index: number): void {
    const bits = this.#bits;
    const entity = this.#replica.at(index);
    if (entity === undefined) throw invalid(`update of nothing at ${index}`);
    const { groups } = entity.sight;
    const since = this.#replica.tick - entity.sentAt;
    const isChained = isChainedUpdate(entity.gap, since, this.#stride);
    let changed = entity.groups;
    let isWhole = false;
    if (!isChained || bits.bit()) {
      changed = bits.bits(groups.length);
      isWhole = changed === 0;
      if (isWhole) changed = bits.bits(groups.length);
    }
    const age = riceAge(isChained, since, this.#stride);
    let mask = 0;
    entity.groups = 0;
    // What is not in the update has not changed since the last one: its line is flat.
    const { predicted } = entity.layout;
    for (let f = 0; f < predicted.length; f++) {
      if (predicted[f]! >= 0) this.#lasts[predicted[f]!] = entity.q[f]!;
    }
    for (let g = 0; g < groups.length; g++) {
      if (((changed >>> g) & 1) === 0) continue;
      const group = groups[g]!;
      mask |= group.mask;
      if (group.blob >= 0) this.#blob(entity, group.blob);
      else if (this.#fixedGroup(entity, group, isWhole, isChained, since, age)) {
        entity.groups |= 1 << g;
      }
    }
    for (let i = 0; i < entity.before.length; i++) entity.before[i] = this.#lasts[i]!;
    entity.gap = since;
    entity.sentAt = this.#replica.tick;
    this.#replica.updated(entity, mask);
  }

  /** Reads a group's values; true when a number that is no reference has changed. */
  #fixedGroup(
    entity: ReplicaEntity,
    group: FieldGroup,
    isWhole: boolean,
    isChained: boolean,
    since: number,
    age: number,
  ): boolean {
    const { layout } = entity;
    let isNew = false;
    for (const f of group.fixed) {
      const last = entity.q[f]!;
      if (isWhole || layout.coding[f] === codedRaw || layout.coding[f] === codedRef) {
        entity.set(f, this.#whole(entity, f));
        if (entity.q[f] !== last && layout.coding[f] !== codedRef) isNew = true;
        continue;
      }
      const place = layout.predicted[f]!;
      const expected =
        isChained && place >= 0 ? predict(last, entity.before[place]!, entity.gap, since) : last;
      const number = this.#bits.rice(this.#ks[(layout.riceBase + f) * riceAges + age]!);
      const residual = (number >>> 1) ^ -(number & 1);
      const q = restored(expected, residual, layout.turn[f]!);
      if (!layout.type.fixed[f]!.fixed!.isValid(q)) throw invalid(`value ${q} of field ${f}`);
      if (q !== last) isNew = true;
      entity.set(f, q);
    }
    return isNew;
  }

  #whole(entity: ReplicaEntity, f: number): number {
    const { layout } = entity;
    const bits = this.#bits;
    if (layout.coding[f] === codedRef) return bits.bit() ? bits.bits(handleBits) + 1 : 0;
    const width = layout.bits[f]!;
    const q = layout.signed[f] === 1 ? bits.signedBits(width) : bits.bits(width);
    if (!layout.type.fixed[f]!.fixed!.isValid(q)) throw invalid(`value ${q} of field ${f}`);
    return q;
  }

  #blob(entity: ReplicaEntity, blob: number): void {
    const bits = this.#bits;
    const length = bits.varint();
    if (length > blobBytesMax) throw invalid(`value of ${length} bytes`);
    this.#blobBits.reset(bits.bytes(length));
    entity.blobs[blob] = entity.layout.type.blobs[blob]!.blob!.read(this.#blobBits);
  }

  /** A number of things, at least one and at most as many as there are indices. */
  #count(k: number): number {
    const count = this.#bits.rice(k) + 1;
    if (count > handlesMax) throw invalid(`${count} entities`);
    return count;
  }
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail: `snapshot: ${detail}` });
}
