import {
  errors,
  isErrorCode,
  RealmError,
  type AuthPayload,
  type ClientMessage,
  type ErrorPayload,
  type Message,
  type ServerMessage,
} from "@realmwright/protocol";
import { codecs, type RoomLookup } from "@realmwright/protocol/internal";
import { bump, type EdgeCounters } from "../edge/counters.ts";
import type { EdgeContext } from "../edge/edge-context.ts";
import { readPong, type MembershipClient } from "../edge/membership.ts";
import { Outbox } from "../edge/outbox.ts";
import { OutQueue, type QueueLevel } from "../edge/out-queue.ts";
import type { Log } from "../ports/log.ts";
import type { Connection, ConnectionListener, Handshake } from "../ports/transport.ts";
import { authRefusal, whose } from "./entrance.ts";
import { asRealmError, errorMessage } from "./error-message.ts";
import { CallDesk } from "./call-desk.ts";
import { FloodGuard } from "./flood-guard.ts";
import { RoomDesk } from "./room-desk.ts";
import { receptions, type SessionIdentity, type SessionState } from "./session-state.ts";
import { Silence } from "./silence.ts";
import { welcome } from "./welcome.ts";

const NOTHING = new Uint8Array(0);

/** One client's connection, from its first byte to its last. Its states are drawn in session-state.ts. */
export class Session implements ConnectionListener, MembershipClient {
  /** 128 random bits in hexadecimal; the host knows the session by it. */
  readonly id: string;
  readonly outbox: Outbox;
  readonly connection: Connection;
  readonly counters: EdgeCounters;
  /** The rooms that it is in. */
  readonly rooms: RoomDesk;
  /** The operations that it asks for. */
  readonly calls: CallDesk;
  /** True while the edge has it on its list of those to write to. */
  isWaiting = false;
  readonly #context: EdgeContext;
  readonly #log: Log;
  readonly #flood: FloodGuard;
  readonly #queue: OutQueue;
  readonly #lookup: RoomLookup;
  #state: SessionState;
  #level: QueueLevel = "open";
  #resumeSecret = "";
  /** What it asked for while it connected, and joins once it is welcome. */
  #firstRoom: string | undefined;
  readonly #silence: Silence;

  constructor(id: string, connection: Connection, context: EdgeContext) {
    const nowMs = context.clock.nowMs();
    this.id = id;
    this.connection = connection;
    this.counters = context.counters;
    this.outbox = new Outbox(codecs[`realm.${connection.encoding}`], nowMs);
    this.rooms = new RoomDesk(this, context);
    this.calls = new CallDesk(this, context);
    this.#context = context;
    this.#log = context.log.with({ session: id });
    this.#flood = new FloodGuard(context.limits, nowMs);
    this.#queue = new OutQueue(connection, context.limits, nowMs);
    this.#lookup = (key) => this.rooms.compiled(key);
    this.#state = { name: "connecting", deadlineMs: nowMs + context.limits.authTimeoutMs };
    this.#silence = new Silence(context.limits, nowMs);
    context.counters.connections++;
  }

  get state(): SessionState["name"] {
    return this.#state.name;
  }

  get isJoined(): boolean {
    return this.#state.name === "joined" || this.#state.name === "draining";
  }

  /** Undefined until the token has been checked. */
  get identity(): SessionIdentity | undefined {
    return "identity" in this.#state ? this.#state.identity : undefined;
  }

  /** How far behind the client is with reading, as of the newest flush. */
  get level(): QueueLevel {
    return this.#level;
  }

  get isAwaiting(): boolean {
    return this.isWaiting || !this.outbox.isEmpty;
  }

