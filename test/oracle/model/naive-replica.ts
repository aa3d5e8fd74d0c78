import type { SeenEntity, SnapshotNews } from "./client-view.ts";
import { quantumOf } from "./quanta.ts";
import { shapeOf, type TypeShape } from "./shapes.ts";

type Words = Readonly<Record<string, unknown>>;

/** A readable snapshot, as any client may read it. */
interface ReadableSnapshot {
  readonly tick: number;
  readonly seq?: number;
  readonly enter?: readonly Words[];
  readonly update?: readonly Words[];
  readonly leave?: readonly number[];
  readonly self?: Words;
}

interface Entity extends SeenEntity {
  readonly shape: TypeShape;
  readonly quanta: number[];
  readonly loose: unknown[];
}

/** What a client of a readable encoding makes of its snapshots: words into numbers, and nothing else. */
export class NaiveReplica {
  readonly #entities = new Map<number, Entity>();
  #seq = 0;
  #self = 0;
  #precise: number[] = [];

  /** Throws where a snapshot makes no sense. */
  take(snapshot: ReadableSnapshot): SnapshotNews {
    const { tick, leave = [], enter = [], update = [], self } = snapshot;
    for (const handle of leave) {
      if (!this.#entities.delete(handle)) throw new Error(`leave of ${handle}, which is not there`);
      if (handle === this.#self) this.#self = 0;
    }
    const entered = enter.map((words) => this.#enter(words));
    const updated = update.map((words) => this.#update(words));
    if (self !== undefined) this.#takeSelf(self);
    this.#seq = snapshot.seq ?? this.#seq;
    return {
      tick,
      seq: this.#seq,
      bytes: undefined,
      left: leave,
      entered,
      updated,
      entities: this.#entities,
      self: this.#self,
      precise: this.#precise,
    };
  }

  #enter(words: Words): Entity {
    const handle = words["id"] as number;
    if (this.#entities.has(handle)) throw new Error(`enter of ${handle}, which is there`);
    const shape = shapeOf(words["type"] as string);
    const entity: Entity = {
      handle,
      type: shape.name,
      isOwn: words["owner"] === true,
      shape,
      quanta: shape.fixed.map(() => 0),
      loose: shape.loose.map(() => undefined),
    };
    this.#entities.set(handle, entity);
    const known = new Set(["id", "type", "owner"]);
    this.#fields(entity, words, known);
    return entity;
  }

  #update(words: Words): Entity {
    const entity = this.#entities.get(words["id"] as number);
    if (entity === undefined) throw new Error(`update of ${String(words["id"])}: not there`);
    this.#fields(entity, words, new Set(["id"]));
    return entity;
  }

  #fields(entity: Entity, words: Words, besides: ReadonlySet<string>): void {
    const { fixed, loose } = entity.shape;
    for (const [name, value] of Object.entries(words)) {
      if (besides.has(name)) continue;
      const f = fixed.findIndex((one) => one.name === name);
      const l = loose.findIndex((one) => one.name === name);
      if (f < 0 && l < 0) throw new Error(`${entity.type} has no field ${name}`);
      if (l >= 0) entity.loose[l] = value;
      else {
        const { spec } = fixed[f]!;
        entity.quanta[f] = spec.kind === "entity" ? (value as number) : quantumOf(spec, value);
      }
    }
  }

  #takeSelf(self: Words): void {
    const handle = self["id"] as number;
    const entity = this.#entities.get(handle);
    if (handle !== 0 && entity === undefined) throw new Error(`self ${handle} is not there`);
    if (handle !== this.#self) this.#precise = [];
    this.#self = handle;
    if (entity === undefined) return;
    const { fixed, precise } = entity.shape;
    for (const [i, f] of precise.entries()) {
      const { name } = fixed[f]!;
      if (Object.hasOwn(self, name)) this.#precise[i] = (self[name] as number | null) ?? Number.NaN;
    }
  }
}
