import type { VirtualClock } from "@realmwright/core/internal";
import {
  type ClientMessage,
  type ErrorCode,
  RealmError,
  type ServerMessage,
  type WelcomePayload,
} from "@realmwright/protocol";
import {
  ByteWriter,
  codecOf,
  type CompiledRoom,
  type MessageCodec,
  resolveMessage,
} from "@realmwright/protocol/internal";
import type { SimulatedNetwork, SimulatedPeer } from "./simulated-network.ts";
import { FakeRoom, type FakeSeat, tickRate } from "./fake-room.ts";

/** What outlives a connection. */
interface Session {
  readonly id: string;
  readonly account: string;
  readonly places: Map<string, { readonly room: FakeRoom; readonly seat: FakeSeat }>;
}

/** One connection at the server. */
export class FakePeer {
  readonly peer: SimulatedPeer;
  readonly codec: MessageCodec;
  /** Everything that came, oldest first. */
  readonly received: ClientMessage[] = [];
  session: Session | undefined;
  readonly #server: FakeServer;
  #queue: ServerMessage[] = [];
  #nextM = 0;

  constructor(server: FakeServer, peer: SimulatedPeer) {
    this.#server = server;
    this.peer = peer;
    this.codec = codecOf(peer.subprotocol);
    peer.onMessage = (data) => {
      for (const message of this.codec.decode(data, "client")) {
        const resolved = resolveMessage(message, (key) => this.schema(key));
        if (resolved === undefined) throw new Error(`no schema for ${message.type}`);
        this.received.push(resolved);
        server.take(this, resolved);
      }
      this.flush();
    };
    peer.onClosed = () => server.drop(this);
    const ticket = peer.others.find((name) => name.startsWith("realm.ticket."));
    if (ticket !== undefined) server.greet(this, ticket.slice("realm.ticket.".length));
  }

  of<T extends ClientMessage["type"]>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<ClientMessage, { type: T }> => message.type === type,
    );
  }

  schema(key: number | string): CompiledRoom | undefined {
    return typeof key === "string" ? this.#server.room(key)?.room : this.place(key)?.room.room;
  }

  place(m: number): { readonly room: FakeRoom; readonly seat: FakeSeat } | undefined {
    for (const place of this.session?.places.values() ?? []) if (place.seat.m === m) return place;
    return undefined;
  }

  number(): number {
    return this.#nextM++;
  }

  queue(message: ServerMessage): void {
    this.#queue.push(message);
  }

  /** Sends what was queued: as one binary message, or one by one. */
  flush(): void {
    const messages = this.#queue;
    this.#queue = [];
    const out = new ByteWriter();
    for (const message of messages) {
      this.codec.encode(message, out, (key) => this.schema(key));
      if (!this.codec.packs) this.#write(out);
    }
    if (out.length > 0) this.#write(out);
  }

  send(message: ServerMessage): void {
    this.queue(message);
    this.flush();
  }

  /** An error, and the close that it causes. */
  fail(code: ErrorCode, retryAfterMs?: number): void {
    const error = new RealmError(code, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.send({ type: "error", payload: error.toPayload() });
    this.peer.close(error.close);
  }

  #write(out: ByteWriter): void {
    this.peer.send(this.codec.isText ? new TextDecoder().decode(out.toBytes()) : out.toBytes());
    out.reset();
  }
}

/** A server that speaks the real protocol in one process and on a virtual clock, and does what a test tells it to. */
export class FakeServer {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly rooms: readonly FakeRoom[] = [
    new FakeRoom("glade-1", "glade"),
    new FakeRoom("cave-1", "cave"),
  ];
  /** Oldest first. */
  readonly peers: FakePeer[] = [];
  /** Decides over each auth; an error code refuses it. Default: everyone is let in. */
  onAuth: (token: string, peer: FakePeer) => ErrorCode | undefined = () => undefined;
  /** False: pings are not answered. */
  answersPings = true;
  /** False: inputs, joins and other wishes are taken and not answered. */
  answers = true;
  /** What the welcome says of them. Default: the server knows nothing of calls. */
  limits: WelcomePayload["limits"] = {};
  /** Whose a token is. */
  accountOf: (token: string) => string = (token) => `account of ${token}`;
  /** Answers calls. Default: nobody does. */
  onCall: (peer: FakePeer, call: Extract<ClientMessage, { type: "rpc" }>) => void = () => undefined;
  readonly #secrets = new Map<string, Session>();
  #sessions = 0;

  constructor(clock: VirtualClock, network: SimulatedNetwork) {
    this.clock = clock;
    this.network = network;
    network.onConnect = (peer) => this.peers.push(new FakePeer(this, peer));
    this.#tickAt(clock.nowMs());
  }

  /** The newest connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error("nobody has connected");
    return peer;
  }

  room(name: string): FakeRoom | undefined {
    return this.rooms.find((room) => room.name === name || room.id === name);
  }

  get glade(): FakeRoom {
    return this.rooms[0]!;
  }

  /** Sessions end: no secret resumes anything any more. */
  forget(): void {
    this.#secrets.clear();
  }

  /** Seat after seat moves to another room by a door, as the server tells it. */
  transfer(peer: FakePeer, from: FakeRoom, to: FakeRoom): void {
    const { session } = peer;
    const old = session?.places.get(from.id);
    if (session === undefined || old === undefined) throw new Error("nobody to move");
    this.#place(peer, to, { from: old.seat.m });
    to.step(peer.codec.name !== "realm.binary");
    peer.queue({
      type: "left",
      payload: { m: old.seat.m, code: "MOVED", to: session.places.get(to.id)!.seat.m },
    });
    from.detach(old.seat);
    session.places.delete(from.id);
    peer.flush();
  }

