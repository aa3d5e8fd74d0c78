import { audienceAll, audienceNear, audienceTeam, permits, relationOf } from "../world/audience.ts";
import type { InterestRules } from "../interest/interest-rules.ts";
import { selectNearest, sortNearest } from "../interest/nearest.ts";
import type { FrameEvent } from "./frame.ts";
import { freeSlot, handlesMax, type HandleTable, tierless, tierShift } from "./handle-table.ts";
import { IntList } from "./int-list.ts";
import type { Mirror } from "./mirror.ts";
import { newSeatView, type SeatView } from "./seat-view.ts";

/** What is in sight competes with a smaller distance: nine tenths of it, squared here. */
const stayShare = 0.8;

/**
 * What one member may and should see: closes the handles of what is out of sight and keeps the list of what should come in.
 */
export class ClientInterest {
  readonly mirror: Mirror;
  readonly seat: number;
  readonly rules: InterestRules;
  readonly handles: HandleTable;
  /** Takes the handles that are gone. */
  readonly leaves: IntList;
  /** Slots chosen but not sent yet, nearest first. */
  readonly pending: IntList = new IntList(16);
  /** Generations of their entities: a slot may have another tenant by the time. */
  readonly pendingGenerations: IntList = new IntList(16);
  readonly #nobody: SeatView = newSeatView();
  #seatView: SeatView = this.#nobody;
  #seatVersion = -1;
  /** Up to this tick, and for this team, everything held is known to be there and visible. */
  #checkedTick = -1;
  #team = -1;
  /** Of the choice before: its tick, and whether more could have been seen than there was room for. */
  #chosenTick = -1;
  #isCrowded = false;

  constructor(
    mirror: Mirror,
    seat: number,
    rules: InterestRules,
    handles: HandleTable,
    leaves: IntList,
  ) {
    this.leaves = leaves;
    this.mirror = mirror;
    this.seat = seat;
    this.rules = rules;
    this.handles = handles;
  }

  /** What the mirror says of the member's seat. */
  get seatView(): SeatView {
    if (this.#seatVersion !== this.mirror.seatsVersion) {
      this.#seatVersion = this.mirror.seatsVersion;
      this.#seatView = this.mirror.seats.get(this.seat) ?? this.#nobody;
    }
    return this.#seatView;
  }

  /** Whether an event is for this client. */
  receives(event: FrameEvent): boolean {
    const { audience, target, bonds } = event;
    if (!this.mirror.seats.has(this.seat)) return false;
    if (audience === audienceAll) return true;
    const seat = this.seatView;
    if (audience === audienceTeam) return target !== 0 && target === seat.team;
    if (audience !== audienceNear) return target >= 0 && target === this.seat;
    if (bonds !== undefined) {
      // Not from the mirror: its slot may have another tenant by now.
      const { generation, owner, team, seat: bound, audience: sees } = bonds;
      if (!permits(sees, relationOf(this.seat, seat.team, owner, team, bound))) return false;
      const index = this.handles.indexOf(target);
      if (index >= 0 && this.handles.entityAt[index] === generation) return true;
    }
    if (this.rules.enter2 === Infinity) return true;
    const dx = event.x - this.#lookX(seat);
    const dy = event.y - this.#lookY(seat);
    return dx * dx + dy * dy <= this.rules.enter2;
  }

  /** What the member is to an entity: near 1, team 2, owner 4, seat 8. */
  relation(slot: number): number {
    const { ownerOf, teamOf, seatOf } = this.mirror;
    return relationOf(this.seat, this.seatView.team, ownerOf[slot]!, teamOf[slot]!, seatOf[slot]!);
  }

  /** Entities that died, whose slot has another tenant, or to which the member's relation has changed. */
  dropGone(): void {
    const { handles, mirror } = this;
    const { structureAt, structureTick } = mirror.changes;
    const { team } = this.seatView;
    // One's own new team changes what one is to everybody.
    const isKnown = team === this.#team && this.#checkedTick >= 0;
    const since = isKnown ? this.#checkedTick - mirror.origin : -1;
    if (!isKnown) this.#chosenTick = -1;
    this.#team = team;
    this.#checkedTick = mirror.tick;
    if (structureTick <= since) return;
    for (let index = 0; index < handles.high; index++) {
      const slot = handles.slotAt(index);
      if (slot < 0 || structureAt[slot]! <= since) continue;
      if (
        mirror.typeOf[slot] === 0 ||
        mirror.generationOf[slot] !== handles.entityAt[index] ||
        this.relation(slot) !== handles.relationAt[index] ||
        !permits(mirror.audienceOf[slot]!, handles.relationAt[index]!)
      ) {
        const stays = mirror.generationOf[slot] === handles.entityAt[index];
        this.#leave(index);
        // A changed relation shows other fields: the entity enters anew at once, if it may be seen at all.
        if (stays && mirror.typeOf[slot] !== 0) this.#await(slot);
      }
    }
  }

