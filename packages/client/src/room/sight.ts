import {
  EntityTrack,
  type ReplicaEntity,
  trackPlan,
  type TrackOptions,
  type TrackPlan,
} from "@realmwright/core/internal";
import type { CompiledEntity } from "@realmwright/protocol/internal";
import { FieldView } from "./field-view.ts";

/** What all entities of a type have in common. */
export class SightType {
  readonly compiled: CompiledEntity;
  readonly plan: TrackPlan;
  readonly View: typeof FieldView;
  /** Those in sight, oldest first. */
  readonly list: FieldView[] = [];

  constructor(compiled: CompiledEntity, options: TrackOptions) {
    this.compiled = compiled;
    this.plan = trackPlan(compiled, options);
    this.View = FieldView.classOf(compiled);
  }
}

/** One entity in sight: as received, and as shown. */
export class Sight {
  readonly entity: ReplicaEntity;
  readonly type: SightType;
  /** As last received. */
  readonly seen: FieldView;
  /** As shown at the moment. */
  readonly shown: FieldView;
  readonly track: EntityTrack;
  readonly numbers: Float64Array;
  readonly blobs: unknown[];
  /** Number of the frame for which `shown` was worked out. */
  frame = -1;

  constructor(entity: ReplicaEntity, type: SightType) {
    this.entity = entity;
    this.type = type;
    this.numbers = Float64Array.from(entity.numbers);
    this.blobs = [...entity.blobs];
    this.seen = new type.View(entity.id, entity.type, entity.numbers, entity.blobs);
    this.shown = new type.View(entity.id, entity.type, this.numbers, this.blobs);
    this.track = new EntityTrack(type.plan);
  }

  sample(tick: number): void {
    this.track.push(tick, this.entity.numbers, this.entity.blobs);
  }

  end(): void {
    this.seen.alive = false;
    this.shown.alive = false;
  }
}
