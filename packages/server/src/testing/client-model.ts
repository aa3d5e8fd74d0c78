import { Replica } from "@realmwright/core/internal";
import {
  RealmError,
  type ClientMessage,
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
  type MessageCodec,
} from "@realmwright/protocol/internal";
import type { Encoding } from "../ports/transport.ts";

export type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** What a client knows, built from what it is sent and nothing else; how bytes come and go is another's matter. */
export class ClientModel {
  /** Everything received and not yet taken. */
  readonly messages: ServerMessage[] = [];
  /** By number of the membership, living ones only. */
  readonly replicas: Map<number, Replica> = new Map();
  readonly joined: Map<number, MessageOf<"joined">["payload"]> = new Map();
  welcome: WelcomePayload | undefined;
  readonly #codec: MessageCodec;
  readonly #rooms = new Map<string, CompiledRoom>();
  readonly #byNumber = new Map<number, CompiledRoom>();

  constructor(encoding: Encoding) {
    this.#codec = codecs[`realm.${encoding}`];
  }

  encode(message: ClientMessage): Uint8Array | string {
    const out = new ByteWriter();
    this.#codec.encode(message, out, (key) => this.#room(key));
    const bytes = out.toBytes();
    return this.#codec.isText ? Buffer.from(bytes).toString() : bytes;
  }

  receive(data: Uint8Array): void {
    for (const message of this.#codec.decode(data, "server")) this.#take(message);
  }

  /** The oldest message of a type, taken; undefined when there is none. */
  find<T extends ServerMessage["type"]>(
    type: T,
    fits: (message: MessageOf<T>) => boolean = () => true,
  ): MessageOf<T> | undefined {
    const index = this.messages.findIndex(
      (message) => message.type === type && fits(message as MessageOf<T>),
    );
    return index < 0 ? undefined : (this.messages.splice(index, 1)[0] as MessageOf<T>);
  }

  #room(key: number | string): CompiledRoom | undefined {
    return typeof key === "number" ? this.#byNumber.get(key) : this.#rooms.get(key);
  }

  #take(message: ServerMessage): void {
    if (message.type === "welcome") {
      this.welcome = message.payload;
      for (const [name, descriptor] of Object.entries(message.payload.rooms)) {
        this.#rooms.set(name, compileDescriptor(descriptor));
      }
    }
    if (message.type === "joined") this.#join(message.payload);
    const resolved = resolveMessage(message, (key) => this.#room(key));
    if (resolved === undefined) {
      throw new RealmError("DECODE_INVALID", { detail: `${message.type} of an unknown room` });
    }
    if (resolved.type === "snapshot") this.#apply(resolved.payload);
    if (resolved.type === "left") {
      this.replicas.delete(resolved.payload.m);
      this.joined.delete(resolved.payload.m);
    }
    this.messages.push(resolved);
  }

  #join(payload: MessageOf<"joined">["payload"]): void {
    const room = this.#rooms.get(payload.name);
    if (room === undefined) throw new RealmError("DECODE_INVALID", { detail: "an unknown room" });
    this.#byNumber.set(payload.m, room);
    this.replicas.set(payload.m, new Replica(room, payload));
    this.joined.set(payload.m, payload);
  }

  #apply(payload: MessageOf<"snapshot">["payload"]): void {
    const replica = this.replicas.get(payload.m);
    if (replica === undefined)
      throw new RealmError("DECODE_INVALID", { detail: "a stray snapshot" });
    if ("bits" in payload) replica.applyBinary(new BitReader(payload.bits));
    else replica.applyReadable(payload);
  }
}
