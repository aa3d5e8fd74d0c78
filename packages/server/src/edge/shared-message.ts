import { ByteWriter, type MessageCodec } from "@realmwright/protocol/internal";

/**
 * A message with the same content for many clients: encoded once for each encoding and membership number. Most clients
 * have low numbers, so this is a few times at most.
 */
export class SharedMessage {
  readonly #encode: (codec: MessageCodec, m: number, out: ByteWriter) => void;
  readonly #encoded = new Map<MessageCodec, (Uint8Array | undefined)[]>();

  constructor(encode: (codec: MessageCodec, m: number, out: ByteWriter) => void) {
    this.#encode = encode;
  }

  bytes(codec: MessageCodec, m: number): Uint8Array {
    let byNumber = this.#encoded.get(codec);
    if (byNumber === undefined) {
      byNumber = [];
      this.#encoded.set(codec, byNumber);
    }
    let bytes = byNumber[m];
    if (bytes === undefined) {
      const out = new ByteWriter(128);
      this.#encode(codec, m, out);
      bytes = out.toBytes();
      byNumber[m] = bytes;
    }
    return bytes;
  }
}
