import type { Entity, InterestOptions } from "@realmwright/core";
import {
  FrameWriter,
  Mirror,
  Replica,
  World,
  type ReplicaEntity,
} from "@realmwright/core/internal";
import { document, entity, event, input, RealmError, t } from "@realmwright/protocol";
import type { ClientMessage, LimitName, Message, ServerMessage } from "@realmwright/protocol";
import {
  BitReader,
  ByteWriter,
  codecs,
  compileDescriptor,
  compileRoom,
  resolveMessage,
} from "@realmwright/protocol/internal";
import { isRole } from "../auth/subject.ts";
import type { TokenVerifier } from "../auth/token-verifier.ts";
import { Edge } from "../edge/edge.ts";
import type { EdgeToHost, HostToEdge, RoomKind } from "../link/messages.ts";
import type { Encoding } from "../ports/transport.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import type { Caller } from "../services/socket-calls.ts";
import { limitValues } from "../session/limit-values.ts";
import { MemoryTransport, type MemoryClient } from "../transports/memory/memory-transport.ts";
import { RecordedLog } from "./recorded-log.ts";

export const Walker = entity("walker", {
  x: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  y: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  hp: t.uint(100),
  name: t.string(24).static(),
});
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Strike = input("strike", { target: t.entity() });
export const Hit = event("hit", { target: t.entity(), damage: t.uint(255) });
export const Bell = event("bell", { text: t.string(200) });
const Board = document("board", { phase: t.enum(["lobby", "play"]), round: t.uint(1000) });
const Purse = document("purse", { gold: t.uint(1000) });

const schema = {
  entities: { Walker },
  inputs: { Move, Strike },
  events: { Hit, Bell },
  documents: { shared: Board, private: Purse },
};

const authority = compileRoom(schema);
const wire = compileDescriptor(authority.descriptor);

/** Accepts the token "token-<name>", of the role that is called so or else of a player; "expired" has expired; anything else is invalid. */
const verifier: TokenVerifier = {
  verify: (token) => {
    const [word, name] = token.split("-");
    if (word === "expired") return Promise.reject(new RealmError("TOKEN_EXPIRED"));
    if (word !== "token" || name === undefined) {
      return Promise.reject(new RealmError("TOKEN_INVALID"));
    }
    const login = { session: `login-${name}`, endings: 3 };
    const role = isRole(name) ? name : "player";
    return Promise.resolve({ account: `account-${name}`, name, role, ...login });
  },
};

/** An edge between a scripted host and clients in memory, in virtual time. */
export class EdgeStage {
  readonly clock = new VirtualClock();
  readonly transport = new MemoryTransport();
  readonly log = new RecordedLog();
  readonly edge: Edge;
  /** What the edge has told the host and nobody has read yet. */
  readonly toHost: EdgeToHost[] = [];
  readonly rooms = new Map<string, StageRoom>();
  linkClosed = false;
  #lastByte = 0;

