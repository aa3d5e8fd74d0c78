import { ClockSync } from "@realmwright/core/internal";
import {
  type ClientMessage,
  type ErrorPayload,
  type Message,
  protocolVersion,
  RealmError,
  type ServerMessage,
  type WelcomePayload,
} from "@realmwright/protocol";
import { heartbeatTime, type MessageCodec, type RoomLookup } from "@realmwright/protocol/internal";
import type { ClientPorts, ClientSocket } from "../ports.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { Credentials } from "./credentials.ts";
import { MessageSender } from "./message-sender.ts";
import type { SessionKeeper } from "./session-record.ts";
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  connectionTable,
} from "./state-table.ts";
import { Traffic } from "./traffic.ts";
import { errorOf, errorOfClose, verdictOf } from "./verdict.ts";

export interface ConnectionTimes {
  /** Between two pings. Twice as long without any message means that the connection is dead. Default 2,000. */
  readonly pingIntervalMs?: number;
  /** From fetching the token to being welcomed. Default 10,000. */
  readonly attemptMs?: number;
  /** How long the first connection is tried for. Default 10,000. */
  readonly firstMs?: number;
  /** How long a lost connection is tried for. Default 600,000. */
  readonly lostMs?: number;
  readonly backoff?: BackoffOptions;
}

export interface ConnectionOptions extends ConnectionTimes {
  readonly url: string;
  readonly codec: MessageCodec;
  readonly credentials: Credentials;
  readonly keeper: SessionKeeper;
  /** Name and version, for the server's log. */
  readonly client: string;
  readonly ports: ClientPorts;
  readonly rooms: RoomLookup;
}

/** Who a connection works for. */
export interface ConnectionOwner {
  stateChanged(state: ConnectionState): void;
  welcomed(welcome: WelcomePayload): void;
  /** Everything but welcome, ping and pong. */
  received(message: ServerMessage): void;
  /** For good. Undefined when the user asked for it. */
  closed(error: RealmError | undefined): void;
}

/** A connection is good, and its next loss a new one, after so long. */
const goodAfterMs = 5000;
/** Refused tokens in a row after which no further one is fetched. */
const renewalsMax = 3;
const pingIntervalDefaultMs = 2000;

/** One session's way to the server: opens sockets, authenticates, notices that they are dead, and comes back. */
export class Connection {
  /** The server's clock and the way to it. */
  readonly sync: ClockSync = new ClockSync();
  readonly traffic: Traffic;
  readonly #options: ConnectionOptions;
  readonly #owner: ConnectionOwner;
  readonly #ports: ClientPorts;
  readonly #backoff: Backoff;
  readonly #sender: MessageSender;
  readonly #pingIntervalMs: number;
  readonly #events: ConnectionEvent[] = [];
  #isHandling = false;
  #state: ConnectionState = "idle";
  #socket: ClientSocket | undefined;
  /** Rises with each socket, so that calls of an older one are known. */
  #attempt = 0;
  #token = "";
  #error: RealmError | undefined;
  #renewals = 0;
  #wasWelcomed = false;
  #failingSinceMs = Number.NaN;
  #withdrawTimer: () => void = () => undefined;
  readonly #stopOnline: () => void;
  #openSinceMs = 0;
  #heardMs = 0;
  #pingMs = 0;
  #pingTime = -1;

