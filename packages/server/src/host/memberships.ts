import { type ErrorPayload, limits, RealmError } from "@realmwright/protocol";
import type { EdgeToHost } from "../link/messages.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import { readCheckpoint } from "../room/checkpoint-layout.ts";
import type { RoomAuthority } from "../room/room-authority.ts";
import type { RoomNews } from "../room/room-news.ts";
import type { GamePlan } from "../room/room-plan.ts";
import type { Attendance } from "./attendance.ts";
import { HostedRoom, type RoomListener } from "./hosted-room.ts";
import type { Origins } from "./origins.ts";
import type { Birth, RoomMaker } from "./room-maker.ts";
import type { RoomRegistry, RoomWish } from "./room-registry.ts";
import type { Session, SessionDirectory } from "./session-directory.ts";

const roomId = /^[\w-]+$/u;

/** A join that a room has yet to answer. */
interface Pending {
  session: Session;
  readonly room: string;
  /** Number of the edge's request; a door has none, nor has one whose connection is another by now. */
  request?: number;
  /** The seat left behind by a door. */
  readonly from?: { readonly room: HostedRoom; readonly seat: number };
}

/** A seat as its edge calls it. */
type SeatName = Pick<Extract<EdgeToHost, { type: "leave" }>, "room" | "seat" | "since">;

type Message<T extends EdgeToHost["type"]> = Extract<EdgeToHost, { readonly type: T }>;

export interface MembershipsOptions {
  readonly plan: () => GamePlan;
  readonly isDraining: () => boolean;
  readonly sessions: SessionDirectory;
  readonly rooms: RoomRegistry;
  readonly maker: RoomMaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly origins: Origins;
  readonly attendance: Attendance | undefined;
  /** A room has begun its life: it is to be stepped. */
  readonly started: (room: HostedRoom) => void;
  /** A room has ended: it is to be stepped no more. */
  readonly stopped: (room: HostedRoom) => void;
}

/** Who is in which room: brings sessions into rooms, through doors and out again, and tells their edges. */
export class Memberships implements RoomListener {
  readonly #with: MembershipsOptions;
  readonly #pending = new Map<number, Pending>();
  #ticket = 0;

  constructor(options: MembershipsOptions) {
    this.#with = options;
  }

  /** Joins that no room has answered yet. */
  get waiting(): number {
    return this.#pending.size;
  }