  constructor(overrides: Partial<Record<LimitName, number>> = {}, caller?: Caller) {
    this.edge = new Edge({
      clock: this.clock,
      log: this.log,
      random: (length) => new Uint8Array(length).fill(++this.#lastByte),
      verifier,
      limits: limitValues(overrides),
      ...(caller === undefined ? {} : { caller }),
    });
    this.edge.start({
      send: (message) => this.toHost.push(message),
      flush: () => undefined,
      close: () => (this.linkClosed = true),
    });
    this.transport.start((connection) => this.edge.accept(connection));
    this.describe(false);
  }

  describe(reload: boolean): void {
    this.host({
      type: "descriptors",
      game: "stage",
      entry: "field",
      rooms: { field: kindOf({}) },
      hash: authority.hash,
      reload,
    });
  }

  /** The host says something; it reaches the edge at once, but nothing is written before `flush`. */
  host(message: HostToEdge): void {
    this.edge.receive(message);
  }

  room(id: string, options: { interest?: InterestOptions } = {}): StageRoom {
    const room = new StageRoom(this, id, kindOf(options));
    this.rooms.set(id, room);
    return room;
  }

  connect(encoding: Encoding = "json", options: { kernelBytes?: number } = {}): StageClient {
    return new StageClient(this, this.transport.connect({ encoding, ...options }), encoding);
  }

  /** A client whose session is open. */
  async open(
    encoding: Encoding = "json",
    name = "ada",
    options: { kernelBytes?: number } = {},
  ): Promise<StageClient> {
    const client = this.connect(encoding, options);
    client.send({ type: "auth", id: 1, payload: { token: `token-${name}`, protocol: 1 } });
    await this.settle();
    const open = this.take("open");
    client.session = open.session;
    this.host({ type: "opened", session: open.session, resumeSecret: "secret", resumed: false });
    await this.settle();
    client.take("welcome");
    return client;
  }

  /** A stage with one room and one client in it, in seat 3, who has seen its first snapshot. */
  static async withMember(
    encoding: Encoding = "json",
    overrides: Partial<Record<LimitName, number>> = {},
  ): Promise<{ stage: EdgeStage; room: StageRoom; client: StageClient; own: number }> {
    const stage = new EdgeStage(overrides);
    const room = stage.room("field-1");
    const client = await stage.open(encoding);
    const own = room.admit(client, 3);
    await stage.turn();
    client.take("joined");
    client.take("snapshot");
    return { stage, room, client, own };
  }

  /** The host says that a membership is over. */
  left(
    client: StageClient,
    room: string,
    seat: number,
    more: { readonly code?: string; readonly to?: string } = {},
  ): void {
    this.host({ type: "left", session: client.session, room, seat, code: "LEFT", ...more });
  }

  /** Lets everything that moves without time come to rest. */
  async settle(): Promise<void> {
    for (let i = 0; i < 6; i++) {
      this.transport.deliver();
      await Promise.resolve();
      this.clock.advance(0);
    }
    this.transport.deliver();
  }

  /** The oldest unread message to the host of a type. */
  take<T extends EdgeToHost["type"]>(type: T): Extract<EdgeToHost, { type: T }> {
    const index = this.toHost.findIndex((message) => message.type === type);
    if (index < 0) {
      throw new Error(`The host heard ${JSON.stringify(this.toHost)}, but no ${type}`);
    }
    return this.toHost.splice(index, 1)[0] as Extract<EdgeToHost, { type: T }>;
  }

  heard(type: EdgeToHost["type"]): number {
    return this.toHost.filter((message) => message.type === type).length;
  }

  /** One turn of all rooms, 50 ms long. */
  async turn(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const room of this.rooms.values()) room.frame();
      this.edge.flush();
      await this.settle();
      this.clock.advance(50);
    }
  }
}

function kindOf(options: { interest?: InterestOptions }): RoomKind {
  return {
    name: "field",
    descriptor: authority.descriptor,
    tickRate: 20,
    sendRate: 20,
    predictedInput: "move",
    ...options,
  };
}

/** A room with a real world and real frames, and no rules. */
export class StageRoom {
  readonly id: string;
  readonly world = new World(authority, 200);
  readonly mirror = new Mirror(wire, { historyTicks: 0, cellSize: 16 });
  readonly writer = new FrameWriter(this.world, this.mirror, Walker);
  readonly kind: RoomKind;
  tick = 0;
  readonly #stage: EdgeStage;

  constructor(stage: EdgeStage, id: string, kind: RoomKind) {
    this.#stage = stage;
    this.id = id;
    this.kind = kind;
    this.attach();
  }

  attach(): void {
    const { id, kind, mirror } = this;
    this.#stage.host({ type: "attach", room: id, kind, compiled: wire, mirror });
  }

  spawn(seat: number, x = 10, y = 10): Entity<typeof Walker> {
    return this.world.spawn(Walker, { owner: { seat }, x, y, hp: 100, name: `walker ${seat}` });
  }

  /** One tick, sent to the edge. */
  frame(send = true): void {
    this.world.endTick();
    const frame = this.writer.write(this.id, 1, this.tick++, send);
    this.#stage.host({ type: "frame", room: this.id, frame, mirror: this.mirror });
  }