  /** A development reload: the same connection, welcomed and joined again. */
  reload(peer: FakePeer): void {
    const { session } = peer;
    if (session === undefined) throw new Error("nobody is there");
    peer.queue({ type: "welcome", payload: this.#welcome(session, true) });
    for (const { room, seat } of session.places.values()) {
      room.attach(seat, seat.m, (message) => peer.queue(message));
      this.#joined(peer, room, seat, { resumed: true });
    }
    peer.flush();
  }

  take(peer: FakePeer, message: ClientMessage): void {
    if (message.type === "auth") {
      this.#auth(peer, message.payload.token, message.payload.resume);
      return;
    }
    if (message.type === "ping") {
      const { time } = message.payload;
      if (!this.answersPings) return;
      peer.queue({ type: "pong", payload: { time, serverTime: this.clock.nowMs() + 1_000_000 } });
      return;
    }
    if (this.answers) this.#wish(peer, message);
  }

  /** A ticket in the handshake stands for `auth`. */
  greet(peer: FakePeer, ticket: string): void {
    this.clock.at(this.clock.nowMs(), () => {
      this.#auth(peer, ticket, undefined);
      peer.flush();
    });
  }

  drop(peer: FakePeer): void {
    for (const { room, seat } of peer.session?.places.values() ?? []) room.detach(seat);
  }

  #auth(peer: FakePeer, token: string, resume: string | undefined): void {
    const refused = this.onAuth(token, peer);
    if (refused !== undefined) {
      peer.fail(refused);
      return;
    }
    const known = resume === undefined ? undefined : this.#secrets.get(resume);
    if (resume !== undefined) this.#secrets.delete(resume);
    const session: Session = known ?? {
      id: `session-${++this.#sessions}`,
      account: this.accountOf(token),
      places: new Map(),
    };
    peer.session = session;
    peer.queue({ type: "welcome", payload: this.#welcome(session, known !== undefined) });
    for (const { room, seat } of session.places.values()) {
      room.attach(seat, peer.number(), (message) => peer.queue(message));
      this.#joined(peer, room, seat, { resumed: true });
    }
  }

  #wish(peer: FakePeer, message: ClientMessage): void {
    switch (message.type) {
      case "join": {
        const room = this.room(message.payload.room);
        const id = message.id === undefined ? {} : { id: message.id };
        if (room === undefined) {
          const error = new RealmError("ROOM_UNKNOWN").toPayload("join");
          peer.queue({ type: "error", ...id, payload: error });
          return;
        }
        this.#place(peer, room, id);
        return;
      }
      case "leave": {
        const place = peer.place(message.payload.m);
        if (place === undefined) return;
        place.room.detach(place.seat);
        peer.queue({ type: "left", payload: { m: message.payload.m, code: "LEFT" } });
        peer.session?.places.delete(place.room.id);
        return;
      }
      case "input": {
        const place = peer.place(message.payload.m);
        const { seq, name, data } = message.payload;
        place?.room.input(place.seat, seq, String(name), data);
        return;
      }
      case "chat": {
        const { m, text } = message.payload;
        peer.queue({ type: "chat", payload: { m, seat: 0, name: "Ada", text, time: 1 } });
        return;
      }
      case "rpc":
        this.onCall(peer, message);
        return;
      default:
        return;
    }
  }

  #place(peer: FakePeer, room: FakeRoom, about: { id?: number; from?: number }): void {
    const seat = room.join(peer.session?.account.slice(0, 24) ?? "");
    room.attach(seat, peer.number(), (message) => peer.queue(message));
    peer.session?.places.set(room.id, { room, seat });
    this.#joined(peer, room, seat, about);
  }

  #joined(
    peer: FakePeer,
    room: FakeRoom,
    seat: FakeSeat,
    { id, from, resumed }: { id?: number; from?: number; resumed?: boolean },
  ): void {
    peer.queue({
      type: "joined",
      ...(id === undefined ? {} : { id }),
      payload: {
        m: seat.m,
        room: room.id,
        name: room.name,
        seat: seat.seat,
        spectator: false,
        tick: room.tick,
        tickRate,
        sendRate: tickRate,
        entity: 0,
        resumed: resumed === true,
        ...(from === undefined ? {} : { from }),
        inputSeq: seat.seq,
        documents: { shared: room.board },
      },
    });
  }

  #welcome(session: Session, resumed: boolean): WelcomePayload {
    const secret = `secret-${session.id}-${this.#secrets.size}-${this.clock.nowMs()}`;
    this.#secrets.set(secret, session);
    const { descriptor } = this.glade.room;
    return {
      session: session.id,
      account: session.account,
      name: "Ada",
      protocol: 1,
      resume: secret,
      resumed,
      time: this.clock.nowMs(),
      rooms: { glade: descriptor, cave: descriptor },
      hash: "0000000000000000",
      limits: this.limits,
    };
  }

  #tickAt(atMs: number): void {
    this.clock.at(atMs, () => {
      for (const room of this.rooms) {
        const readable = this.peers.some(
          ({ codec, peer }) => peer.isOpen && codec.name !== "realm.binary",
        );
        room.step(readable);
      }
      for (const peer of this.peers) peer.flush();
      this.#tickAt(atMs + 1000 / tickRate);
    });
  }
}