  #await(slot: number): void {
    this.pending.push(slot);
    this.pendingGenerations.push(this.mirror.generationOf[slot]!);
  }

  #leave(index: number): void {
    this.leaves.push(this.handles.handle(index));
    this.handles.close(index);
  }

  /**
   * Chooses what the member is to see: pinned and placeless things, and the nearest of what is near. What it holds is
   * weighed first; of the others only those can come in that are nearer than the worst of them, so no more is searched.
   */
  choose(): void {
    const { mirror, rules, pending } = this;
    const { scratch } = mirror;
    if (this.#isSettled()) return;
    const seat = this.seatView;
    const x = this.#lookX(seat);
    const y = this.#lookY(seat);
    scratch.begin(mirror.capacity);
    mirror.place();
    pending.clear();
    this.pendingGenerations.clear();
    const must = this.#mustSee(seat);
    const room = Math.min(rules.nearest, handlesMax - must);
    const held = this.#weighHeld(x, y);
    const count = this.#weighOthers(x, y, held, room);
    this.#isCrowded = count > room;
    if (this.#isCrowded) {
      selectNearest(scratch.slots, scratch.distances, count, room);
      for (let i = room; i < count; i++) {
        if (scratch.slots[i]! >= 0) this.#leave(scratch.slots[i]!);
      }
    }
    this.#queueEnters(Math.min(count, room));
    this.#chosenTick = mirror.tick;
  }

  /** Who sees everything sees the same as long as nothing comes or goes. */
  #isSettled(): boolean {
    return (
      this.rules.enter2 === Infinity &&
      !this.#isCrowded &&
      this.mirror.changes.structureTick <= this.#chosenTick - this.mirror.origin
    );
  }

  /** Marks pinned entities, the member's own and its viewpoint, and lets in those that it does not hold; their number. */
  #mustSee(seat: SeatView): number {
    let count = this.#must(seat.entity) + this.#must(seat.viewpoint);
    if (seat.pins.size > 0) for (const slot of seat.pins) count += this.#must(slot);
    return count;
  }

  #must(slot: number): number {
    const { mirror, handles } = this;
    const { scratch } = mirror;
    if (slot < 0 || mirror.typeOf[slot] === 0 || scratch.chosen[slot] === scratch.turn) return 0;
    if (!permits(mirror.audienceOf[slot]!, this.relation(slot))) return 0;
    scratch.chosen[slot] = scratch.turn;
    if (handles.indexOf(slot) < 0) this.#await(slot);
    return 1;
  }

  /** Ranks what is held, by index, and lets go what is too far. Who is in sight has an edge, who came a moment ago stays. */
  #weighHeld(x: number, y: number): number {
    const { handles, mirror, rules } = this;
    const { scratch, stamp: tick, xs, ys } = mirror;
    const { chosen, held, turn, slots, distances } = scratch;
    const { records, enteredAt, high } = handles;
    const { leave2, dwellTicks, tier1 } = rules;
    const own = this.seatView.entity;
    let count = 0;
    for (let index = 0; index < high; index++) {
      const record = records[index * 2]!;
      const slot = record & freeSlot;
      if (slot === freeSlot) continue;
      const dx = xs[slot]! - x;
      const dy = ys[slot]! - y;
      let distance = dx * dx + dy * dy;
      // What has no place is everywhere.
      if (!(distance >= 0)) distance = 0;
      const isMust = chosen[slot] === turn;
      if (distance > leave2 && !isMust) {
        this.#leave(index);
        continue;
      }
      held[slot] = turn;
      const before = (record >>> tierShift) & 3;
      const tier =
        slot === own || (before === 0 && distance <= tier1) ? 0 : this.#tier(distance, before);
      if (tier !== before) records[index * 2] = (record & tierless) | (tier << tierShift);
      if (isMust) continue;
      slots[count] = index;
      distances[count++] = tick - enteredAt[index]! < dwellTicks ? 0 : distance * stayShare;
    }
    return count;
  }

  /** Adds those that might come in, as the complement of their slot; the number of all. */
  #weighOthers(x: number, y: number, weighed: number, room: number): number {
    const { mirror, rules } = this;
    const { scratch } = mirror;
    const { held, chosen, turn, slots, distances, found } = scratch;
    let limit = rules.enter2;
    if (weighed >= room) {
      let worst = 0;
      for (let i = 0; i < weighed; i++) if (distances[i]! > worst) worst = distances[i]!;
      if (worst < limit) limit = worst;
    }
    let count = weighed;
    // where everyone sees everything there is no grid
    const isAll = rules.enter2 === Infinity;
    const candidates = isAll ? mirror.all(found) : mirror.near(x, y, limit, found);
    for (let i = 0; i < candidates; i++) {
      const slot = found[i]!;
      if (held[slot] === turn || chosen[slot] === turn) continue;
      if (!permits(mirror.audienceOf[slot]!, this.relation(slot))) continue;
      slots[count] = ~slot;
      distances[count++] = this.#distance(slot, x, y);
    }
    return count;
  }

  /** How often a visible entity is updated: every send (0), every second (1) or every fourth (2). */
  #tier(distance: number, now: number): number {
    const { tier1, tier2 } = this.rules;
    // A tier is left outwards at its edge and inwards a tenth before it (0.81 = 0.9 squared).
    if (distance > (now >= 2 ? tier2 * 0.81 : tier2)) return 2;
    return distance > (now >= 1 ? tier1 * 0.81 : tier1) ? 1 : 0;
  }

  /** Nearest first, so that a short budget shows what matters. */
  #queueEnters(count: number): void {
    const { slots, distances } = this.mirror.scratch;
    let fresh = 0;
    for (let i = 0; i < count; i++) {
      if (slots[i]! >= 0) continue;
      slots[fresh] = slots[i]!;
      distances[fresh++] = distances[i]!;
    }
    sortNearest(slots, distances, fresh);
    for (let i = 0; i < fresh; i++) this.#await(~slots[i]!);
  }

  /** Square of the distance to a point; 0 for what has no place. */
  #distance(slot: number, x: number, y: number): number {
    const dx = this.mirror.xs[slot]! - x;
    const dy = this.mirror.ys[slot]! - y;
    const distance = dx * dx + dy * dy;
    return distance >= 0 ? distance : 0;
  }

  #lookX(seat: SeatView): number {
    return seat.viewpoint >= 0 ? this.mirror.x(seat.viewpoint) : seat.x;
  }

  #lookY(seat: SeatView): number {
    return seat.viewpoint >= 0 ? this.mirror.y(seat.viewpoint) : seat.y;
  }
}
