import { RealmError } from "@realmwright/protocol";
import { BitReader } from "@realmwright/protocol/internal";
import { AdaptiveRice } from "./adaptive-rice.ts";
import { generationBits, handleBits, handlesMax, indexBits } from "./handle-table.ts";
import type { Replica } from "./replica.ts";
import type { ReplicaEntity } from "./replica-entity.ts";
import { codedRaw, codedRef, predict, restored, type FieldGroup } from "./type-layout.ts";

/** Longest value of a field that is not a number, in bytes. */
const blobBytesMax = 4_096;

/** Reads what a `SnapshotWriter` wrote; keeps the same state. Wrong bytes throw DECODE_INVALID or DECODE_TRUNCATED. */
export class SnapshotReader {
  readonly #replica: Replica;
  readonly #stride: number;
  readonly #rice: AdaptiveRice;
  readonly #blobBits = new BitReader();
  #bits: BitReader = this.#blobBits;

  constructor(replica: Replica, stride: number) {
    this.#replica = replica;
    this.#stride = stride;
    this.#rice = new AdaptiveRice(replica.layout.riceFields);
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
      this.#rice.reset();
      replica.begin(bits.bits(32) >>> 0);
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
      const place = entity.layout.predicted[f]!;
      if (place >= 0) entity.before[place] = entity.q[f]!;
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
    const dense = bits.bit();
    let left = dense ? Infinity : this.#count(3);
    let gap = dense ? 0 : bits.rice(3);
    const end = replica.highIndex;
    for (let index = 0; index < end && left > 0; index++) {
      const entity = replica.at(index);
      if (entity === undefined) continue;
      if (dense) {
        if (bits.bit()) this.#update(entity);
      } else if (gap === 0) {
        this.#update(entity);
        left--;
        if (left > 0) gap = bits.rice(3);
      } else {
        gap--;
      }
    }
    if (!dense && left > 0) throw invalid("updates past the last entity");
  }

  #update(entity: ReplicaEntity): void {
    const bits = this.#bits;
    const groups = entity.layout.groupsByRelation[entity.relation]!;
    let changed = 1;
    if (groups.length > 1) {
      if (bits.bit()) entity.groups = bits.bits(groups.length);
      changed = entity.groups;
    }
    let mask = 0;
    for (let g = 0; g < groups.length; g++) {
      if (((changed >>> g) & 1) === 0) continue;
      const group = groups[g]!;
      mask |= group.mask;
      if (group.blob >= 0) this.#blob(entity, group.blob);
      else this.#fixedGroup(entity, group);
    }
    this.#replica.updated(entity, mask);
  }

  #fixedGroup(entity: ReplicaEntity, group: FieldGroup): void {
    const { layout } = entity;
    const since = this.#replica.tick - entity.sentAt;
    for (const f of group.fixed) {
      if (layout.coding[f] === codedRaw || layout.coding[f] === codedRef) {
        entity.set(f, this.#whole(entity, f));
        continue;
      }
      const last = entity.q[f]!;
      const place = layout.predicted[f]!;
      const expected = place < 0 ? last : predict(last, entity.before[place]!, entity.gap, since);
      const number = this.#bits.rice(this.#rice.k(layout.riceBase + f));
      this.#rice.note(layout.riceBase + f, number);
      const residual = (number >>> 1) ^ -(number & 1);
      const q = restored(expected, residual, layout.turn[f]!);
      if (!layout.type.fixed[f]!.fixed!.isValid(q)) throw invalid(`value ${q} of field ${f}`);
      if (place >= 0) entity.before[place] = last;
      entity.set(f, q);
    }
    if (layout.predicted[group.fixed[0]!]! >= 0) {
      entity.gap = since;
      entity.sentAt = this.#replica.tick;
    }
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
