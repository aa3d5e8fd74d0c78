import { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import {
  messageSpecs,
  specsByNumber,
  specsByType,
  type ClientMessage,
  type MessageFrom,
  type MessageType,
  type WebSocketMessage,
} from "../messages/message.ts";
import { idNumber, type MessageSpec, type Sender } from "../messages/table.ts";
import { Problems } from "../schema/problems.ts";
import type { MessageCodec, RoomLookup } from "./codec.ts";
import { checkColumns, checkSize, checkTree, depthMax, idWanted, malformed } from "./envelope.ts";
import {
  closeField,
  openField,
  readColumns,
  readerOf,
  skipValue,
  writeBytes,
  writeCode,
  writeColumns,
  writeText,
  writeUint,
  type Reader,
} from "./protobuf.ts";
import { packMessage } from "./resolve.ts";
import { readUsualInputs } from "./usual-input.ts";

/*
 * `realm.binary`: a WebSocket message is a sequence of Protobuf fields, one per message, whose field
 * number is the message's type. The order of the fields is the order of the messages.
 */

const readers: ReadonlyMap<MessageSpec, Reader> = new Map(
  messageSpecs.map((spec) => [spec, readerOf(spec.columns)]),
);

const numbers = Object.fromEntries(
  messageSpecs.map((spec) => [spec.type, spec.number]),
) as Readonly<Record<MessageType, number>>;
const tagOfInput = (numbers.input << 3) | 2;

/** `realm.binary`: Protobuf wire format, any number of messages per binary frame. */
export const binaryCodec: MessageCodec = {
  name: "realm.binary",
  isText: false,
  packs: true,
  encode(message: WebSocketMessage, out: ByteWriter, rooms: RoomLookup): void {
    const spec = specOf(message);
    const mark = openField(out, spec.number);
    const { payload } = packMessage(message, rooms);
    writeColumns(out, spec.columns, payload as unknown as Record<string, unknown>);
    if (message.id !== undefined) writeUint(out, idNumber, message.id);
    closeField(out, mark);
  },
  decode<S extends Sender>(data: Uint8Array | string, sender: S): MessageFrom<S>[] {
    if (typeof data === "string") throw malformed("a binary frame", data);
    checkSize(data.length, sender);
    const messages: MessageFrom<S>[] = [];
    const start =
      sender === "client" ? readUsualInputs(data, tagOfInput, messages as ClientMessage[]) : 0;
    if (start === data.length) return messages;
    const from = new ByteReader(data, start);
    try {
      while (from.remaining > 0) {
        const message = readMessage(from, sender);
        if (message !== undefined) messages.push(message);
        if (sender === "client" && messages.length > limits.messagesPerPacket.value) {
          throw new RealmError("MESSAGE_TOO_LARGE", { detail: "too many messages at once" });
        }
      }
    } catch (cause) {
      throw asMessageError(cause, data);
    }
    return messages;
  },
};

function readMessage<S extends Sender>(from: ByteReader, sender: S): MessageFrom<S> | undefined {
  const tag = from.varint();
  const spec = (tag & 7) === 2 ? specsByNumber[sender].get(tag >>> 3) : undefined;
  if (spec === undefined) {
    if (sender === "client") throw new RealmError("MESSAGE_UNKNOWN", { type: `#${tag >>> 3}` });
    skipValue(from, tag);
    return undefined;
  }
  const { type } = spec;
  const reader = new ByteReader(from.view(from.varint()));
  const { values, id } = readColumns(reader, readers.get(spec) as Reader, idNumber);
  // the payload is the second level, as in a readable message
  checkTree(values, depthMax(sender) - 1);
  const problems = new Problems();
  if (spec.needsId === true && id === undefined) problems.add("/id", idWanted, id);
  const payload = checkColumns(spec.columns, values, "/payload", problems, "binary");
  const correlation = id === undefined ? {} : { id };
  if (problems.list.length > 0) {
    throw new RealmError("MESSAGE_MALFORMED", { problems: problems.list, type, ...correlation });
  }
  // the table made the payload: its shape is that of the type
  return { type, ...correlation, payload } as unknown as MessageFrom<S>;
}

function asMessageError(cause: unknown, data: Uint8Array): unknown {
  const isBytes =
    cause instanceof RealmError &&
    (cause.code === "DECODE_TRUNCATED" || cause.code === "DECODE_INVALID");
  if (!isBytes) return cause;
  return new RealmError("MESSAGE_MALFORMED", {
    problems: [{ path: "", expected: "the fields of a message", got: `${data.length} bytes` }],
    cause,
  });
}

/** The table of a message that is about to be sent. */
function specOf(message: WebSocketMessage): MessageSpec {
  // chat alone has another table for each sender
  const asServer = message.type !== "chat" || "seat" in message.payload;
  const spec =
    (asServer ? specsByType.server.get(message.type) : undefined) ??
    specsByType.client.get(message.type);
  if (spec === undefined) {
    throw new RealmError("INTERNAL", { detail: `there is no message ${message.type}` });
  }
  return spec;
}

/** Opens a message; the payload's fields follow, then `endMessage` with the answer. */
export function beginMessage(out: ByteWriter, type: MessageType): number {
  return openField(out, numbers[type]);
}

export function endMessage(out: ByteWriter, mark: number): void {
  closeField(out, mark);
}

/** Appends a ping; `time` below 2^21 keeps its payload within 4 bytes. */
export function writePing(out: ByteWriter, time: number): void {
  const mark = openField(out, numbers.ping);
  if (time !== 0) writeUint(out, 1, time);
  closeField(out, mark);
}

/** Appends a confirm; a `code` says that the input was refused. At most 20 bytes for codes of the
 * catalogue without a text of the game's own. */
export function writeConfirm(
  out: ByteWriter,
  m: number,
  seq: number,
  tick: number,
  code?: string,
  text?: string,
): void {
  const mark = openField(out, numbers.confirm);
  if (m !== 0) writeUint(out, 1, m);
  if (seq !== 0) writeUint(out, 2, seq);
  if (tick !== 0) writeUint(out, 3, tick);
  if (code === undefined) writeUint(out, 4, 1);
  else writeCode(out, 5, 6, code);
  if (text !== undefined) writeText(out, 7, text);
  closeField(out, mark);
}

/** Appends a snapshot whose bits are `source` from `start` to `end`. */
export function writeSnapshot(
  out: ByteWriter,
  m: number,
  source: Uint8Array,
  start = 0,
  end: number = source.length,
): void {
  // The length is known before: nothing has to be moved when it takes more than a byte.
  const size = end - start;
  const inner =
    (m === 0 ? 0 : 1 + varintBytes(m)) + (size === 0 ? 0 : 1 + varintBytes(size) + size);
  out.varint((numbers.snapshot << 3) | 2);
  out.varint(inner);
  if (m !== 0) writeUint(out, 1, m);
  if (size > 0) writeBytes(out, 2, source, start, end);
}

function varintBytes(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
}

/** Appends an event; `index` is its place in the descriptor, `source` its values as bits. */
export function writeEvent(
  out: ByteWriter,
  m: number,
  tick: number,
  index: number,
  source: Uint8Array,
  start = 0,
  end: number = source.length,
): void {
  const mark = openField(out, numbers.event);
  if (m !== 0) writeUint(out, 1, m);
  if (tick !== 0) writeUint(out, 2, tick);
  if (index !== 0) writeUint(out, 3, index);
  if (end > start) writeBytes(out, 4, source, start, end);
  closeField(out, mark);
}

/** Appends an input; `ack` and `view` are left out where they are below 0. */
export function writeInput(
  out: ByteWriter,
  m: number,
  seq: number,
  index: number,
  source: Uint8Array,
  end: number,
  ack: number,
  view: number,
): void {
  const mark = openField(out, numbers.input);
  if (m !== 0) writeUint(out, 1, m);
  if (seq !== 0) writeUint(out, 2, seq);
  if (index !== 0) writeUint(out, 3, index);
  if (end > 0) writeBytes(out, 4, source, 0, end);
  if (ack >= 0) writeUint(out, 5, ack);
  if (view >= 0) writeUint(out, 6, view);
  closeField(out, mark);
}

/** Appends an ack. */
export function writeAck(out: ByteWriter, m: number, tick: number): void {
  const mark = openField(out, numbers.ack);
  if (m !== 0) writeUint(out, 1, m);
  if (tick !== 0) writeUint(out, 2, tick);
  closeField(out, mark);
}
