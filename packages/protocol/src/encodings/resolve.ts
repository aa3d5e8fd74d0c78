import { BitWriter } from "../bytes/bit-writer.ts";
import { RealmError } from "../errors.ts";
import type { WebSocketMessage } from "../messages/message.ts";
import type { CompiledRoom, CompiledStruct } from "../schema/compile.ts";
import type { RoomLookup } from "./codec.ts";

/**
 * A message as received, with names for places and values for bytes, checked against the room's
 * schema. Answers undefined where the membership is not known. Throws INPUT_UNKNOWN, INPUT_INVALID,
 * DECODE_INVALID or DECODE_TRUNCATED.
 */
export function resolveMessage<M extends WebSocketMessage>(
  message: M,
  rooms: RoomLookup,
): M | undefined;
export function resolveMessage(
  message: WebSocketMessage,
  rooms: RoomLookup,
): WebSocketMessage | undefined {
  switch (message.type) {
    case "input":
    case "event": {
      const room = rooms(message.payload.m);
      if (room === undefined) return undefined;
      const struct = structOf(room, message.type, message.payload.name);
      const data = struct.codec.open(message.payload.data);
      return {
        ...message,
        payload: { ...message.payload, name: struct.name, data },
      } as typeof message;
    }
    case "document": {
      const { payload } = message;
      if (payload.value === undefined) return message;
      const room = rooms(payload.m);
      if (room === undefined) return undefined;
      const value = documentOf(room, payload.doc).codec.open(payload.value);
      return { ...message, payload: { ...payload, value } };
    }
    case "joined": {
      const { payload } = message;
      const room = rooms(payload.name);
      if (room === undefined) return undefined;
      const documents = eachDocument(payload.documents, (doc, value) =>
        documentOf(room, doc).codec.open(value),
      );
      return { ...message, payload: { ...payload, documents } };
    }
    default:
      return message;
  }
}

/** A message with places for names and bytes for values, as binary needs it. */
export function packMessage(message: WebSocketMessage, rooms: RoomLookup): WebSocketMessage {
  switch (message.type) {
    case "input":
    case "event": {
      const { payload } = message;
      if (typeof payload.name === "number" && payload.data instanceof Uint8Array) return message;
      const struct = structOf(needRoom(rooms, payload.m), message.type, payload.name);
      const data = packed(struct, payload.data);
      return { ...message, payload: { ...payload, name: struct.index, data } } as typeof message;
    }
    case "document": {
      const { payload } = message;
      if (payload.value === undefined || payload.value instanceof Uint8Array) return message;
      const struct = documentOf(needRoom(rooms, payload.m), payload.doc);
      return { ...message, payload: { ...payload, value: packed(struct, payload.value) } };
    }
    case "joined": {
      const { payload } = message;
      const documents = eachDocument(payload.documents, (doc, value) =>
        packed(documentOf(needRoom(rooms, payload.name), doc), value),
      );
      return { ...message, payload: { ...payload, documents } };
    }
    default:
      return message;
  }
}

interface Documents {
  readonly shared?: unknown;
  readonly private?: unknown;
}

function eachDocument(
  documents: Documents,
  map: (doc: "shared" | "private", value: unknown) => unknown,
): Documents {
  return {
    ...(documents.shared === undefined ? {} : { shared: map("shared", documents.shared) }),
    ...(documents.private === undefined ? {} : { private: map("private", documents.private) }),
  };
}

function packed(struct: CompiledStruct, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const out = new BitWriter(64);
  struct.codec.write(out, value as Record<string, unknown>);
  return out.toBytes();
}

function structOf(
  room: CompiledRoom,
  kind: "input" | "event",
  name: string | number,
): CompiledStruct {
  const struct = kind === "input" ? room.input(name) : room.event(name);
  if (struct === undefined) {
    throw new RealmError(kind === "input" ? "INPUT_UNKNOWN" : "DECODE_INVALID", {
      detail: `the room has no ${kind} ${JSON.stringify(name)}`,
    });
  }
  return struct;
}

function documentOf(room: CompiledRoom, doc: "shared" | "private"): CompiledStruct {
  const struct = room.documents[doc];
  if (struct === undefined) {
    throw new RealmError("DECODE_INVALID", { detail: `the room has no ${doc} document` });
  }
  return struct;
}

function needRoom(rooms: RoomLookup, key: number | string): CompiledRoom {
  const room = rooms(key);
  if (room === undefined) {
    throw new RealmError("INTERNAL", {
      detail: `no schema is known for membership or room ${key}`,
    });
  }
  return room;
}
