import { audienceAll, audienceNear, audienceTeam, permits, relationOf } from "../world/audience.ts";
import type { InterestRules } from "../interest/interest-rules.ts";
import { selectNearest } from "../interest/nearest.ts";
import type { FrameEvent } from "./frame.ts";
import { handlesMax, type HandleTable } from "./handle-table.ts";
import { IntList } from "./int-list.ts";
import type { Mirror } from "./mirror.ts";
import { newSeatView, type SeatView } from "./seat-view.ts";

/**
 * What one member may and should see: closes the handles of what is out of sight and keeps the list of what should come in.
 */
export class ClientInterest {
  readonly mirror: Mirror;
  readonly seat: number;
  readonly rules: InterestRules;
  readonly handles: HandleTable;
  /** Of the send at hand: handles that are gone. */
  readonly leaves: IntList = new IntList(16);
  /** Slots chosen but not sent yet, nearest first. */
  readonly pending: IntList = new IntList(16);
  readonly #nobody: SeatView = newSeatView();
  #seatView: SeatView = this.#nobody;
  #seatVersion = -1;
  /** Up to this tick, and for this team, everything held is known to be there and visible. */
  #checkedTick = -1;
  #team = -1;

  constructor(mirror: Mirror, seat: number, rules: InterestRules, handles: HandleTable) {
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
    const { audience, target } = event;
    if (audience === audienceAll) return true;
    const seat = this.seatView;
    if (audience === audienceTeam) return target !== 0 && target === seat.team;
    if (audience !== audienceNear) return target >= 0 && target === this.seat;
    if (target >= 0) {
      if (!permits(this.mirror.audienceOf[target]!, this.relation(target))) return false;
      if (this.handles.indexOf(target) >= 0) return true;
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
    const since = team === this.#team ? this.#checkedTick : -1;
    this.#team = team;
    this.#checkedTick = mirror.tick;
    if (structureTick <= since) return;
    for (let index = 0; index < handles.high; index++) {
      const slot = handles.slotAt[index]!;
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
        if (stays && mirror.typeOf[slot] !== 0) this.pending.push(slot);
      }
    }
  }

  #leave(index: number): void {
    this.leaves.push(this.handles.handle(index));
    this.handles.close(index);
  }

  /** Chooses what the member is to see: pinned and placeless things, and the nearest of what is near. */
  choose(): void {
    const { mirror, handles, rules } = this;
    const { scratch } = mirror;
    const seat = this.seatView;
    scratch.begin(mirror.capacity);
    mirror.place();
    const must = this.#mustSee(seat);
    const found =
      rules.leave === Infinity
        ? mirror.all(scratch.found)
        : mirror.near(this.#lookX(seat), this.#lookY(seat), rules.leave, scratch.found);
    const x = this.#lookX(seat);
    const y = this.#lookY(seat);
    let count = must;
    for (let i = 0; i < found; i++) {
      const slot = scratch.found[i]!;
      if (scratch.chosen[slot] === scratch.turn) continue;
      if (!permits(mirror.audienceOf[slot]!, this.relation(slot))) continue;
      const distance = this.#distance(slot, x, y);
      const index = handles.indexOf(slot);
      if (distance > (index >= 0 ? rules.leave2 : rules.enter2)) continue;
      scratch.slots[count] = slot;
      scratch.distances[count++] = this.#ranked(index, distance);
    }
    const room = Math.min(rules.nearest + must, handlesMax);
    if (count > room) {
      // What must be seen has the smallest rank of all and stays in front.
      selectNearest(scratch.slots, scratch.distances, count, room);
      count = room;
    }
    for (let i = 0; i < count; i++) scratch.chosen[scratch.slots[i]!] = scratch.turn;
    this.#dropUnchosen();
    this.#queueEnters(count);
  }

  /** Pinned entities, the member's own and its viewpoint; they stand first and rank before everything. */
  #mustSee(seat: SeatView): number {
    const { scratch } = this.mirror;
    let count = 0;
    const add = (slot: number): void => {
      if (slot < 0 || this.mirror.typeOf[slot] === 0 || scratch.chosen[slot] === scratch.turn)
        return;
      if (!permits(this.mirror.audienceOf[slot]!, this.relation(slot))) return;
      scratch.chosen[slot] = scratch.turn;
      scratch.slots[count] = slot;
      scratch.distances[count++] = -1;
    };
    add(seat.entity);
    add(seat.viewpoint);
    for (const slot of seat.pins) add(slot);
    return count;
  }

  /** The distance by which candidates compete: who is in sight has an edge, who came a moment ago stays. */
  #ranked(index: number, distance: number): number {
    if (index < 0) return distance;
    const age = this.mirror.tick - this.handles.enteredAt[index]!;
    return age < this.rules.dwellTicks ? 0 : distance * 0.8;
  }

  #dropUnchosen(): void {
    const { handles, mirror } = this;
    const { scratch } = mirror;
    const seat = this.seatView;
    const x = this.#lookX(seat);
    const y = this.#lookY(seat);
    for (let index = 0; index < handles.high; index++) {
      const slot = handles.slotAt[index]!;
      if (slot < 0) continue;
      if (scratch.chosen[slot] !== scratch.turn) {
        this.#leave(index);
        continue;
      }
      handles.tierAt[index] = this.#tier(slot, x, y, handles.tierAt[index]!);
    }
  }

  /** How often a visible entity is updated: every send (0), every second (1) or every fourth (2). */
  #tier(slot: number, x: number, y: number, now: number): number {
    const { tier1, tier2 } = this.rules;
    if (tier1 === Infinity || slot === this.seatView.entity) return 0;
    const distance = this.#distance(slot, x, y);
    // A tier is left outwards at its edge and inwards a tenth before it (0.81 = 0.9 squared).
    const inner = now >= 1 ? tier1 * 0.81 : tier1;
    const outer = now >= 2 ? tier2 * 0.81 : tier2;
    return distance > outer ? 2 : distance > inner ? 1 : 0;
  }

  #queueEnters(count: number): void {
    const { scratch } = this.mirror;
    this.pending.clear();
    for (let i = 0; i < count; i++) {
      const slot = scratch.slots[i]!;
      if (this.handles.indexOf(slot) < 0) this.pending.push(slot);
    }
    if (this.pending.length > 1) this.#sortPending(count);
  }

  /** Nearest first, so that a short budget shows what matters. */
  #sortPending(count: number): void {
    const { scratch } = this.mirror;
    const rank = scratch.found;
    // `found` is free again; it remembers each slot's place among the candidates.
    for (let i = 0; i < count; i++) rank[scratch.slots[i]!] = i;
    const pending = this.pending.items.subarray(0, this.pending.length);
    pending.sort((a, b) => scratch.distances[rank[a]!]! - scratch.distances[rank[b]!]!);
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