  join(session: Session, message: Message<"join">): void {
    const { request, spectate, options, reservation } = message;
    try {
      if (session.memberships.size + session.joining.size >= limits.memberships.value) {
        throw new RealmError("MEMBERSHIPS_FULL");
      }
      const room = this.#find({
        room: message.room === "" ? this.#with.plan().entry : message.room,
        account: session.account,
        spectate,
        reservation,
      });
      this.#ask({ session, room: room.id, request }, room, spectate, options, reservation);
    } catch (error) {
      this.#refuse(session, request, this.#payload(error));
    }
  }

  /** A new session takes over everything that another one held. */
  resume(from: Session, to: Session): void {
    for (const [id, seat] of from.memberships) {
      const room = this.#with.rooms.get(id);
      if (room === undefined) continue;
      if (from.link !== undefined) room.unread(from.link);
      to.memberships.set(id, seat);
      room.holders.set(seat, to);
      room.read(to.link!);
      room.authority.reconnect(seat);
    }
    from.memberships.clear();
    for (const pending of this.#pending.values()) {
      if (pending.session !== from) continue;
      pending.session = to;
      delete pending.request;
      to.joining.add(pending.room);
    }
    from.link?.send({ type: "superseded", session: from.id });
    this.#with.sessions.remove(from);
  }

  /** The session's connection is gone; its seats wait for it. */
  drop(session: Session): void {
    const { link } = session;
    for (const [id, seat] of session.memberships) {
      const room = this.#with.rooms.get(id);
      if (room === undefined) continue;
      if (link !== undefined) room.unread(link);
      room.authority.drop(seat);
    }
    this.#with.sessions.disconnect(session);
  }

  /** The session is put out of all its rooms, and of those that it waits to be let into. */
  expel(session: Session, code: string, text: string): void {
    for (const [id, seat] of session.memberships) {
      this.#with.rooms.get(id)?.authority.leave(seat, { code, text });
    }
    for (const id of session.joining) {
      const authority = this.#with.rooms.get(id)?.authority;
      for (const { seat, outside, account } of authority?.state.seats.all() ?? []) {
        if (outside && account === session.account) authority?.leave(seat, { code, text });
      }
    }
  }

  /** The room in which the session holds that seat, and holds it since then. */
  roomOf(session: Session, { room, seat, since }: SeatName): HostedRoom | undefined {
    if (session.memberships.get(room) !== seat) return undefined;
    const isLate = since !== undefined && session.told.get(room) !== since;
    return isLate ? undefined : this.#with.rooms.get(room);
  }

  /** Makes a room and lets it begin. Throws `ROOM_UNKNOWN`, `SERVER_FULL` or `ROOM_FAILED`. */
  make(name: string, birth: Birth): HostedRoom {
    const { rooms, plan, maker } = this.#with;
    const kind = plan().rooms.get(name);
    if (kind === undefined) throw new RealmError("ROOM_UNKNOWN", { detail: name });
    rooms.mustHaveSpace();
    return this.adopt(maker.make(kind, birth));
  }

  /** Makes a room under an id of the caller's. Throws also `ROOM_ID_INVALID`, `ROOM_EXISTS` or `SERVER_DRAINING`. */
  open(name: string, id: string, emptyMs: number): HostedRoom {
    const { rooms, plan, isDraining } = this.#with;
    if (isDraining()) throw new RealmError("SERVER_DRAINING");
    const isId = roomId.test(id) && id.length <= limits.roomIdCharacters.value;
    // a join by it would mean the kind
    if (!isId || plan().rooms.has(id)) throw new RealmError("ROOM_ID_INVALID");
    if (rooms.get(id) !== undefined) throw new RealmError("ROOM_EXISTS", { detail: id });
    return this.make(name, { id, emptyMs });
  }

  /**
   * Makes a room that goes on from its checkpoint; its seats wait for their players, as after a drop. Throws
   * `ROOM_UNKNOWN` for one of no kind of this game, and as `restore` does.
   */
  restore(bytes: Uint8Array): HostedRoom {
    const { rooms, plan, maker } = this.#with;
    const { room: name, id } = readCheckpoint(bytes);
    const kind = plan().rooms.get(name);
    if (kind === undefined) throw new RealmError("ROOM_UNKNOWN", { detail: name });
    rooms.mustHaveSpace();
    const authority = maker.restore(bytes, id, kind);
    for (const { seat } of authority.state.seats.all()) authority.drop(seat);
    return this.adopt(authority);
  }

  /** Takes up a room that was made elsewhere. */
  adopt(authority: RoomAuthority): HostedRoom {
    const { log, metrics, origins } = this.#with;
    const room = new HostedRoom(authority, { listener: this, metrics, log, origins });
    this.#with.rooms.add(room);
    this.#with.started(room);
    this.#count(room.name);
    return room;
  }

  news(room: HostedRoom, news: RoomNews): void {
    switch (news.type) {
      case "joined":
        this.#joined(room, news);
        break;
      case "refused":
        this.#refused(news.ticket, news.error);
        break;
      case "reconnected":
        this.#sendJoined(room, news.seat, { resumed: true });
        break;
      case "left":
        this.#left(room, news);
        break;
      case "chat":
        this.#chat(room, news);
        break;
      case "chatRefused": {
        const session = room.holders.get(news.seat);
        const { id } = room;
        const { error } = news;
        session?.link?.send({ type: "chatRefused", session: session.id, room: id, error });
        break;
      }
      case "transfer":
        this.#transfer(room, news);
    }
  }

  ended(room: HostedRoom): void {
    for (const link of room.readers()) link.send({ type: "detach", room: room.id });
    this.#with.rooms.remove(room);
    this.#with.attendance?.ended(room.id);
    this.#with.stopped(room);
    this.#count(room.name);
  }

  /** Throws `ROOM_UNKNOWN`, `SERVER_FULL` or `ROOM_FAILED`. */
  #find(wish: RoomWish): HostedRoom {
    const { plan, rooms, isDraining } = this.#with;
    if (isDraining()) throw new RealmError("SERVER_DRAINING");
    if (plan().rooms.has(wish.room)) {
      const found = rooms.choose(wish.room, wish);
      if (found !== undefined) return found;
      // a spectator wants to see somebody
      if (wish.spectate) throw new RealmError("ROOM_UNKNOWN");
      return this.make(wish.room, {});
    }
    const room = rooms.get(wish.room);
    if (room === undefined || room.id === wish.except) throw new RealmError("ROOM_UNKNOWN");
    return room;
  }

  /** Throws `ALREADY_A_MEMBER` and what the room throws. */
  #ask(
    pending: Pending,
    room: HostedRoom,
    spectate: boolean,
    options: Readonly<Record<string, unknown>> | undefined,
    reservation: string | undefined,
  ): void {
    const { session } = pending;
    if (session.memberships.has(room.id) || session.joining.has(room.id)) {
      throw new RealmError("ALREADY_A_MEMBER");
    }
    const ticket = ++this.#ticket;
    const { account, name, role } = session;
    room.authority.join({ ticket, account, name, role, spectate, options, reservation });
    session.joining.add(room.id);
    this.#pending.set(ticket, pending);
  }

  #joined(room: HostedRoom, news: Extract<RoomNews, { type: "joined" }>): void {
    const pending = this.#take(news.ticket);
    if (pending === undefined) return;
    const { session, request, from } = pending;
    this.#supersede(room, news.seat);
    if (this.#with.sessions.get(session.id) !== session) {
      // nobody is there any more; the seat waits as any other whose connection broke
      room.authority.drop(news.seat);
      return;
    }
    session.memberships.set(room.id, news.seat);
    room.holders.set(news.seat, session);
    if (room.authority.report(news.seat)?.spectator === false) {
      this.#with.attendance?.entered(room.id, session.account);
    }
    this.#count(room.name);
    if (session.link === undefined) {
      room.authority.drop(news.seat);
      return;
    }
    room.read(session.link);
    const stays = from !== undefined && from.room.holders.get(from.seat) === session;
    this.#sendJoined(room, news.seat, {
      resumed: news.resumed,
      ...(request === undefined ? {} : { request }),
      // a session that was resumed within the door has not been told of the room behind it
      ...(stays && session.told.has(from.room.id) ? { from: from.room.id } : {}),
    });
    if (stays) from.room.authority.leave(from.seat, { code: "MOVED", to: room.id });
  }

  /** The account has come to its seat by another session: the one that held it so far loses it. */
  #supersede(room: HostedRoom, seat: number): void {
    const old = room.holders.get(seat);
    if (old === undefined) return;
    room.holders.delete(seat);
    old.memberships.delete(room.id);
    this.#sendLeft(old, room, { type: "left", seat, code: "SESSION_SUPERSEDED" });
    this.#with.sessions.forgetIfIdle(old);
  }

  #sendJoined(
    room: HostedRoom,
    seat: number,
    about: { readonly resumed: boolean; readonly request?: number; readonly from?: string },
  ): void {
    const session = room.holders.get(seat);
    const report = room.authority.report(seat);
    // without a report the seat was given up in the same tick, and "left" follows
    if (session?.link === undefined || report === undefined) return;
    session.told.set(room.id, report.tick);
    session.link.send({
      type: "joined",
      session: session.id,
      room: room.id,
      name: room.name,
      ...about,
      ...report,
      ...(room.events.length === 0 ? {} : { events: room.events }),
    });
  }

  #refused(ticket: number, error: ErrorPayload): void {
    const pending = this.#take(ticket);
    if (pending === undefined) return;
    const { session, request, from } = pending;
    this.#with.sessions.forgetIfIdle(session);
    if (request !== undefined) this.#refuse(session, request, error);
    if (from !== undefined) this.#doorShut(session, from.room, from.seat, error);
  }

  #left(room: HostedRoom, news: Extract<RoomNews, { type: "left" }>): void {
    const session = room.holders.get(news.seat);
    this.#count(room.name);
    if (session === undefined) return;
    room.holders.delete(news.seat);
    session.memberships.delete(room.id);
    this.#with.attendance?.left(room.id, session.account);
    this.#sendLeft(session, room, news);
    this.#with.sessions.forgetIfIdle(session);
  }

  /** Tells an edge of an end of which it has been told the beginning. */
  #sendLeft(session: Session, room: HostedRoom, news: Extract<RoomNews, { type: "left" }>): void {
    const { link } = session;
    const isTold = session.told.delete(room.id);
    if (link === undefined) return;
    if (isTold) link.send({ ...news, session: session.id, room: room.id });
    room.unread(link);
  }

  #chat(room: HostedRoom, news: Extract<RoomNews, { type: "chat" }>): void {
    const message = { ...news, room: room.id, time: this.#with.clock.wallMs() };
    if (news.to === undefined) for (const link of room.readers()) link.send(message);
    else room.holders.get(news.to)?.link?.send(message);
  }

  #transfer(from: HostedRoom, news: Extract<RoomNews, { type: "transfer" }>): void {
    const { seat, room: wanted, options } = news;
    const session = from.holders.get(seat);
    if (session?.link === undefined) {
      from.authority.doorShut(seat);
      return;
    }
    try {
      const { account } = session;
      const to = this.#find({ room: wanted, account, spectate: false, except: from.id });
      this.#ask(
        { session, room: to.id, from: { room: from, seat } },
        to,
        false,
        options,
        undefined,
      );
    } catch (error) {
      this.#doorShut(session, from, seat, this.#payload(error));
    }
  }

  #doorShut(session: Session, from: HostedRoom, seat: number, error: ErrorPayload): void {
    if (from.holders.get(seat) !== session) return;
    from.authority.doorShut(seat);
    this.#with.log.warn("A door stayed shut.", { room: from.id, code: error.code });
    const { code, text } = error;
    session.link?.send({
      type: "notice",
      session: session.id,
      code,
      text,
      data: { room: from.id },
    });
  }

  #take(ticket: number): Pending | undefined {
    const pending = this.#pending.get(ticket);
    this.#pending.delete(ticket);
    pending?.session.joining.delete(pending.room);
    return pending;
  }

  #refuse(session: Session, request: number, error: ErrorPayload): void {
    session.link?.send({ type: "refused", session: session.id, request, error });
  }

  /** What a peer may know of an error. One that is not of the catalogue is ours to find out about. */
  #payload(error: unknown): ErrorPayload {
    if (error instanceof RealmError) {
      if (error.code === "ROOM_FAILED") {
        const { message: detail, cause } = error;
        // the game's own error, as where a running room ends by one
        this.#with.log.error("A room could not begin.", { detail, error: cause });
      }
      return error.toPayload();
    }
    this.#with.log.error("A join failed.", { error });
    return new RealmError("INTERNAL").toPayload();
  }

  #count(name: string): void {
    const { rooms, metrics } = this.#with;
    const running = rooms.named(name);
    metrics.set("realmwright_rooms", running.length, { room: name });
    const players = running.reduce((sum, room) => sum + room.authority.playerCount, 0);
    metrics.set("realmwright_players", players, { room: name });
  }
}
