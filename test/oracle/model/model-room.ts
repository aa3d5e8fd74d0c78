import { ModelEntity } from "./model-entity.ts";
import type { DocumentRow, EventRow, Moment, Row, SeatRow } from "./moment.ts";
import type { Audience } from "./shapes.ts";

/** A member as the rules have it. */
export interface ModelSeat {
  readonly seat: number;
  readonly account: string;
  team: number;
  /** Tag of the entity that it steers. */
  entity: number;
  /** What it looks from, when that is not its own entity: a tag or a point. */
  view: number | { readonly x: number; readonly y: number } | undefined;
  readonly pins: Set<number>;
  /** Number of the newest step that was applied for it. */
  stepped: number;
  document: unknown;
}

/** A room of plain objects that remembers every tick. It knows what the product promises, and nothing of its code. */
export class ModelRoom {
  readonly name: string;
  /** All that ever were, by tag. */
  readonly entities: Map<number, ModelEntity> = new Map();
  readonly living: Set<ModelEntity> = new Set();
  readonly seats: Map<number, ModelSeat> = new Map();
  /** Ticks whose frames were lost on the way to some edge; what happened in them may not be told. */
  readonly lostFrames: number[] = [];
  /** The shared document as it stands. */
  shared: unknown;
  readonly #moments = new Map<number, Moment>();
  #openTick: number;
  #last: Moment | undefined;
  #sharedRow: DocumentRow;
  readonly #ownRows = new Map<ModelSeat, DocumentRow>();
  #events: EventRow[] = [];

  /** @param lastTick the tick before the first one. */
  constructor(name: string, lastTick: number, shared: DocumentRow) {
    this.name = name;
    this.#openTick = lastTick + 1;
    this.#sharedRow = shared;
    this.shared = shared.value;
  }

  /** The tick that is under way, or that comes next. */
  get openTick(): number {
    return this.#openTick;
  }

  /** What happens from here on happens in this tick; earlier ones are over. */
  advanceTo(tick: number): void {
    while (this.#openTick < tick) this.#close();
  }

  /** Ends the tick that is under way, and goes on behind another one, with another version of all documents. */
  jump(lastTick: number, version: number): void {
    const before = this.#openTick;
    this.#close();
    this.#openTick = lastTick + 1;
    for (const entity of this.living) entity.shift(lastTick - before);
    this.#sharedRow = { ...this.#sharedRow, version };
    for (const [member, row] of this.#ownRows) this.#ownRows.set(member, { ...row, version });
  }

  /** How the room stood at the end of a tick. Asking for the one that is under way ends it. */
  at(tick: number): Moment | undefined {
    if (tick === this.#openTick) this.#close();
    return this.#moments.get(tick);
  }

  /** An entity at the end of a tick; undefined when it was not there. */
  row(tag: number, tick: number): Row | undefined {
    return this.entities.get(tag)?.row(tick);
  }

  spawn(about: {
    readonly tag: number;
    readonly type: string;
    readonly owner: number;
    readonly team: number;
    readonly seat: number;
    readonly audience: Audience;
    readonly values: Readonly<Record<string, unknown>>;
  }): ModelEntity {
    if (this.entities.has(about.tag)) throw new Error(`two entities have the tag ${about.tag}`);
    const entity = new ModelEntity({ ...about, bornTick: this.#openTick });
    this.entities.set(about.tag, entity);
    this.living.add(entity);
    return entity;
  }

  despawn(entity: ModelEntity): void {
    entity.isAlive = false;
    this.living.delete(entity);
  }

  isAlive(tag: number): boolean {
    return this.entities.get(tag)?.isAlive === true;
  }

  join(seat: number, account: string, document: DocumentRow): ModelSeat {
    const member: ModelSeat = {
      seat,
      account,
      team: 0,
      entity: 0,
      view: undefined,
      pins: new Set(),
      stepped: 0,
      document: document.value,
    };
    this.seats.set(seat, member);
    this.#ownRows.set(member, document);
    return member;
  }

  /** Gives a seat up: what it owns goes, and what only it could see is nobody's. */
  leave(seat: number): void {
    this.seats.delete(seat);
    for (const entity of [...this.living]) {
      if (entity.owner === seat) this.despawn(entity);
      else if (entity.seat === seat) entity.seat = -1;
    }
  }

  emit(event: EventRow): void {
    this.#events.push(event);
  }

  #close(): void {
    const tick = this.#openTick++;
    const rows: Row[] = [];
    for (const entity of this.living) rows.push(entity.close());
    this.#sharedRow = nextVersion(this.#sharedRow, this.shared);
    const seats = new Map<number, SeatRow>();
    for (const member of this.seats.values()) seats.set(member.seat, this.#seatRow(member, tick));
    const events = this.#events;
    this.#events = [];
    const row = (tag: number): Row | undefined => this.row(tag, tick);
    this.#last = { tick, rows, seats, shared: this.#sharedRow, events, row };
    this.#moments.set(tick, this.#last);
  }

  #seatRow(member: ModelSeat, tick: number): SeatRow {
    const document = nextVersion(this.#ownRows.get(member)!, member.document);
    this.#ownRows.set(member, document);
    for (const tag of member.pins) if (!this.isAlive(tag)) member.pins.delete(tag);
    const { seat, account, team, stepped } = member;
    const entity = this.isAlive(member.entity) ? member.entity : 0;
    const look = this.#look(member, entity, tick);
    return { seat, account, team, entity, ...look, pins: [...member.pins], stepped, document };
  }

  /** Where a seat looks from: a point, a living entity, or where that was last. */
  #look(member: ModelSeat, entity: number, tick: number): Pick<SeatRow, "view" | "x" | "y"> {
    const view = member.view ?? entity;
    if (typeof view !== "number") return { view: 0, x: view.x, y: view.y };
    const row = this.isAlive(view) ? this.row(view, tick) : undefined;
    if (row !== undefined) return { view, x: orOrigin(row.x), y: orOrigin(row.y) };
    const { x = 0, y = 0 } = this.#last?.seats.get(member.seat) ?? {};
    return { view: 0, x, y };
  }
}

/** What has no place is looked from at the origin. */
function orOrigin(at: number): number {
  return Number.isNaN(at) ? 0 : at;
}

function nextVersion(last: DocumentRow, value: unknown): DocumentRow {
  if (value === last.value || JSON.stringify(value) === JSON.stringify(last.value)) return last;
  return { version: last.version + 1, value };
}
