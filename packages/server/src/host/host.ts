import type { Files, GameDefinition, GameStorage } from "@realmwright/core";
import { type ErrorPayload, limits, RealmError } from "@realmwright/protocol";
import type { EdgeSide, HostSide, LinkToEdge, LinkToHost } from "../link/link.ts";
import { isEnded, type LoginsEnded } from "../auth/logins-ended.ts";
import { listenOnBus } from "../link/bus-host-link.ts";
import { LocalLink } from "../link/local-link.ts";
import { sureLog } from "../logging/sure-log.ts";
import type { EdgeToHost, HostToEdge, InputItem } from "../link/messages.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import { RoomRefusal } from "../room/refusal.ts";
import { type GamePlan, planGame } from "../room/room-plan.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import type { HostedRoom } from "./hosted-room.ts";
import type { Attendance } from "./attendance.ts";
import { Departure } from "./departure.ts";
import { LoginEndings } from "./login-endings.ts";
import { Memberships } from "./memberships.ts";
import { Origins } from "./origins.ts";
import { reloadRooms } from "./reload.ts";
import { RoomMaker } from "./room-maker.ts";
import { RoomRegistry } from "./room-registry.ts";
import { type Session, SessionDirectory } from "./session-directory.ts";
import { takeUncaught } from "./uncaught.ts";

export interface HostPorts {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface HostOptions extends HostPorts {
  readonly game: GameDefinition;
  /** The game's assets, for `load`. */
  readonly files: Files;
  /** For `room.storage`. Default: there is none, and its calls say so. */
  readonly storage?: GameStorage | undefined;
  /** Rooms and sessions at once; by default the limits of a node. */
  readonly roomsMax?: number;
  readonly sessionsMax?: number;
  /** Is told who is here. */
  readonly attendance?: Attendance | undefined;
  /** Checkpoints of rooms to begin with. */
  readonly checkpoints?: readonly Uint8Array[];
}

/** One room, for operators. */
export interface RoomSummary {
  readonly id: string;
  readonly name: string;
  readonly tick: number;
  readonly players: number;
  readonly spectators: number;
}

/** How long inputs that were read by an earlier schema may be under way. */
const staleInputsMs = 1000;

/** Owns the rooms of a thread and knows its sessions. Edges reach it by links. */
export class Host implements HostSide {
  readonly #ports: HostPorts;
  readonly #scheduler: Scheduler;
  readonly #sessions: SessionDirectory;
  readonly #rooms: RoomRegistry;
  readonly #maker: RoomMaker;
  readonly #members: Memberships;
  readonly #links = new Set<LinkToEdge>();
  readonly #origins = new Origins();
  readonly #endings = new LoginEndings();
  readonly #departure: Departure;
  readonly #sessionsMax: number;
  #plan: GamePlan;
  #state: "running" | "draining" | "closed" = "running";
  #reloading: Promise<void> = Promise.resolve();
  #drained: Promise<void> = Promise.resolve();

