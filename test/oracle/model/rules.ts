import { sameRelation, type Relation, relationOf, type Row, type SeatRow } from "./moment.ts";

/** What a room says of its clients' sight, in its own units. */
export interface InterestShape {
  readonly enter: number;
  readonly leave: number;
  readonly nearest: number;
  readonly dwellMs: number;
  readonly bytesPerSecond: number;
}

export interface RoomShape {
  readonly name: string;
  readonly tickRate: number;
  readonly sendRate: number;
  /** Without it everyone sees everything. */
  readonly interest?: InterestShape;
}

/** What one client can hold at once, whatever its room says. */
export const heldMax = 1023;
/** How often a second what is seen is chosen anew. */
const choicesPerSecond = 5;
/** What is in sight competes as if it were nearer: by this share of the square of its distance. */
const edgeOfSeen = 0.8;
/** Shares of the enter radius beyond which changes come every second and every fourth time. */
const tierShares = [0.6, 0.85] as const;
/** A tier is left inwards this share before its edge. */
const tierReturn = 0.9;

/** Sends from one choice to the next. */
export function choicePeriod(room: RoomShape): number {
  if (room.interest === undefined) return 1;
  return Math.max(1, Math.floor(room.sendRate / choicesPerSecond));
}

/** Ticks for which nothing nearer displaces what has come into sight. */
function dwellTicks(room: RoomShape): number {
  return Math.ceil(((room.interest?.dwellMs ?? 0) / 1000) * room.tickRate);
}

/** Whether somebody may see an entity at all, wherever it is. */
export function maySee(row: Row, seat: SeatRow): boolean {
  return relationOf(row, seat.seat, seat.team)[row.audience];
}

/** Square of the distance from where a seat looks; 0 for what has no place. */
export function distanceOf(row: Pick<Row, "x" | "y">, seat: Pick<SeatRow, "x" | "y">): number {
  if (Number.isNaN(row.x)) return 0;
  const dx = row.x - seat.x;
  const dy = row.y - seat.y;
  return dx * dx + dy * dy;
}

/** Every send (0), every second (1) or every fourth (2). */
export function tierOf(room: RoomShape, distance: number, before: number): number {
  if (room.interest === undefined) return 0;
  const [near, far] = tierShares.map((share) => (room.interest!.enter * share) ** 2) as [
    number,
    number,
  ];
  const back = tierReturn * tierReturn;
  if (distance > (before >= 2 ? far * back : far)) return 2;
  return distance > (before >= 1 ? near * back : near) ? 1 : 0;
}

/** What a client has in sight. */
export interface Held {
  readonly tag: number;
  readonly enteredTick: number;
  readonly relation: Relation;
}

/** One that is to be in sight, and how far away it is. */
export interface Wanted {
  readonly tag: number;
  readonly distance: number;
}

/** An outcome of choosing. Where several rank alike at the edge, any of them may be taken. */
export interface Choice {
  /** These, whatever else. */
  readonly sure: ReadonlyMap<number, Wanted>;
  /** And so many of these. */
  readonly tied: ReadonlyMap<number, Wanted>;
  readonly tiedCount: number;
}

/** Two numbers that differ by rounding alone. */
const alike = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, a, b);

/** Chooses what a member is to see, by looking at everything. */
export function choose(
  room: RoomShape,
  tick: number,
  rows: readonly Row[],
  seat: SeatRow,
  held: ReadonlyMap<number, Held>,
): Choice {
  const { interest } = room;
  const must = new Set([seat.entity, seat.view, ...seat.pins]);
  const sure = new Map<number, Wanted>();
  const ranked: (Wanted & { readonly rank: number })[] = [];
  for (const row of rows) {
    const { tag } = row;
    if (!maySee(row, seat)) continue;
    if (must.has(tag)) {
      sure.set(tag, { tag, distance: -1 });
      continue;
    }
    const distance = distanceOf(row, seat);
    const seen = held.get(tag);
    const radius = seen === undefined ? interest?.enter : interest?.leave;
    if (radius !== undefined && distance > radius * radius) continue;
    const isNew = seen !== undefined && tick - seen.enteredTick < dwellTicks(room);
    const rank = seen === undefined ? distance : isNew ? 0 : distance * edgeOfSeen;
    ranked.push({ tag, distance, rank });
  }
  const space = Math.min((interest?.nearest ?? heldMax) + sure.size, heldMax) - sure.size;
  const tied = new Map<number, Wanted>();
  let tiedCount = 0;
  if (ranked.length > space) {
    ranked.sort((a, b) => a.rank - b.rank);
    const edge = ranked[Math.max(0, space - 1)]!.rank;
    const beyond = ranked[space]!.rank;
    if (space > 0 && alike(edge, beyond)) {
      for (const one of ranked) if (alike(one.rank, edge)) tied.set(one.tag, one);
    }
    const clear = ranked.slice(0, space).filter(({ tag }) => !tied.has(tag));
    for (const one of clear) sure.set(one.tag, one);
    tiedCount = space - clear.length;
  } else for (const one of ranked) sure.set(one.tag, one);
  return { sure, tied, tiedCount };
}

/** What can no longer be in sight: it is gone, hidden, or means something else to the member by now. */
export function isGone(row: Row | undefined, held: Held, seat: SeatRow): boolean {
  if (row === undefined || !maySee(row, seat)) return true;
  return !sameRelation(held.relation, relationOf(row, seat.seat, seat.team));
}
