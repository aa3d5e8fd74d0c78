import type { ClientMessage } from "@realmwright/protocol";
import { limits } from "@realmwright/protocol";
import { ByteWriter, type MessageCodec, type RoomLookup } from "@realmwright/protocol/internal";

/** Messages are packed into one WebSocket message up to this size, well below the limit for one. */
const packBytes = 8192;

/** Encodes messages; where the encoding allows it many go in one write. */
export class MessageSender {
  readonly #codec: MessageCodec;
  readonly #rooms: RoomLookup;
  readonly #write: (data: Uint8Array | string, messages: number) => void;
  readonly #out = new ByteWriter(256);
  readonly #text = new TextDecoder();
  #messages = 0;

  constructor(
    codec: MessageCodec,
    rooms: RoomLookup,
    write: (data: Uint8Array | string, messages: number) => void,
  ) {
    this.#codec = codec;
    this.#rooms = rooms;
    this.#write = write;
  }

  queue(message: ClientMessage): void {
    this.#codec.encode(message, this.#out, this.#rooms);
    this.#messages++;
    const isFull =
      this.#out.length >= packBytes || this.#messages >= limits.messagesPerPacket.value;
    if (!this.#codec.packs || isFull) this.flush();
  }

  flush(): void {
    if (this.#messages === 0) return;
    const bytes = this.#out.toBytes();
    const messages = this.#messages;
    this.clear();
    this.#write(this.#codec.isText ? this.#text.decode(bytes) : bytes, messages);
  }

  /** Forgets what was not sent. */
  clear(): void {
    this.#out.reset();
    this.#messages = 0;
  }
}
