import { createHmac } from "node:crypto";
import { Replica, type ReplicaEntity } from "@realmwright/core/internal";
import type { ClientMessage, JoinedPayload, RoomDescriptor } from "@realmwright/protocol";
import {
  binaryCodec,
  BitReader,
  BitWriter,
  ByteWriter,
  compileDescriptor,
  messageSpecs,
  writeInput,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import { gameName, roomName } from "./arena.ts";
import { LeanSocket } from "./lean-socket.ts";
import type { Player, PlayerOptions, Seen } from "./player.ts";
import { headings, tickRate } from "./scene.ts";

/** Tag of a snapshot inside a binary message. */
const snapshotTag = (messageSpecs.find(({ type }) => type === "snapshot")!.number << 3) | 2;
const bitsTag = (2 << 3) | 2;

/** A player of our server, over `realm.binary`. Only a watched one decodes more than the tick of what it is sent. */
export class RealmPlayer implements Player {
  updates = 0;
  readonly #options: PlayerOptions;
  #socket: LeanSocket | undefined;
  #room: CompiledRoom | undefined;
  #joined: JoinedPayload | undefined;
  #replica: Replica | undefined;
  #own: ReplicaEntity | undefined;
  #tick = -1;
  #seq = 0;
  #fail: ((error: Error) => void) | undefined;
  #arrived: (() => void) | undefined;

  private constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Logs in and joins. */
  static async join(options: PlayerOptions): Promise<RealmPlayer> {
    const player = new RealmPlayer(options);
    await player.#join();
    return player;
  }

  get bytesIn(): number {
    return this.#socket?.bytesIn ?? 0;
  }

  stopReading(): void {
    this.#socket!.stopReading();
  }

  fallSilent(): void {
    this.#socket!.fallSilent();
  }

  steer(heading: number): void {
    bits.reset();
    bits.bits(heading, 8);
    out.reset();
    writeInput(out, this.#joined!.m, ++this.#seq, 0, bits.buffer, bits.finish(), this.#tick, -1);
    this.#socket!.send(out.view());
  }

  async #join(): Promise<void> {
    const { port, from, index, secret, onClose } = this.#options;
    this.#socket = await LeanSocket.open({
      port,
      from,
      path: "/ws",
      protocol: "realm.binary",
      onMessage: (bytes) => this.#receive(bytes),
      onClose: (why) => (this.#fail === undefined ? onClose(why) : this.#fail(new Error(why))),
    });
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      this.#arrived = resolve;
      this.#say({ type: "auth", id: 1, payload: { token: token(secret, index), protocol: 1 } });
    });
    this.#fail = undefined;
  }

  #say(message: ClientMessage): void {
    const writer = new ByteWriter();
    binaryCodec.encode(message, writer, () => undefined);
    this.#socket!.send(writer.toBytes());
  }

  #receive(bytes: Buffer): void {
    if (this.#joined === undefined) this.#begin(bytes);
    else this.#walk(bytes, performance.now());
  }

  #begin(bytes: Buffer): void {
    for (const message of binaryCodec.decode(bytes, "server")) {
      if (message.type === "welcome") {
        const { rooms } = message.payload as { rooms: Record<string, RoomDescriptor> };
        this.#room = compileDescriptor(rooms[roomName]!);
        if (this.#options.isIdle) {
          this.#arrived?.();
          return;
        }
        const options = { stream: this.#options.wantsStream };
        this.#say({ type: "join", id: 2, payload: { room: roomName, options } });
      } else if (message.type === "joined") {
        this.#joined = message.payload;
        const rates = { tickRate, sendRate: tickRate };
        if (this.#options.watch) this.#replica = new Replica(this.#room!, rates);
        // What came in the same message is applied too.
        this.#walk(bytes, performance.now());
        this.#arrived?.();
        return;
      } else if (message.type === "error") {
        this.#fail?.(new Error(`${message.payload.code}: ${message.payload.text}`));
      }
    }
  }

  /** Walks over the messages in one; looks into snapshots only. */
  #walk(bytes: Buffer, nowMs: number): void {
    let at = 0;
    while (at < bytes.length) {
      let tag: number;
      let length: number;
      [tag, at] = varint(bytes, at);
      [length, at] = varint(bytes, at);
      if (tag === snapshotTag) this.#snapshot(bytes.subarray(at, at + length), nowMs);
      at += length;
    }
  }

  #snapshot(payload: Buffer, nowMs: number): void {
    this.updates++;
    let bits: Buffer = nothing;
    for (let at = 0; at < payload.length;) {
      let tag: number;
      let value: number;
      [tag, at] = varint(payload, at);
      [value, at] = varint(payload, at);
      if (tag !== bitsTag) continue;
      bits = payload.subarray(at, at + value);
      at += value;
    }
    this.#tick = tickOf(bits, this.#tick);
    if (this.#replica !== undefined) this.#apply(this.#replica, bits, nowMs);
  }

  #apply(replica: Replica, bits: Buffer, nowMs: number): void {
    replica.applyBinary(new BitReader(bits));
    if (replica.tick !== this.#tick) {
      throw new Error(`a snapshot's head was read as tick ${this.#tick}, it is ${replica.tick}`);
    }
    const watch = this.#options.watch!;
    this.#own ??= find(replica, this.#joined!.seat);
    if (this.#own === undefined) return;
    const heading = Math.round((numberOf(this.#own, "heading") * headings) / (2 * Math.PI));
    watch.applied(heading & (headings - 1), nowMs);
    if (watch.wants(replica.tick)) watch.saw(replica.tick, this.#joined!.seat, people(replica));
  }
}

const bits = new BitWriter();
const out = new ByteWriter();
const nothing = Buffer.alloc(0);

/** A token such as the server itself would have given. */
function token(secret: string, index: number): string {
  const now = Math.floor(Date.now() / 1_000);
  const head = { alg: "HS256", typ: "realm+jwt" };
  const claims = {
    sub: `bench-${index}`,
    name: `Bench ${index}`,
    role: "player",
    iss: "realmwright",
    aud: gameName,
    guest: true,
    jti: `bench-${index}`,
    sid: `bench-${index}`,
    sv: 0,
    iat: now,
    nbf: now,
    exp: now + 86_400,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/**
 * The tick of a snapshot, from its head alone (packages/core/src/replication/snapshot-layout.md). A watched player checks it
 * against the whole decoder.
 */
function tickOf(bits: Buffer, before: number): number {
  if (bits.length === 0) return before + 1;
  const reader = new BitReader(bits);
  if (reader.bit()) return (reader.bits(32) >>> 0) + reader.bits(13) * 2 ** 32;
  return before + (reader.bit() ? reader.varint() : 1);
}

function varint(bytes: Buffer, start: number): [value: number, next: number] {
  let at = start;
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}

function find(replica: Replica, number: number): ReplicaEntity | undefined {
  for (const entity of replica.entities.values()) {
    if (numberOf(entity, "number") === number) return entity;
  }
  return undefined;
}

function* people(replica: Replica): Iterable<Seen> {
  for (const entity of replica.entities.values()) {
    yield {
      number: numberOf(entity, "number"),
      x: Math.round(numberOf(entity, "x") * 100),
      y: Math.round(numberOf(entity, "y") * 100),
    };
  }
}

function numberOf(entity: ReplicaEntity, field: string): number {
  return entity.get(field) as number;
}
