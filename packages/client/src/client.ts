import type { GameDefinition } from "@realmwright/core";
import {
  type JoinedPayload,
  limits,
  type NoticePayload,
  RealmError,
  type ServerMessage,
  type WelcomePayload,
} from "@realmwright/protocol";
import {
  codecs,
  compileDescriptor,
  type CompiledRoom,
  resolveMessage,
} from "@realmwright/protocol/internal";
import type { AccountDesk } from "./accounts/account-desk.ts";
import type { Auth, CallOptions } from "./accounts/auth.ts";
import type { OperationInput, OperationName, OperationOutput } from "./accounts/operations.ts";
import { Calls } from "./calls.ts";
import type { ClientStats, ConnectOptions, JoinSettings } from "./client-options.ts";
import { Connection } from "./connection/connection.ts";
import type { SessionKeeper } from "./connection/session-record.ts";
import type { ConnectionState } from "./connection/state-table.ts";
import { codeOf, errorOf } from "./connection/verdict.ts";
import type { AnyRoom, JoinOptionsOf, RoomName } from "./game-types.ts";
import { JoinRequests } from "./join-requests.ts";
import { Listeners, type Unsubscribe } from "./listeners.ts";
import type { ClientPorts } from "./ports.ts";
import type { ClientRoom } from "./room/client-room.ts";
import { Membership, type RoomOwner } from "./room/membership.ts";

/** After a resume a room that is not heard of for so long is gone. */
const resumeMs = 5000;
const answerMs = 5000;
/** Messages that wait for game code to learn of its room, at most. */
const pausedMax = 1000;

/** One player's session at a server. Made by `connect`. */
export class Client<G extends GameDefinition = GameDefinition> {
  readonly #options: ConnectOptions;
  readonly #ports: ClientPorts;
  readonly #desk: AccountDesk;
  readonly #connection: Connection;
  readonly #joins: JoinRequests;
  readonly #calls: Calls;
  #lastId = 0;
  readonly #rooms = new Map<string, Membership>();
  readonly #compiled = new Map<string, CompiledRoom>();
  readonly #onRoom: Listeners<[ClientRoom<AnyRoom<G>>, ClientRoom<AnyRoom<G>> | undefined]>;
  readonly #onState: Listeners<[ConnectionState]>;
  readonly #onError: Listeners<[unknown]>;
  readonly #onNotice: Listeners<[NoticePayload]>;
  readonly #onClosed: Listeners<[RealmError | undefined]>;
  readonly #owner: RoomOwner;
  /** Messages that wait while game code learns of a room that it has joined. */
  readonly #inbox: ServerMessage[] = [];
  #isPaused = false;
  #welcome: WelcomePayload | undefined;
  #withdrawResume: () => void = () => undefined;

