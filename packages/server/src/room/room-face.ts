import type {
  DocumentHandle,
  EmitTarget,
  Entity,
  EntityBase,
  GameStorage,
  Later,
  Player,
  Point,
  Refusal,
  Room,
  RoomLog,
  Spawn,
} from "@realmwright/core";
import type { Random } from "@realmwright/core";
import { cloneJson } from "@realmwright/core/internal";
import type {
  DocumentDefinition,
  EntityDefinition,
  EntityId,
  EventDefinition,
  Fields,
  Of,
  ValuesOf,
} from "@realmwright/protocol";
import { limits, RealmError } from "@realmwright/protocol";
import { RoomLater } from "./later.ts";
import { RoomRefusal } from "./refusal.ts";
import { ticksOf } from "./room-plan.ts";
import type { RoomState } from "./room-state.ts";
import { Seat } from "./seat.ts";

/** A room as game code sees it. Everything that it changes is collected and takes its effect within the tick. */
export class RoomFace implements Room {
  readonly log: RoomLog;
  /** What `setup` returned. */
  local: unknown = undefined;
  stepContext: unknown = undefined;
  readonly #room: RoomState;

  constructor(room: RoomState) {
    this.#room = room;
    const { log } = room;
    this.log = {
      info: (message, data) => log.info(message, { tick: room.tick, ...data }),
      warn: (message, data) => log.warn(message, { tick: room.tick, ...data }),
      error: (message, data) => log.error(message, { tick: room.tick, ...data }),
    };
  }

  get id(): string {
    return this.#room.id;
  }

  get name(): string {
    return this.#room.plan.name;
  }

  get tick(): number {
    return this.#room.tick;
  }

  get tickRate(): number {
    return this.#room.plan.rates.tickRate;
  }

  get time(): number {
    return this.#room.tick / this.#room.plan.rates.tickRate;
  }

  get random(): Random {
    return this.#room.random;
  }

  get content(): unknown {
    return this.#room.plan.content;
  }

  get state(): ValuesOf<Fields> {
    return this.#room.state;
  }

  get document(): DocumentHandle<DocumentDefinition> {
    return this.#room.shared;
  }

  get storage(): GameStorage {
    return this.#room.storage;
  }

  get players(): ReadonlyMap<number, Player> {
    return this.#room.seats.players;
  }

  get spectators(): ReadonlyMap<number, Player> {
    return this.#room.seats.spectators;
  }

  spawn<E extends EntityDefinition>(type: E, init: Spawn<E>): Entity<E> {
    this.#mustRun();
    const seat = init.owner === undefined ? undefined : this.#seatOf(init.owner);
    if (init.seat !== undefined) this.#seatOf(init.seat);
    const entity = this.#room.world.spawn(type, init);
    const steered = this.#room.plan.options.predict?.entity.name ?? type.name;
    if (seat !== undefined && type.name === steered && seat.entity === undefined) {
      seat.entityId = entity.id;
    }
    return entity;
  }

  despawn(entity: EntityBase): void {
    this.#mustRun();
    this.#room.world.despawn(entity);
  }

  get<E extends EntityDefinition>(type: E, id: EntityId): Entity<E> | undefined {
    return this.#room.world.get(type, id);
  }

  all<E extends EntityDefinition>(type: E): readonly Entity<E>[] {
    return this.#room.world.all(type);
  }

  near<E extends EntityDefinition>(
    type: E,
    x: number,
    y: number,
    radius: number,
    out: Entity<E>[],
  ): number {
    return this.#room.world.near(type, x, y, radius, out);
  }

  emit<V extends EventDefinition>(event: V, data: Of<V>, to: EmitTarget): void {
    this.#mustRun();
    const sent = this.#asSent(event.name, data);
    if (typeof to === "object" && "seat" in to && this.#isPast(to.seat)) return;
    this.#room.writer.event(event, sent, to);
  }

  pin(player: Player, entity: EntityBase): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    const { world } = this.#room;
    if (!world.isAlive(entity.id)) return;
    for (const id of seat.pins) if (!world.isAlive(id)) seat.pins.delete(id);
    seat.pins.add(entity.id);
    this.#room.writer.pin(seat.seat, entity.id, true);
  }