  constructor(options: ConnectionOptions, owner: ConnectionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#ports = options.ports;
    this.traffic = new Traffic(options.ports.clock);
    this.#backoff = new Backoff(options.ports.random, options.backoff);
    this.#pingIntervalMs = options.pingIntervalMs ?? pingIntervalDefaultMs;
    this.#sender = new MessageSender(options.codec, options.rooms, (data, messages) => {
      this.traffic.sent(data.length, messages);
      this.#socket?.send(data);
    });
    this.#stopOnline = options.ports.onOnline(() => this.fire("online"));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Adds a message to the current write. Left out unless the connection is open. */
  queue(message: ClientMessage): void {
    if (this.#state === "open") this.#sender.queue(message);
  }

  /** Sends what was queued. */
  flush(): void {
    this.#sender.flush();
  }

  /** Ends a connection whose stream makes no sense; the next one starts it anew. */
  broken(error: RealmError): void {
    this.#error = error;
    this.fire("dropped");
  }

  /** Events are handled one after another, also those that effects cause. */
  fire(event: ConnectionEvent): void {
    this.#events.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        this.#handle(next);
      }
    } finally {
      this.#isHandling = false;
    }
  }

  #handle(event: ConnectionEvent): void {
    const { to, effects } = connectionTable[this.#state][event];
    const changed = to !== this.#state;
    this.#state = to;
    if (event === "close") this.#error = undefined;
    for (const effect of effects) this.#effects[effect]();
    if (changed) this.#owner.stateChanged(to);
    if (to === "closed" && changed) this.#owner.closed(this.#error);
  }

  readonly #effects: Readonly<Record<ConnectionEffect, () => void>> = {
    cancelWait: () => this.#withdrawTimer(),
    openSocket: () => this.#openSocket(),
    sendAuth: () => this.#sendAuth(),
    startPings: () => this.#startPings(),
    probe: () => this.#ping(),
    dropSocket: () => this.#dropSocket(),
    forgetToken: () => this.#forgetToken(),
    scheduleRetry: () => this.#scheduleRetry(),
    finish: () => this.#finish(),
  };

  #openSocket(): void {
    const attempt = ++this.#attempt;
    this.#error = undefined;
    this.#setTimer(this.#options.attemptMs ?? 10_000, () => {
      this.#error = new RealmError("CONNECTION_LOST", { detail: "the server did not answer" });
      this.fire("stalled");
    });
    void this.#fetchToken(attempt);
  }

  async #fetchToken(attempt: number): Promise<void> {
    try {
      this.#token = await this.#options.credentials.token();
    } catch (cause) {
      if (attempt === this.#attempt) this.#failed(cause);
      return;
    }
    if (attempt === this.#attempt) this.#connect(attempt);
  }

  #connect(attempt: number): void {
    const { url, codec, credentials } = this.#options;
    const ticket = credentials.isTicket ? [`realm.ticket.${this.#token}`] : [];
    const isCurrent = (): boolean => attempt === this.#attempt;
    try {
      this.#socket = this.#ports.socket(url, [codec.name, ...ticket], {
        open: () => {
          if (isCurrent()) this.fire("opened");
        },
        message: (data) => {
          if (isCurrent()) this.#message(data);
        },
        closed: (code) => {
          if (!isCurrent()) return;
          this.#error ??= errorOfClose(code);
          this.fire(this.#verdict(this.#error));
        },
      });
    } catch (cause) {
      // an address that is none: no attempt will do better
      this.#error = new RealmError("REQUEST_INVALID", {
        detail: `can not connect to ${url}`,
        cause,
      });
      this.fire("refused");
    }
  }

  #failed(cause: unknown): void {
    this.#error =
      cause instanceof RealmError
        ? cause
        : new RealmError("CONNECTION_LOST", { detail: "no token could be fetched", cause });
    this.fire(this.#verdict(this.#error));
  }

  #sendAuth(): void {
    // the handshake has said it
    if (this.#options.credentials.isTicket) return;
    const { resume } = this.#options.keeper.record;
    this.#sender.queue({
      type: "auth",
      payload: {
        token: this.#token,
        protocol: protocolVersion,
        client: this.#options.client,
        ...(resume === undefined ? {} : { resume }),
      },
    });
    this.#sender.flush();
  }

  #message(data: Uint8Array | string): void {
    const attempt = this.#attempt;
    this.#heardMs = this.#ports.clock.nowMs();
    let messages: readonly ServerMessage[];
    try {
      messages = this.#options.codec.decode(data, "server");
    } catch (cause) {
      this.broken(
        cause instanceof RealmError ? cause : new RealmError("MESSAGE_MALFORMED", { cause }),
      );
      return;
    }
    this.traffic.received(data.length, messages.length);
    for (const message of messages) {
      if (attempt !== this.#attempt) return;
      this.#receive(message);
    }
    this.#sender.flush();
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(message.payload);
        return;
      case "ping":
        this.queue({ type: "pong", payload: { time: message.payload.time } });
        return;
      case "pong":
        this.#pong(message.payload.time, message.payload.serverTime);
        return;
      case "error": {
        const error = errorOf(message.payload);
        // before the welcome any error ends the attempt; later the close follows by itself
        if (this.#state === "authenticating") this.#refusedAuth(error);
        else if (endsConnection(message, error)) this.#error = error;
        else this.#owner.received(message);
        return;
      }
      default:
        if (this.#state === "open") this.#owner.received(message);
    }
  }

  #welcome(welcome: WelcomePayload): void {
    this.#renewals = 0;
    this.#wasWelcomed = true;
    this.#options.credentials.accepted();
    this.#failingSinceMs = Number.NaN;
    this.#options.keeper.set({ resume: welcome.resume });
    this.#owner.welcomed(welcome);
    this.fire("welcomed");
  }

  #refusedAuth(error: RealmError): void {
    this.#error = error;
    if (error.code === "RESUME_INVALID") {
      // the token may be as good as ever
      this.#options.keeper.forget("resume");
      this.fire("dropped");
    } else {
      this.fire(this.#verdict(error));
    }
  }

  #verdict(error: RealmError): ConnectionEvent {
    const verdict = verdictOf(error, this.#options.credentials.canRenew);
    if (verdict === "reauthenticate" && ++this.#renewals > renewalsMax) return "refused";
    return verdict;
  }

  #startPings(): void {
    this.#openSinceMs = this.#ports.clock.nowMs();
    this.#heardMs = this.#openSinceMs;
    this.sync.reset();
    this.#ping();
    this.#beat();
  }

  /** Twice per ping interval: pings when it is time, and sees whether the server is still heard. */
  #beat(): void {
    // the first few come faster, to know the way soon
    const pause = this.sync.samples < 4 ? this.#pingIntervalMs / 8 : this.#pingIntervalMs / 2;
    this.#setTimer(pause, () => {
      const now = this.#ports.clock.nowMs();
      if (now - this.#openSinceMs >= goodAfterMs) this.#backoff.reset();
      // after a pause of this machine the answers wait to be read: the ping must have gone out before
      if (now - this.#heardMs >= 2 * this.#pingIntervalMs && this.#pingMs > this.#heardMs) {
        this.#error = new RealmError("CONNECTION_LOST", {
          detail: "nothing was heard for too long",
        });
        this.fire("stalled");
        return;
      }
      const isKnown = this.sync.samples >= 4 || this.#pingTime >= 0;
      if (!isKnown || now - this.#pingMs >= this.#pingIntervalMs) this.#ping();
      this.#beat();
    });
  }

  #ping(): void {
    this.#pingMs = this.#ports.clock.nowMs();
    this.#pingTime = heartbeatTime(this.#pingMs);
    this.queue({ type: "ping", payload: { time: this.#pingTime } });
    this.flush();
  }

  #pong(time: number, serverTime: number | undefined): void {
    if (time !== this.#pingTime || serverTime === undefined) return;
    this.#pingTime = -1;
    this.sync.sample(this.#pingMs, serverTime, this.#ports.clock.nowMs());
  }

  #dropSocket(): void {
    this.#withdrawTimer();
    this.#attempt++;
    this.#sender.clear();
    this.#socket?.close(1000);
    this.#socket = undefined;
  }

  #forgetToken(): void {
    this.#options.credentials.forget(this.#token);
  }

  #scheduleRetry(): void {
    const now = this.#ports.clock.nowMs();
    if (Number.isNaN(this.#failingSinceMs)) this.#failingSinceMs = now;
    const wait = this.#backoff.next(this.#error?.retryAfterMs);
    const { firstMs = 10_000, lostMs = 600_000 } = this.#options;
    if (now + wait - this.#failingSinceMs > (this.#wasWelcomed ? lostMs : firstMs)) {
      this.fire("refused");
      return;
    }
    this.traffic.reconnects++;
    this.#setTimer(wait, () => this.fire("due"));
  }

  #finish(): void {
    this.#withdrawTimer();
    this.#stopOnline();
    // of a server that is away the seats may still be there later; a superseded session's record is its successor's
    const isOver = this.#error === undefined || verdictOf(this.#error, false) === "refused";
    if (isOver && this.#error?.code !== "SESSION_SUPERSEDED") this.#options.keeper.clear();
  }

  #setTimer(delayMs: number, call: () => void): void {
    this.#withdrawTimer();
    const { clock } = this.#ports;
    this.#withdrawTimer = clock.at(clock.nowMs() + delayMs, call);
  }
}

/** An error that answers nothing is about the connection; of those, a game's own that is final ends it too. */
function endsConnection(
  { id, payload }: Message<"error", ErrorPayload>,
  error: RealmError,
): boolean {
  const isAnswer = id !== undefined || payload.type !== undefined;
  return !isAnswer && (error.closes || error.action === "give-up");
}