  private constructor(options: HostOptions, plan: GamePlan) {
    const { clock, randomBytes, metrics } = options;
    const log = sureLog(options.log);
    this.#ports = { clock, randomBytes, log, metrics };
    this.#plan = plan;
    this.#sessionsMax = options.sessionsMax ?? limits.sessionsPerNode.value;
    this.#sessions = new SessionDirectory(randomBytes, options.attendance);
    this.#rooms = new RoomRegistry(options.roomsMax ?? limits.roomsPerNode.value);
    const { storage } = options;
    this.#departure = new Departure(clock, this.#sessions, this.#rooms);
    this.#maker = new RoomMaker({ ...this.#ports, origins: this.#origins, storage });
    this.#scheduler = new Scheduler({ clock, metrics, log, flush: () => this.#flush() });
    this.#members = new Memberships({
      plan: () => this.#plan,
      isDraining: () => this.#state !== "running",
      sessions: this.#sessions,
      rooms: this.#rooms,
      maker: this.#maker,
      clock,
      log,
      metrics,
      origins: this.#origins,
      attendance: options.attendance,
      started: (room) => this.#scheduler.add(room),
      stopped: (room) => this.#stopped(room),
    });
  }

  /**
   * Loads a game, restores the rooms of the given checkpoints and begins the permanent ones that are not among them.
   * Throws `GAME_INVALID`, `SCHEMA_INVALID`, `ROOM_FAILED` when a room can not begin, what checkpoints are refused with,
   * and whatever the game's own `load` throws.
   */
  static async start(options: HostOptions): Promise<Host> {
    const host = new Host(options, await planGame(options.game, options.files));
    for (const bytes of options.checkpoints ?? []) host.#members.restore(bytes);
    for (const plan of host.#plan.rooms.values()) {
      const isThere = host.#rooms.named(plan.name).length > 0;
      if (plan.permanent && !isThere) host.#members.make(plan.name, { permanent: true });
    }
    return host;
  }

  /** How late the newest turn of the scheduler began, in milliseconds. */
  get lagMs(): number {
    return this.#scheduler.lagMs;
  }

  get isDraining(): boolean {
    return this.#state !== "running";
  }

  /** Sessions with a connection. */
  get sessionCount(): number {
    return this.#sessions.connected;
  }

  /** Sessions without one whose seats wait for them. */
  get keptSessionCount(): number {
    return this.#sessions.size - this.#sessions.connected;
  }

  rooms(): RoomSummary[] {
    return [...this.#rooms.all()].map(summaryOf);
  }

  /**
   * Makes a room of a kind under an id of the caller's choice: 1 to 40 letters, digits, `-` and `_`. It ends when nobody has
   * come within `emptyMs` (default 60,000), and later when it is empty, as every room. Throws `ROOM_UNKNOWN` for a kind that
   * the game does not have, `ROOM_ID_INVALID`, `ROOM_EXISTS`, `SERVER_FULL`, `SERVER_DRAINING` or `ROOM_FAILED`.
   *
   * The id is looked up on this server alone, at once. Of servers that share a Redis each must be given ids of its own.
   */
  open(kind: string, options: { readonly id: string; readonly emptyMs?: number }): RoomSummary {
    const { id, emptyMs = limits.openedRoomMs.value } = options;
    if (!(emptyMs >= 0 && emptyMs < Number.MAX_SAFE_INTEGER / 1000)) {
      throw new RealmError("GAME_INVALID", { detail: `a room can not wait ${emptyMs} ms` });
    }
    return summaryOf(this.#members.open(kind, id, emptyMs));
  }

  /** Whether the account has a player's seat in that room, be it a kept one; one that is held outside has none yet. */
  isMember(account: string, room: string): boolean {
    return this.#rooms.get(room)?.authority.isMember(account) === true;
  }

  /** Joins an edge of this thread. The first message it receives, in the host's next turn, is `descriptors`. */
  attach(edge: EdgeSide, address = "local"): LinkToHost {
    const link = new LocalLink(address, this, edge);
    this.opened(link);
    return link.toHost();
  }

  /** Takes up every edge that greets this host over the bus, which serves this host alone. */
  listen(bus: Bus): void {
    listenOnBus(bus, this, this.#ports);
  }

  /** A link to an edge has come up. Called by whoever made it. */
  opened(link: LinkToEdge): void {
    this.#links.add(link);
    link.send(this.#descriptors(false));
    this.#scheduler.wake();
  }

  receive(from: LinkToEdge, message: EdgeToHost): void {
    if (!this.#links.has(from)) return;
    try {
      this.#act(from, message);
    } catch (error) {
      this.#ports.log.error("A message of an edge failed.", { type: message.type, error });
    }
    // these are answered by their room's tick
    if (message.type !== "input" && message.type !== "chat") this.#scheduler.wake();
  }

  closed(link: LinkToEdge): void {
    if (!this.#links.delete(link)) return;
    for (const room of this.#rooms.all()) room.forget(link);
    for (const session of [...this.#sessions.all()]) {
      if (session.link === link) this.#members.drop(session);
    }
    this.#countSessions();
    this.#scheduler.wake();
  }

  /**
   * Brings all rooms under another definition of the game, between two ticks: positions, seats and connections stay. Rooms
   * of kinds that it no longer has are closed. Everyone gets the notice `RELOADED`. Rejects with what went wrong, and then the game is as it was.
   */
  async reload(game: GameDefinition, files: Files): Promise<void> {
    const before = this.#reloading;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reloading = promise;
    await before;
    try {
      const plan = await planGame(game, files);
      if (this.#state !== "running") throw new RealmError("SERVER_DRAINING");
      this.#exchange(plan);
    } finally {
      resolve();
    }
    this.notice("RELOADED", "The game was reloaded.");
  }

  /** Tells every client of this host. */
  notice(code: string, text: string, data?: Readonly<Record<string, unknown>>): void {
    this.#sendAll({ type: "notice", code, text, ...(data === undefined ? {} : { data }) });
    this.#scheduler.wake();
  }

  /**
   * Takes up what nothing has caught; to be called while it is being reported. An exception of something that a room's hook
   * has started ends that room; a rejection ends nothing. Returns false for an exception that is no room's.
   */
  uncaught(error: unknown, kind: "exception" | "rejection"): boolean {
    return takeUncaught(
      { ...this.#ports, rooms: this.#rooms, origins: this.#origins },
      error,
      kind,
    );
  }

  /**
   * Ends all sessions of an account and gives up its seats. Returns how many were connected. Throws `GAME_INVALID` for a code
   * that no game may have either; a text is cut to 256 characters.
   */
  kick(account: string, code = "KICKED", reason = "You were removed from the server."): number {
    const { text = "" } = new RoomRefusal(code, reason);
    const error = { code, text, action: "give-up" } as const;
    return this.#end((session) => session.account === account, error, true);
  }

  /** How many endings of logins it was told of; goes into the identity of a token that is about to be looked at. */
  get endings(): number {
    return this.#endings.count;
  }

  /**
   * Closes the connections of logins that have ended, and of those whose token was looked at before that. Seats wait for
   * their grace time, for another login of the account; those of a banned one are given up. Returns how many were connected.
   */
  endLogins(event: LoginsEnded): number {
    this.#endings.add(event);
    const error = new RealmError(event.error).toPayload();
    return this.#end((session) => isEnded(event, session), error, event.error === "ACCOUNT_BANNED");
  }

  /** The logins of all sessions that are connected or hold seats. */
  logins(): Pick<Session, "account" | "role" | "login" | "sinceMs">[] {
    return [...this.#sessions.all()];
  }

  /**
   * Takes no more sessions and joins, tells everyone, ends all rooms when nobody is in them any more, at the latest after so
   * much time, and then the sessions. Resolves when that is done.
   */
  async drain(options: { readonly graceMs: number } = { graceMs: 0 }): Promise<void> {
    if (this.#state === "running") {
      this.#state = "draining";
      this.#drained = this.#drain(options.graceMs);
    }
    await this.#drained;
  }

  /** Ends at once what drain() has left, and all links. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#scheduler.stop();
    this.#departure.giveUp();
    for (const link of [...this.#links]) link.close();
    this.#links.clear();
  }

  /** Ends sessions; answers how many were connected. */
  #end(isMeant: (session: Session) => boolean, error: ErrorPayload, losesSeats: boolean): number {
    let count = 0;
    for (const session of [...this.#sessions.all()]) {
      if (!isMeant(session)) continue;
      if (losesSeats) this.#members.expel(session, error.code, error.text);
      if (session.link === undefined) continue;
      count++;
      session.link.send({ type: "end", session: session.id, error });
      // its edge, which was told so, has nothing more to say about it
      this.#members.drop(session);
    }
    this.#countSessions();
    this.#scheduler.wake();
    return count;
  }

  async #drain(graceMs: number): Promise<void> {
    const { text } = new RealmError("SERVER_DRAINING");
    this.notice("DRAINING", text, { deadlineMs: graceMs });
    await this.#departure.quiet(graceMs);
    if (this.#state === "closed") return;
    for (const room of this.#rooms.all()) room.authority.close();
    await this.#departure.emptied();
    const error = new RealmError("SERVER_DRAINING").toPayload();
    for (const session of this.#sessions.all()) {
      session.link?.send({ type: "end", session: session.id, error });
    }
    this.#flush();
  }

  #act(from: LinkToEdge, message: EdgeToHost): void {
    if (message.type === "repair") {
      this.#rooms.get(message.room)?.repair(from);
      return;
    }
    if (message.type === "open") {
      this.#open(from, message);
      return;
    }
    const session = this.#sessions.get(message.session);
    // what a session said before it was taken over or ended may still be under way
    if (session === undefined || session.link !== from) return;
    switch (message.type) {
      case "join":
        this.#members.join(session, message);
        break;
      case "input":
        this.#input(session, message);
        break;
      case "leave":
        this.#members.roomOf(session, message)?.authority.leave(message.seat, { code: "LEFT" });
        break;
      case "chat":
        this.#members.roomOf(session, message)?.authority.chat(message.seat, message.text);
        break;
      case "drop":
        this.#members.drop(session);
        this.#countSessions();
    }
  }

  #open(link: LinkToEdge, message: Extract<EdgeToHost, { type: "open" }>): void {
    const { session: id, account, resume } = message;
    const refused = this.#whyNotOpen(message);
    if (refused !== undefined) {
      link.send({ type: "denied", session: id, error: refused.toPayload() });
      return;
    }
    const before = resume === undefined ? undefined : this.#sessions.redeem(resume, account);
    const { session, resumeSecret } = this.#sessions.open({
      ...message,
      id,
      sinceMs: this.#ports.clock.wallMs(),
      link,
    });
    link.send({ type: "opened", session: id, resumeSecret, resumed: before !== undefined });
    if (before !== undefined) this.#members.resume(before, session);
    this.#countSessions();
  }

  #whyNotOpen(message: Extract<EdgeToHost, { type: "open" }>): RealmError | undefined {
    const { session: id, account, login, endings } = message;
    if (this.#state !== "running") return new RealmError("SERVER_DRAINING");
    if (this.#sessions.connected >= this.#sessionsMax) return new RealmError("SERVER_FULL");
    const ended =
      endings === undefined ? undefined : this.#endings.error({ account, login }, endings);
    if (ended !== undefined) return new RealmError(ended);
    if (this.#sessions.get(id) === undefined) return undefined;
    return new RealmError("INTERNAL", { detail: "two sessions have one name" });
  }

  #input(session: Session, message: Extract<EdgeToHost, { type: "input" }>): void {
    const room = this.#members.roomOf(session, message);
    if (room === undefined) return;
    const isKnown = this.#ports.clock.nowMs() >= room.checksInputsUntilMs;
    const fits = isKnown ? undefined : (item: InputItem): boolean => room.fits(item);
    room.authority.input(message.seat, message.items, fits);
  }

  /** Throws without having changed anything, or changes everything. */
  #exchange(plan: GamePlan): void {
    const { restored, made, removed } = reloadRooms(this.#rooms.all(), plan, this.#maker);
    this.#plan = plan;
    this.#sendAll(this.#descriptors(true));
    for (const [room, authority] of restored) {
      this.#scheduler.remove(room);
      room.become(authority);
      room.checksInputsUntilMs = this.#ports.clock.nowMs() + staleInputsMs;
      this.#scheduler.add(room);
    }
    for (const room of removed) {
      room.authority.close();
      room.step();
    }
    for (const authority of made) this.#members.adopt(authority);
    this.#scheduler.wake();
  }

  #descriptors(reload: boolean): HostToEdge {
    const { name, entry, rooms, hash } = this.#plan;
    const kinds = Object.fromEntries([...rooms].map(([key, plan]) => [key, plan.kind]));
    return { type: "descriptors", game: name, entry, rooms: kinds, hash, reload };
  }

  #sendAll(message: HostToEdge): void {
    for (const link of this.#links) link.send(message);
  }

  #flush(): void {
    for (const link of this.#links) link.flush();
    this.#departure.look();
  }

  #stopped(room: HostedRoom): void {
    this.#scheduler.remove(room);
    this.#departure.look();
  }

  #countSessions(): void {
    this.#ports.metrics.set("realmwright_sessions", this.#sessions.connected);
  }
}

function summaryOf({ id, name, authority }: HostedRoom): RoomSummary {
  const { tick, playerCount: players, spectatorCount: spectators } = authority;
  return { id, name, tick, players, spectators };
}
