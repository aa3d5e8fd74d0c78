import { RealmError } from "../errors.ts";
import type { WebSocketMessage } from "../messages/message.ts";
import type { RoomLookup } from "./codec.ts";
import { resolveMessage } from "./resolve.ts";

/** A message as the readable encodings have it: names for places, values for bytes. */
export function readable(message: WebSocketMessage, rooms: RoomLookup): WebSocketMessage {
  switch (message.type) {
    case "snapshot":
      if ("bits" in message.payload) {
        throw new RealmError("INTERNAL", { detail: "packed bits have no readable form" });
      }
      return message;
    case "input":
    case "event":
      return message.payload.data instanceof Uint8Array ? resolved(message, rooms) : message;
    case "document":
      return message.payload.value instanceof Uint8Array ? resolved(message, rooms) : message;
    case "joined": {
      const { shared, private: own } = message.payload.documents;
      const hasBytes = shared instanceof Uint8Array || own instanceof Uint8Array;
      return hasBytes ? resolved(message, rooms) : message;
    }
    default:
      return message;
  }
}

function resolved(message: WebSocketMessage, rooms: RoomLookup): WebSocketMessage {
  const plain = resolveMessage(message, rooms);
  if (plain === undefined) {
    throw new RealmError("INTERNAL", { detail: `no schema is known for this ${message.type}` });
  }
  return plain;
}
