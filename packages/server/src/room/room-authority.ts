import type { Frame, Mirror } from "@realmwright/core/internal";
import { type ErrorCode, RealmError } from "@realmwright/protocol";
import type { InputItem } from "../link/messages.ts";
import type { Metrics } from "../ports/metrics.ts";
import { admission } from "./admission.ts";
import { Hooks } from "./hooks.ts";
import { InputTurn } from "./input-turn.ts";
import { payloadOf, refusalPayload, RoomRefusal } from "./refusal.ts";
import { chatText, RoomFace } from "./room-face.ts";
import { type RoomCommand, RoomInbox } from "./room-inbox.ts";
import {
  type JoinRequest,
  type RoomNews,
  type SeatReport,
  refused,
  withoutShortStays,
} from "./room-news.ts";
import { type RoomPlan, ticksOf } from "./room-plan.ts";
import { RoomState, type RoomStateOptions, type RoomStatus } from "./room-state.ts";
import type { Departure, Seat } from "./seat.ts";

export interface RoomAuthorityOptions extends RoomStateOptions {
  readonly metrics: Metrics;
}

/** How long a door stays shut for a player whom the other room did not let in. */
const doorShutMs = 1000;

/**
 * The one place where a room's rules run. What comes from outside waits; `step` lets it act, in a fixed order:
 *
 *   joins, drops, reconnects, leaves and chat lines, in the order in which they came
 *   → what came of work that the room waited for → timers → ends of grace and of reservations → inputs, seat by seat → the tick hook → kicks → the frame
 *
 * Whatever throws inside of a step ends this room and nothing else.
 */
export class RoomAuthority {
  readonly #room: RoomState;
  readonly #face: RoomFace;
  readonly #hooks: Hooks;
  readonly #inbox = new RoomInbox();
  readonly #inputs: InputTurn;
  readonly #metrics: Metrics;
  readonly #labels: { readonly room: string };
  /** What came from outside and is being acted on. */
  #acting: RoomCommand | undefined;

  /** A room without a life yet: `create` or `restored` begins it. */
  constructor(options: RoomAuthorityOptions) {
    this.#room = new RoomState(options);
    this.#face = new RoomFace(this.#room);
    this.#hooks = new Hooks(options.plan, this.#face);
    this.#metrics = options.metrics;
    this.#labels = { room: options.plan.name };
    this.#inputs = new InputTurn(this.#room, this.#hooks, options.metrics);
  }

  get id(): string {
    return this.#room.id;
  }

  get plan(): RoomPlan {
    return this.#room.plan;
  }

  get status(): RoomStatus {
    return this.#room.status;
  }

  get tick(): number {
    return this.#room.tick;
  }

  get mirror(): Mirror {
    return this.#room.mirror;
  }

  get playerCount(): number {
    return this.#room.seats.players.size;
  }

  get spectatorCount(): number {
    return this.#room.seats.spectators.size;
  }

  /** Inner state, for checkpoints. */
  get state(): RoomState {
    return this.#room;
  }

