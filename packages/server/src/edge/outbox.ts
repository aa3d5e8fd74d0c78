import { ByteWriter, type MessageCodec } from "@realmwright/protocol/internal";
import type { Connection } from "../ports/transport.ts";

/** Room that an outbox keeps from one write to the next. */
const KEPT_BYTES = 16_384;
/** Room that it always has. */
const LEAST_BYTES = 64;
/** How often room is given back. */
const TRIM_MS = 5000;
/** Messages are packed into WebSocket messages of about this size at most. */
const PACK_BYTES = 262_144;

/** What one client is to receive with the next write, encoded. */
export class Outbox {
  readonly codec: MessageCodec;
  /** For messages that are encoded by hand; call `end` after each. */
  writer: ByteWriter = new ByteWriter(LEAST_BYTES);
  /** Where one WebSocket message ends and the next begins. */
  readonly #cuts: number[] = [];
  /** Where the newest WebSocket message begins, and where the newest message in it ends. */
  #start = 0;
  #end = 0;
  /** The most that was moved at once since the last trim. */
  #peak = 0;
  #trimmedMs: number;

  constructor(codec: MessageCodec, nowMs: number) {
    this.codec = codec;
    this.#trimmedMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.writer.length;
  }

  /** A message has been written to `writer`. */
  end(): void {
    const { length } = this.writer;
    const isFull = !this.codec.packs || length - this.#start > PACK_BYTES;
    if (isFull && this.#end > this.#start) {
      this.#cuts.push(this.#end);
      this.#start = this.#end;
    }
    this.#end = length;
  }

  /** Adds a message that is encoded already. */
  add(encoded: Uint8Array): void {
    this.writer.bytes(encoded);
    this.end();
  }

  /** Hands everything to the connection, which still has to be flushed. */
  moveTo(connection: Connection): void {
    const { buffer } = this.writer;
    if (this.#cuts.length > 0) this.#sendFirst(connection);
    if (this.#end > 0) connection.send(buffer, this.#start, this.#end);
    this.#peak = Math.max(this.#peak, this.#end);
    this.clear();
  }

  /** All WebSocket messages but the newest. */
  #sendFirst(connection: Connection): void {
    let start = 0;
    for (const cut of this.#cuts) {
      connection.send(this.writer.buffer, start, cut);
      start = cut;
    }
    this.#cuts.length = 0;
  }

  /** Every 5 s, gives back room that nothing has needed since the last time: most clients say little for long. */
  trim(nowMs: number): void {
    if (nowMs - this.#trimmedMs < TRIM_MS) return;
    this.#trimmedMs = nowMs;
    const needed = Math.max(this.#peak, LEAST_BYTES);
    if (this.isEmpty && this.writer.buffer.length > 2 * needed) {
      this.writer = new ByteWriter(needed);
    }
    this.#peak = 0;
  }

  clear(): void {
    if (this.#cuts.length > 0) this.#cuts.length = 0;
    this.#start = 0;
    this.#end = 0;
    if (this.writer.buffer.length > KEPT_BYTES) this.writer = new ByteWriter(LEAST_BYTES);
    else this.writer.reset();
  }
}
