import type { EntityDefinition, EventDefinition, JoinedPayload, Of } from "@realmwright/protocol";
import type { SeenEntity, SnapshotNews } from "../model/client-view.ts";
import { quantumOf } from "../model/quanta.ts";
import { shapeOf } from "../model/shapes.ts";
import type { Stay } from "../model/stay.ts";
import type { Figures } from "./figures.ts";
import { entities, Note, Ping } from "./oracle-game.ts";

type Fields = Readonly<Record<string, unknown>> & { readonly id: number; readonly type: string };

/** What is used of the product's room here; its own types are about games that are known when they are compiled. */
export interface ClientRoomLike {
  readonly id: string;
  readonly name: string;
  readonly tick: number;
  readonly isLive: boolean;
  readonly left: { readonly code: string } | undefined;
  readonly self: Fields | undefined;
  on<V extends EventDefinition>(event: V, call: (data: Of<V>, tick: number) => void): unknown;
  onEnter(type: EntityDefinition, call: (entity: Fields) => void): unknown;
  onLeave(type: EntityDefinition, call: (entity: Fields) => void): unknown;
  onUpdate(type: EntityDefinition, call: (entity: Fields) => void): unknown;
  onDocument(name: "shared" | "private", call: (value: unknown) => void): unknown;
}

/** An entity as it was shown behind a snapshot. */
interface Shown extends SeenEntity {
  quanta: readonly number[];
  loose: readonly unknown[];
}

/** A room of the product's own client: gathers what its callbacks tell, and puts it before the oracle. */
export class SdkRoom {
  readonly room: ClientRoomLike;
  joined: JoinedPayload;
  stay: Stay;
  readonly #figures: Figures;
  readonly #entities = new Map<number, Shown>();
  #tick = -1;
  #self = 0;
  #left: number[] = [];
  #entered: Shown[] = [];
  #updated: Shown[] = [];
  #isTold = false;
  /** Size of the snapshots that have arrived and were not put before the oracle. */
  #bytes: number | undefined;
  /** The membership has begun anew, and what it began with has not come yet. */
  #isWaiting = false;

  constructor(room: ClientRoomLike, joined: JoinedPayload, stay: Stay, figures: Figures) {
    this.room = room;
    this.joined = joined;
    this.stay = stay;
    this.#figures = figures;
    const event = (tick: number, data: { readonly n: number; readonly who: number }): void => {
      this.flush();
      figures.events++;
      this.stay.event(tick, data);
    };
    room.on(Ping, (data, tick) => event(tick, data));
    room.on(Note, ({ n }, tick) => event(tick, { n, who: 0 }));
    for (const name of ["shared", "private"] as const) {
      room.onDocument(name, (value) => {
        this.flush();
        figures.documents++;
        this.stay.holds(name, value);
      });
    }
    for (const type of Object.values(entities)) {
      room.onLeave(type, ({ id }) => {
        if (this.#begins()) this.#left.push(id);
        this.#entities.delete(id);
      });
      room.onEnter(type, (entity) => {
        this.#begins();
        this.#entered.push(this.#show(entity));
      });
      room.onUpdate(type, (entity) => {
        this.#begins();
        this.#updated.push(this.#show(entity));
      });
    }
  }

  /** Handles in sight. */
  get handles(): readonly number[] {
    return [...this.#entities.keys()];
  }

  /** A binary snapshot of this size arrives. */
  arrives(bytes: number): void {
    this.#bytes = (this.#bytes ?? 0) + bytes;
  }

  /** The seat goes on, on another connection: everything is told anew. */
  beginsAnew(joined: JoinedPayload, stay: Stay): void {
    this.flush();
    this.joined = joined;
    this.stay = stay;
    this.#isWaiting = true;
    this.#bytes = undefined;
    this.#tick = -1;
  }

  /** Puts the snapshot that was applied last before the oracle, if that has not been done. */
  flush(): void {
    const { tick } = this.room;
    if (this.#isTold) this.#put();
    else if (!this.#isWaiting && tick > this.#tick) {
      // it had nothing to tell
      this.#tick = tick;
      this.#self = this.room.self?.id ?? 0;
      this.#put();
    }
  }

  #put(): void {
    this.#isTold = false;
    const news: SnapshotNews = {
      tick: this.#tick,
      seq: undefined,
      bytes: this.#bytes,
      left: this.#left,
      entered: this.#entered,
      updated: this.#updated,
      entities: this.#entities,
      self: this.#self,
      precise: undefined,
    };
    this.#left = [];
    this.#entered = [];
    this.#updated = [];
    this.#bytes = undefined;
    this.stay.snapshot(news);
    this.#figures.snapshots++;
  }

  /** Something is told of the newest snapshot; false when it is about what was in sight on the connection before. */
  #begins(): boolean {
    const { tick } = this.room;
    if (tick < 0) return false;
    if (tick !== this.#tick && this.#isTold) this.#put();
    this.#isWaiting = false;
    this.#isTold = true;
    this.#tick = tick;
    this.#self = this.room.self?.id ?? 0;
    return true;
  }

  #show(entity: Fields): Shown {
    const { fixed, loose } = shapeOf(entity.type);
    const shown = {
      handle: entity.id,
      type: entity.type,
      isOwn: undefined,
      quanta: fixed.map(({ name, spec }) =>
        spec.kind === "entity" ? (entity[name] as number) : quantumOf(spec, entity[name]),
      ),
      loose: loose.map(({ name }) => entity[name]),
    };
    const known = this.#entities.get(entity.id);
    if (known === undefined) this.#entities.set(entity.id, shown);
    else Object.assign(known, shown);
    return known ?? shown;
  }
}
