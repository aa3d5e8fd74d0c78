import type { ModelRoom } from "./model-room.ts";
import { type EventRow, type Moment, relationOf, type SeatRow } from "./moment.ts";
import { distanceOf, type Held, type RoomShape } from "./rules.ts";

interface Due {
  readonly tick: number;
  readonly event: EventRow;
  /** Its frame may have been lost on the way to the edge. */
  readonly isOptional: boolean;
}

/** Whether an event is for a member, given what the member has in sight. */
function isFor(
  room: ModelRoom,
  shape: RoomShape,
  moment: Moment,
  event: EventRow,
  seat: SeatRow,
  held: ReadonlyMap<number, Held>,
): boolean {
  switch (event.audience) {
    case "all":
      return true;
    case "team":
      return event.to !== 0 && event.to === seat.team;
    case "owner":
    case "seat":
      return event.to === seat.seat;
    case "near":
  }
  const entity = room.entities.get(event.tag);
  if (entity !== undefined) {
    // of one that died in this tick it counts what it was then
    const row = entity.row(moment.tick) ?? entity.now();
    if (!relationOf(row, seat.seat, seat.team)[row.audience]) return false;
    if (held.has(event.tag)) return true;
  }
  if (shape.interest === undefined) return true;
  return distanceOf(event, seat) <= shape.interest.enter ** 2;
}

/** Sees to it that a member is told of every event that is for it: once, in order, before the state of its tick. */
export class EventOrder {
  readonly #room: ModelRoom;
  readonly #shape: RoomShape;
  readonly #seat: number;
  readonly #due: Due[] = [];
  #reached: number;
  /** Tick of the newest state: frames that were lost before it are made up for. */
  #closedTick = -Infinity;

  constructor(room: ModelRoom, shape: RoomShape, seat: number, sinceTick: number) {
    this.#room = room;
    this.#shape = shape;
    this.#seat = seat;
    this.#reached = sinceTick - 1;
  }

  /** An event has come; answers the one that it is. Throws when another was due. */
  take(tick: number, n: number, held: ReadonlyMap<number, Held>): EventRow {
    this.#reach(tick, held);
    for (;;) {
      const next = this.#due.shift();
      if (next === undefined) throw new Error(`event ${n} of tick ${tick} was not due`);
      if (next.event.n === n && next.tick === tick) return next.event;
      if (!next.isOptional) {
        throw new Error(`event ${n} of tick ${tick} came where ${next.event.n} was due`);
      }
    }
  }

  /** The state of a tick comes: no event of that tick or before may be missing. */
  close(tick: number, held: ReadonlyMap<number, Held>): void {
    this.#reach(tick, held);
    const missing = this.#due.find(({ isOptional }) => !isOptional);
    if (missing !== undefined) {
      throw new Error(`event ${missing.event.n} of tick ${missing.tick} did not come`);
    }
    this.#due.length = 0;
    this.#closedTick = tick;
  }

  #reach(tick: number, held: ReadonlyMap<number, Held>): void {
    while (this.#reached < tick) {
      const moment = this.#room.at(++this.#reached);
      const seat = moment?.seats.get(this.#seat);
      if (moment === undefined || seat === undefined) continue;
      const isOptional = this.#room.lostFrames.some(
        (lost) => lost > this.#closedTick && lost <= moment.tick,
      );
      for (const event of moment.events) {
        if (isFor(this.#room, this.#shape, moment, event, seat, held)) {
          this.#due.push({ tick: moment.tick, event, isOptional });
        }
      }
    }
  }
}