  /** Runs `setup` and `create`. Throws `ROOM_FAILED` with the cause when one of them throws. */
  create(): void {
    this.#begin(() => {
      this.#hooks.setup();
      this.#hooks.create();
    });
  }

  /** Runs `setup` for a room whose state a checkpoint has filled. Throws `ROOM_FAILED` with the cause. */
  restored(): void {
    this.#begin(() => this.#hooks.setup());
  }

  /** Whether one more could join by the room's name. Whether it may is decided in the tick. */
  hasSpace(spectate: boolean): boolean {
    const { status, locked, seats, reservations, plan } = this.#room;
    if (status !== "running" || locked) return false;
    return spectate
      ? seats.spectators.size < plan.maxSpectators
      : seats.players.size + reservations.size < plan.maxPlayers;
  }

  /** Answered by "joined" or "refused". Throws `OPTIONS_INVALID`, `INBOX_FULL` or `ROOM_CLOSED`. */
  join(request: JoinRequest): void {
    if (this.#room.status !== "running") throw new RealmError("ROOM_CLOSED");
    let options: Record<string, unknown>;
    try {
      options = this.plan.joinCodec.check(request.options ?? {});
    } catch (cause) {
      const problems = cause instanceof RealmError ? cause.problems : undefined;
      throw new RealmError("OPTIONS_INVALID", { cause, ...(problems && { problems }) });
    }
    if (!this.#inbox.offer({ type: "join", request, options })) throw new RealmError("INBOX_FULL");
  }

  /** Inputs of a seat. Those whose number is not new are not taken again; those that do not fit or are too many are refused. */
  input(seat: number, items: readonly InputItem[], fits?: (item: InputItem) => boolean): void {
    if (this.#room.seats.get(seat)?.outside !== true) this.#inputs.offer(seat, items, fits);
  }

  /** The seat's connection is gone. */
  drop(seat: number): void {
    this.#inbox.offer({ type: "drop", seat });
  }

  /** The seat's session is back, on a new connection. Answered by "reconnected". */
  reconnect(seat: number): void {
    this.#inbox.offer({ type: "reconnect", seat });
  }

  /** The seat is given up. Answered by "left". */
  leave(seat: number, departure: Departure): void {
    this.#inbox.offer({ type: "leave", seat, ...departure });
  }

  chat(seat: number, text: string): void {
    if (!this.#inbox.offer({ type: "chat", seat, text })) {
      this.#news({ type: "chatRefused", seat, error: payloadOf("INBOX_FULL") });
    }
  }

  /** The other room did not let the player in; it stays here, and no door opens for it for a second. */
  doorShut(number: number): void {
    const seat = this.#room.seats.get(number);
    if (seat === undefined) return;
    seat.inDoor = false;
    seat.doorsShutUntilTick = this.tick + ticksOf(doorShutMs, this.plan.rates.tickRate);
  }

  /** The room ends after its next tick. */
  close(): void {
    this.#face.close();
  }

  /** Ends the room as if a hook had thrown. One that has ended already stays as it is. */
  abort(error: unknown): void {
    if (this.status === "closed" || this.status === "failed") return;
    this.#fail(error, "none");
  }

  /** Gives what waits to the room that a checkpoint of this one has become, and ends without a word. */
  handOver(to: RoomAuthority): void {
    this.#room.status = "closed";
    this.#room.work.end();
    for (const { seat, outside, tickets } of this.#room.seats.all()) {
      if (outside) to.#room.seats.get(seat)?.waitOutside(tickets);
    }
    for (let next = this.#inbox.take(); next !== undefined; next = this.#inbox.take()) {
      if (next.type === "join") to.#rejoin(next.request);
      else to.#inbox.offer(next);
    }
  }

  /** Whether the account has a seat that joining again would give it back. */
  holds(account: string, spectate: boolean): boolean {
    return this.#room.seats.held(account, spectate) !== undefined;
  }

  /** Whether the account has a player's seat and is not held outside. */
  isMember(account: string): boolean {
    return this.#room.seats.held(account, false)?.outside === false;
  }

  /** What the holder of a seat is told. Undefined when there is no such seat. */
  report(number: number): SeatReport | undefined {
    const seat = this.#room.seats.get(number);
    return seat === undefined ? undefined : this.#room.report(seat);
  }

  /** The state after the last tick as a frame from nothing. Only after the first tick. */
  keyframe(): Frame {
    return this.#room.writer.keyframe(this.#room.id, this.#room.epoch);
  }

  /** Everything since the last step that is no part of its frame. */
  takeNews(): readonly RoomNews[] {
    const { news } = this.#room;
    this.#room.news = [];
    return news.some(({ type }) => type === "left") ? withoutShortStays(news) : news;
  }

  /** One tick. Never throws. Undefined when the room has ended without another frame. */
  step(): Frame | undefined {
    const room = this.#room;
    if (room.status === "closed" || room.status === "failed") return undefined;
    room.tick++;
    try {
      for (let next = this.#inbox.take(); next !== undefined; next = this.#inbox.take()) {
        this.#acting = next;
        this.#act(next);
      }
      this.#acting = undefined;
      this.#runWork();
      this.#runTimers();
      this.#expire();
      this.#inputs.apply();
      this.#hooks.tick(1 / room.plan.rates.tickRate);
      for (const seat of room.seats.all()) {
        if (seat.departure !== undefined) this.#vacate(seat, seat.departure);
      }
      const frame = this.#publish();
      if (!room.permanent && this.#isDeserted) this.#face.close();
      if (room.status === "closing") this.#end();
      return frame;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  get #isDeserted(): boolean {
    const { seats, reservations, tick, keptUntilTick } = this.#room;
    const isEmpty = seats.size === 0 && reservations.size === 0 && this.#inbox.isEmpty;
    return isEmpty && tick >= keptUntilTick;
  }

  #begin(run: () => void): void {
    try {
      run();
    } catch (cause) {
      this.#room.status = "failed";
      this.#room.work.end();
      const detail = `room "${this.plan.name}": hook "${this.#hooks.running}" threw`;
      throw new RealmError("ROOM_FAILED", { detail, cause });
    }
  }

  #act(command: RoomCommand): void {
    if (command.type === "join") {
      this.#join(command.request, command.options);
      return;
    }
    const seat = this.#room.seats.get(command.seat);
    if (seat === undefined || (seat.outside && command.type !== "leave")) return;
    if (command.type === "drop") this.#drop(seat);
    else if (command.type === "reconnect") this.#reconnect(seat);
    else if (command.type === "leave") this.#vacate(seat, command);
    else this.#chat(seat, command.text);
  }

  #join(request: JoinRequest, options: Record<string, unknown>): void {
    const { seats } = this.#room;
    const { ticket, spectate } = request;
    const held = seats.held(request.account, spectate);
    if (held !== undefined) {
      // a player has one seat, whichever way it comes back
      this.#comeBack(held);
      held.takenOverTick = this.tick;
      this.#enter(held, ticket, true);
      return;
    }
    const refused = admission(this.#room, this.#hooks, request, options);
    if (refused !== undefined) {
      this.#news({ type: "refused", ticket, error: refused });
      return;
    }
    const seat = this.#room.seat(seats.freeNumber(), request, spectate);
    this.#hooks.join(seat, options);
    this.#enter(seat, ticket, false);
  }

  #enter(seat: Seat, ticket: number, resumed: boolean): void {
    if (seat.outside) {
      seat.tickets.push(ticket);
      return;
    }
    seat.place = "in";
    this.#room.keptUntilTick = 0;
    this.#news({ type: "joined", ticket, seat: seat.seat, resumed });
  }

  /** A join that was asked of the room before its reload. */
  #rejoin(request: JoinRequest): void {
    try {
      this.join(request);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      this.#news({ type: "refused", ticket: request.ticket, error: error.toPayload() });
    }
  }

  #drop(seat: Seat): void {
    // one that comes behind the join is the old connection's, which the host did not know to be over
    if (!seat.connected || seat.takenOverTick === this.tick) return;
    if (seat.spectator) {
      this.#vacate(seat, { code: "DROPPED" });
      return;
    }
    seat.graceEndTick = this.tick + this.plan.graceTicks;
    this.#hooks.drop(seat);
  }

  #reconnect(seat: Seat): void {
    this.#comeBack(seat);
    this.#news({ type: "reconnected", seat: seat.seat });
  }

  #comeBack(seat: Seat): void {
    if (seat.connected) return;
    seat.graceEndTick = undefined;
    this.#hooks.reconnect(seat);
  }

  #vacate(seat: Seat, { code, text, to }: Departure): void {
    if (!seat.spectator) this.#hooks.leave(seat, code);
    this.#room.removeSeat(seat);
    if (seat.outside) {
      const error = refusalPayload({ code, text }, "JOIN_REFUSED");
      for (const ticket of seat.tickets) this.#news({ type: "refused", ticket, error });
      return;
    }
    this.#news({
      type: "left",
      seat: seat.seat,
      code,
      ...(text === undefined ? {} : { text }),
      ...(to === undefined ? {} : { to }),
    });
  }

  #chat(seat: Seat, text: string): void {
    const line = this.#hooks.chat(seat, text);
    if (line instanceof RoomRefusal) {
      const error = refusalPayload(line, "INPUT_REFUSED");
      this.#news({ type: "chatRefused", seat: seat.seat, error });
    } else {
      this.#news({ type: "chat", seat: seat.seat, name: seat.name, text: chatText(line) });
    }
  }

  #runWork(): void {
    const { work } = this.#room;
    for (let run = work.take(); run !== undefined; run = work.take()) this.#hooks.work(run);
  }

  #runTimers(): void {
    const { timers } = this.#room;
    for (let due = timers.take(this.tick); due !== undefined; due = timers.take(this.tick)) {
      this.#hooks.timer(due.name, due.data);
    }
  }

  #expire(): void {
    for (const seat of this.#room.seats.players.values()) {
      if (seat.graceEndTick !== undefined && this.tick >= seat.graceEndTick) {
        this.#vacate(seat, { code: "DROPPED" });
      }
    }
    this.#room.reservations.expire(this.tick);
  }

  #publish(): Frame {
    const { seats, writer, shared, world, plan, id, epoch, tick } = this.#room;
    const news = shared.takeChange();
    if (news !== undefined) writer.document(-1, news.version, news.value, news.patch);
    for (const seat of seats.all()) {
      const own = seat.synced.takeChange();
      if (own !== undefined) writer.document(seat.seat, own.version, own.value, own.patch);
      const entity = seat.entity?.id ?? 0;
      if (entity === seat.toldEntity && seat.team === seat.toldTeam) continue;
      seat.toldEntity = entity;
      seat.toldTeam = seat.team;
      writer.seat(seat.seat, { entity, team: seat.team });
    }
    world.endTick();
    const frame = writer.write(id, epoch, tick, tick % plan.rates.sendEvery === 0);
    for (const seat of seats.all()) seat.isSettled = !seat.outside;
    seats.endTick();
    return frame;
  }

  /** The room ends in good order: everyone leaves, then it is disposed of. */
  #end(): void {
    for (const seat of this.#room.seats.all()) {
      this.#vacate(seat, seat.departure ?? { code: "ROOM_CLOSED" });
    }
    this.#hooks.dispose();
    this.#room.status = "closed";
    this.#room.work.end();
    this.#refuseWaiting("ROOM_CLOSED");
  }

  /** Something threw. What it left behind is not to be trusted, so of the hooks only `dispose` runs. */
  #fail(error: unknown, hook: string = this.#hooks.running): void {
    const room = this.#room;
    room.status = "failed";
    room.work.end();
    this.#metrics.count("realmwright_rooms_failed_total", this.#labels);
    room.log.error("A room ended by an error.", { hook, tick: room.tick, error });
    room.news = room.news.flatMap((news): RoomNews[] => {
      if (news.type === "transfer" || news.type === "reconnected") return [];
      return [news.type === "joined" ? refused(news.ticket, "ROOM_FAILED") : news];
    });
    if (this.#acting?.type === "join") {
      this.#news(refused(this.#acting.request.ticket, "ROOM_FAILED"));
    }
    // who came in this very tick was refused instead
    for (const { seat, isSettled, tickets } of room.seats.all()) {
      for (const ticket of tickets) this.#news(refused(ticket, "ROOM_FAILED"));
      if (isSettled) this.#news({ type: "left", seat, code: "ROOM_FAILED" });
    }
    this.#refuseWaiting("ROOM_FAILED");
    try {
      this.#hooks.dispose();
    } catch (failure) {
      const data = { tick: room.tick, error: failure };
      room.log.error("A room's dispose hook failed too.", data);
    }
  }

  #refuseWaiting(code: ErrorCode): void {
    for (let next = this.#inbox.take(); next !== undefined; next = this.#inbox.take()) {
      if (next.type === "join") this.#news(refused(next.request.ticket, code));
    }
  }

  #news(news: RoomNews): void {
    this.#room.news.push(news);
  }
}
