import { RealmError } from "@realmwright/protocol";
import { BitWriter } from "@realmwright/protocol/internal";
import type { TicketTaker, TokenVerifier } from "../auth/token-verifier.ts";
import type { EdgeSide, LinkToHost } from "../link/link.ts";
import type { EdgeToHost, HostToEdge } from "../link/messages.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import type { Connection, ConnectionListener } from "../ports/transport.ts";
import type { Caller } from "../services/socket-calls.ts";
import type { LimitValues } from "../session/limit-values.ts";
import { Session } from "../session/session.ts";
import { newCounters, type EdgeCounters } from "./counters.ts";
import type { EdgeContext, GameInfo } from "./edge-context.ts";
import { EdgeRoom } from "./edge-room.ts";
import type { Membership } from "./membership.ts";
import { SharedMessage } from "./shared-message.ts";

/** How often deadlines, pings and stuck connections are looked at: one timer for all sessions. */
const SWEEP_MS = 250;
const SESSION_ID_BYTES = 16;

export interface EdgeOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: RandomBytes;
  readonly verifier: TokenVerifier;
  /** Default: no tickets are given. */
  readonly tickets?: TicketTaker;
  /** Default: there are no operations. */
  readonly caller?: Caller;
  readonly limits: LimitValues;
}

/**
 * Owns client connections. It reads rooms from frames, decides per client what it sees, and writes to each client once per
 * send. It has no game code and no clock of its own making: the host's turns drive it, and what clients say is forwarded at
 * the end of the turn in which it was read.
 */