  /** The host lets a client in, with a walker of its own unless it spectates. */
  admit(
    client: StageClient,
    seat: number,
    more: Partial<Extract<HostToEdge, { type: "joined" }>> = {},
  ): number {
    const isPlayer = more.spectator !== true;
    const id = isPlayer && !this.mirror.seats.has(seat) ? this.spawn(seat).id : 0;
    if (isPlayer) this.writer.seat(seat, { entity: id, team: 0 });
    this.frame(false);
    this.#stage.host({
      type: "joined",
      session: client.session,
      room: this.id,
      name: "field",
      seat,
      spectator: false,
      tick: this.mirror.tick,
      entity: id,
      team: 0,
      resumed: false,
      inputSeq: 0,
      documents: {},
      ...more,
    });
    return id;
  }
}

type PayloadOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A client that reads what it is sent, and holds a replica of each room it is in. */
export class StageClient {
  readonly memory: MemoryClient;
  session = "";
  readonly replicas = new Map<number, Replica>();
  readonly #codec: (typeof codecs)[keyof typeof codecs];
  readonly #stage: EdgeStage;
  readonly #messages: ServerMessage[] = [];

  constructor(stage: EdgeStage, memory: MemoryClient, encoding: Encoding) {
    this.#stage = stage;
    this.memory = memory;
    this.#codec = codecs[`realm.${encoding}`];
  }

  send(...messages: ClientMessage[]): void {
    for (const message of messages) {
      const out = new ByteWriter();
      this.#codec.encode(message, out, () => wire);
      this.raw(out.toBytes());
    }
  }

  /** Several messages in one WebSocket message, as binary can. */
  pack(...messages: ClientMessage[]): void {
    const out = new ByteWriter();
    for (const message of messages) this.#codec.encode(message, out, () => wire);
    this.raw(out.toBytes());
  }

  raw(bytes: Uint8Array): void {
    this.memory.send(this.#codec.isText ? Buffer.from(bytes).toString() : bytes);
  }

  input(m: number, seq: number, name: string, data: object, more: object = {}): void {
    this.send({ type: "input", payload: { m, seq, name, data, ...more } });
  }

  /** Everything received and not yet taken, with values of the game read by the schema. */
  get messages(): ServerMessage[] {
    for (const data of this.memory.received.splice(0)) {
      for (const message of this.#codec.decode(data, "server")) {
        const resolved = resolveMessage(message, () => wire)!;
        this.#apply(resolved);
        this.#messages.push(resolved);
      }
    }
    return this.#messages;
  }

  get types(): string[] {
    return this.messages.map((message) => message.type);
  }

  /** The oldest message of a type. */
  take<T extends ServerMessage["type"]>(type: T): PayloadOf<T> {
    const index = this.messages.findIndex((message) => message.type === type);
    if (index < 0) throw new Error(`Received ${this.types.join()}, but no ${type}`);
    return this.#messages.splice(index, 1)[0] as PayloadOf<T>;
  }

  /** All messages of a type, taken. */
  all<T extends ServerMessage["type"]>(type: T): PayloadOf<T>[] {
    const found = this.messages.filter((message) => message.type === type);
    for (const message of found) this.#messages.splice(this.#messages.indexOf(message), 1);
    return found as PayloadOf<T>[];
  }

  forget(): void {
    this.messages.length = 0;
  }

  /** The entity in the client's first room that belongs to nobody. */
  get stray(): ReplicaEntity {
    const entities = [...this.replicas.get(0)!.entities.values()];
    return entities.find((entity) => entity.get("name") === "walker -1")!;
  }

  /** The error that came, and how the connection was closed, if it was. */
  async verdict(): Promise<string> {
    await this.#stage.settle();
    const codes = this.all("error").map(({ payload }) => payload.code);
    const { closedWith } = this.memory;
    const close = closedWith === undefined ? "open" : `${closedWith.code} ${closedWith.reason}`;
    return [...codes, close].join(" · ");
  }

  #apply(message: ServerMessage): void {
    if (message.type === "joined") {
      const { m, tickRate, sendRate } = message.payload;
      this.replicas.set(m, new Replica(wire, { tickRate, sendRate }));
    } else if (message.type === "snapshot") {
      const { payload } = message as Message<"snapshot", { m: number }>;
      const replica = this.replicas.get(payload.m)!;
      if ("bits" in payload) replica.applyBinary(new BitReader(payload.bits as Uint8Array));
      else replica.applyReadable(payload as unknown as Parameters<Replica["applyReadable"]>[0]);
    }
  }
}
