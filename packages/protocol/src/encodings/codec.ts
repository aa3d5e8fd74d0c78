import type { ByteWriter } from "../bytes/byte-writer.ts";
import type { MessageFrom, WebSocketMessage } from "../messages/message.ts";
import type { Sender } from "../messages/table.ts";
import type { Subprotocol } from "../protocol-version.ts";
import type { CompiledRoom } from "../schema/compile.ts";

/** Finds a room's schema by the number of a membership, or by the room's name. */
export type RoomLookup = (key: number | string) => CompiledRoom | undefined;

/** One encoding of the protocol. */
export interface MessageCodec {
  readonly name: Subprotocol;
  /** goes in text frames */
  readonly isText: boolean;
  /** a WebSocket message may hold several messages, one behind the other */
  readonly packs: boolean;
  /** Appends one message. `rooms` is needed for messages that carry a game's own values. */
  encode(message: WebSocketMessage, out: ByteWriter, rooms: RoomLookup): void;
  /**
   * Reads one WebSocket message. Game values are left as they came: `resolveMessage` or
   * `StructCodec.open` reads them. Messages of unknown types are left out where a server sent them.
   * Throws MESSAGE_MALFORMED, MESSAGE_UNKNOWN or MESSAGE_TOO_LARGE, and nothing else.
   */
  decode<S extends Sender>(data: Uint8Array | string, sender: S): MessageFrom<S>[];
}