export class Edge implements EdgeSide {
  readonly counters: EdgeCounters = newCounters();
  readonly #options: EdgeOptions;
  readonly #context: EdgeContext;
  readonly #sessions = new Map<string, Session>();
  readonly #rooms = new Map<string, EdgeRoom>();
  /** Sessions with something to write although none of their rooms may be due. */
  #waiting: Session[] = [];
  #spare: Session[] = [];
  /** Who is served after the others; kept from one flush to the next. */
  readonly #later: Membership[] = [];
  #link: LinkToHost | undefined;
  #game: GameInfo | undefined;
  #isTurnPlanned = false;
  #isFlushing = false;
  #cancelSweep: (() => void) | undefined;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#context = {
      clock: options.clock,
      log: options.log,
      limits: options.limits,
      verifier: options.verifier,
      tickets: options.tickets,
      caller: options.caller,
      counters: this.counters,
      bits: new BitWriter(4096),
      game: () => this.#game,
      toHost: (message) => this.#toHost(message),
      wants: (session) => this.#wants(session),
      gone: (session) => this.#sessions.delete(session.id),
    };
  }

  /** Sessions, authenticated or not. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whether the host has told what the game is, so that clients can be welcomed. */
  get isReady(): boolean {
    return this.#game !== undefined;
  }

  /** The way to the host. Once, before any connection. */
  start(link: LinkToHost): void {
    this.#link = link;
    this.#planSweep();
  }

  /** For `Transport.start`. */
  accept(connection: Connection): ConnectionListener {
    const id = Buffer.from(this.#options.random(SESSION_ID_BYTES)).toString("hex");
    const session = new Session(id, connection, this.#context);
    this.#sessions.set(id, session);
    if (connection.handshake !== undefined) session.greet(connection.handshake);
    return session;
  }

  // What the host says.

  receive(message: HostToEdge): void {
    try {
      this.#take(message);
    } catch (error) {
      this.#options.log.error("host message failed", { type: message.type, error });
    }
  }

  /**
   * Serves every client that is due: one write each. Whoever is told something besides the state, most of all an answer to
   * an input, is written to before all others are so much as looked at: in a full room that is half a tick sooner.
   */
  flush(): void {
    // whole milliseconds are enough here, and a small integer is passed on without an allocation
    const nowMs = Math.floor(this.#options.clock.nowMs());
    const later = this.#later;
    this.#isFlushing = true;
    try {
      this.#serveAwaiting(nowMs);
      if (later.length > 0) {
        this.#write(nowMs);
        for (const member of later) this.#serve(member, nowMs);
      }
      this.#write(nowMs);
    } finally {
      later.length = 0;
      this.#isFlushing = false;
    }
    // what one more answer has room for since this write
    if (this.#waiting.length > 0) this.#planTurn();
  }

  /** Serves those for whom more than the state waits, and gathers the others. */
  #serveAwaiting(nowMs: number): void {
    for (const room of this.#rooms.values()) {
      if (!room.isDue) continue;
      room.isDue = false;
      for (const member of room.members.values()) {
        if (member.client.isAwaiting) this.#serve(member, nowMs);
        else this.#later.push(member);
      }
    }
  }

  closed(error: RealmError): void {
    this.#link = undefined;
    for (const session of [...this.#sessions.values()]) session.close(error);
  }

  // Ending.

  /** Closes every connection with `SERVER_DRAINING` and stops all timers. */
  stop(): void {
    for (const session of [...this.#sessions.values()]) {
      session.close(new RealmError("SERVER_DRAINING"));
    }
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#link?.flush();
    this.#link?.close();
    this.#link = undefined;
  }

  #take(message: HostToEdge): void {
    switch (message.type) {
      case "descriptors":
        this.#game = message;
        if (message.reload) for (const session of this.#sessions.values()) session.reloaded();
        return;
      case "opened":
        this.#sessions.get(message.session)?.opened(message.resumeSecret, message.resumed);
        return;
      case "denied":
      case "end":
        this.#sessions.get(message.session)?.ended(message.error);
        return;
      case "superseded":
        this.#sessions
          .get(message.session)
          ?.ended(new RealmError("SESSION_SUPERSEDED").toPayload());
        return;
      case "attach":
        this.#rooms.set(message.room, new EdgeRoom(message));
        return;
      case "detach":
        this.#rooms.delete(message.room);
        return;
      case "frame":
        this.#rooms.get(message.room)?.drain(message.frame);
        return;
      case "joined":
        this.#joined(message);
        return;
      case "refused":
        this.#sessions.get(message.session)?.rooms.refused(message.request, message.error);
        return;
      case "left":
        this.#sessions.get(message.session)?.rooms.left(message);
        return;
      case "chat":
        this.#chat(message);
        return;
      case "chatRefused":
        this.#sessions.get(message.session)?.answer({
          type: "error",
          payload: { ...message.error, type: "chat" },
        });
        return;
      case "notice":
        this.#notice(message);
    }
  }

  #serve(member: Membership, nowMs: number): void {
    if (member.isOver) return;
    member.client.prepare(nowMs);
    if (!member.isOver) member.snapshot(this.#context.bits, nowMs);
  }

  #joined(message: Extract<HostToEdge, { type: "joined" }>): void {
    const session = this.#sessions.get(message.session);
    const room = this.#rooms.get(message.room);
    if (session === undefined) return;
    if (room === undefined) {
      throw new RealmError("INTERNAL", { detail: `joined room ${message.room} is not attached` });
    }
    session.rooms.joined(message, room);
    session.rooms.catchUp(message, this.#context.bits);
  }

  #chat(line: Extract<HostToEdge, { type: "chat" }>): void {
    const room = this.#rooms.get(line.room);
    if (room === undefined) return;
    const { seat, name, text, time } = line;
    const shared = new SharedMessage((codec, m, out) => {
      codec.encode({ type: "chat", payload: { m, seat, name, text, time } }, out, () => undefined);
    });
    for (const member of room.members.values()) {
      if (line.to === undefined || line.to === member.seat) member.say(shared);
    }
  }

  #notice({ session, code, text, data }: Extract<HostToEdge, { type: "notice" }>): void {
    const to = session === undefined ? this.#sessions.values() : [this.#sessions.get(session)];
    const payload = { code, text, ...(data === undefined ? {} : { data }) };
    for (const each of to) {
      if (each?.isJoined !== true) continue;
      if (code === "DRAINING") each.drain();
      each.answer({ type: "notice", payload });
    }
  }

  #toHost(message: EdgeToHost): void {
    this.#link?.send(message);
    this.#planTurn();
  }

  #wants(session: Session): void {
    if (session.isWaiting) return;
    session.isWaiting = true;
    this.#waiting.push(session);
    if (!this.#isFlushing) this.#planTurn();
  }

  /** What this turn of the loop brings goes out at its end, to the host and to clients. */
  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    const { clock } = this.#options;
    clock.at(clock.nowMs(), () => {
      this.#isTurnPlanned = false;
      this.#link?.flush();
      this.#write(clock.nowMs());
    });
  }

  #write(nowMs: number): void {
    const waiting = this.#waiting;
    this.#waiting = this.#spare;
    for (const session of waiting) {
      session.isWaiting = false;
      session.rooms.greet(this.#context.bits, nowMs);
      session.flush();
    }
    waiting.length = 0;
    this.#spare = waiting;
  }

  #planSweep(): void {
    const { clock } = this.#options;
    this.#cancelSweep = clock.at(clock.nowMs() + SWEEP_MS, () => {
      const nowMs = clock.nowMs();
      const nextMs = nowMs + SWEEP_MS;
      for (const session of this.#sessions.values()) session.sweep(nowMs, nextMs);
      this.#planSweep();
    });
  }
}
