import type { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import type { MessageFrom, WebSocketMessage } from "../messages/message.ts";
import type { Sender } from "../messages/table.ts";
import type { MessageCodec, RoomLookup } from "./codec.ts";
import { checkSize, depthMax, malformed, readEnvelope } from "./envelope.ts";
import { readMessagePack, writeMessagePack } from "./messagepack.ts";
import { readable } from "./readable.ts";

/** `realm.msgpack`: the objects of `realm.json` as MessagePack, one per binary frame. */
export const msgpackCodec: MessageCodec = {
  name: "realm.msgpack",
  isText: false,
  packs: false,
  encode(message: WebSocketMessage, out: ByteWriter, rooms: RoomLookup): void {
    writeMessagePack(readable(message, rooms), out);
  },
  decode<S extends Sender>(data: Uint8Array | string, sender: S): MessageFrom<S>[] {
    if (typeof data === "string") throw malformed("a binary frame", data);
    checkSize(data.length, sender);
    const message = readEnvelope(parse(data, sender), sender);
    return message === undefined ? [] : [message];
  },
};

function parse(data: Uint8Array, sender: Sender): unknown {
  try {
    return readMessagePack(data, depthMax(sender));
  } catch (cause) {
    if (!(cause instanceof RealmError)) throw cause;
    throw new RealmError("MESSAGE_MALFORMED", {
      problems: [
        { path: "", expected: "MessagePack of JSON's types", got: `${data.length} bytes` },
      ],
      cause,
    });
  }
}
