import type { Audience, TypeShape } from "./shapes.ts";

/** An entity as it was at the end of one tick, as all readers together may know it. */
export interface Row {
  /** Names the entity for good; no two of a run have the same. */
  readonly tag: number;
  readonly type: TypeShape;
  /** By fixed field; a reference is the other's tag, 0 for none. */
  readonly quanta: readonly number[];
  /** By loose field, as canonical JSON. */
  readonly texts: readonly string[];
  readonly owner: number;
  readonly team: number;
  /** The seat that the audience "seat" means, -1 for none. */
  readonly seat: number;
  readonly audience: Audience;
  /** Where it is, by its quanta; NaN without a place. */
  readonly x: number;
  readonly y: number;
  /** Unrounded values of `type.precise`; NaN for none. */
  readonly precise: readonly number[];
}

/** A member as it was at the end of one tick. */
export interface SeatRow {
  readonly seat: number;
  readonly account: string;
  readonly team: number;
  /** Tag of the entity that it steers, 0 for none. */
  readonly entity: number;
  /** Tag of the entity that it looks from, 0 for a point. */
  readonly view: number;
  /** Where it looks from. */
  readonly x: number;
  readonly y: number;
  readonly pins: readonly number[];
  /** Number of the newest step that was applied for it. */
  readonly stepped: number;
  readonly document: DocumentRow;
}

export interface DocumentRow {
  readonly version: number;
  readonly value: unknown;
}

export interface EventRow {
  readonly n: number;
  readonly audience: Audience | "all";
  /** For "near" and "owner": the entity that it happens at; 0 for none. */
  readonly tag: number;
  /** For "team" and "seat" (and the owner's seat). */
  readonly to: number;
  readonly x: number;
  readonly y: number;
  /** Tag of the entity that it names, 0 for none. */
  readonly who: number;
}

/** A room as it was at the end of one tick. */
export interface Moment {
  readonly tick: number;
  readonly rows: readonly Row[];
  readonly seats: ReadonlyMap<number, SeatRow>;
  readonly shared: DocumentRow;
  readonly events: readonly EventRow[];
  /** The one of that tag; undefined when it was not there. */
  row(tag: number): Row | undefined;
}

/** What a member is to an entity: near, and perhaps its team, its owner and its seat. */
export interface Relation {
  readonly near: true;
  readonly team: boolean;
  readonly owner: boolean;
  readonly seat: boolean;
}

export function relationOf(row: Row, seat: number, team: number): Relation {
  return {
    near: true,
    team: row.team !== 0 && row.team === team,
    owner: row.owner === seat,
    seat: row.seat === seat,
  };
}

export function sameRelation(a: Relation, b: Relation): boolean {
  return a.team === b.team && a.owner === b.owner && a.seat === b.seat;
}