  constructor(
    options: ConnectOptions & { readonly url: string },
    parts: {
      readonly ports: ClientPorts;
      readonly keeper: SessionKeeper;
      readonly desk: AccountDesk;
    },
  ) {
    const { ports, keeper, desk } = parts;
    const report = (error: unknown): void => this.#report(error);
    this.#options = options;
    this.#ports = ports;
    this.#desk = desk;
    this.#onRoom = new Listeners(report);
    this.#onState = new Listeners(report);
    // an error of an error listener goes where errors without listeners go
    this.#onError = new Listeners((error) => ports.report(error));
    this.#onNotice = new Listeners(report);
    this.#onClosed = new Listeners(report);
    const { url, encoding = "binary", client = "realmwright" } = options;
    const codec = codecs[`realm.${encoding}`];
    this.#connection = new Connection(
      {
        ...options.times,
        url,
        codec,
        credentials: desk,
        keeper,
        client,
        ports,
        rooms: (key) => this.#schema(key),
      },
      {
        stateChanged: (state) => this.#stateChanged(state),
        welcomed: (welcome) => this.#welcomed(welcome),
        received: (message) => this.#received(message),
        closed: (error) => this.#closed(error),
      },
    );
    const nextId = (): number => ++this.#lastId;
    this.#joins = new JoinRequests(ports.clock, options.answerTimeoutMs ?? answerMs, nextId);
    this.#calls = new Calls({
      nextId,
      desk,
      clock: ports.clock,
      connection: this.#connection,
    });
    this.#owner = this.#roomOwner(encoding === "binary");
  }

  /** What the connection is doing; "open" is when it works. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The account and name that the server knows the player by. Undefined before it is first connected. */
  get account(): string | undefined {
    return this.#welcome?.account;
  }

  get name(): string | undefined {
    return this.#welcome?.name;
  }

  /** Who the player is at the server: upgrades a guest, logs out, and the like. With `auth`, that very one. */
  get auth(): Auth {
    return this.#desk;
  }

  /** The newest connection went on with the session before it. */
  get isResumed(): boolean {
    return this.#welcome?.resumed === true;
  }

  /** The rooms that the player is in, oldest first. */
  get rooms(): readonly ClientRoom<AnyRoom<G>>[] {
    return [...this.#rooms.values()] as readonly unknown[] as readonly ClientRoom<AnyRoom<G>>[];
  }

  /** The room joined last, of those that the player is in. */
  get room(): ClientRoom<AnyRoom<G>> | undefined {
    return this.rooms.at(-1);
  }

  get stats(): ClientStats {
    const { sync, traffic } = this.#connection;
    const now = this.#ports.clock.nowMs();
    return {
      rttMs: sync.rttMs,
      jitterMs: sync.jitterMs,
      bytesInPerSecond: traffic.bytesIn.perSecond(now),
      bytesOutPerSecond: traffic.bytesOut.perSecond(now),
      messagesInPerSecond: traffic.messagesIn.perSecond(now),
      messagesOutPerSecond: traffic.messagesOut.perSecond(now),
      snapshotsPerSecond: traffic.snapshots.perSecond(now),
      bytesIn: traffic.bytesIn.total,
      bytesOut: traffic.bytesOut.total,
      reconnects: traffic.reconnects,
    };
  }

  /** The server's clock in milliseconds, estimated from pings; an arbitrary origin. */
  serverTime(): number {
    return this.#connection.sync.remoteTime(this.#ports.clock.nowMs());
  }

  /**
   * Takes a place in a room of that kind; without a name in the game's entry room. Rejects with the server's error, with
   * CONNECTION_LOST when the connection goes before the answer, with ANSWER_MISSING, and at once with MEMBERSHIPS_FULL while
   * eight other joins are unanswered.
   */
  async join<N extends RoomName<G>>(
    name: N,
    options?: JoinOptionsOf<G["rooms"][N]>,
    settings?: JoinSettings,
  ): Promise<ClientRoom<G["rooms"][N]>>;
  async join(): Promise<ClientRoom<AnyRoom<G>>>;
  async join(
    name = "",
    options?: Readonly<Record<string, unknown>>,
    { spectate, reservation, id }: JoinSettings = {},
  ): Promise<unknown> {
    if (this.state === "closed") throw new RealmError("CLIENT_CLOSED");
    if (this.state !== "open") throw new RealmError("CONNECTION_LOST");
    if (this.#joins.size >= limits.memberships.value) throw new RealmError("MEMBERSHIPS_FULL");
    const request = this.#joins.begin();
    this.#connection.queue({
      type: "join",
      id: request.id,
      payload: {
        room: id ?? name,
        ...(options === undefined ? {} : { options }),
        ...(spectate === undefined ? {} : { spectate }),
        ...(reservation === undefined ? {} : { reservation }),
      },
    });
    this.#connection.flush();
    return await request.answer;
  }

  /**
   * Calls back for each room that the player is in from now on: joined, reached through a door (`from` is the room left
   * behind), or resumed after a reload of the page; and at once for those that it is in.
   */
  onRoom(
    call: (room: ClientRoom<AnyRoom<G>>, from: ClientRoom<AnyRoom<G>> | undefined) => void,
  ): Unsubscribe {
    const once = new Listeners<[ClientRoom<AnyRoom<G>>, undefined]>((error) => this.#report(error));
    once.add(call);
    const unsubscribe = this.#onRoom.add(call);
    for (const room of this.rooms) once.emit(room, undefined);
    return unsubscribe;
  }

  /**
   * Asks for one of the server's operations in the player's name: on the connection where it is open, else over HTTP, with
   * the same answers and errors. When the connection is lost meanwhile, what only reads and what has a key is asked for
   * again; anything else rejects with CONNECTION_LOST, and may have been done. Rejects with CLIENT_CLOSED once closed.
   */
  async call<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    options?: CallOptions,
  ): Promise<OperationOutput<N>> {
    if (this.state === "closed") throw new RealmError("CLIENT_CLOSED");
    return await this.#calls.ask(operation, input, options);
  }

  /** Runs one of the game's Lua scripts and gives its answer; as `call`. */
  async rpc(
    script: string,
    args: Readonly<Record<string, unknown>> | readonly unknown[] = {},
    options?: CallOptions,
  ): Promise<unknown> {
    return await this.call("scripts.call", { script, args }, options);
  }

  onState(call: (state: ConnectionState) => void): Unsubscribe {
    return this.#onState.add(call);
  }

  /** Calls back with errors that answer no call, and with whatever the game's own callbacks throw. */
  onError(call: (error: unknown) => void): Unsubscribe {
    return this.#onError.add(call);
  }

  /** Calls back with news of the server: DRAINING, RELOADED, or the error code of a door that stayed shut. */
  onNotice(call: (notice: NoticePayload) => void): Unsubscribe {
    return this.#onNotice.add(call);
  }

  /** Calls back once, when the client is done: with the reason, or with undefined after `close`. */
  onClosed(call: (error: RealmError | undefined) => void): Unsubscribe {
    return this.#onClosed.add(call);
  }

  /** Tries again at once, if the client is waiting to. */
  reconnect(): void {
    this.#connection.fire("connect");
  }

  /** Leaves all rooms and ends the session, for good. */
  close(): void {
    for (const room of [...this.#rooms.values()]) room.leave();
    this.#connection.flush();
    this.#connection.fire("close");
  }

  #schema(key: number | string): CompiledRoom | undefined {
    if (typeof key === "number") return this.#member(key)?.compiled;
    let compiled = this.#compiled.get(key);
    if (compiled !== undefined) return compiled;
    const descriptors = this.#welcome?.rooms;
    if (descriptors === undefined || !Object.hasOwn(descriptors, key)) return undefined;
    compiled = compileDescriptor(descriptors[key]!);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #member(m: number): Membership | undefined {
    for (const room of this.#rooms.values()) if (room.m === m && room.isLive) return room;
    return undefined;
  }

  #stateChanged(state: ConnectionState): void {
    if (state === "waiting" || state === "closed") {
      this.#inbox.length = 0;
      this.#withdrawResume();
      for (const room of this.#rooms.values()) room.pause();
      this.#joins.rejectAll(new RealmError("CONNECTION_LOST"));
      if (state === "waiting") this.#calls.rejectAll(new RealmError("CONNECTION_LOST"));
    }
    this.#onState.emit(state);
  }

  #welcomed(welcome: WelcomePayload): void {
    this.#welcome = welcome;
    this.#calls.welcomed(welcome);
    this.#compiled.clear();
    this.#withdrawResume();
    const waiting = [...this.#rooms.values()].filter((room) => !room.isLive);
    const giveUp = (): void => {
      for (const room of waiting) if (!room.isLive) room.end({ code: "RESUME_INVALID" });
    };
    if (!welcome.resumed) giveUp();
    else if (waiting.length > 0) {
      const { clock } = this.#ports;
      this.#withdrawResume = clock.at(clock.nowMs() + resumeMs, giveUp);
    }
  }

  #closed(error: RealmError | undefined): void {
    this.#withdrawResume();
    for (const room of [...this.#rooms.values()]) {
      room.end({ code: error === undefined ? "LEFT" : codeOf(error) });
    }
    this.#joins.rejectAll(error ?? new RealmError("CLIENT_CLOSED"));
    this.#calls.rejectAll(error ?? new RealmError("CLIENT_CLOSED"));
    if (error !== undefined) this.#desk.end(error);
    this.#onClosed.emit(error);
  }

  #received(message: ServerMessage): void {
    this.#inbox.push(message);
    // a page in the background is called back late: what comes in the meantime must not pile up
    if (this.#inbox.length > pausedMax) this.#isPaused = false;
    this.#drain();
  }

  #drain(): void {
    try {
      while (!this.#isPaused) {
        const message = this.#inbox.shift();
        if (message === undefined) return;
        this.#handle(message);
      }
    } catch (cause) {
      const error =
        cause instanceof RealmError ? cause : new RealmError("DECODE_INVALID", { cause });
      this.#inbox.length = 0;
      this.#connection.broken(error);
    }
  }

  /** Lets the code that awaits a join run, and listen to the room, before more of the room is told. */
  #pause(): void {
    const { clock } = this.#ports;
    this.#isPaused = true;
    clock.at(clock.nowMs(), () => {
      this.#isPaused = false;
      this.#drain();
      this.#connection.flush();
    });
  }

  #handle(message: ServerMessage): void {
    const resolved = resolveMessage(message, (key) => this.#schema(key));
    // of a membership that is over
    if (resolved === undefined) return;
    switch (resolved.type) {
      case "joined":
        this.#joined(resolved.payload, resolved.id);
        return;
      case "left": {
        const { m, code } = resolved.payload;
        this.#member(m)?.end({ code });
        return;
      }
      case "notice":
        this.#onNotice.emit(resolved.payload);
        return;
      case "error": {
        const error = errorOf(resolved.payload);
        const { id } = resolved;
        const isAnswer =
          id !== undefined && (this.#joins.reject(id, error) || this.#calls.reject(id, error));
        if (!isAnswer) this.#report(error);
        return;
      }
      case "result":
        this.#calls.resolve(resolved.id!, resolved.payload.output);
        return;
      case "snapshot":
        this.#connection.traffic.snapshot();
        this.#member(resolved.payload.m)?.receive(resolved);
        return;
      case "event":
      case "confirm":
      case "document":
      case "chat":
        this.#member(resolved.payload.m)?.receive(resolved);
        return;
      default:
        return;
    }
  }

  #joined(joined: JoinedPayload, request: number | undefined): void {
    const compiled = this.#schema(joined.name);
    if (compiled === undefined) return;
    const known = this.#rooms.get(joined.room);
    if (known !== undefined) {
      known.resume(joined, compiled);
      if (request !== undefined) this.#joins.resolve(request, known);
      return;
    }
    const { game, teleportDistance = {}, snapDistance } = this.#options;
    const half = game?.rooms[joined.name];
    const settings = { half, teleportDistance, snapDistance };
    const room = new Membership(joined, compiled, settings, this.#owner);
    const from = joined.from === undefined ? undefined : this.#member(joined.from);
    this.#rooms.set(room.id, room);
    if (request !== undefined) this.#joins.resolve(request, room);
    this.#onRoom.emit(
      room as unknown as ClientRoom<AnyRoom<G>>,
      from as ClientRoom<AnyRoom<G>> | undefined,
    );
    this.#pause();
  }

  #report(error: unknown): void {
    if (this.#onError.size > 0) this.#onError.emit(error);
    else this.#ports.report(error);
  }

  #roomOwner(isNeverSilent: boolean): RoomOwner {
    const { sync } = this.#connection;
    const { clock } = this.#ports;
    return {
      clock,
      get rttMs() {
        return sync.rttMs;
      },
      get jitterMs() {
        return sync.jitterMs;
      },
      isNeverSilent,
      answerTimeoutMs: this.#options.answerTimeoutMs ?? answerMs,
      queue: (message) => this.#connection.queue(message),
      flush: () => this.#connection.flush(),
      report: (error) => this.#report(error),
      forgets: (room) => {
        if (this.#rooms.get(room.id) === room) this.#rooms.delete(room.id);
      },
    };
  }
}