  unpin(player: Player, entity: EntityBase): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    if (seat.pins.delete(entity.id)) this.#room.writer.pin(seat.seat, entity.id, false);
  }

  setViewpoint(player: Player, at: EntityBase | Point): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    seat.view = "id" in at ? at.id : { x: at.x, y: at.y };
    this.#room.writer.viewpoint(seat.seat, seat.view);
  }

  after(delayMs: number, timer: string, data?: unknown): number {
    this.#mustRun();
    const { plan, tick, timers } = this.#room;
    if (!Object.hasOwn(plan.options.timers ?? {}, timer)) {
      throw gameError(`room "${plan.name}" has no timer "${timer}"`);
    }
    return timers.start(tick + this.#ticks("a timer's delay", delayMs), timer, data);
  }

  cancel(timer: number): void {
    this.#room.timers.cancel(timer);
  }

  refuse(code: string, text?: string): Refusal {
    return new RoomRefusal(code, text);
  }

  later(): Later {
    this.#mustRun();
    return new RoomLater();
  }

  when<R>(work: PromiseLike<R>, then: (value: R) => void, failed?: (error: unknown) => void): void {
    this.#mustRun();
    this.#room.work.wait(work, then, failed);
  }

  transfer(player: Player, room: string, options: Readonly<Record<string, unknown>> = {}): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    const isBound = seat.inDoor || seat.departure !== undefined || !seat.connected;
    if (isBound || this.#room.tick < seat.doorsShutUntilTick) return;
    seat.inDoor = true;
    this.#room.news.push({ type: "transfer", seat: seat.seat, room, options: cloneJson(options) });
  }

  reserve(account: string, ttlMs: number = limits.reservationTtlMs.value): string {
    this.#mustRun();
    const { reservations, seats, plan, tick, id } = this.#room;
    const others = reservations.size - (reservations.has(account) ? 1 : 0);
    if (seats.players.size + others >= plan.maxPlayers) throw new RealmError("ROOM_FULL");
    return reservations.add(id, account, tick + this.#ticks("a reservation's time", ttlMs));
  }

  kick(player: Player, code = "KICKED", text?: string): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    const refusal = new RoomRefusal(code, text);
    seat.departure ??= { code, ...(refusal.text === undefined ? {} : { text: refusal.text }) };
  }

  say(text: string, to?: Player): void {
    this.#mustRun();
    this.#room.news.push({
      type: "chat",
      seat: -1,
      name: "",
      text: chatText(text),
      ...(to === undefined ? {} : { to: this.#seatOf(to).seat }),
    });
  }

  lock(locked: boolean): void {
    this.#mustRun();
    this.#room.locked = locked;
  }

  close(): void {
    if (this.#room.status === "running") this.#room.status = "closing";
  }

  hold(player: Player): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    if (seat.place === "in") throw gameError(`the player of seat ${seat.seat} is in already`);
    seat.place = "outside";
  }

  letIn(player: Player): void {
    this.#mustRun();
    const seat = this.#seatOf(player);
    if (!seat.outside) return;
    seat.place = "in";
    this.#room.keptUntilTick = 0;
    for (const [i, ticket] of seat.tickets.splice(0).entries()) {
      this.#room.news.push({ type: "joined", ticket, seat: seat.seat, resumed: i > 0 });
    }
  }

  /** Room time as ticks, at least one. */
  #ticks(what: string, ms: number): number {
    if (!(ms >= 0 && ms < Number.MAX_SAFE_INTEGER / 1000)) {
      throw gameError(`${what} is at least 0 ms, not ${ms}`);
    }
    return Math.max(1, ticksOf(ms, this.tickRate));
  }

  /**
   * An event's data as clients will read it. A copy, since edges encode it after the tick; and what does not fit must show
   * here, in the game's own hook, and not there.
   */
  #asSent(name: string, data: object): object {
    const codec = this.#room.plan.compiled.event(name)?.codec;
    try {
      return codec?.canonical(data as Record<string, unknown>) ?? data;
    } catch (cause) {
      const problems = cause instanceof RealmError ? cause.problems : undefined;
      const detail = `the data of event "${name}" does not fit its schema`;
      throw new RealmError("GAME_INVALID", { detail, cause, ...(problems && { problems }) });
    }
  }

  /** A player that has left: its seat may be another's by now. */
  #isPast(player: { readonly seat: number }): boolean {
    return player instanceof Seat && this.#room.seats.get(player.seat) !== player;
  }

  /** The seat behind a player or a number that game code names. One that has left must not stand for its successor. */
  #seatOf(player: { readonly seat: number }): Seat {
    const seat = this.#room.seats.get(player.seat);
    if (seat === undefined || this.#isPast(player)) {
      throw gameError(`seat ${player.seat} is nobody's in this room any more`);
    }
    return seat;
  }

  /** Game code that outlives its room, in a closure or a promise, must not seem to have an effect. */
  #mustRun(): void {
    const { status } = this.#room;
    if (status === "closed" || status === "failed") throw new RealmError("ROOM_CLOSED");
  }
}

/** Cut to what a chat line may have, without halves of characters. */
export function chatText(text: string): string {
  const characters = [...text.toWellFormed()];
  return characters.slice(0, limits.chatCharacters.value).join("");
}

function gameError(detail: string): RealmError {
  return new RealmError("GAME_INVALID", { detail });
}
