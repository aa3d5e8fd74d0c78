import type { ByteWriter } from "../bytes/byte-writer.ts";
import { utf8Length, utf8Read } from "../bytes/utf8.ts";
import type { MessageFrom, WebSocketMessage } from "../messages/message.ts";
import type { Sender } from "../messages/table.ts";
import type { MessageCodec, RoomLookup } from "./codec.ts";
import { checkSize, malformed, readEnvelope } from "./envelope.ts";
import { JsonText } from "./json-text.ts";
import { readable } from "./readable.ts";

/** The text of a message in `realm.json`. */
export function jsonText(message: WebSocketMessage, rooms: RoomLookup): string {
  if (message.type === "result") {
    const { id } = message;
    const { output } = message.payload;
    if (output instanceof JsonText) {
      return `{"type":"result","id":${id},"payload":{"output":${output.text}}}`;
    }
  }
  return JSON.stringify(readable(message, rooms));
}

/** `realm.json`: one JSON object per text frame. */
export const jsonCodec: MessageCodec = {
  name: "realm.json",
  isText: true,
  packs: false,
  encode(message: WebSocketMessage, out: ByteWriter, rooms: RoomLookup): void {
    out.utf8(jsonText(message, rooms));
  },
  decode<S extends Sender>(data: Uint8Array | string, sender: S): MessageFrom<S>[] {
    // a text's length in bytes is at least its length in characters
    checkSize(data.length, sender);
    if (typeof data === "string") checkSize(utf8Length(data), sender);
    const message = readEnvelope(parse(data), sender);
    return message === undefined ? [] : [message];
  },
};

function parse(data: Uint8Array | string): unknown {
  let text: string;
  try {
    text = typeof data === "string" ? data : utf8Read(data, 0, data.length);
  } catch {
    throw malformed("UTF-8", data);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("JSON", text);
  }
}