  /** What the client said while it connected stands for its `auth` and its first `join`. Called once, before all else. */
  greet(handshake: Handshake): void {
    this.#firstRoom = handshake.room;
    const verifying = whose(handshake, this.#context);
    if (verifying !== undefined) this.#verify(verifying);
  }

  // What the connection reports.

  message(data: Uint8Array, isText: boolean): void {
    if (this.#state.name === "closed") return;
    const nowMs = this.#context.clock.nowMs();
    this.#silence.heard(nowMs);
    this.counters.bytesIn += data.length;
    const tooMuch = this.#flood.bytes(data.length, nowMs);
    if (tooMuch !== undefined) {
      this.#limit(tooMuch, nowMs);
      return;
    }
    try {
      this.#read(data, isText, nowMs);
    } catch (error) {
      this.#refuse(asRealmError(error, this.#log), nowMs);
    }
  }

  pinged(bytes: number): boolean {
    if (this.#state.name === "closed") return false;
    const nowMs = this.#context.clock.nowMs();
    this.#silence.heard(nowMs);
    const error = this.#flood.bytes(bytes, nowMs) ?? this.#flood.message("control", nowMs);
    if (error === undefined) this.wants();
    else this.#limit(error, nowMs);
    return error === undefined;
  }

  pong(payload: Uint8Array): void {
    if (this.#state.name === "closed") return;
    const nowMs = this.#context.clock.nowMs();
    this.#silence.heard(nowMs);
    const tooMuch = this.#flood.pong(payload.length, nowMs);
    if (tooMuch !== undefined) {
      this.#limit(tooMuch, nowMs);
      return;
    }
    const pong = readPong(payload);
    if (pong !== undefined) this.rooms.get(pong.m)?.ponged(pong.tick, nowMs);
  }

  failed(error: RealmError): void {
    bump(this.counters.refused, error.code);
    this.close(error);
  }

  closed(code: number): void {
    if (this.#state.name !== "closed") {
      bump(this.counters.closed, code === 1006 ? "CONNECTION_LOST" : "CLIENT_CLOSED");
    }
    this.#dropFromHost();
    this.#end();
    this.#log.debug("connection closed", { code });
    this.#context.gone(this);
  }

  // What the host reports.

  opened(resumeSecret: string, resumed: boolean): void {
    if (this.#state.name !== "authenticating") return;
    const { identity, id } = this.#state;
    if (identity === undefined) return;
    this.#state = { name: "joined", identity };
    this.#resumeSecret = resumeSecret;
    this.connection.admit();
    this.counters.sessions++;
    this.#log.info("session opened", { account: identity.account, resumed });
    this.#welcome(resumed, id);
    if (this.#firstRoom === undefined || resumed) return;
    this.#act({ type: "join", payload: { room: this.#firstRoom } }, this.#context.clock.nowMs());
  }

  /** The rooms' schemas have changed. */
  reloaded(): void {
    if (this.isJoined) this.#welcome(true);
  }

  /** The host has ended the session: says why and closes the connection by the error's code. */
  ended(error: ErrorPayload): void {
    this.#finish({ type: "error", payload: error });
  }

  drain(): void {
    if (this.#state.name !== "joined") return;
    this.#state = { name: "draining", identity: this.#state.identity };
  }

  // What others send through it.

  send(message: ServerMessage): void {
    if (this.#state.name === "closed") return;
    this.outbox.codec.encode(message, this.outbox.writer, this.#lookup);
    this.outbox.end();
  }

  /** Adds a message and has it written at the end of this turn, whether rooms are due or not. */
  answer(message: ServerMessage): void {
    this.send(message);
    this.wants();
  }

  /** The client is in a room of this tick rate, and sends accordingly. */
  expect(tickRate: number): void {
    this.#flood.expect(tickRate);
  }

  wants(): void {
    this.#context.wants(this);
  }

  prepare(nowMs: number): void {
    this.measure(nowMs);
    this.wants();
  }

  ping(payload: Uint8Array): void {
    this.#flood.pinged();
    this.outbox.moveTo(this.connection);
    this.connection.ping(payload);
  }

  /** Ends the session when the client has not kept up; else measures how far behind it is. */
  measure(nowMs: number): void {
    if (this.#state.name === "closed") return;
    this.#level = this.#queue.level(nowMs);
    if (this.#level === "closed") this.close(new RealmError("TOO_SLOW"));
  }

  /** Ends the session from this side. The host keeps its seats for their grace time. */
  close(error: RealmError): void {
    if (this.#state.name === "closed") return;
    this.#log.debug("connection refused", { code: error.code, detail: error.message });
    this.#dropFromHost();
    this.#finish(errorMessage(error));
  }

  /** Everything gathered leaves as one write. */
  flush(): void {
    if (this.#state.name === "closed") return;
    const { connection } = this;
    const before = connection.bytesOut;
    this.outbox.moveTo(connection);
    connection.flush();
    if (connection.bytesOut === before) return;
    this.counters.writes++;
    this.counters.bytesOut += connection.bytesOut - before;
    this.calls.deliver();
  }

  /** What time alone brings, which is looked at again at `nextMs`: the deadline of authentication, pings, the end of a silent or stuck connection. */
  sweep(nowMs: number, nextMs: number): void {
    const state = this.#state;
    if (state.name === "closed") return;
    if (state.name === "connecting" || state.name === "authenticating") {
      if (nowMs >= state.deadlineMs) this.close(new RealmError("AUTH_TIMEOUT"));
      return;
    }
    if (this.#silence.isTooLong(nextMs)) {
      this.close(new RealmError("IDLE_TIMEOUT"));
      return;
    }
    this.calls.deliver();
    this.outbox.trim(nowMs);
    this.measure(nowMs);
    const answer = this.rooms.inquire(nowMs);
    if (answer === "stuck" || this.calls.isStuck(nowMs)) this.close(new RealmError("TOO_SLOW"));
    if (answer === "asked") this.wants();
    if (this.#silence.breaks(nowMs)) {
      this.ping(NOTHING);
      this.wants();
    }
  }

  // Messages.

  #read(data: Uint8Array, isText: boolean, nowMs: number): void {
    const { codec } = this.outbox;
    const { preAuthBytes } = this.#context.limits;
    if (this.#isStranger() && data.length > preAuthBytes) throw new RealmError("MESSAGE_TOO_LARGE");
    if (isText !== codec.isText)
      throw new RealmError("MESSAGE_MALFORMED", { detail: "frame type" });
    const messages = codec.decode(data, "client");
    // a packet of none would cost nothing, however many of them came
    if (messages.length === 0) throw new RealmError("MESSAGE_MALFORMED", { detail: "empty" });
    for (const message of messages) {
      this.counters.messagesIn++;
      this.#take(message, nowMs);
      // a refusal may have ended it
      if (this.state === "closed") return;
    }
  }

  #take(message: ClientMessage, nowMs: number): void {
    const { type, id } = message;
    const tooMany = this.#flood.message(type, nowMs);
    if (tooMany !== undefined) {
      this.#limit(tooMany, nowMs, message);
      return;
    }
    const reception = receptions[this.#state.name][type];
    if (reception === "drop") return;
    if (reception !== "take") {
      this.#refuse(new RealmError(reception, { type, id }), nowMs);
      return;
    }
    this.#act(message, nowMs);
  }

  #act(message: ClientMessage, nowMs: number): void {
    try {
      this.#handle(message, nowMs);
    } catch (error) {
      const known = asRealmError(error, this.#log);
      bump(this.counters.refused, known.code);
      if (known.closes) this.close(known);
      else this.answer(errorMessage(known, message));
    }
  }

  #handle(message: ClientMessage, nowMs: number): void {
    switch (message.type) {
      case "auth":
        this.#authenticate(message.payload, message.id);
        return;
      case "ping":
        this.answer({
          type: "pong",
          ...(message.id === undefined ? {} : { id: message.id }),
          payload: { time: message.payload.time, serverTime: nowMs },
        });
        return;
      case "pong":
        return;
      case "join":
        this.rooms.join(message.payload, message.id);
        return;
      case "leave":
        this.rooms.leave(message.payload.m);
        return;
      case "input":
        this.rooms.input(message, nowMs);
        return;
      case "ack":
        this.rooms.acknowledge(message.payload.m, message.payload.tick, nowMs);
        return;
      case "chat":
        this.rooms.chat(message.payload.m, message.payload.text);
        return;
      case "rpc":
        // no decoder lets one without an id through
        this.calls.call(message.id!, message.payload);
    }
  }

  #authenticate(payload: AuthPayload, id: number | undefined): void {
    const refusal = authRefusal(payload, this.#context.limits);
    if (refusal !== undefined) {
      this.close(new RealmError(refusal, { type: "auth", id }));
      return;
    }
    this.#verify(this.#context.verifier.verify(payload.token), id, payload.resume);
  }

  #verify(verifying: Promise<SessionIdentity>, id?: number, resume?: string): void {
    if (this.#state.name !== "connecting") return;
    const { deadlineMs } = this.#state;
    this.#state = { name: "authenticating", deadlineMs, id, identity: undefined };
    verifying.then(
      (identity) => this.#verified(identity, resume),
      (error: unknown) => {
        const known = asRealmError(error, this.#log);
        this.close(new RealmError(known.code, { type: "auth", id, cause: error }));
      },
    );
  }

  #verified(identity: SessionIdentity, resume: string | undefined): void {
    // it may have been closed while its token was being checked
    if (this.#state.name !== "authenticating") return;
    this.#state = { ...this.#state, identity };
    this.#context.toHost({
      type: "open",
      session: this.id,
      account: identity.account,
      name: identity.name,
      role: identity.role,
      ...(identity.session === undefined ? {} : { login: identity.session }),
      ...(identity.endings === undefined ? {} : { endings: identity.endings }),
      ...(resume === undefined ? {} : { resume }),
    });
  }

  #welcome(resumed: boolean, id?: number): void {
    const { identity } = this;
    const { clock, limits } = this.#context;
    const game = this.#context.game();
    if (identity === undefined || game === undefined) return;
    const resume = this.#resumeSecret;
    const nowMs = clock.nowMs();
    const payload = welcome({ session: this.id, identity, resume, resumed, game, limits, nowMs });
    this.answer({ type: "welcome", ...(id === undefined ? {} : { id }), payload });
  }

  // Refusals.

  /** A message above a rate. */
  #limit(error: RealmError, nowMs: number, message?: ClientMessage): void {
    bump(this.counters.refused, error.code);
    const flooding = this.#flood.limited(nowMs);
    if (flooding !== undefined || this.#isStranger()) this.close(flooding ?? error);
    else this.answer(errorMessage(error, message));
  }

  /** A message that could not be taken. Strangers have no second try. */
  #refuse(error: RealmError, nowMs: number): void {
    bump(this.counters.refused, error.code);
    // an error that answers a join, like SERVER_DRAINING, is about that join and not about the connection
    const isFinal = this.#isStranger() || (error.closes && error.type !== "join");
    const ending = isFinal ? error : error.closes ? undefined : this.#flood.strike(nowMs);
    if (ending === undefined) this.answer(errorMessage(error));
    else this.close(ending);
  }

  #isStranger(): boolean {
    return this.#state.name === "connecting" || this.#state.name === "authenticating";
  }

  #dropFromHost(): void {
    if (this.identity !== undefined) this.#context.toHost({ type: "drop", session: this.id });
  }

  #finish(message: Message<"error", ErrorPayload>): void {
    if (this.#state.name === "closed") return;
    const { code } = message.payload;
    this.send(message);
    bump(this.counters.closed, code);
    this.#end();
    this.outbox.moveTo(this.connection);
    this.connection.close(isErrorCode(code) ? errors[code].close : errors.INTERNAL.close, code);
  }

  #end(): void {
    if (this.isJoined) this.counters.sessions--;
    this.#state = { name: "closed" };
    this.rooms.clear();
    this.calls.clear();
  }
}
