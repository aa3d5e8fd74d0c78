import { ByteWriter, type MessageCodec } from "@realmwright/protocol/internal";
import type { Connection } from "../ports/transport.ts";

/** Room that an outbox keeps from one write to the next. */
const KEPT_BYTES = 16_384;
/** Room that it always has. */
const LEAST_BYTES = 64;
/** Messages are packed into WebSocket messages of about this size at most. */
const PACK_BYTES = 262_144;

/** What one client is to receive with the next write, encoded. */
export class Outbox {
  readonly codec: MessageCodec;
  /** For messages that are encoded by hand; call `end` after each. */
  writer: ByteWriter = new ByteWriter(LEAST_BYTES);
  readonly #ends: number[] = [];
  /** The most that was moved at once since the last trim. */
  #peak = 0;

  constructor(codec: MessageCodec) {
    this.codec = codec;
  }

  get isEmpty(): boolean {
    return this.#ends.length === 0;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.writer.length;
  }

  /** A message has been written to `writer`. */
  end(): void {
    this.#ends.push(this.writer.length);
  }

  /** Adds a message that is encoded already. */
  add(encoded: Uint8Array): void {
    this.writer.bytes(encoded);
    this.end();
  }

  /** Hands everything to the connection, which still has to be flushed. */
  moveTo(connection: Connection): void {
    const { buffer, length } = this.writer;
    if (!this.codec.packs || length > PACK_BYTES) this.#sendApart(connection);
    else if (length > 0) connection.send(buffer, 0, length);
    this.#peak = Math.max(this.#peak, length);
    this.clear();
  }

  /** In as many WebSocket messages as it takes. */
  #sendApart(connection: Connection): void {
    const { buffer } = this.writer;
    const { packs } = this.codec;
    let start = 0;
    for (let i = 0; i < this.#ends.length; i++) {
      const end = this.#ends[i]!;
      const next = this.#ends[i + 1];
      if (packs && next !== undefined && next - start <= PACK_BYTES) continue;
      connection.send(buffer, start, end);
      start = end;
    }
  }

  /** Gives back room that nothing has needed since the last call: most clients say little for long. */
  trim(): void {
    const needed = Math.max(this.#peak, LEAST_BYTES);
    if (this.isEmpty && this.writer.buffer.length > 2 * needed) {
      this.writer = new ByteWriter(needed);
    }
    this.#peak = 0;
  }

  clear(): void {
    this.#ends.length = 0;
    if (this.writer.buffer.length > KEPT_BYTES) this.writer = new ByteWriter(LEAST_BYTES);
    else this.writer.reset();
  }
}
