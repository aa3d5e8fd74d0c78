import { PlaybackClock, Replica, type ReplicaEntity } from "@realmwright/core/internal";
import type { SnapshotPayload } from "@realmwright/protocol";
import { BitReader, type CompiledRoom } from "@realmwright/protocol/internal";
import type { FieldView } from "./field-view.ts";
import type { OwnMotion } from "./own-motion.ts";
import { Sight, SightType } from "./sight.ts";

export interface SceneOptions {
  readonly compiled: CompiledRoom;
  readonly tickRate: number;
  readonly sendRate: number;
  /** Silence means late snapshots, and not that everything stands still. */
  readonly extrapolate: boolean;
  /** By type name: world units per send interval that count as a jump. */
  readonly teleportDistance: Readonly<Record<string, number>>;
  readonly own: OwnMotion | undefined;
}

/** What one snapshot changed, for those who listen. Valid until the next one. */
export interface SceneNews {
  readonly left: readonly FieldView[];
  readonly entered: readonly FieldView[];
  readonly updated: readonly FieldView[];
}

/** Everything in sight in one room, from its first snapshot to its last. */
export class Scene {
  readonly replica: Replica;
  readonly playback: PlaybackClock;
  readonly own: OwnMotion | undefined;
  /** By handle. */
  readonly seen: Map<number, FieldView> = new Map();
  readonly #sights = new Map<number, Sight>();
  readonly #types = new Map<string, SightType>();
  readonly #news = {
    left: [] as FieldView[],
    entered: [] as FieldView[],
    updated: [] as FieldView[],
  };
  #toldOfSelf = false;
  #frame = 0;

  constructor(options: SceneOptions) {
    const { compiled, tickRate, sendRate, extrapolate } = options;
    this.own = options.own;
    this.playback = new PlaybackClock({ tickRate, sendRate, reliable: true });
    this.replica = new Replica(compiled, { tickRate, sendRate });
    for (const type of compiled.entities) {
      const distance = options.teleportDistance[type.name];
      const teleport = distance === undefined ? {} : { teleportDistance: distance };
      this.#types.set(
        type.name,
        new SightType(type, { tickRate, sendRate, extrapolate, ...teleport }),
      );
    }
    this.replica.onEnter = (entity) => this.#enter(entity);
    this.replica.onLeave = (entity) => this.#leave(entity);
    this.replica.onUpdate = (entity, _changed, tick) => this.#update(entity, tick);
    this.replica.onSelf = (entity, precise, seq) => {
      this.#toldOfSelf = true;
      this.own?.told(entity, precise, seq);
    };
  }

  get self(): FieldView | undefined {
    const { self } = this.replica;
    return self === undefined ? undefined : this.seen.get(self.id);
  }

  /** Those of a type, oldest first. */
  all(type: string): readonly FieldView[] {
    return this.#types.get(type)?.list ?? [];
  }

  isOwn(id: number): boolean {
    return this.#sights.get(id)?.entity.isOwn ?? false;
  }

  /** Applies a snapshot whole, then answers what it changed. Throws DECODE_*: the stream is broken then. */
  apply(snapshot: SnapshotPayload, nowMs: number): SceneNews {
    const news = this.#news;
    news.left.length = 0;
    news.entered.length = 0;
    news.updated.length = 0;
    this.#toldOfSelf = false;
    if ("bits" in snapshot) this.replica.applyBinary(new BitReader(snapshot.bits));
    else this.replica.applyReadable(snapshot);
    const { self, tick } = this.replica;
    // its other fields may have changed alone
    if (!this.#toldOfSelf && self?.updatedTick === tick) this.remind();
    this.playback.arrived(tick, nowMs);
    return news;
  }

  /** Tells the prediction once more what the server said of the own entity last. */
  remind(): void {
    const { self, precise, ackedSeq } = this.replica;
    if (self !== undefined) this.own?.told(self, precise, ackedSeq);
  }

  /** Everything goes out of sight; answers what was there. */
  end(): SceneNews {
    const news = this.#news;
    news.entered.length = 0;
    news.updated.length = 0;
    news.left.length = 0;
    this.replica.clear();
    return news;
  }

  /** A new moment is shown. */
  advance(nowMs: number, rttMs: number, jitterMs: number): void {
    this.playback.network(rttMs, jitterMs);
    this.playback.advance(nowMs);
    this.#frame++;
  }

  /** What to show of an entity at this moment; worked out once per moment. Undefined out of sight. */
  view(id: number): FieldView | undefined {
    const sight = this.#sights.get(id);
    if (sight === undefined) return undefined;
    if (sight.frame !== this.#frame) {
      sight.frame = this.#frame;
      const { own, playback, replica } = this;
      if (own?.read(sight.entity, sight.numbers, sight.blobs) !== true) {
        sight.track.read(playback.displayTick, replica.tick, sight.numbers, sight.blobs);
      }
    }
    return sight.shown;
  }

  #enter(entity: ReplicaEntity): void {
    const type = this.#types.get(entity.type);
    if (type === undefined) return;
    const sight = new Sight(entity, type);
    sight.sample(this.replica.tick);
    this.#sights.set(entity.id, sight);
    this.seen.set(entity.id, sight.seen);
    type.list.push(sight.seen);
    this.#news.entered.push(sight.seen);
  }

  #leave(entity: ReplicaEntity): void {
    const sight = this.#sights.get(entity.id);
    if (sight === undefined) return;
    sight.end();
    this.#sights.delete(entity.id);
    this.seen.delete(entity.id);
    sight.type.list.splice(sight.type.list.indexOf(sight.seen), 1);
    this.#news.left.push(sight.seen);
    this.own?.gone(entity);
  }

  #update(entity: ReplicaEntity, tick: number): void {
    const sight = this.#sights.get(entity.id);
    if (sight === undefined) return;
    sight.sample(tick);
    this.#news.updated.push(sight.seen);
  }
}
