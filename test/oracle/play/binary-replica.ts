import { Replica, type ReplicaEntity } from "@realmwright/core/internal";
import { BitReader, type CompiledRoom } from "@realmwright/protocol/internal";
import type { SeenEntity, SnapshotNews } from "../model/client-view.ts";
import { shapeOf } from "../model/shapes.ts";

/** The product's own replica of binary snapshots, in the oracle's words. */
export class BinaryReplica {
  readonly #replica: Replica;
  readonly #entities = new Map<number, SeenEntity>();
  #left: number[] = [];
  #entered: SeenEntity[] = [];
  #updated: SeenEntity[] = [];

  constructor(room: CompiledRoom, rates: { readonly tickRate: number; readonly sendRate: number }) {
    for (const { name, fixed, blobs } of room.entities) {
      const shape = shapeOf(name);
      const told = [...fixed, ...blobs].map((field) => field.name).join(" ");
      const due = [...shape.fixed, ...shape.loose].map((field) => field.name).join(" ");
      if (told !== due) throw new Error(`clients are told of ${told} and ought to be of ${due}`);
    }
    this.#replica = new Replica(room, rates);
    this.#replica.onLeave = ({ id }) => {
      this.#left.push(id);
      this.#entities.delete(id);
    };
    this.#replica.onEnter = (entity) => {
      const seen = seenOf(entity);
      this.#entities.set(entity.id, seen);
      this.#entered.push(seen);
    };
    this.#replica.onUpdate = ({ id }) => this.#updated.push(this.#entities.get(id)!);
  }

  /** Throws where a snapshot makes no sense, or has bits that nobody reads. */
  take(bytes: Uint8Array): SnapshotNews {
    this.#left = [];
    this.#entered = [];
    this.#updated = [];
    const bits = new BitReader(bytes);
    this.#replica.applyBinary(bits);
    const rest = bits.remaining;
    if (rest >= 8 || (rest > 0 && bits.bits(rest) !== 0)) throw new Error(`${rest} bits are left`);
    const { tick, ackedSeq, self, precise } = this.#replica;
    return {
      tick,
      seq: ackedSeq,
      bytes: bytes.length,
      left: this.#left,
      entered: this.#entered,
      updated: this.#updated,
      entities: this.#entities,
      self: self?.id ?? 0,
      precise,
    };
  }
}

function seenOf({ id, type, isOwn, q, blobs }: ReplicaEntity): SeenEntity {
  return { handle: id, type, isOwn, quanta: q, loose: blobs };
}
