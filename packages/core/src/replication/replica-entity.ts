import type { CompiledEntity } from "@realmwright/protocol/internal";
import type { RoomLayout, Sight, TypeLayout } from "./type-layout.ts";

/** One entity as a client knows it. */
export class ReplicaEntity {
  /** The handle: this client's own number for it. */
  readonly id: number;
  readonly type: string;
  /** The member owns it. */
  readonly isOwn: boolean;
  /** Quantised values, by the type's fixed field. */
  readonly q: Int32Array;
  /** The same in the field's units; an enum's place, a boolean's 0 or 1, an entity's handle. */
  readonly numbers: Float64Array;
  readonly blobs: unknown[];
  /** Tick of the last update. */
  updatedTick: number;

  /** For the reader: what both ends of the stream remember. */
  readonly layout: TypeLayout;
  readonly relation: number;
  readonly sight: Sight;
  /** Values before the newest update, by predicted field. */
  readonly before: Int32Array;
  /** Groups in which the newest update changed a number. */
  groups = 0;
  /** Tick of the newest update or of the enter, and ticks from the one before it, 0 after an enter. */
  sentAt: number;
  gap = 0;

  constructor(id: number, layout: TypeLayout, room: RoomLayout, relation: number, tick: number) {
    this.id = id;
    this.layout = layout;
    this.relation = relation;
    this.sight = layout.sights[layout.sightOf[relation]!]!;
    this.type = layout.type.name;
    this.isOwn = (relation & 4) !== 0;
    this.q = new Int32Array(layout.type.fixed.length);
    this.numbers = new Float64Array(layout.type.fixed.length);
    this.before = new Int32Array(room.predictedMax);
    this.blobs = layout.type.blobs.map((field) => field.defaultBlob);
    this.updatedTick = tick;
    this.sentAt = tick;
    for (const [f, field] of layout.type.fixed.entries()) {
      this.numbers[f] = field.defaultNumber;
    }
  }

  get compiled(): CompiledEntity {
    return this.layout.type;
  }

  /** A field as game code sees it: number, word, boolean, text, list, or null. Undefined for one that is not there. */
  get(name: string): unknown {
    const fixed = this.layout.type.fixed.findIndex((field) => field.name === name);
    if (fixed >= 0) return this.layout.type.fixed[fixed]!.toGame(this.numbers[fixed]!);
    const blob = this.layout.type.blobs.findIndex((field) => field.name === name);
    return blob >= 0 ? this.blobs[blob] : undefined;
  }

  /** Takes a quantum as it came. */
  set(field: number, q: number): void {
    this.q[field] = q;
    this.numbers[field] =
      this.layout.isRef[field] === 1 ? q : this.layout.type.fixed[field]!.fixed!.dequantise(q);
  }
}
