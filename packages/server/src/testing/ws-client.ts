import {
  RealmError,
  type ClientMessage,
  type RoomDescriptor,
  type ServerMessage,
  type WelcomePayload,
} from "@realmwright/protocol";
import {
  BitReader,
  ByteWriter,
  codecs,
  compileDescriptor,
  resolveMessage,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import { Replica } from "@realmwright/core/internal";
import { WebSocket } from "ws";
import type { Encoding } from "../ports/transport.ts";
import { until } from "./until.ts";

type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A client over a real socket, with a replica of each room that it is in. */
export class WsClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly replicas = new Map<number, Replica>();
  closedWith: { code: number; reason: string } | undefined;
  welcome: WelcomePayload | undefined;
  token = "";
  readonly #codec: (typeof codecs)[keyof typeof codecs];
  readonly #rooms = new Map<string, CompiledRoom>();
  readonly #byNumber = new Map<number, CompiledRoom>();
  #nextId = 1;

  constructor(url: string, encoding: Encoding = "json") {
    this.#codec = codecs[`realm.${encoding}`];
    this.socket = new WebSocket(`${url.replace("http", "ws")}/ws`, `realm.${encoding}`);
    this.socket.on("message", (data) => this.#receive(data as Buffer));
    this.socket.on("close", (code, reason) => {
      this.closedWith = { code, reason: reason.toString() };
    });
    this.socket.on("error", () => undefined);
  }

  /** A guest whose session is open; `resume` goes on with an earlier client's. */
  static async open(
    url: string,
    options: { encoding?: Encoding; name?: string; resume?: WsClient; token?: string } = {},
  ): Promise<WsClient> {
    const client = new WsClient(url, options.encoding);
    client.token = options.token ?? options.resume?.token ?? (await guestToken(url, options.name));
    const secret = options.resume?.welcome?.resume;
    const resume = secret === undefined ? {} : { resume: secret };
    await client.opened();
    client.send({ type: "auth", id: 1, payload: { token: client.token, protocol: 1, ...resume } });
    client.welcome = (await client.next("welcome")).payload;
    return client;
  }

  opened(): Promise<void> {
    return until(() => this.socket.readyState === WebSocket.OPEN || "an open socket");
  }

  send(message: ClientMessage): void {
    const out = new ByteWriter();
    this.#codec.encode(message, out, (key) =>
      typeof key === "number" ? this.#byNumber.get(key) : this.#rooms.get(key),
    );
    const bytes = out.toBytes();
    this.socket.send(this.#codec.isText ? Buffer.from(bytes).toString() : bytes);
  }

  /** Joins a room and waits for its first snapshot. */
  async join(room: string, more: object = {}): Promise<MessageOf<"joined">["payload"]> {
    const id = ++this.#nextId;
    this.send({ type: "join", id, payload: { room, ...more } });
    const joined = await this.next("joined");
    await this.next("snapshot");
    return joined.payload;
  }

  /** The oldest message of a type, once it has come. */
  async next<T extends ServerMessage["type"]>(
    type: T,
    fits: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    const find = (): number =>
      this.messages.findIndex((message) => message.type === type && fits(message as MessageOf<T>));
    await until(() => find() >= 0 || `${type}; have ${this.messages.map((m) => m.type).join()}`);
    return this.messages.splice(find(), 1)[0] as MessageOf<T>;
  }

  async closed(): Promise<string> {
    await until(() => this.closedWith !== undefined || "a closed connection");
    return `${this.closedWith!.code} ${this.closedWith!.reason}`;
  }

  #receive(data: Buffer): void {
    const input = this.#codec.isText ? data.toString() : data;
    for (const message of this.#codec.decode(input, "server")) this.#take(message);
  }

  #take(message: ServerMessage): void {
    if (message.type === "welcome") {
      this.welcome = message.payload;
      for (const [name, descriptor] of Object.entries(message.payload.rooms)) {
        this.#rooms.set(name, compileDescriptor(descriptor as RoomDescriptor));
      }
    }
    if (message.type === "joined") {
      const room = this.#rooms.get(message.payload.name);
      if (room === undefined) throw new RealmError("DECODE_INVALID", { detail: "unknown room" });
      this.#byNumber.set(message.payload.m, room);
      this.replicas.set(message.payload.m, new Replica(room, message.payload));
    }
    const resolved = resolveMessage(message, (key) =>
      typeof key === "number" ? this.#byNumber.get(key) : this.#rooms.get(key),
    );
    if (resolved === undefined) return;
    if (resolved.type === "snapshot") this.#apply(resolved.payload);
    this.messages.push(resolved);
  }

  #apply(payload: MessageOf<"snapshot">["payload"]): void {
    const replica = this.replicas.get(payload.m)!;
    if ("bits" in payload) replica.applyBinary(new BitReader(payload.bits));
    else replica.applyReadable(payload as Parameters<Replica["applyReadable"]>[0]);
    this.send({ type: "ack", payload: { m: payload.m, tick: replica.tick } });
  }
}

export async function guestToken(url: string, name = "Ada"): Promise<string> {
  const response = await fetch(`${url}/guest-login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}
